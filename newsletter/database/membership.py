"""Count who joined the list and who left it, how old consents are, and whom nothing reaches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, not_, select

from newsletter.database.audience import may_be_mailed
from newsletter.database.schema import (
    consents,
    dispatch_recipients,
    events,
    recipient_outcomes,
    subscribers,
    suppressions,
)
from newsletter.database.tallies import bins_of
from newsletter.events import CLICKED, OPENED
from newsletter.rendering.words import LONDON
from newsletter.report.facts import AGES, FAILURES, MONTHS, STREAK, MonthFacts, Unreached

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy import ColumnElement, Connection, Row, Select


def months(connection: Connection, now: datetime) -> list[MonthFacts]:
    """Return who joined and left in each of the last months in London, the present one last.

    Whoever left for a while counts as having stayed: joined is when they first agreed.
    """
    edges = _starts(now)
    first = (
        select(func.min(consents.c.at).label("at"))
        .where(consents.c.state == "confirmed")
        .group_by(consents.c.subscriber_id)
        .subquery()
    )
    joined = connection.execute(select(*bins_of(first.c.at, edges))).one()
    agreed = exists().where(
        consents.c.subscriber_id == subscribers.c.id, consents.c.state == "confirmed"
    )
    by_themselves = suppressions.c.reason == "unsubscribed"
    left = connection.execute(
        select(
            *bins_of(suppressions.c.at, edges, by_themselves),
            *bins_of(suppressions.c.at, edges, not_(by_themselves)),
        )
        .select_from(
            suppressions.join(
                subscribers, subscribers.c.email_folded == suppressions.c.email_folded
            )
        )
        .where(agreed)
    ).one()
    unsubscribed, lost = left[: len(edges) + 1], left[len(edges) + 1 :]
    # What lies before the first month is not told.
    columns = (edges, joined[1:], unsubscribed[1:], lost[1:])
    return [MonthFacts(*each) for each in zip(*columns, strict=True)]


def _starts(now: datetime) -> list[datetime]:
    """Return the first moments of the last months, as clocks in London show them."""
    local = now.astimezone(LONDON)
    count = local.year * 12 + local.month - 1
    return [
        datetime(month // 12, month % 12 + 1, 1, tzinfo=LONDON).astimezone(UTC)
        for month in range(count - MONTHS + 1, count + 1)
    ]


def erased(connection: Connection) -> int:
    """Return how many have been erased: all that is left of them."""
    statement = select(func.count()).where(suppressions.c.reason == "erased")
    return connection.scalar(statement) or 0


def consent_ages(connection: Connection, now: datetime) -> tuple[list[int], int]:
    """Return how many of those who may be mailed agreed how long ago, youngest first.

    The second number is of those of whom no date is known.
    """
    newest = (
        select(func.max(consents.c.at).label("at"))
        .select_from(subscribers.outerjoin(consents, _confirmed()))
        .where(may_be_mailed())
        .group_by(subscribers.c.id)
        .subquery()
    )
    edges = [_years_before(now, years) for years in reversed(AGES)]
    undated = func.count().filter(newest.c.at.is_(None))
    *oldest_first, unknown = connection.execute(
        select(*bins_of(newest.c.at, edges), undated)
    ).one()
    return oldest_first[::-1], unknown


def _confirmed() -> ColumnElement[bool]:
    return and_(consents.c.subscriber_id == subscribers.c.id, consents.c.state == "confirmed")


def _years_before(now: datetime, years: int) -> datetime:
    day = 28 if (now.month, now.day) == (2, 29) else now.day
    return now.replace(year=now.year - years, day=day)


def unreached(connection: Connection, reported: Sequence[Row[Any]]) -> Unreached:
    """Return who may be mailed, and was not reached by the last issues that were reported on.

    `reported` are their dispatches, oldest first. With too few of them nothing can be told.
    """
    last = reported[-STREAK:]
    if len(last) < FAILURES:
        return Unreached(len(last), None, None)
    failing = connection.scalar(_count(_failing([dispatch.id for dispatch in last])))
    silent = connection.scalar(_count(_silent(last))) if len(last) == STREAK else None
    return Unreached(len(last), failing or 0, silent)


def _count(people: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(people.subquery())


def _failing(dispatches: list[int]) -> Select[Any]:
    """Select who failed often and succeeded never; outcomes are few, so this is quick."""
    theirs = and_(
        dispatch_recipients.c.dispatch_id == recipient_outcomes.c.dispatch_id,
        dispatch_recipients.c.position == recipient_outcomes.c.position,
    )
    failed = recipient_outcomes.c.state.in_(["deferred", "bounced"])
    return (
        select(subscribers.c.id)
        .select_from(
            recipient_outcomes.join(dispatch_recipients, theirs).join(
                subscribers, subscribers.c.key == dispatch_recipients.c.key
            )
        )
        .where(recipient_outcomes.c.dispatch_id.in_(dispatches), may_be_mailed())
        .group_by(subscribers.c.id)
        .having(func.count().filter(failed) >= FAILURES, func.count().filter(not_(failed)) == 0)
    )


def _silent(dispatches: Sequence[Row[Any]]) -> Select[Any]:
    """Select who got all of these issues, and neither opened nor clicked in any."""
    got = [
        exists().where(
            dispatch_recipients.c.dispatch_id == dispatch.id,
            dispatch_recipients.c.key == subscribers.c.key,
        )
        for dispatch in dispatches
    ]
    answered = exists().where(
        events.c.dispatch.in_([dispatch.key for dispatch in dispatches]),
        events.c.recipient == subscribers.c.key,
        events.c.event.in_([OPENED, CLICKED]),
    )
    return select(subscribers.c.id).where(may_be_mailed(), *got, not_(answered))
