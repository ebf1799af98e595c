"""Read subscribers from a CSV file, row by row, and say what is wrong with the others."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.audience.address import parse_address
from newsletter.audience.records import Lines, Problem, Record, records
from newsletter.audience.segments import Kind, fold_label, label
from newsletter.audience.subscriber import Consent, Subscriber, SubscriberState
from newsletter.errors import MistakeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "postcode",
    "segments",
    "consent_at",
    "consent_source",
    "consent_wording",
    "status",
)
LONGEST_NAME = 200
LONGEST_WORDING = 10_000
MOST_SEGMENTS = 100

_LONDON = ZoneInfo("Europe/London")
_DELIMITERS = (",", ";", "\t")
_STATES = ("confirmed", "pending", "unsubscribed")
_PROOF = ("consent_at", "consent_source", "consent_wording")
_NO_CONSENT = {
    "casework": "casework addresses are not consent",
    "purchased": "purchased addresses are not consent",
}
# Controls, the marks that turn the direction of text, and halves of characters: none of
# them belongs in a name, and each has been used to forge headers or to hide text.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One person as a row describes them; `consent` is there only if it is complete."""

    line: int
    subscriber: Subscriber
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """Rows yet to be read; `ignored` names the columns that mean nothing to us."""

    rows: Iterator[Row | Problem]
    ignored: tuple[str, ...]


class _RejectedError(Exception):
    """One row cannot be used; the text says why."""


def read_spreadsheet(lines: Iterable[str], *, now: datetime) -> Spreadsheet:
    """Read the header at once, and the rows as they are asked for.

    `lines` are physical lines, with or without their endings. `now` is in UTC: consent
    cannot lie in the future. Raises MistakeError if the header cannot be used.
    """
    source = Lines(lines)
    found = records(source, _delimiter(source))
    header = next(found, None)
    if not isinstance(header, Record):
        raise _unreadable(source.number)
    columns = [_column(cell) for cell in header.cells]
    for column in COLUMNS:
        if columns.count(column) > 1:
            raise MistakeError(f"The column {column} is there twice.", line=header.line)
    if "email" not in columns:
        raise MistakeError("There is no email column.", hint=_header_hint(), line=header.line)
    return Spreadsheet(
        rows=(_row(record, columns, now) for record in found),
        ignored=_ignored(columns),
    )


def _header_hint() -> str:
    return f"The first line names the columns: {','.join(COLUMNS)}."


def _unreadable(line: int) -> MistakeError:
    return MistakeError("The header cannot be read.", hint=_header_hint(), line=line)


def _delimiter(source: Lines) -> str:
    """Return the delimiter that shows an email column, or most columns where several do."""
    try:
        line = source.first()
        if line is None:
            raise MistakeError("The file is empty.", hint=_header_hint())
        return max(_DELIMITERS, key=lambda delimiter: _worth(line, delimiter))
    except csv.Error as error:
        raise _unreadable(source.number) from error


def _worth(line: str, delimiter: str) -> tuple[bool, int]:
    # Not strict: a quoted cell may go on in the next line.
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return "email" in map(_column, cells), len(cells)


def _column(cell: str) -> str:
    return re.sub(r"[\s_-]+", "_", cell.strip("\ufeff \t\r\n").casefold())


def _ignored(columns: list[str]) -> tuple[str, ...]:
    """Name unknown columns; by number if the cell may not be a name but somebody's data."""
    return tuple(
        column if re.fullmatch(r"\w{1,40}", column) else f"column {number}"
        for number, column in enumerate(columns, start=1)
        if column not in COLUMNS
    )


def _row(record: Record | Problem, columns: list[str], now: datetime) -> Row | Problem:
    if isinstance(record, Problem):
        return record
    if any(cell.strip() for cell in record.cells[len(columns) :]):
        return Problem(record.line, "The row has more cells than the header.")
    try:
        return _person(record.line, dict(zip(columns, record.cells, strict=False)), now)
    except _RejectedError as error:
        return Problem(record.line, str(error))


