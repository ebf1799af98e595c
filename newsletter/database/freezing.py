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

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from newsletter.audience.segments import Segment


_PAGE = 5_000  # batches in a statement

NOBODY = NotAllowedError(
    "Nobody would receive this issue: no confirmed subscriber is in its segment.",
    hint="Check the segment in issue.md, and newsletter subscribers list.",
)


def freeze_dispatch(connection: Connection, segment: Segment, values: Mapping[str, Any]) -> None:
    """Write the dispatch with `values`, its recipients and its batches.

    Raises NotAllowedError if there is nobody to write down.
    """
    dispatch = _write(connection, values)
    chosen = _chosen(dispatch, may_be_mailed(), in_segment(segment))
    recipients = _write_down(connection, chosen)
    if not recipients:
        raise NOBODY
    _divide(connection, dispatch, values["batch_size"], first=0, end=recipients)


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
    recipients = _write_down(connection, chosen)
    if not recipients:
        raise NotAllowedError("Nobody has got this issue, so nobody needs an erratum.")
    _divide(connection, dispatch, values["batch_size"], first=0, end=recipients)


def append_newcomers(connection: Connection, row: Row[Any], segment: Segment) -> int:
    """Add to a dispatch whoever of its segment is in none of the issue's; return how many."""
    first = row.recipients
    chosen = _chosen(row.id, *_newcomer(row, segment), first=first)
    newcomers = _write_down(connection, chosen)
    _divide(connection, row.id, row.batch_size, first=first, end=first + newcomers)
    return newcomers


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


def _divide(connection: Connection, dispatch: int, size: int, *, first: int, end: int) -> None:
    """Write down that there are `end` recipients, and make batches of those from `first` on."""
    connection.execute(
        update(dispatches).where(dispatches.c.id == dispatch).values(recipients=end)
    )
    last = connection.scalar(
        select(func.max(batches.c.position)).where(batches.c.dispatch_id == dispatch)
    )
    position = 0 if last is None else last + 1
    starts = range(first, end, size)
    for page in range(0, len(starts), _PAGE):  # by SMTP there are as many as people
        connection.execute(
            insert(batches),
            [
                {
                    "dispatch_id": dispatch,
                    "position": position + number,
                    "first_recipient": starts[number],
                    "size": min(size, end - starts[number]),
                    "state": State.WAITING.value,
                    "reason": "",
                    "owner": "",
                }
                for number in range(page, min(page + _PAGE, len(starts)))
            ],
        )


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


def _write_down(connection: Connection, chosen: Select[Any]) -> int:
    """Write the recipients that were chosen; return how many they are."""
    statement = insert(dispatch_recipients).from_select(list(dispatch_recipients.c), chosen)
    # Of an INSERT SQLAlchemy would forget it.
    return connection.execute(statement.execution_options(preserve_rowcount=True)).rowcount


def _chosen(dispatch: int, *who: ColumnElement[bool], first: int = 0) -> Select[Any]:
    """Select subscribers as recipients, in the order in which they came."""
    newest = (
        select(func.max(consents.c.id))
        .where(consents.c.subscriber_id == subscribers.c.id, consents.c.state == "confirmed")
        .correlate(subscribers)
        .scalar_subquery()
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
        .select_from(subscribers.outerjoin(consents, consents.c.id == newest))
        .where(*who)
    )
