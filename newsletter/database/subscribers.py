"""Answer for the people on record: take them in, list them, count them, suppress them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, case, func, literal, select

from newsletter.audience.address import fold, parse_address
from newsletter.audience.merging import suppress
from newsletter.audience.segments import parse_segment
from newsletter.audience.subscriber import Subscriber, SubscriberState, SuppressionReason
from newsletter.database.audience import AudienceSummary, is_suppressed, summary
from newsletter.database.connections import Connections, Lock
from newsletter.database.importing import ImportResult, Recorder, import_rows
from newsletter.database.people import Pen, known_people, segments_of, write_people
from newsletter.database.schema import subscribers, suppressions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from newsletter.audience.records import Problem
    from newsletter.audience.spreadsheet import Row

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Subscribers:
    """The people on record in one database."""

    connections: Connections
    now: Callable[[], datetime]
    token: Callable[[], str]

    def import_rows(
        self, rows: Iterable[Row | Problem], *, file_name: str = "", recorded_by: str = "import"
    ) -> ImportResult:
        """Store what the rows of a spreadsheet say, a thousand at a time."""
        # A file's name may hold bytes that are no text, which no database would take.
        name = file_name.encode(errors="replace").decode()
        recorder = Recorder(name, recorded_by, self.now, self.token)
        return import_rows(self.connections, rows, recorder)

    def suppress(
        self, address: str, reason: SuppressionReason, *, source: str, recorded_by: str
    ) -> None:
        """See to it that an address is never mailed, whether it is on the list or not.

        An earlier suppression stays as it is. Raises MistakeError for what is no address.
        """
        folded = fold(parse_address(address))
        pen = Pen(self.now(), self.token, recorded_by, reason, source)
        with self.connections.writing(Lock.AUDIENCE) as connection:
            person = known_people(connection, [folded])[folded]
            after = suppress(person.after, reason, now=pen.now, source=source)
            write_people(connection, [replace(person, after=after)], pen)

    def listing(self) -> Iterator[Subscriber]:
        """Yield everybody in the order in which they came, without holding all in memory."""
        with self.connections.reading() as connection:
            last = 0
            while page := connection.execute(
                select(subscribers, _state().label("standing"))
                .where(subscribers.c.id > last)
                .order_by(subscribers.c.id)
                .limit(_PAGE)
            ).all():
                last = page[-1].id
                segments = segments_of(connection, [row.id for row in page])
                for row in page:
                    yield Subscriber(
                        email=row.email,
                        first_name=row.first_name,
                        last_name=row.last_name,
                        postcode=row.postcode,
                        segments=tuple(segments.get(row.id, ())),
                        state=SubscriberState(row.standing),
                    )

    def counts(self) -> dict[str, int]:
        """Return how many people are in each state, states without anybody included."""
        state = _state().label("standing")
        with self.connections.reading() as connection:
            found = connection.execute(select(state, func.count()).group_by(state)).all()
        return dict.fromkeys(map(str, SubscriberState), 0) | {row[0]: row[1] for row in found}

    def audience(self, segment: str) -> AudienceSummary:
        """Count who would get an issue for `segment`. Raises MistakeError for a bad one."""
        tree = parse_segment(segment)
        with self.connections.reading() as connection:
            return summary(connection, tree)


def _state() -> ColumnElement[str]:
    """Return a person's state: a suppression says more than what they once agreed to."""
    reason = (
        select(suppressions.c.reason)
        .where(suppressions.c.email_folded == subscribers.c.email_folded)
        .scalar_subquery()
    )
    return case(
        (reason == SuppressionReason.UNSUBSCRIBED, literal(SubscriberState.UNSUBSCRIBED.value)),
        (is_suppressed(), literal(SubscriberState.SUPPRESSED.value)),
        else_=subscribers.c.state,
    )
