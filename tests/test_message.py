"""A message says the same to every reader of mail as the edition says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import RefusedError
from newsletter.message import compose, filled, list_id, message_name
from newsletter.personalization import Personalization
from newsletter.rendering.edition import Edition
from tests.transports.samples import edition, person

SENT = datetime(2019, 2, 18, 17, 0, tzinfo=UTC)

lines = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"),
    min_size=1,
    max_size=100,
).filter(lambda line: line == line.strip())
# Parsers make one blank of several in a name.
names = lines.map(lambda line: " ".join(line.split()))
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1)


def parsed(an_edition: Edition, reader: Personalization) -> EmailMessage:
    message = message_from_bytes(
        compose(an_edition, reader, date=SENT),
        policy=policy.default,
    )
    assert isinstance(message, EmailMessage)
    return message


def bodies(message: EmailMessage) -> list[str]:
    payloads = [part.get_payload(decode=True) for part in message.iter_parts()]
    return [bytes(body).decode().replace("\r\n", "\n") for body in payloads]


def mailbox(message: EmailMessage) -> tuple[str, str]:
    """Read From with the old parser: the new one puts a blank between encoded words."""
    name, address = parseaddr(dict(message.raw_items())["From"])
    return str(make_header(decode_header(name))), address


def test_a_whole_message() -> None:
    """Every byte has its reason; a change shows here."""
    reader = replace(person(name="Zoë"), headers={"X-Own": "1"})
    made = compose(
        edition(subject="Ŵyn", text="Dear -nl_text_name-", html="<p>-nl_html_name-</p>\n"),
        reader,
        date=SENT,
    )
    name = "f30a35e41447119fff3d1b7705f6759c"
    assert made.decode().split("\r\n") == [
        "Date: Mon, 18 Feb 2019 17:00:00 +0000",
        "From: =?utf-8?q?Si=C3=A2n_Halloway_MP?=",
        " <update@example.org>",
        "Reply-To: robin@example.org",
        "To: reader-1@constituents.example",
        "Subject: =?utf-8?q?=C5=B4yn?=",
        f"Message-ID: <{name}@example.org>",
        "List-Id: Ashcombe East <update.example.org>",
        "X-Own: 1",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="=_{name}"',
        "",
        f"--=_{name}",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Dear Zo=C3=AB",
        f"--=_{name}",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "<p>Zo=C3=AB</p>",
        "",
        f"--=_{name}--",
        "",
    ]


def test_values_are_never_read_for_tags() -> None:
    """Whoever signs up as "-nl_link-" must not get somebody's link into their name."""
    values = {"-a-": "-b-", "-b-": "-a-", "-ab-": "long", "": "nothing"}
    assert filled("-a- -b- -ab-", values) == "-b- -a- long"


def test_the_longest_tag_goes_first() -> None:
    """A tag that begins like another one must not be cut in two."""
    assert filled("-n-x", {"-n": "wrong", "-n-x": "right"}) == "right"


def test_a_text_without_values_stays() -> None:
    """A copy for a colleague has none."""
    assert filled("-a-", {}) == "-a-"


@given(text=texts, html=texts, subject=lines, sender=names)
def test_parsing_gives_back_what_was_written(
    text: str, html: str, subject: str, sender: str
) -> None:
    """No letter of any language may be lost on the way, nor a blank."""
    source = edition(text=text, html=html, subject=subject, sender=sender)
    reader = replace(person(), substitutions={})
    message = parsed(source, reader)
    assert bodies(message) == [text, html]
    assert message["Subject"] == subject
    assert mailbox(message) == (sender, "update@example.org")
    assert message.defects == []


@given(text=texts, html=texts, subject=lines, sender=names)
def test_lines_are_short_and_end_as_they_must(
    text: str, html: str, subject: str, sender: str
) -> None:
    """Servers break longer lines, which breaks signatures (RFC 5322 §2.1.1)."""
    source = edition(text=text, html=html, subject=subject, sender=sender)
    made = compose(source, replace(person(), headers={}), date=SENT)
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert b"\r" not in made.replace(b"\r\n", b"")
    head, _, body = made.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    encoded = [line for line in head.split(b"\r\n") if b"=?" in line]
    assert max(map(len, encoded), default=0) <= 76
    assert made.isascii()


def test_a_long_line_without_an_end_keeps_crlf() -> None:
    """One long line is folded by the encoding, with the line ends of mail."""
    made = compose(edition(text="x" * 500, html="<p>"), person(), date=SENT)
    assert b"=\r\n" in made
    assert b"\n" not in made.replace(b"\r\n", b"")


def test_unsubscribing_stays_on_one_line_however_long() -> None:
    """Folding it broke DKIM signatures, and so the button (RFC 8058)."""
    reader = person()
    made = compose(edition(), reader, date=SENT).decode().split("\r\n")
    assert len(reader.headers["List-Unsubscribe"]) > 76
    assert f"List-Unsubscribe: {reader.headers['List-Unsubscribe']}" in made
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in made


