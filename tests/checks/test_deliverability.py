"""What filters look at before a person does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.checks.registry import Spot
from newsletter.errors import RefusedError
from tests.checks.editions import DAYS, sample
from tests.checks.materials import FRONT, material, spots
from tests.offices import OFFICE

CODES = (
    "message-refused",
    "unsubscribe-header",
    "site-not-public",
    "sender-free-mail",
    "reply-elsewhere",
    "no-reply",
    "spammy-subject",
)


@pytest.mark.parametrize("day", DAYS)
def test_the_samples_get_through(day: str) -> None:
    """No false alarm; the message is a whole one."""
    assert isinstance(sample(day).message, bytes)
    assert {code: spots(code, sample(day)) for code in CODES} == {code: [] for code in CODES}


def test_a_message_that_cannot_be_put_together_stops_the_issue() -> None:
    """It would otherwise stop the dispatch half-way."""
    refused = replace(
        material(), message=RefusedError("A header has a line break.", hint="Mend it.")
    )
    assert spots("message-refused", refused) == [
        Spot("The message cannot be put together: A header has a line break.", "Mend it.")
    ]
    assert spots("unsubscribe-header", refused) == []


HEAD = b"List-Unsubscribe: <https://update.example.org/unsubscribe/x>\r\n"
POST = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


@pytest.mark.parametrize(
    ("message", "count"),
    [
        (HEAD + POST + b"\r\nHello", 0),
        (POST + b"\r\n" + HEAD, 1),
        (HEAD + b"\r\nHello", 1),
        (HEAD + HEAD + POST + b"\r\n", 1),
        (HEAD.replace(b": <", b":\r\n <") + POST + b"\r\n", 1),
        (HEAD.replace(b"https://update", b"mailto:update") + POST + b"\r\n", 1),
        (HEAD.replace(b"x>", b"x>, <mailto:a@example.org>") + POST + b"\r\n", 1),
    ],
)
def test_one_click_needs_one_address_on_one_line_and_its_twin(message: bytes, count: int) -> None:
    """Folding broke signatures, and Gmail wants exactly one https address."""
    found = spots("unsubscribe-header", replace(material(), message=message))
    assert len(found) == count


@pytest.mark.parametrize(
    ("code", "old", "new", "message"),
    [
        (
            "site-not-public",
            "https://update.example.org\n",
            "http://127.0.0.1:8000\n",
            "“site” is http://127.0.0.1:8000, which only this machine can reach.",
        ),
        (
            "sender-free-mail",
            "update@example.org",
            "robin.halloway@gmail.com",
            "The sender’s address is at gmail.com, and mail in its name will be refused.",
        ),
        (
            "reply-elsewhere",
            "reply_to: robin@example.org",
            "reply_to: robin@example.net",
            "Replies go to example.net, but the sender is at example.org.",
        ),
        (
            "no-reply",
            "update@example.org",
            "no-reply@example.org",
            "sender.email is a no-reply address.",
        ),
    ],
)
def test_an_address_that_filters_distrust_is_named(
    code: str, old: str, new: str, message: str
) -> None:
    """Its place is office.yaml."""
    office = OFFICE.replace(old, new)
    (spot,) = spots(code, replace(material(office=office), office_source=office))
    line = next(n for n, text in enumerate(office.split("\n"), 1) if new.strip() in text)
    assert (spot.message, spot.file, spot.line) == (message, "office.yaml", line)


@pytest.mark.parametrize(
    ("sender", "reply_to"),
    [
        ("update@example.org", "robin@mail.example.org"),
        ("update@news.robin.org.uk", "office@robin.org.uk"),
        ("update@example.org", "robin.halloway.mp@parliament.uk"),
    ],
)
def test_replies_may_go_to_the_same_house_or_to_parliament(sender: str, reply_to: str) -> None:
    """Most members' replies go to parliament.uk."""
    office = OFFICE.replace("reply_to: robin@example.org", f"reply_to: {reply_to}")
    office = office.replace("update@example.org", sender)
    assert spots("reply-elsewhere", material(office=office)) == []


@pytest.mark.parametrize(
    ("subject", "faults"),
    [
        (
            "FREE advice!!!",
            [
                "has several marks in a row",
                "has three exclamation marks",
                "sounds like an advertisement",
            ],
        ),
        ("Re: your trains", ["begins as if it answered a mail"]),
        ("Save £££ on your bills", ["has signs of money in a row"]),
        ("Last chance to have your say", ["sounds like an advertisement"]),
        ("Really?!", ["has several marks in a row"]),
    ],
)
def test_a_subject_like_an_advertisement_is_told(subject: str, faults: list[str]) -> None:
    """Filters know them, and so do readers."""
    front = FRONT.replace("subject: Your trains and a vote that matters", f'subject: "{subject}"')
    found = spots("spammy-subject", material(front=front))
    assert [(spot.message, spot.line) for spot in found] == [
        (f"The subject {fault}.", 3) for fault in faults
    ]


@pytest.mark.parametrize(
    "subject",
    [
        "HS2, the NHS and VAT: what I asked",
        "Free school meals: how I voted",
        "£350 for every household?",
        "Recess, and a reply from the minister",
        "UNICEF day at our school",
        "WHAT I SAID, in capitals that another check is about",
        "Thank you! The lift works",
    ],
)
def test_a_sober_subject_is_left_alone(subject: str) -> None:
    """Politics is full of abbreviations and sums of money."""
    front = FRONT.replace("subject: Your trains and a vote that matters", f'subject: "{subject}"')
    assert spots("spammy-subject", material(front=front)) == []
