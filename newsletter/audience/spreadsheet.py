"""Read subscribers from a CSV file, row by row, and say what is wrong with the others."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.audience.address import parse_address
from newsletter.audience.formulas import unguard
from newsletter.audience.header import COLUMNS, HINT, NO_WISHES, Header, Wishes, shows_email
from newsletter.audience.records import Lines, Problem, Record, records
from newsletter.audience.segments import Kind, fold_label, label
from newsletter.audience.subscriber import Consent, Subscriber, SubscriberState
from newsletter.errors import MistakeError
from newsletter.rendering.words import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["COLUMNS", "Row", "Spreadsheet", "read_spreadsheet"]

LONGEST_NAME = 200
LONGEST_WORDING = 10_000
MOST_SEGMENTS = 100

_DELIMITERS = (",", ";", "\t")
_STATES = ("confirmed", "pending", "unsubscribed")
# Words of other programs, matched whole. Whoever may not be mailed there is not mailed here;
# of whoever may, it is the proof that decides.
_OTHER_STATES = {
    "subscribed": "",
    "active": "",
    "cleaned": "unsubscribed",
    "bounced": "unsubscribed",
    "complained": "unsubscribed",
    "suppressed": "unsubscribed",
}
_NO_CONSENT = {
    "casework": "casework addresses are not consent",
    "purchased": "purchased addresses are not consent",
}
# Controls, the marks that turn the direction of text, and halves of characters: none of
# them belongs in a name, and each has been used to forge headers or to hide text.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_UNTIDY = re.compile("'|  ")
# Lists repeat their segments, sources, wordings and days; names of people are read each time.
_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One person as a row describes them; `consent` is there only if it is complete."""

    line: int
    subscriber: Subscriber
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """Rows yet to be read; `columns` names all there are, `ignored` those that mean nothing."""

    rows: Iterator[Row | Problem]
    columns: tuple[str, ...]
    ignored: tuple[str, ...]


class _RejectedError(Exception):
    """One row cannot be used; the text says why."""


def read_spreadsheet(
    lines: Iterable[str], *, now: datetime, wishes: Wishes = NO_WISHES
) -> Spreadsheet:
    """Read the header at once, and the rows as they are asked for.

    `lines` are physical lines, with or without their endings. `now` is in UTC: consent
    cannot lie in the future. Raises MistakeError if the header cannot be used.
    """
    source = Lines(lines)
    found = records(source, _delimiter(source, wishes))
    first = next(found, None)
    if not isinstance(first, Record):
        raise _unreadable(source.number)
    header = Header(first.cells, first.line, wishes)
    return Spreadsheet(
        rows=(_row(record, header, now) for record in found),
        columns=tuple(first.cells),
        ignored=header.ignored,
    )


def _unreadable(line: int) -> MistakeError:
    return MistakeError("The header cannot be read.", hint=HINT, line=line)


def _delimiter(source: Lines, wishes: Wishes) -> str:
    """Return the delimiter that shows an email column, or most columns where several do."""
    try:
        line = source.first()
        if line is None:
            raise MistakeError("The file is empty.", hint=HINT)
        return max(_DELIMITERS, key=lambda delimiter: shows_email(line, delimiter, wishes))
    except csv.Error as error:
        raise _unreadable(source.number) from error


def _row(record: Record | Problem, header: Header, now: datetime) -> Row | Problem:
    if isinstance(record, Problem):
        return record
    cells = record.cells
    if len(cells) > header.width and any(cell.strip() for cell in cells[header.width :]):
        return Problem(record.line, "The row has more cells than the header.", tuple(cells))
    try:
        return _person(record.line, header.cells(cells), now)
    except _RejectedError as error:
        return Problem(record.line, str(error), tuple(cells))


def _person(line: int, cells: tuple[str, ...], now: datetime) -> Row:
    email, first_name, last_name, postcode, segments, at, source, wording, status = cells
    address = _email(email)
    described = (first_name, last_name, postcode, segments)
    state = _status(status)
    if state is SubscriberState.UNSUBSCRIBED:
        return Row(line, _objector(address, described))
    consent, missing = _consent(at, source, wording, now)
    if state is None:
        state = _implied(missing)
    if missing and state is SubscriberState.CONFIRMED:
        raise _RejectedError(
            f"Confirmed, yet without {' and '.join(missing)}: only proven consent is mailed."
        )
    return Row(line, _described(address, described, state), consent)


def _email(cell: str) -> str:
    try:
        return parse_address(unguard(cell))
    except MistakeError as error:
        raise _RejectedError(error.message) from error


@lru_cache(_REMEMBERED)
def _status(cell: str) -> SubscriberState | None:
    written = cell.strip().casefold()
    written = _OTHER_STATES.get(written, written)
    if not written:
        return None
    if written not in _STATES:
        # What stands there is not repeated: in a shifted row it may be an address.
        raise _RejectedError(f"The status is none of {', '.join(_STATES)}.")
    return SubscriberState(written)


