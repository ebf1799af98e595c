"""Store the carrier's reports once each, and settle deliveries by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select, tuple_, update

from newsletter.database.connections import Connections, Lock
from newsletter.database.schema import (
    dispatch_recipients,
    dispatches,
    events,
    recipient_outcomes,
)
from newsletter.events import RANKS, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
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
        """Return the address that each (dispatch, recipient) had when it was frozen."""
        with self.connections.reading() as connection:
            found = _people(connection, reports)
        return {whom: row.email for whom, row in found.items()}

    def record(self, reports: Sequence[Event]) -> int:
        """Store each event once and settle the deliveries; return how many were new.

        All of them are committed together.
        """
        with self.connections.writing(Lock.DISPATCHES) as connection:
            new = self._store(connection, reports)
            people = _people(connection, new)
            _settle(connection, _highest(new, people))
            return len(new)

    def _store(self, connection: Connection, reports: Sequence[Event]) -> list[Event]:
        """Store what is not there yet, and return it."""
        by_key = {_key(report): report for report in reports}
        for page in _pages(list(by_key)):
            columns = tuple_(events.c.dispatch, events.c.recipient, events.c.event, events.c.at)
            for row in connection.execute(
                select(events.c.dispatch, events.c.recipient, events.c.event, events.c.at).where(
                    columns.in_(page)
                )
            ):
                by_key.pop((row.dispatch, row.recipient, row.event, row.at), None)
        if by_key:
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
                    for report in by_key.values()
                ],
            )
        return list(by_key.values())


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
                dispatch_recipients.c.key,
                dispatch_recipients.c.dispatch_id,
                dispatch_recipients.c.position,
                dispatch_recipients.c.email,
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
        if row is None or report.fate is None:
            continue
        place = (row.dispatch_id, row.position)
        if place not in highest or _rank(report.fate) > _rank(highest[place].fate):
            highest[place] = report
    return highest


def _rank(fate: str | None) -> int:
    """Return how much a fate proves; what the office itself noted gives way to any report."""
    return RANKS.index(fate) if fate in RANKS else -1


def _settle(connection: Connection, reports: dict[_Place, Event]) -> None:
    places = list(reports)
    known: dict[_Place, str] = {}
    for page in _pages(places):
        columns = tuple_(recipient_outcomes.c.dispatch_id, recipient_outcomes.c.position)
        for row in connection.execute(select(recipient_outcomes).where(columns.in_(page))):
            known[row.dispatch_id, row.position] = row.state
    fresh = [place for place in places if place not in known]
    if fresh:
        connection.execute(
            insert(recipient_outcomes), [_outcome(place, reports[place]) for place in fresh]
        )
    for place, state in known.items():
        if _rank(reports[place].fate) > _rank(state):
            connection.execute(
                update(recipient_outcomes)
                .where(
                    and_(
                        recipient_outcomes.c.dispatch_id == place[0],
                        recipient_outcomes.c.position == place[1],
                    )
                )
                .values(_outcome(place, reports[place]))
            )


def _outcome(place: _Place, report: Event) -> dict[str, Any]:
    return {
        "dispatch_id": place[0],
        "position": place[1],
        "state": report.fate,
        "reason": report.reason,
        "at": report.at,
    }
