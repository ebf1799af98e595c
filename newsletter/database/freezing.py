"""Write down who gets an edition, in a few statements that no recipient passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    case,
    exists,
    func,
    insert,
    literal,
    not_,
    select,
    update,
)

from newsletter.database.audience import in_segment, may_be_mailed
from newsletter.database.schema import (
    batches,
    consents,
    dispatch_recipients,
    dispatches,
    recipient_outcomes,
    subscribers,
    suppressions,
)
from newsletter.delivery import State
from newsletter.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection, Insert, Row, Select

    from newsletter.audience.segments import Segment


NOBODY = NotAllowedError(
    "Nobody would receive this issue: no confirmed subscriber is in its segment.",
    hint="Check the segment in issue.md, and newsletter subscribers list.",
)


def freeze_dispatch(connection: Connection, segment: Segment, values: Mapping[str, Any]) -> None:
    """Write the dispatch with `values`, its recipients and its batches.

    Raises NotAllowedError if there is nobody to write down.
    """
    dispatch = _write(connection, values)
    connection.execute(_into(_chosen(dispatch, may_be_mailed(), in_segment(segment))))
    _divide(connection, dispatch, values["batch_size"], NOBODY)


def freeze_erratum(connection: Connection, earlier: int, values: Mapping[str, Any]) -> None:
    """Write a dispatch to everybody who got the `earlier` one. Raises NotAllowedError if nobody."""
    dispatch = _write(connection, values)
    kept = [
        column
        for column in dispatch_recipients.c
        if column.name not in {"dispatch_id", "position"}
    ]
    number = func.row_number().over(order_by=dispatch_recipients.c.position) - 1
    chosen = (
        select(literal(dispatch), number, *kept)
        .select_from(dispatch_recipients)
        .where(*got(earlier), not_(_is_suppressed()))
    )
    connection.execute(_into(chosen))
    _divide(
        connection,
        dispatch,
        values["batch_size"],
        NotAllowedError("Nobody has got this issue, so nobody needs an erratum."),
    )


def append_newcomers(connection: Connection, row: Row[Any], segment: Segment) -> int:
    """Add to a dispatch whoever of its segment is in none of the issue's; return how many."""
    first = row.recipients
    connection.execute(_into(_chosen(row.id, *_newcomer(row, segment), first=first)))
    return _divide(connection, row.id, row.batch_size, None, first=first)


def count_newcomers(connection: Connection, row: Row[Any], segment: Segment) -> int:
    """Return how many `append_newcomers` would add."""
    return (
        connection.scalar(
            select(func.count()).select_from(subscribers).where(*_newcomer(row, segment))
        )
        or 0
    )


def got(dispatch: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a recipient to be of this dispatch, and to have got it."""
    fate = (
        select(recipient_outcomes.c.state)
        .where(
            recipient_outcomes.c.dispatch_id == dispatch_recipients.c.dispatch_id,
            recipient_outcomes.c.position == dispatch_recipients.c.position,
        )
        .scalar_subquery()
    )
    taken = exists().where(
        batches.c.dispatch_id == dispatch_recipients.c.dispatch_id,
        batches.c.first_recipient <= dispatch_recipients.c.position,
        batches.c.first_recipient + batches.c.size > dispatch_recipients.c.position,
        batches.c.state == State.ACCEPTED,
    )
    arrived = fate.in_(["accepted", "delivered", "deferred"])
    return (
        dispatch_recipients.c.dispatch_id == dispatch,
        case((fate.is_(None), taken), else_=arrived),
    )


def _write(connection: Connection, values: Mapping[str, Any]) -> int:
    statement = insert(dispatches).values(values).returning(dispatches.c.id)
    return int(connection.execute(statement).scalar_one())


def _divide(
    connection: Connection,
    dispatch: int,
    size: int,
    nobody: NotAllowedError | None,
    first: int = 0,
) -> int:
    """Count the recipients, and make batches of those from position `first` on."""
    recipients = (
        connection.scalar(
            select(func.count()).where(dispatch_recipients.c.dispatch_id == dispatch)
        )
        or 0
    )
    if nobody and not recipients:
        raise nobody
    connection.execute(
        update(dispatches).where(dispatches.c.id == dispatch).values(recipients=recipients)
    )
    last = connection.scalar(
        select(func.max(batches.c.position)).where(batches.c.dispatch_id == dispatch)
    )
    connection.execute(_batches(dispatch, size, first, 0 if last is None else last + 1))
    return recipients - first


def _newcomer(row: Row[Any], segment: Segment) -> tuple[ColumnElement[bool], ...]:
    """Say who is in the segment and in none of the issue's real dispatches, by key or address."""
    issued = select(dispatches.c.id).where(
        dispatches.c.issue == row.issue, dispatches.c.kind == row.kind
    )
    by_key = exists().where(
        dispatch_recipients.c.dispatch_id.in_(issued),
        dispatch_recipients.c.key == subscribers.c.key,
    )
    # Whoever was erased and came back has another key; not correlated, so it is read once.
    addresses = select(dispatch_recipients.c.email_folded).where(
        dispatch_recipients.c.dispatch_id.in_(issued)
    )
    by_address = subscribers.c.email_folded.in_(addresses)
    return may_be_mailed(), in_segment(segment), not_(by_key), not_(by_address)


def _is_suppressed() -> ColumnElement[bool]:
    return exists().where(suppressions.c.email_folded == dispatch_recipients.c.email_folded)


def _into(chosen: Select[Any]) -> Insert:
    return insert(dispatch_recipients).from_select(list(dispatch_recipients.c), chosen)


def _chosen(dispatch: int, *who: ColumnElement[bool], first: int = 0) -> Select[Any]:
    """Select subscribers as recipients, in the order in which they came."""
    confirmed = (
        select(consents.c.subscriber_id, func.max(consents.c.id).label("newest"))
        .where(consents.c.state == "confirmed")
        .group_by(consents.c.subscriber_id)
        .subquery()
    )
    return (
        select(
            literal(dispatch),
            func.row_number().over(order_by=subscribers.c.id) - 1 + first,
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
        .where(*who)
    )


def _batches(dispatch: int, size: int, first: int, position: int) -> Insert:
    number = (dispatch_recipients.c.position - first) // size
    cut = (
        select(
            literal(dispatch),
            number + position,
            func.min(dispatch_recipients.c.position),
            func.count(),
            literal(State.WAITING.value),
            literal(""),
            literal(""),
        )
        .where(
            dispatch_recipients.c.dispatch_id == dispatch,
            dispatch_recipients.c.position >= first,
        )
        .group_by(number)
        .order_by(number)
    )
    columns = ("dispatch_id", "position", "first_recipient", "size", "state", "reason", "owner")
    return insert(batches).from_select([batches.c[name] for name in columns], cut)
