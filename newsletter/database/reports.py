"""Count for a report what became of an issue or of all of them, and how the list fares."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, true

from newsletter.database import counting, membership
from newsletter.database.connections import Connections
from newsletter.database.dispatch import Kind
from newsletter.database.editions import thaw
from newsletter.database.guards import CANCELLED
from newsletter.database.listing import count_states
from newsletter.database.reporting import progress_of
from newsletter.database.schema import dispatches
from newsletter.database.slips import late_start
from newsletter.database.tallies import Tally
from newsletter.report.facts import (
    RECENT,
    WINDOW,
    DispatchFacts,
    IssueFacts,
    IssueLine,
    OverallFacts,
)
from newsletter.report.providers import by_provider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

_REPORTED = ("delivered", "deferred", "bounced", "complained")
"""Fates that only a report of the carrier's can bring."""


@dataclass(frozen=True, slots=True)
class Reports:
    """What there is to report on in one database."""

    connections: Connections
    now: Callable[[], datetime]

    def issue(self, day: date) -> IssueFacts | None:
        """Count what became of an issue: of its rehearsal, where it was sent for real never.

        What was cancelled before anything left counts as never sent.
        """
        with self.connections.reading() as connection:
            rows = _rows(connection)
            mine = [row for row in rows if row.issue == day.isoformat()]
            real = _sent(connection, mine)
            rehearsed = [row for row in mine if row.kind == Kind.REHEARSAL]
            chosen = real or rehearsed[-1:]
            if not chosen:
                return None
            line = self._line(connection, chosen, _starts(connection, rows))
            return self._facts(connection, chosen, line, rehearsals=len(rehearsed))

    def overall(self) -> OverallFacts:
        """Count what became of all issues, and how the list fares."""
        now = self.now()
        with self.connections.reading() as connection:
            rows = _rows(connection)
            issues = _by_issue(_sent(connection, rows))
            starts = _starts(connection, rows)
            lines = [self._line(connection, issue, starts) for issue in issues]
            reported = [issue for issue, line in zip(issues, lines, strict=True) if line.is_known]
            ages, undated = membership.consent_ages(connection, now)
            return OverallFacts(
                issues=lines,
                rehearsals=sum(row.kind == Kind.REHEARSAL for row in rows),
                providers=by_provider(
                    domain
                    for issue in (reported or issues)[-RECENT:]
                    for domain in Tally(connection, issue, now).domains()
                ),
                months=membership.months(connection, now),
                ages=ages,
                undated=undated,
                standing=count_states(connection, true()),
                erased=membership.erased(connection),
                unreached=membership.unreached(connection, [issue[0] for issue in reported]),
            )

    def _line(
        self, connection: Connection, rows: Sequence[Row[Any]], starts: Sequence[datetime]
    ) -> IssueLine:
        """Return how an issue went in short; the next one to start ends what is told with it."""
        now = self.now()
        told = tuple(_dispatch(connection, row, now) for row in rows)
        start = told[0].began
        until = min([start + WINDOW, *(other for other in starts if other > start)])
        tally = Tally(connection, rows, now)
        people = told[0].counts if len(told) == 1 else tally.people()
        return IssueLine(
            dispatches=told,
            people={fate: number for fate, number in people.items() if number},
            left=tally.left(start, until),
            until=until,
        )

    def _facts(
        self,
        connection: Connection,
        rows: Sequence[Row[Any]],
        line: IssueLine,
        *,
        rehearsals: int,
    ) -> IssueFacts:
        tally = Tally(connection, rows, self.now())
        return IssueFacts(
            line=line,
            bounced=tally.reasons("bounced"),
            deferred=tally.reasons("deferred"),
            refused=tally.reasons("refused"),
            providers=by_provider(tally.domains()),
            segments=tally.segments(),
            hours=Tally(connection, rows[:1], self.now()).hours(line.first.began),
            readers=tally.readers(),
            rehearsals=rehearsals,
        )


def _rows(connection: Connection) -> Sequence[Row[Any]]:
    """Return all dispatches in the order of their issues, without what was in them."""
    columns = [column for column in dispatches.c if column.name != "edition"]
    order = (dispatches.c.issue, dispatches.c.kind, dispatches.c.serial)
    began = func.coalesce(
        late_start(),
        dispatches.c.send_at,
        dispatches.c.opened_at,
        type_=dispatches.c.opened_at.type,
    ).label("began")
    return connection.execute(select(*columns).add_columns(began).order_by(*order)).all()


def _sent(connection: Connection, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Return the real dispatches, but for those cancelled before anything left."""
    return [
        row
        for row in rows
        if row.kind == Kind.REAL
        and (row.halt != CANCELLED or counting.has_left(counting.count(connection, row.id)))
    ]


def _by_issue(rows: Iterable[Row[Any]]) -> list[list[Row[Any]]]:
    return [list(issue) for _, issue in groupby(rows, key=lambda row: str(row.issue))]


def _starts(connection: Connection, rows: Iterable[Row[Any]]) -> list[datetime]:
    """Return when each issue began to go out."""
    return [issue[0].began for issue in _by_issue(_sent(connection, rows))]


def _dispatch(connection: Connection, row: Row[Any], now: datetime) -> DispatchFacts:
    state, counts = progress_of(connection, row, now)
    edition = connection.scalar(select(dispatches.c.edition).where(dispatches.c.id == row.id))
    thawed = thaw(str(edition), row.digest)
    return DispatchFacts(
        issue=thawed.issue,
        subject=thawed.subject,
        kind=row.kind,
        purpose=row.purpose,
        serial=row.serial,
        transport=row.transport,
        state=state,
        began=row.began,
        recipients=row.recipients,
        counts=counts,
        is_reported=any(counts[fate] for fate in _REPORTED),
    )