def _person(line: int, cells: Mapping[str, str], now: datetime) -> Row:
    email = _email(cells)
    status = _status(cells)
    if status is SubscriberState.UNSUBSCRIBED:
        return Row(line, _objector(email, cells))
    consent = _consent(cells, now)
    missing = [column for column in _PROOF if not _trimmed(cells, column)]
    if status is None:
        status = _implied(missing)
    if status is SubscriberState.CONFIRMED and missing:
        raise _RejectedError(
            f"Confirmed, yet without {' and '.join(missing)}: only proven consent is mailed."
        )
    return Row(line, _described(email, cells, status), consent)


def _email(cells: Mapping[str, str]) -> str:
    try:
        return parse_address(cells.get("email", ""))
    except MistakeError as error:
        raise _RejectedError(error.message) from error


def _status(cells: Mapping[str, str]) -> SubscriberState | None:
    written = _trimmed(cells, "status").casefold()
    if not written:
        return None
    if written not in _STATES:
        # What stands there is not repeated: in a shifted row it may be an address.
        raise _RejectedError(f"The status is none of {', '.join(_STATES)}.")
    return SubscriberState(written)


def _implied(missing: list[str]) -> SubscriberState:
    if not missing:
        return SubscriberState.CONFIRMED
    if len(missing) == len(_PROOF):
        return SubscriberState.PENDING
    raise _RejectedError(
        f"The consent lacks {' and '.join(missing)}: complete it, or write status pending."
    )


def _objector(email: str, cells: Mapping[str, str]) -> Subscriber:
    """Take an objection whatever else is wrong in its row: it is never lost."""
    try:
        return _described(email, cells, SubscriberState.UNSUBSCRIBED)
    except _RejectedError:
        return Subscriber(email, state=SubscriberState.UNSUBSCRIBED)


def _described(email: str, cells: Mapping[str, str], state: SubscriberState) -> Subscriber:
    return Subscriber(
        email=email,
        first_name=_name(cells, "first_name"),
        last_name=_name(cells, "last_name"),
        postcode=_name(cells, "postcode").upper(),
        segments=_segments(cells),
        state=state,
    )


def _trimmed(cells: Mapping[str, str], column: str) -> str:
    return cells.get(column, "").strip()


def _safe(cells: Mapping[str, str], column: str) -> str:
    text = _trimmed(cells, column)
    if _UNSAFE.search(text):
        raise _RejectedError(f"There is a control character in {column}.")
    return text


def _name(cells: Mapping[str, str], column: str) -> str:
    """Return one line of text: runs of white space, line breaks too, become one space."""
    name = " ".join(_safe(cells, column).split())
    if len(name) > LONGEST_NAME:
        raise _RejectedError(f"The {column} is longer than {LONGEST_NAME} characters.")
    return name


def _segments(cells: Mapping[str, str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for part in _safe(cells, "segments").split(";"):
        segment = _segment(" ".join(part.split()))
        if segment:
            found.setdefault(fold_label(segment), segment)
    if len(found) > MOST_SEGMENTS:
        raise _RejectedError(f"There are more than {MOST_SEGMENTS} segments.")
    return tuple(found[folded] for folded in sorted(found))


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


def _consent(cells: Mapping[str, str], now: datetime) -> Consent | None:
    source = _name(cells, "consent_source")
    for word in re.findall(r"\w+", source.casefold()):
        if word in _NO_CONSENT:
            raise _RejectedError(f"The consent_source will not do: {_NO_CONSENT[word]}.")
    wording = "\n".join(_safe(cells, "consent_wording").splitlines())
    if len(wording) > LONGEST_WORDING:
        raise _RejectedError(f"The consent_wording is longer than {LONGEST_WORDING} characters.")
    written = _trimmed(cells, "consent_at")
    at = _moment(written, now) if written else None
    return Consent(at, source, wording) if at and source and wording else None


def _moment(written: str, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(written)
        local = at if at.tzinfo else at.replace(tzinfo=_LONDON)
        moment = local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _RejectedError(
            "The consent_at is not a date like 2019-02-18 or 2019-02-18T17:00."
        ) from None
    if moment > now:
        raise _RejectedError("The consent_at is in the future.")
    return moment
