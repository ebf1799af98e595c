"""The House's title, emblem, money and data have rules of their own."""

from __future__ import annotations

import pytest

from newsletter.checks.registry import Spot
from tests.checks.editions import sample, with_parts, without
from tests.checks.materials import BODY_LINE, FRONT, material, spots
from tests.offices import OFFICE

DISSOLVED = OFFICE.replace("{status: sitting}", "{status: dissolved, since: 2019-02-01}").replace(
    "name: Robin Halloway MP", "name: Robin Halloway"
)
PERSONAL = FRONT.replace("parliamentary", "personal")


@pytest.mark.parametrize(
    "sentence",
    [
        "I am your MP.",
        "Robin Halloway MP",
        "The Member of Parliament for Ashcombe East writes.",
        "An MP said in 2018 that he would answer.",
        "Aelod Seneddol dros Ashcombe",
    ],
)
def test_nobody_is_an_mp_while_parliament_is_dissolved(sentence: str) -> None:
    """Every seat is vacant; the place says where to mend it."""
    (spot,) = spots("mp-in-dissolution", material(f"So.\n\n{sentence}", office=DISSOLVED))
    assert (spot.file, spot.line) == ("issue.md", BODY_LINE + 2)
    assert spot.message.endswith("is said here, but Parliament is dissolved.")


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2018 MPs voted for it.",
        "A former MP and an ex-MP came.",
        "Members of Parliament sat until five.",
        "Our camera has 12 MPs and a compost of 3 MPa.",
        "Write to robin.MP@example.org, or see example.org/MP.",
    ],
)
def test_what_is_true_in_a_dissolution_may_be_said(sentence: str) -> None:
    """The institution has a past, and some were members once."""
    assert spots("mp-in-dissolution", material(sentence, office=DISSOLVED)) == []


def test_sender_and_subject_are_looked_at_too() -> None:
    """They stand in every inbox."""
    office = DISSOLVED.replace("name: Robin Halloway, email", "name: Robin Halloway MP, email")
    front = PERSONAL.replace("Your trains and", "Your MP and")
    assert spots("mp-in-dissolution", material(front=front, office=office)) == [
        Spot(
            "“MP” stands in the sender’s name, but Parliament is dissolved.",
            "Take it out until the new House sits.",
            "office.yaml",
        ),
        Spot(
            "“MP” stands in the subject, but Parliament is dissolved.",
            "Take it out until the new House sits.",
            "issue.md",
            3,
        ),
    ]


def test_a_title_that_the_office_or_the_template_brings_is_found_in_each_part() -> None:
    """The issue may be clean, and the footer not."""
    looked_at = with_parts(
        material(office=DISSOLVED), html="<p>Robin Halloway MP</p>", text="Hello", web="<p>MP</p>"
    )
    assert [spot.message for spot in spots("mp-in-dissolution", looked_at)] == [
        "“MP” stands in the email, but Parliament is dissolved.",
        "“MP” stands in the web page, but Parliament is dissolved.",
    ]


def test_while_the_house_sits_there_are_members() -> None:
    """No false alarm in four years out of five."""
    for code in ("mp-in-dissolution", "house-in-dissolution"):
        assert spots(code, sample()) == []


def test_there_is_no_public_money_nor_address_in_a_dissolution() -> None:
    """What the House lends goes back to it."""
    office = DISSOLVED.replace("email: robin@example.org", "email: robin@parliament.uk")
    found = spots("house-in-dissolution", material(office=office))
    assert [(spot.message, spot.line) for spot in found] == [
        ("Parliament is dissolved, so it cannot pay for this issue.", 5),
        ("Parliament is dissolved, but contact.email is an address at parliament.uk.", None),
    ]
    assert spots("house-in-dissolution", material(front=PERSONAL, office=DISSOLVED)) == []


PICTURE = "![{alt}]({file})"


@pytest.mark.parametrize(
    ("file", "alt", "count"),
    [
        ("crowned-portcullis.png", "An emblem", 1),
        ("logo.png", "The Portcullis", 1),
        ("portcullis-house.jpg", "The atrium of Portcullis House", 0),
        ("platform.png", "A platform", 0),
    ],
)
def test_the_portcullis_is_the_houses_own(file: str, alt: str, count: int) -> None:
    """The building may be shown, the emblem may not."""
    found = spots("portcullis", material(PICTURE.format(file=file, alt=alt)))
    assert [spot.line for spot in found] == [BODY_LINE] * count


def test_the_portcullis_is_looked_for_in_videos_and_logos() -> None:
    """They are pictures, too."""
    video = (
        "```video\ntitle: Speech\nurl: https://example.org/v\npicture: still.png\n"
        "alt: The crowned portcullis\n```"
    )
    office = f"{OFFICE}look: {{logo: portcullis.png}}\n"
    found = spots("portcullis", material(video, office=office))
    assert [spot.file for spot in found] == ["issue.md", "office.yaml"]


def test_votes_and_questions_need_parliaments_credit() -> None:
    """The licence asks for one sentence, in each part that shows the data."""
    edition = sample().edition
    credit = "Contains Parliamentary information"
    broken = with_parts(
        sample(),
        html=without(edition.html, credit),
        text=without(edition.text, credit),
    )
    (spot,) = spots("parliament-credit", broken)
    assert spot.message == (
        "This shows Parliament’s data, but its licence is not named in the email, the plain text."
    )
    assert spot.line == sample().source.split("\n").index("```votes") + 1
    assert spots("parliament-credit", sample()) == []
    assert spots("parliament-credit", sample("2019-02-18")) == []