def test_the_same_copy_has_the_same_bytes() -> None:
    """A message made twice is one message to whoever gets both."""
    assert compose(edition(), person(), date=SENT) == compose(edition(), person(), date=SENT)


def test_a_message_is_named_by_issue_and_person_alone() -> None:
    """A mended edition replaces its copy; another person never does."""
    names = [
        message_name(edition(), person(1)),
        message_name(edition(subject="Mended"), person(1)),
        message_name(edition(), person(2)),
    ]
    assert names[0] == names[1] != names[2]


def test_no_body_can_hold_the_boundary() -> None:
    """Whoever could write it into an issue could end the message early."""
    name = message_name(edition(), person())
    text = f"--=_{name}--\n"
    message = parsed(edition(text=text, html=text), person())
    assert bodies(message) == [text, text]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Robin Halloway MP", "From: Robin Halloway MP <update@example.org>"),
        ("Halloway, Robin", 'From: "Halloway, Robin" <update@example.org>'),
        ('The "Update"\\', 'From: "The \\"Update\\"\\\\" <update@example.org>'),
        ("", "From: update@example.org"),
    ],
)
def test_the_senders_name_is_quoted_where_it_must_be(name: str, header: str) -> None:
    """A comma would make two senders of one."""
    made = compose(edition(sender=name), person(), date=SENT).decode()
    assert header in made.split("\r\n")


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?not_encoded?=",
        "x" * 2000,
        "many words " * 30 + "end",
        "two  blanks",
        "a\tb",
        " x ",
    ],
)
def test_odd_subjects_arrive_as_they_are(subject: str) -> None:
    """A subject is what the office wrote, also where it looks like an encoding."""
    assert parsed(edition(subject=subject), person())["Subject"] == subject


def test_a_name_that_looks_like_an_encoding_is_left_a_name() -> None:
    """What the office wrote is what stands in the list of mails."""
    odd = "=?utf-8?q?Robin?="
    assert mailbox(parsed(edition(sender=odd), person())) == (odd, "update@example.org")


def test_every_kind_of_line_end_is_one() -> None:
    """Files from other systems must not leave bare ends of lines in the mail."""
    message = parsed(edition(text="a\r\nb\rc\n", html="a\rb"), person())
    assert bodies(message) == ["a\nb\nc\n", "a\nb"]


def test_headers_are_never_in_base64() -> None:
    """Its padding in the middle of a long subject made notmuch lose all that followed."""
    source = edition(subject="Ŵŷ 🚆 “trenau” " * 8 + "end", sender="Ŵŷŵ 🚆 “Halloway”")
    head = compose(source, person(), date=SENT).partition(b"\r\n\r\n")[0]
    assert b"=?utf-8?q?" in head
    assert b"?b?" not in head


def test_a_list_in_welsh_is_named_in_ascii() -> None:
    """Headers are ASCII, also those that SendGrid is given."""
    welsh = edition(list_id='"Newyddion Ŵyn" <update.example.org>')
    encoded = "=?utf-8?q?Newyddion_=C5=B4yn?="
    assert list_id(welsh) == f"{encoded} <update.example.org>"
    made = compose(welsh, person(), date=SENT).decode()
    assert f"List-Id: {encoded}\r\n <update.example.org>\r\n" in made
    assert list_id(edition()) == "Ashcombe East <update.example.org>"


def test_half_a_character_does_not_stop_a_dispatch() -> None:
    """YAML can write one; no encoding can carry it."""
    message = parsed(edition(subject="\ud800 é", text="\ud800", html="\ud800"), person())
    assert [message["Subject"], *bodies(message)] == ["? é", "?", "?"]


EVIL = "Robin{}Bcc: everybody@example.org"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0", "\x85", "\u2028"])
@pytest.mark.parametrize("place", ["subject", "sender", "list_id", "name", "address", "header"])
def test_no_value_can_bring_a_header_of_its_own(place: str, end: str) -> None:
    """A name with a line break in it would otherwise write to anybody."""
    evil = EVIL.format(end)
    good, reader = edition(), person()
    source, whom = {
        "subject": (edition(subject=evil), reader),
        "sender": (edition(sender=evil), reader),
        "list_id": (edition(list_id=evil), reader),
        "name": (good, person(name=evil)),
        "address": (good, replace(reader, address=evil)),
        "header": (good, replace(reader, headers={"List-Unsubscribe": evil})),
    }[place]
    with pytest.raises(RefusedError) as caught:
        compose(source, whom, date=SENT)
    assert "everybody" not in str(caught.value)


@pytest.mark.parametrize(
    "headers",
    [{"X-Own: 1\r\nBcc": "x"}, {"": "x"}, {"SUBJECT": "again"}, {"X-Long": "x" * 1000}],
)
def test_a_header_that_cannot_be_written_is_refused(headers: dict[str, str]) -> None:
    """Each stands once, under a name, on a line that servers take."""
    with pytest.raises(RefusedError):
        compose(edition(), replace(person(), headers=headers), date=SENT)
