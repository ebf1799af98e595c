"""Find whose copies a carrier still holds, though they must not be mailed any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, not_, or_, select

from newsletter.audience.segments import parse_segment
from newsletter.database.audience import in_segment, may_be_mailed
from newsletter.database.guards import CANCELLED, CANCELLING
from newsletter.database.pseudonyms import is_erased
from newsletter.database.schema import (
    batches,
    dispatch_recipients,
    dispatches,
    recipient_outcomes,
    subscribers,
    suppressions,
)
from newsletter.delivery import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, FromClause, Row

_HANDED_OVER = [State.CLAIMED, State.ACCEPTED, State.UNCERTAIN]


@dataclass(frozen=True, slots=True)
class Held:
    """A copy that leaves at `send_at`, unless its dispatch is cancelled before."""

    issue: str
    send_at: datetime


def held_for(connection: Connection, folded: str, now: datetime) -> list[Held]:
    """Return what carriers hold for an address, which is looked for among all of them."""
    found = _held(connection, now, dispatch_recipients.c.email_folded == folded)
    return [Held(row.issue, row.send_at) for row in found]


def held_under(connection: Connection, key: str, now: datetime) -> list[Held]:
    """Return what carriers hold for the person of a key, whom an index finds at once.

    Of an erased person there is nothing: nobody knows any more whose it is.
    """
    return [Held(row.issue, row.send_at) for row in _under(connection, key, now)]


def held_in_vain(connection: Connection, key: str, now: datetime) -> list[Held]:
    """Return what `held_under` does, but for what they would be sent anew.

    So they have left, or left what it is about.
    """
    return [
        Held(row.issue, row.send_at)
        for row in _under(connection, key, now)
        if not _is_due(connection, key, row.segment)
    ]


def _under(connection: Connection, key: str, now: datetime) -> Sequence[Row[Any, Any, Any]]:
    """Ask small questions: for one large one PostgreSQL may read everybody."""
    ahead = set(connection.scalars(select(dispatches.c.id).where(*_is_ahead(now))))
    if not ahead:
        return []
    people = dispatch_recipients.c
    mine = select(people.dispatch_id, people.position).where(
        people.key == key, not_(is_erased(dispatch_recipients))
    )
    places = [
        and_(people.dispatch_id == row.dispatch_id, people.position == row.position)
        for row in connection.execute(mine)
        if row.dispatch_id in ahead
    ]
    return _held(connection, now, or_(*places)) if places else []


def _is_ahead(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # What is not cancelled is named, so that the index of both is used: the rows are long.
    return dispatches.c.halt.in_(["", CANCELLING]), dispatches.c.send_at > now


def _held(
    connection: Connection, now: datetime, whose: ColumnElement[bool]
) -> Sequence[Row[Any, Any, Any]]:
    statement = (
        select(dispatches.c.issue, dispatches.c.send_at, dispatches.c.segment)
        .distinct()
        .select_from(_copies().join(dispatches, dispatches.c.id == batches.c.dispatch_id))
        .where(*_is_ahead(now), whose, *_left())
        .order_by(dispatches.c.send_at)
    )
    return connection.execute(statement).all()


def _is_due(connection: Connection, key: str, segment: str) -> bool:
    """Return whether somebody would be sent what goes to a segment now."""
    who = (subscribers.c.key == key, may_be_mailed(), in_segment(parse_segment(segment)))
    return connection.scalar(select(subscribers.c.id).where(*who)) is not None


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
