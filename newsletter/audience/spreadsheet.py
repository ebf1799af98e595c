"""Read subscribers from a CSV file, row by row, and say what is wrong with the others."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.audience.address import parse_address
from newsletter.audience.cells import (
    RejectedError,
    is_tidy,
    moment_of,
    name_of,
    segments_of,
    source_of,
    wording_of,
)
from newsletter.audience.formulas import unguard
from newsletter.audience.header import COLUMNS, HINT, NO_WISHES, Header, Wishes, shows_email
from newsletter.audience.records import Lines, Problem, Record, records
from newsletter.audience.subscriber import Consent, Subscriber, SubscriberState
from newsletter.errors import MistakeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

__all__ = ["COLUMNS", "Row", "Spreadsheet", "read_spreadsheet"]

_DELIMITERS = (",", ";", "\t")
_TOLD = re.compile('\ufeff?"?sep=([,;\t|:])"?', re.IGNORECASE)
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
_REMEMBERED = 2_000  # lists repeat their words and their days


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
        rows=_rows(found, header, now),
        columns=tuple(first.cells),
        ignored=header.ignored,
    )


def _unreadable(line: int) -> MistakeError:
    return MistakeError("The header cannot be read.", hint=HINT, line=line)


def _delimiter(source: Lines, wishes: Wishes) -> str:
    """Return the delimiter that shows an email column, or most columns where several do.

    Excel is told it by a line of its own before the header, which is left behind.
    """
    try:
        line = _first(source)
        if told := _TOLD.fullmatch(line.rstrip("\r\n")):
            next(source)
            source.done()
            _first(source)
            return told[1]
        return max(_DELIMITERS, key=lambda delimiter: shows_email(line, delimiter, wishes))
    except csv.Error as error:
        raise _unreadable(source.number) from error


def _first(source: Lines) -> str:
    line = source.first()
    if line is None:
        raise MistakeError("The file is empty.", hint=HINT)
    return line


def _rows(
    found: Iterable[Record | Problem], header: Header, now: datetime
) -> Iterator[Row | Problem]:
    for record in found:
        if isinstance(record, Problem):
            yield record
            continue
        cells = record.cells
        try:
            if len(cells) > header.width:
                _refuse_more(cells[header.width :])
            yield _person(record.line, header.cells(cells), now)
        except RejectedError as error:
            yield Problem(record.line, str(error), tuple(cells))


def _refuse_more(cells: Iterable[str]) -> None:
    if any(cell.strip() for cell in cells):
        raise RejectedError("The row has more cells than the header.")


def _person(line: int, cells: tuple[str, ...], now: datetime) -> Row:
    email, first_name, last_name, postcode, segments, at, source, wording, status = cells
    address = _email(email)
    described = (first_name, last_name, postcode, segments)
    state, consent = _standing(status, at, source, wording, now)
    if state is SubscriberState.UNSUBSCRIBED:
        return Row(line, _objector(address, described))
    return Row(line, _described(address, described, state), consent)


def _email(cell: str) -> str:
    try:
        return parse_address(unguard(cell))
    except MistakeError as error:
        raise RejectedError(error.message) from error


@lru_cache(_REMEMBERED)
def _standing(
    status: str, at: str, source: str, wording: str, now: datetime
) -> tuple[SubscriberState, Consent | None]:
    state = _status(status)
    if state is SubscriberState.UNSUBSCRIBED:
        return state, None
    consent, missing = _consent(at, source, wording, now)
    if state is None:
        state = _implied(missing)
    if missing and state is SubscriberState.CONFIRMED:
        raise RejectedError(
            f"Confirmed, yet without {' and '.join(missing)}: only proven consent is mailed."
        )
    return state, consent


@lru_cache(_REMEMBERED)
def _status(cell: str) -> SubscriberState | None:
    written = cell.strip().casefold()
    written = _OTHER_STATES.get(written, written)
    if not written:
        return None
    if written not in _STATES:
        # What stands there is not repeated: in a shifted row it may be an address.
        raise RejectedError(f"The status is none of {', '.join(_STATES)}.")
    return SubscriberState(written)


def _implied(missing: tuple[str, ...]) -> SubscriberState:
    if not missing:
        return SubscriberState.CONFIRMED
    if len(missing) == len(_PROOF):
        return SubscriberState.PENDING
    raise RejectedError(
        f"The consent lacks {' and '.join(missing)}: complete it, or write status pending."
    )


_Described = tuple[str, str, str, str]


def _objector(email: str, described: _Described) -> Subscriber:
    """Take an objection whatever else is wrong in its row: it is never lost."""
    try:
        return _described(email, described, SubscriberState.UNSUBSCRIBED)
    except RejectedError:
        return Subscriber(email, state=SubscriberState.UNSUBSCRIBED)


def _described(email: str, described: _Described, state: SubscriberState) -> Subscriber:
    first_name, last_name, postcode, segments = described
    if is_tidy(first_name + last_name + postcode):  # as nearly all are
        return Subscriber(
            email,
            first_name.strip(),
            last_name.strip(),
            postcode.strip().upper(),
            segments_of(segments),
            state,
        )
    return Subscriber(
        email,
        name_of(first_name, "first_name"),
        name_of(last_name, "last_name"),
        name_of(postcode, "postcode").upper(),
        segments_of(segments),
        state,
    )


_PROOF = ("consent_at", "consent_source", "consent_wording")


def _consent(
    at: str, source: str, wording: str, now: datetime
) -> tuple[Consent | None, tuple[str, ...]]:
    """Return the proof if it is complete, and what it lacks."""
    origin = source_of(source)
    words = wording_of(wording)
    moment = moment_of(at.strip()) if at.strip() else None
    if moment is not None and moment > now:
        raise RejectedError("The consent_at is in the future.")
    if moment and origin and words:
        return Consent(moment, origin, words), ()
    found = zip(_PROOF, (moment, origin, words), strict=True)
    return None, tuple(column for column, value in found if not value)


def prove(at: datetime, source: str, wording: str) -> Consent:
    """Return the proof of a consent that is typed in. Raises MistakeError for what proves none."""
    try:
        consent, missing = _consent(at.isoformat(), source, wording, at)
    except RejectedError as error:
        raise MistakeError(str(error)) from error
    if consent is None:
        raise MistakeError(f"The proof lacks {' and '.join(missing)}.", hint="Write it out.")
    return consent
