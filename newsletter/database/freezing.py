"""Write down who gets an edition, in a few statements that no recipient passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    not_,
    select,
    union_all,
    update,
)

from newsletter.database import counting
from newsletter.database.audience import in_segment, may_be_mailed
from newsletter.database.pseudonyms import find_pseudonyms, is_erased
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

    from sqlalchemy import ColumnElement, CompoundSelect, Connection, FromClause, Row, Select

    from newsletter.audience.segments import Segment


_PAGE = 5_000  # batches in a statement
_STREAMED = 1_000  # people in memory
_LEFT = [State.CLAIMED.value, State.ACCEPTED.value, State.UNCERTAIN.value]

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
        .where(*got(earlier))
    )
    recipients = _write_down(connection, chosen)
    if not recipients:
        raise NotAllowedError("Nobody has got this issue, so nobody needs an erratum.")
    _divide(connection, dispatch, values["batch_size"], first=0, end=recipients)


def append_newcomers(connection: Connection, row: Row[Any], segment: Segment) -> int:
    """Add to a dispatch whoever of its segment has had none of the issue's; return how many."""
    first = row.recipients
    chosen = _chosen(row.id, *_newcomer(connection, row, segment), first=first)
    newcomers = _write_down(connection, chosen)
    _divide(connection, row.id, row.batch_size, first=first, end=first + newcomers)
    return newcomers


def count_newcomers(connection: Connection, row: Row[Any], segment: Segment) -> int:
    """Return how many `append_newcomers` would add."""
    who = _newcomer(connection, row, segment)
    return connection.scalar(select(func.count()).select_from(subscribers).where(*who)) or 0


def newcomers_among(
    connection: Connection, row: Row[Any], segment: Segment, earlier: int
) -> set[str]:
    """Return the addresses of those of an `earlier` dispatch whom `append_newcomers` would add."""
    who = select(subscribers.c.email_folded).where(*_newcomer(connection, row, segment))
    return _among(connection, earlier, who)


def reached_since(connection: Connection, earlier: int, later: list[int]) -> set[str]:
    """Return the addresses of those of a dispatch to whom `later` ones went out, or may have."""
    return _among(connection, earlier, _reached(later, "email_folded"))


def _among(connection: Connection, dispatch: int, folded: Any) -> set[str]:  # noqa: ANN401  # SQLAlchemy has several kinds of SELECT
    statement = select(dispatch_recipients.c.email).where(
        dispatch_recipients.c.dispatch_id == dispatch,
        dispatch_recipients.c.email_folded.in_(folded),
    )
    return set(connection.scalars(statement))


def got(dispatch: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a recipient to have got this dispatch, and to get its correction.

    Whoever has been suppressed or erased since is not written to any more.
    """
    fate = select(recipient_outcomes.c.state).where(_own_fate()).scalar_subquery()
    each = dispatch_recipients.alias()
    # Not correlated, so it is read once: by SMTP there are as many batches as people.
    taken = dispatch_recipients.c.position.in_(
        select(each.c.position)
        .select_from(batches.join(each, _own_batch(each)))
        .where(batches.c.dispatch_id == dispatch, batches.c.state == State.ACCEPTED)
    )
    arrived = fate.in_(["accepted", "delivered", "deferred"])
    return (
        dispatch_recipients.c.dispatch_id == dispatch,
        case((fate.is_(None), taken), else_=arrived),
        not_(_is_suppressed()),
        not_(is_erased(dispatch_recipients)),
    )


def _own_fate() -> ColumnElement[bool]:
    return and_(
        recipient_outcomes.c.dispatch_id == dispatch_recipients.c.dispatch_id,
        recipient_outcomes.c.position == dispatch_recipients.c.position,
    )


def _own_batch(recipients: FromClause = dispatch_recipients) -> ColumnElement[bool]:
    return and_(
        batches.c.dispatch_id == recipients.c.dispatch_id,
        batches.c.first_recipient <= recipients.c.position,
        batches.c.first_recipient + batches.c.size > recipients.c.position,
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


def _newcomer(
    connection: Connection, row: Row[Any], segment: Segment
) -> tuple[ColumnElement[bool], ...]:
    """Say who is in the segment, and neither in this dispatch nor may have had one before it.

    Whoever another dispatch was to reach, and did not before it was cancelled, is new to this
    one. People are known by key, and by address: whoever was erased and came back has another
    key, and is known by the pseudonym of their address.
    """
    whole, parted = _others(connection, row)
    conditions = [may_be_mailed(), in_segment(segment)]
    if returned := _returned(connection, [row.id, *whole, *parted]):
        conditions.append(subscribers.c.email_folded.not_in(returned))
    for name in ("key", "email_folded"):
        # Nothing here is correlated, so that each list is read once, not for each subscriber.
        of_whole = select(dispatch_recipients.c[name]).where(
            dispatch_recipients.c.dispatch_id.in_([row.id, *whole])
        )
        conditions.append(subscribers.c[name].not_in(of_whole))
        if parted:
            conditions.append(subscribers.c[name].not_in(_reached(parted, name)))
    return tuple(conditions)


def _returned(connection: Connection, sent: list[int]) -> list[str]:
    """Return who is on the list again, was erased, and had or may have had one of `sent` before.

    Everybody on the list has to be looked at for it, so that is done only if there is anybody:
    of most who were erased the pseudonym is still suppressed.
    """
    folded = dispatch_recipients.c.email_folded
    gone = select(folded).where(
        dispatch_recipients.c.dispatch_id.in_(sent),
        is_erased(dispatch_recipients),
        not_(_is_suppressed()),
    )
    names = find_pseudonyms(connection)
    if names is None or not (pseudonyms := set(connection.scalars(gone))):
        return []
    reached = pseudonyms.intersection(connection.scalars(_reached(sent, "email_folded")))
    if not reached:
        return []
    everybody = select(subscribers.c.email_folded).execution_options(yield_per=_STREAMED)
    return [address for address in connection.scalars(everybody) if names.of(address) in reached]


def _others(connection: Connection, row: Row[Any]) -> tuple[list[int], list[int]]:
    """Return the other dispatches of the issue that went out: whole, and but in part."""
    others = connection.scalars(
        select(dispatches.c.id).where(
            dispatches.c.issue == row.issue,
            dispatches.c.kind == row.kind,
            dispatches.c.id != row.id,
        )
    ).all()
    whole: list[int] = []
    parted: list[int] = []
    for other in others:
        counts = counting.count(connection, other)
        if counting.has_left(counts):
            (parted if counting.stayed(counts) else whole).append(other)
    return whole, parted


def _reached(parted: list[int], name: str) -> CompoundSelect[Any]:
    """Select a column of everybody to whom one of these dispatches went out, or may have."""
    column, own = dispatch_recipients.c[name], recipient_outcomes.c
    by_batch = (
        select(column)
        .select_from(
            batches.join(dispatch_recipients, _own_batch()).outerjoin(
                recipient_outcomes, _own_fate()
            )
        )
        .where(
            batches.c.dispatch_id.in_(parted), batches.c.state.in_(_LEFT), own.position.is_(None)
        )
    )
    by_themselves = (
        select(column)
        .select_from(recipient_outcomes.join(dispatch_recipients, _own_fate()))
        .where(own.dispatch_id.in_(parted), own.state.not_in(counting.STAYS))
    )
    return union_all(by_batch, by_themselves)


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
