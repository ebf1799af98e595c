"""Put a segment into SQL: who is in it, and who of them may be mailed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, not_, or_, select, true

from newsletter.audience.segments import And, Everybody, Named, Not, fold_label
from newsletter.audience.subscriber import SubscriberState
from newsletter.database.schema import subscriber_segments, subscribers, suppressions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection

    from newsletter.audience.seat import Seat
    from newsletter.audience.segments import Segment


@dataclass(frozen=True, slots=True)
class AudienceSummary:
    """How many of a segment get an issue, and how many are left out, and why.

    `seat` says how many of the recipients live in the seat, out of it, or nobody knows where;
    it is empty for an office that has no list of postcodes.
    """

    recipients: int
    suppressed: int
    unconfirmed: int
    seat: Mapping[str, int] = field(default_factory=dict)


def in_segment(segment: Segment) -> ColumnElement[bool]:
    """Return the condition for a row of `subscribers` to be in the segment."""
    if isinstance(segment, Everybody):
        return true()
    if isinstance(segment, Named):
        return (
            exists()
            .where(
                subscriber_segments.c.subscriber_id == subscribers.c.id,
                subscriber_segments.c.segment_folded == fold_label(segment.label),
            )
            .correlate(subscribers)  # whoever counts segments has that table, too
        )
    if isinstance(segment, Not):
        return not_(in_segment(segment.part))
    parts = map(in_segment, segment.parts)
    return and_(*parts) if isinstance(segment, And) else or_(*parts)


def is_suppressed() -> ColumnElement[bool]:
    """Return the condition for a row of `subscribers` never to be mailed."""
    return exists().where(suppressions.c.email_folded == subscribers.c.email_folded)


def may_be_mailed() -> ColumnElement[bool]:
    """Return the condition for a row of `subscribers` to get what its segment gets."""
    return and_(subscribers.c.state == SubscriberState.CONFIRMED, not_(is_suppressed()))


def summary(connection: Connection, segment: Segment, seat: Seat | None = None) -> AudienceSummary:
    """Count the segment; whoever is both suppressed and unconfirmed counts as suppressed."""
    total, recipients, unconfirmed = connection.execute(
        select(
            func.count(),
            func.count().filter(may_be_mailed()),
            func.count().filter(
                subscribers.c.state == SubscriberState.PENDING, not_(is_suppressed())
            ),
        )
        .select_from(subscribers)
        .where(in_segment(segment))
    ).one()
    mailed = and_(may_be_mailed(), in_segment(segment))
    return AudienceSummary(
        recipients=recipients,
        suppressed=total - recipients - unconfirmed,
        unconfirmed=unconfirmed,
        seat=residences(connection, mailed, seat) if seat else {},
    )


def residences(
    connection: Connection, condition: ColumnElement[bool], seat: Seat
) -> dict[str, int]:
    """Count by residence; no more is held than a seat has postcodes."""
    statement = (
        select(subscribers.c.postcode, func.count())
        .where(condition)
        .group_by(subscribers.c.postcode)
    )
    rows = connection.execution_options(yield_per=1_000).execute(statement)
    return seat.count((row[0], row[1]) for row in rows)
