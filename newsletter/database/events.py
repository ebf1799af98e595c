"""Store the carrier's reports once each, and settle deliveries by them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, insert, select, update

from newsletter.database.connections import Connections, Lock
from newsletter.database.pseudonyms import PREFIX
from newsletter.database.schema import (
    dispatch_recipients,
    dispatches,
    events,
    recipient_outcomes,
)
from newsletter.delivery import State
from newsletter.delivery.timetable import LAST_CANCEL
from newsletter.events import RANKS, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_PAGE = 500  # events in a statement; each takes four of SQLite's parameters

_Whom = tuple[str, str]
_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Events:
    """The events in one database."""

    connections: Connections
    now: Callable[[], datetime]

    def addresses(self, reports: Sequence[Event]) -> dict[_Whom, str]:
        """Return the address that each (dispatch, recipient) had when it was frozen.

        Of whoever has been erased since there is none.
        """
        with self.connections.reading() as connection:
            found = _people(connection, reports)
        return {whom: row.email for whom, row in found.items() if not _is_erased(row)}

    def unknown(self, reports: Sequence[Event]) -> list[Event]:
        """Return those that are not stored yet, each once."""
        with self.connections.reading() as connection:
            return _unknown(connection, reports)

    def record(self, reports: Sequence[Event], *, hints: Sequence[Event] = ()) -> int:
        """Store each event once and settle the deliveries; return how many were new.

        `hints` settle deliveries, too, and are not stored. All are committed together.
        """
        with self.connections.writing(Lock.DISPATCHES) as connection:
            new = _unknown(connection, reports)
            people = _people(connection, [*new, *hints])
            new, hints = _discreet(new, people), _discreet(hints, people)
            self._store(connection, new)
            _settle(connection, _highest([*new, *hints], people))
            return len(new)

    def _store(self, connection: Connection, new: Sequence[Event]) -> None:
        if new:
            now = self.now()
            connection.execute(
                insert(events),
                [
                    {
                        "dispatch": report.dispatch,
                        "recipient": report.recipient,
                        "event": report.name,
                        "at": report.at,
                        "raw": report.raw,
                        "received_at": now,
                    }
                    for report in new
                ],
            )


def _unknown(connection: Connection, reports: Sequence[Event]) -> list[Event]:
    by_key = {_key(report): report for report in reports}
    columns = (events.c.dispatch, events.c.recipient, events.c.event, events.c.at)
    for page in _pages(list(by_key)):
        # SQLite reads the whole table where rows are compared with rows.
        stored = select(*columns).where(
            events.c.dispatch.in_(sorted({key[0] for key in page})),
            events.c.recipient.in_(sorted({key[1] for key in page})),
        )
        for row in connection.execute(stored):
            by_key.pop((row.dispatch, row.recipient, row.event, row.at), None)
    return list(by_key.values())


def _discreet(reports: Sequence[Event], people: Mapping[_Whom, Any]) -> list[Event]:
    """Have reports about whoever has been erased tell nothing but what became of the message."""
    erased = {whom for whom, row in people.items() if _is_erased(row)}
    return [
        replace(report, raw="{}", reason="")
        if (report.dispatch, report.recipient) in erased
        else report
        for report in reports
    ]


def _is_erased(row: Any) -> bool:  # noqa: ANN401  # a row of SQLAlchemy's
    return str(row.email_folded).startswith(PREFIX)


def _key(report: Event) -> tuple[str, str, str, datetime]:
    return report.dispatch, report.recipient, report.name, report.at


def _pages(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + _PAGE] for start in range(0, len(items), _PAGE))


def _people(connection: Connection, reports: Iterable[Event]) -> dict[_Whom, Any]:
    """Find the frozen recipients whom the reports are about."""
    keys = sorted({report.recipient for report in reports if report.dispatch})
    found: dict[_Whom, Any] = {}
    for page in _pages(keys):
        statement = (
            select(
                dispatches.c.key.label("dispatch"),
                dispatches.c.send_at,
                dispatch_recipients.c.key,
                dispatch_recipients.c.dispatch_id,
                dispatch_recipients.c.position,
                dispatch_recipients.c.email,
                dispatch_recipients.c.email_folded,
            )
            .join(dispatches, dispatches.c.id == dispatch_recipients.c.dispatch_id)
            .where(dispatch_recipients.c.key.in_(page))
        )
        for row in connection.execute(statement):
            found[row.dispatch, row.key] = row
    return found


def _highest(reports: Iterable[Event], people: dict[_Whom, Any]) -> dict[_Place, Event]:
    """Return for each delivery the report that proves the most."""
    highest: dict[_Place, Event] = {}
    for report in reports:
        row = people.get((report.dispatch, report.recipient))
        if row is None or report.fate is None or _is_only_held(report, row.send_at):
            continue
        place = (row.dispatch_id, row.position)
        if place not in highest or _rank(report.fate) > _rank(highest[place].fate):
            highest[place] = report
    return highest


def _is_only_held(report: Event, send_at: datetime | None) -> bool:
    """Whether a carrier has taken in what it may still be told to drop: that proves nothing.

    In the last minutes it cannot, and its clock may be a little slow.
    """
    if report.fate != State.ACCEPTED or send_at is None:
        return False
    return report.at < send_at - LAST_CANCEL


def _rank(fate: str | None) -> int:
    """Return how much a fate proves; what the office itself noted gives way to any report."""
    return RANKS.index(fate) if fate in RANKS else -1


def _settle(connection: Connection, reports: dict[_Place, Event]) -> None:
    """Write down what the reports prove, where it is more than is known."""
    known = _known(connection, reports)
    fresh = [_outcome(place, report) for place, report in reports.items() if place not in known]
    if fresh:
        connection.execute(insert(recipient_outcomes), fresh)
    risen = [
        {"of": place[0], "at_place": place[1], **_outcome(place, reports[place])}
        for place, state in known.items()
        if _rank(reports[place].fate) > _rank(state)
    ]
    if risen:
        columns = recipient_outcomes.c
        mine = and_(
            columns.dispatch_id == bindparam("of"), columns.position == bindparam("at_place")
        )
        connection.execute(update(recipient_outcomes).where(mine), risen)


def _known(connection: Connection, reports: dict[_Place, Event]) -> dict[_Place, str]:
    """Return the state of each delivery that has one."""
    known: dict[_Place, str] = {}
    for page in _pages(list(reports)):
        outcomes = select(recipient_outcomes).where(
            recipient_outcomes.c.dispatch_id.in_(sorted({place[0] for place in page})),
            recipient_outcomes.c.position.in_(sorted({place[1] for place in page})),
        )
        for row in connection.execute(outcomes):
            known[row.dispatch_id, row.position] = row.state
    return {place: state for place, state in known.items() if place in reports}


def _outcome(place: _Place, report: Event) -> dict[str, Any]:
    return {
        "dispatch_id": place[0],
        "position": place[1],
        "state": report.fate,
        "reason": report.reason,
        "at": report.at,
    }
