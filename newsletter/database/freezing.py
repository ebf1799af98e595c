"""Write down who gets an edition, in a few statements that no recipient passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Insert, func, insert, literal, select, update

from newsletter.database.audience import in_segment, may_be_mailed
from newsletter.database.schema import (
    batches,
    consents,
    dispatch_recipients,
    dispatches,
    subscribers,
)
from newsletter.delivery import State
from newsletter.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from newsletter.audience.segments import Segment


def freeze_dispatch(connection: Connection, segment: Segment, values: Mapping[str, Any]) -> None:
    """Write the dispatch with `values`, its recipients and its batches.

    Raises NotAllowedError if there is nobody to write down.
    """
    dispatch: int = connection.execute(
        insert(dispatches).values(values).returning(dispatches.c.id)
    ).scalar_one()
    connection.execute(_recipients(dispatch, segment))
    recipients = connection.scalar(
        select(func.count()).where(dispatch_recipients.c.dispatch_id == dispatch)
    )
    if not recipients:
        raise NotAllowedError(
            "Nobody would receive this issue: no confirmed subscriber is in its segment.",
            hint="Check the segment in issue.md, and newsletter subscribers list.",
        )
    connection.execute(
        update(dispatches).where(dispatches.c.id == dispatch).values(recipients=recipients)
    )
    connection.execute(_batches(dispatch, values["batch_size"]))


def _recipients(dispatch: int, segment: Segment) -> Insert:
    confirmed = (
        select(consents.c.subscriber_id, func.max(consents.c.id).label("newest"))
        .where(consents.c.state == "confirmed")
        .group_by(consents.c.subscriber_id)
        .subquery()
    )
    chosen = (
        select(
            literal(dispatch),
            func.row_number().over(order_by=subscribers.c.id) - 1,
            subscribers.c.key,
            subscribers.c.email,
            subscribers.c.email_folded,
            subscribers.c.first_name,
            consents.c.at,
            func.coalesce(consents.c.source, ""),
        )
        .select_from(
            subscribers.outerjoin(
                confirmed, confirmed.c.subscriber_id == subscribers.c.id
            ).outerjoin(consents, consents.c.id == confirmed.c.newest)
        )
        .where(may_be_mailed(), in_segment(segment))
    )
    return insert(dispatch_recipients).from_select(list(dispatch_recipients.c), chosen)


def _batches(dispatch: int, size: int) -> Insert:
    number = dispatch_recipients.c.position // size
    cut = (
        select(
            literal(dispatch),
            number,
            func.min(dispatch_recipients.c.position),
            func.count(),
            literal(State.WAITING.value),
            literal(""),
            literal(""),
        )
        .where(dispatch_recipients.c.dispatch_id == dispatch)
        .group_by(number)
        .order_by(number)
    )
    columns = ("dispatch_id", "position", "first_recipient", "size", "state", "reason", "owner")
    return insert(batches).from_select([batches.c[name] for name in columns], cut)
