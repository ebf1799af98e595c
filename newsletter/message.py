"""Build the message that one person gets: an edition with their values in its places."""

from __future__ import annotations

import binascii
import hashlib
import re
from email.charset import QP, Charset
from email.header import Header
from email.utils import format_datetime
from typing import TYPE_CHECKING

from newsletter.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from newsletter.personalization import Personalization
    from newsletter.rendering.edition import Edition

_NAME = re.compile(r"[!-9;-~]+")  # RFC 5322 §2.2: a header's name
_BREAK = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_LONGEST_LINE = 998  # RFC 5322 §2.1.1, without the line's end
_LONGEST_WORD = 60  # a longer one would not fit into a folded line


def filled(template: str, values: Mapping[str, str]) -> str:
    """Put each value in its tag's place.

    One pass and the longest tag first, so that no value is ever read for tags.
    """
    tags = sorted(filter(None, values), key=len, reverse=True)
    if not tags:
        return template
    pattern = "|".join(re.escape(tag) for tag in tags)
    return re.sub(pattern, lambda found: values[found[0]], template)


def message_name(edition: Edition, person: Personalization) -> str:
    """Name one person's copy of one issue: 32 hexadecimal digits that tell nobody who.

    The digest stays out of it: a copy that is made again takes the place of the first.
    """
    number = f"\n{person.correction}" if person.correction else ""
    return hashlib.sha256(f"{edition.issue}\n{person.key}{number}".encode()).hexdigest()[:32]


def list_id(edition: Edition) -> str:
    """Return the value of List-Id on one line of ASCII (RFC 2919)."""
    return " ".join(_list_id_words(edition.list_id))


def compose(edition: Edition, person: Personalization, *, date: datetime) -> bytes:
    """Return the whole message (RFC 5322) with CRLF line ends.

    The same arguments give the same bytes. An address beyond ASCII makes it a message of
    RFC 6532. Raises RefusedError where a value would break out of its header.
    """
    boundary = f"=_{message_name(edition, person)}"  # "=_" cannot stand in quoted-printable
    head = b"".join(
        f"{name}: {value}\r\n".encode()
        for name, value in _checked(_headers(edition, person, date, boundary))
    )
    text = _part("plain", filled(edition.text, person.substitutions))
    html = _part("html", filled(edition.html, person.substitutions))
    border = f"--{boundary}".encode()
    return b"\r\n".join([head, border, text, border, html, border + b"--", b""])


def _headers(
    edition: Edition, person: Personalization, date: datetime, boundary: str
) -> Iterator[tuple[str, str]]:
    sender = edition.sender
    yield "Date", format_datetime(date)
    yield "From", _mailbox(_unbroken("From", sender.name), sender.email)
    yield "Reply-To", _unbroken("Reply-To", sender.reply_to)
    yield "To", _unbroken("To", person.address)
    subject = _unbroken("Subject", filled(edition.subject, person.substitutions))
    yield "Subject", _text("Subject", subject)
    yield "Message-ID", f"<{message_name(edition, person)}@{sender.domain}>"
    if edition.list_id:  # a single letter is of no list
        yield "List-Id", "\r\n ".join(_list_id_words(edition.list_id))
    # RFC 8058 and its signatures: List-Unsubscribe stays on one line, however long.
    for name, value in person.headers.items():
        yield name, _unbroken(name, value)
    yield "MIME-Version", "1.0"
    yield "Content-Type", f'multipart/alternative; boundary="{boundary}"'


def _checked(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Let pass what can neither end its line nor stand twice."""
    seen = set()
    for name, value in headers:
        lines = f"{name}: {value}".split("\r\n ")
        fits = all(len(line.encode()) <= _LONGEST_LINE for line in lines)
        whole = not any(_BREAK.search(line) for line in lines)
        if not (fits and whole and _NAME.fullmatch(name)) or name.lower() in seen:
            raise RefusedError(
                "One header of the message cannot be written.",
                hint="Each header stands once, on lines of at most 998 bytes, with no "
                "control characters.",
            )
        seen.add(name.lower())
        yield name, value


def _unbroken(name: str, value: str) -> str:
    """Return `value` if it is one line: nobody's name may bring a header of its own."""
    if _BREAK.search(value):
        raise RefusedError(
            f"The value for the header {name} holds a line break or a control character.",
            hint="Take the line break out of the issue, the office or the subscriber.",
        )
    return value


def _text(name: str, value: str) -> str:
    """Encode free text for a header, folded (RFC 2047 §2: lines of at most 76)."""
    plain = (
        value.isascii()
        and value == value.strip()
        and "=?" not in value
        and all(len(word) <= _LONGEST_WORD for word in value.split())
    )
    charset = Charset("us-ascii" if plain else "utf-8")
    if not plain:
        charset.header_encoding = QP  # notmuch 0.37 drops what follows the padding of base64
    header = Header(_encodable(value), charset, maxlinelen=76, header_name=name)
    return header.encode(linesep="\r\n")


def _mailbox(name: str, email: str) -> str:
    """Return `Name <email>`, its name quoted or encoded where it must be."""
    if not name.isascii() or "=?" in name:
        return f"{_text('From', name)}\r\n <{email}>"
    if _ATOMS.fullmatch(name):
        return f"{name} <{email}>"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{email}>' if name else email


def _list_id_words(value: str) -> list[str]:
    """Split List-Id where it may be folded: between encoded words only."""
    _unbroken("List-Id", value)
    if value.isascii():
        return [value]
    phrase, _, identifier = value.rpartition("<")
    return [*_text("List-Id", phrase.strip(' "')).split("\r\n "), f"<{identifier}"]


def _part(subtype: str, body: str) -> bytes:
    """Return one part: quoted-printable, whose lines are at most 76 long (RFC 2045 §6.7)."""
    lines = _encodable(body).replace("\r\n", "\n").replace("\r", "\n")
    encoded = binascii.b2a_qp(lines.encode()).replace(b"\n", b"\r\n")
    head = (
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode() + encoded


def _encodable(text: str) -> str:
    """Replace halves of characters, which no encoding can carry, by question marks."""
    return text.encode(errors="replace").decode()