def _implied(missing: tuple[str, ...]) -> SubscriberState:
    if not missing:
        return SubscriberState.CONFIRMED
    if len(missing) == len(_PROOF):
        return SubscriberState.PENDING
    raise _RejectedError(
        f"The consent lacks {' and '.join(missing)}: complete it, or write status pending."
    )


_Described = tuple[str, str, str, str]


def _objector(email: str, described: _Described) -> Subscriber:
    """Take an objection whatever else is wrong in its row: it is never lost."""
    try:
        return _described(email, described, SubscriberState.UNSUBSCRIBED)
    except _RejectedError:
        return Subscriber(email, state=SubscriberState.UNSUBSCRIBED)


def _described(email: str, described: _Described, state: SubscriberState) -> Subscriber:
    first_name, last_name, postcode, segments = described
    return Subscriber(
        email,
        _name(first_name, "first_name"),
        _name(last_name, "last_name"),
        _name(postcode, "postcode").upper(),
        _segments(segments),
        state,
    )


def _safe(cell: str, column: str) -> str:
    text = unguard(cell.strip())
    if not text.isprintable() and _UNSAFE.search(text):
        raise _RejectedError(f"There is a control character in {column}.")
    return text


def _name(cell: str, column: str) -> str:
    """Return one line of text: runs of white space, line breaks too, become one space."""
    if len(cell) <= LONGEST_NAME and cell.isprintable() and not _UNTIDY.search(cell):
        return cell.strip()  # as nearly every cell is
    name = " ".join(_safe(cell, column).split())
    if len(name) > LONGEST_NAME:
        raise _RejectedError(f"The {column} is longer than {LONGEST_NAME} characters.")
    return name


@lru_cache(_REMEMBERED)
def _segments(cell: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for part in _parts(_safe(cell, "segments")):
        segment = _segment(" ".join(part.split()))
        if segment:
            found.setdefault(fold_label(segment), segment)
    if len(found) > MOST_SEGMENTS:
        raise _RejectedError(f"There are more than {MOST_SEGMENTS} segments.")
    return tuple(found[folded] for folded in sorted(found))


def _parts(text: str) -> list[str]:
    """Cut at semicolons; Mailchimp instead writes each tag in quotation marks: "a","b"."""
    if ";" not in text and re.fullmatch(r'\s*"[^"]*"\s*(,\s*"[^"]*"\s*)*', text):
        return re.findall(r'"([^"]*)"', text)
    return text.split(";")


def _segment(text: str) -> str:
    if len(text) > LONGEST_NAME:
        raise _RejectedError(f"A segment is longer than {LONGEST_NAME} characters.")
    prefix, colon, name = text.partition(":")
    kind = prefix.strip().casefold()
    if not colon or kind not in set(Kind):
        return text
    if not name.strip():
        raise _RejectedError(f"A segment says {kind}: and names none.")
    return label(Kind(kind), name.strip())


_PROOF = ("consent_at", "consent_source", "consent_wording")


def _consent(
    at: str, source: str, wording: str, now: datetime
) -> tuple[Consent | None, tuple[str, ...]]:
    """Return the proof if it is complete, and what it lacks."""
    origin = _source(source)
    words = _wording(wording)
    moment = _moment(at.strip()) if at.strip() else None
    if moment is not None and moment > now:
        raise _RejectedError("The consent_at is in the future.")
    if moment and origin and words:
        return Consent(moment, origin, words), ()
    found = zip(_PROOF, (moment, origin, words), strict=True)
    return None, tuple(column for column, value in found if not value)


@lru_cache(_REMEMBERED)
def _source(cell: str) -> str:
    source = _name(cell, "consent_source")
    for word in re.findall(r"\w+", source.casefold()):
        if word in _NO_CONSENT:
            raise _RejectedError(f"The consent_source will not do: {_NO_CONSENT[word]}.")
    return source


@lru_cache(_REMEMBERED)
def _wording(cell: str) -> str:
    wording = "\n".join(_safe(cell, "consent_wording").splitlines())
    if len(wording) > LONGEST_WORDING:
        raise _RejectedError(f"The consent_wording is longer than {LONGEST_WORDING} characters.")
    return wording


@lru_cache(_REMEMBERED)
def _moment(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(unguard(written))
        local = at if at.tzinfo else at.replace(tzinfo=LONDON)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _RejectedError(
            "The consent_at is not a date like 2019-02-18 or 2019-02-18T17:00."
        ) from None


def prove(at: datetime, source: str, wording: str) -> Consent:
    """Return the proof of a consent that is typed in. Raises MistakeError for what proves none."""
    try:
        consent, missing = _consent(at.isoformat(), source, wording, at)
    except _RejectedError as error:
        raise MistakeError(str(error)) from error
    if consent is None:
        raise MistakeError(f"The proof lacks {' and '.join(missing)}.", hint="Write it out.")
    return consent
