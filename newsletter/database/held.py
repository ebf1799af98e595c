"""Find whose copies a carrier still holds, though they must not be mailed any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from newsletter.database.ledger import CANCELLED
from newsletter.database.schema import (
    batches,
    dispatch_recipients,
    dispatches,
    recipient_outcomes,
    suppressions,
)
from newsletter.delivery import State

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, FromClause, Row

_HANDED_OVER = [State.CLAIMED, State.ACCEPTED, State.UNCERTAIN]


@dataclass(frozen=True, slots=True)
class Held:
    """A copy that leaves at `send_at`, unless its dispatch is cancelled before."""

    issue: str
    send_at: datetime


def held_for(connection: Connection, folded: str, now: datetime) -> list[Held]:
    """Return what carriers hold for an address."""
    statement = (
        select(dispatches.c.issue, dispatches.c.send_at)
        .distinct()
        .select_from(_copies().join(dispatches, dispatches.c.id == batches.c.dispatch_id))
        .where(
            dispatches.c.send_at > now,
            dispatches.c.halt != CANCELLED,
            dispatch_recipients.c.email_folded == folded,
            *_left(),
        )
        .order_by(dispatches.c.send_at)
    )
    return [Held(row.issue, row.send_at) for row in connection.execute(statement)]


def count_gone(connection: Connection, row: Row[Any], now: datetime) -> int:
    """Count those of a dispatch who were suppressed since their copies were handed over."""
    if row.send_at is None or row.send_at <= now or row.halt == CANCELLED:
        return 0
    gone = suppressions.c.email_folded == dispatch_recipients.c.email_folded
    statement = (
        select(func.count())
        .select_from(_copies().join(suppressions, gone))
        .where(batches.c.dispatch_id == row.id, *_left())
    )
    return connection.scalar(statement) or 0


def _copies() -> FromClause:
    """Join each batch with its people, and with what is known of them alone."""
    people = dispatch_recipients.c
    within = and_(
        people.dispatch_id == batches.c.dispatch_id,
        people.position >= batches.c.first_recipient,
        people.position < batches.c.first_recipient + batches.c.size,
    )
    own = and_(
        recipient_outcomes.c.dispatch_id == people.dispatch_id,
        recipient_outcomes.c.position == people.position,
    )
    return batches.join(dispatch_recipients, within).outerjoin(recipient_outcomes, own)


def _left() -> tuple[ColumnElement[bool], ...]:
    return batches.c.state.in_(_HANDED_OVER), recipient_outcomes.c.position.is_(None)
