"""Tell of each recipient and of each batch what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, select

from newsletter.database.counting import UNANSWERED
from newsletter.database.schema import batches, dispatch_recipients, recipient_outcomes
from newsletter.delivery import State

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection


def people(
    connection: Connection,
    dispatch: int,
    *,
    states: Collection[str] | None = None,
    folded: str | None = None,
    leased: bool,
) -> list[dict[str, Any]]:
    """Return the recipients in any of `states`, or the one of an address, in their order.

    A claim that nobody alive holds is shown as uncertain.
    """
    own = and_(
        recipient_outcomes.c.dispatch_id == dispatch_recipients.c.dispatch_id,
        recipient_outcomes.c.position == dispatch_recipients.c.position,
    )
    held = and_(
        dispatch_recipients.c.dispatch_id == batches.c.dispatch_id,
        dispatch_recipients.c.position >= batches.c.first_recipient,
        dispatch_recipients.c.position < batches.c.first_recipient + batches.c.size,
    )
    shown = State.CLAIMED if leased else State.UNCERTAIN
    of_batch = case((batches.c.state == State.CLAIMED, shown.value), else_=batches.c.state)
    state = func.coalesce(recipient_outcomes.c.state, of_batch)
    reason = case(
        (recipient_outcomes.c.state.is_not(None), recipient_outcomes.c.reason),
        (and_(batches.c.state == State.CLAIMED, state == State.UNCERTAIN), UNANSWERED),
        else_=batches.c.reason,
    )
    statement = (
        select(
            dispatch_recipients.c.email,
            state.label("state"),
            reason.label("reason"),
            func.coalesce(recipient_outcomes.c.at, batches.c.settled_at).label("at"),
        )
        .select_from(batches.join(dispatch_recipients, held).outerjoin(recipient_outcomes, own))
        .where(batches.c.dispatch_id == dispatch)
        .order_by(dispatch_recipients.c.position)
    )
    if states:
        statement = statement.where(state.in_(states))
    if folded is not None:
        statement = statement.where(dispatch_recipients.c.email_folded == folded)
    return [
        {
            "email": row.email,
            "state": row.state,
            "reason": row.reason,
            "at": row.at.isoformat() if row.at else None,
        }
        for row in connection.execute(statement)
    ]


def batch_list(connection: Connection, dispatch: int) -> list[dict[str, Any]]:
    """Return every batch that still holds somebody, in its order."""
    statement = (
        select(batches)
        .where(batches.c.dispatch_id == dispatch, batches.c.state != "empty")
        .order_by(batches.c.position)
    )
    return [
        {
            "batch": row.position + 1,
            "size": row.size,
            "state": row.state,
            "reason": row.reason,
            "claimed_at": row.claimed_at.isoformat() if row.claimed_at else None,
            "settled_at": row.settled_at.isoformat() if row.settled_at else None,
        }
        for row in connection.execute(statement)
    ]
