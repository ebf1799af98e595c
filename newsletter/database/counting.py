"""Count what became of the recipients of a dispatch, each of them once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, update

from newsletter.database.schema import (
    batches,
    dispatch_recipients,
    dispatches,
    leases,
    recipient_outcomes,
)
from newsletter.delivery import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection, Row

FATES = (*(state.value for state in State), "delivered", "deferred", "bounced", "complained")
SUPPRESSED = "suppressed"
"""The fate of somebody who was suppressed between the freezing of the audience and the claim."""

UNANSWERED = "the program stopped before the answer came"
NOT_AGAIN = "it was cancelled before it was sent again; the first copy may have left"

AGAIN = "sent again by decision"
"""How the reason of a batch begins that was in doubt until a person decided to send it again.

It stays until the carrier says yes: of such a batch a copy may have left, even while it waits.
"""

STAYS = (State.WAITING.value, State.REFUSED.value, SUPPRESSED)
"""The fates of those whose copies have certainly not left."""

_OPEN = (State.WAITING, State.CLAIMED, State.REFUSED, State.UNCERTAIN)


def newest_dispatch(connection: Connection, issue: date) -> Row[Any] | None:
    """Return the row of the issue's real dispatch, else of its newest rehearsal."""
    return connection.execute(
        select(dispatches)
        .where(dispatches.c.issue == issue.isoformat())
        # "real" comes before "rehearsal" in the alphabet.
        .order_by(dispatches.c.kind, dispatches.c.serial.desc())
        .limit(1)
    ).one_or_none()


def earlier_dispatches(connection: Connection, row: Row[Any]) -> Sequence[Row[Any]]:
    """Return the rows of the real dispatches before one of the same issue, newest first.

    A rehearsal has none: each stands for itself.
    """
    return connection.execute(
        select(dispatches)
        .where(
            dispatches.c.issue == row.issue,
            dispatches.c.kind == row.kind,
            dispatches.c.kind == "real",
            dispatches.c.serial < row.serial,
        )
        .order_by(dispatches.c.serial.desc())
    ).all()


def is_leased(connection: Connection, dispatch: int, now: datetime) -> bool:
    """Tell whether a process that is alive holds the dispatch."""
    statement = select(leases.c.owner).where(
        leases.c.dispatch_id == dispatch, leases.c.expires_at > now
    )
    return connection.scalar(statement) is not None


def count(connection: Connection, dispatch: int) -> dict[str, int]:
    """Return how many recipients share each fate; together they are all recipients.

    Everybody fares as their batch does, but for those with a row of their own.
    """
    counts = dict.fromkeys((*FATES, SUPPRESSED), 0)
    sizes = (
        select(batches.c.state, func.sum(batches.c.size))
        .where(batches.c.dispatch_id == dispatch)
        .group_by(batches.c.state)
    )
    for state, size in connection.execute(sizes):
        if state in counts:  # the empty ones hold nobody who shares their fate
            counts[state] += int(size)
    moved = (
        select(batches.c.state, recipient_outcomes.c.state, func.count())
        .select_from(recipient_outcomes.join(batches, _own_batch()))
        .where(recipient_outcomes.c.dispatch_id == dispatch)
        .group_by(batches.c.state, recipient_outcomes.c.state)
    )
    for batch, state, number in connection.execute(moved):
        counts[state] += number
        if batch in counts:
            counts[batch] -= number
    return counts


def is_finished(counts: dict[str, int]) -> bool:
    """Tell whether nothing is left to send, to try again or to decide."""
    return not any(counts[state] for state in _OPEN)


def has_left(counts: dict[str, int]) -> bool:
    """Tell whether anything has left the office, or may have."""
    return any(number for state, number in counts.items() if state not in STAYS)


def stayed(counts: dict[str, int]) -> int:
    """Count those whose copies have certainly not left."""
    return sum(counts[state] for state in STAYS)


def is_again() -> ColumnElement[bool]:
    """Say of a batch that is to be sent again by decision."""
    return func.substr(batches.c.reason, 1, len(AGAIN)) == AGAIN


def count_again(connection: Connection, dispatch: int) -> int:
    """Count those of the waiting and refused who may have it nevertheless, from an earlier try."""
    which = (
        batches.c.dispatch_id == dispatch,
        batches.c.state.in_([State.WAITING, State.REFUSED]),
        is_again(),
    )
    sizes = connection.scalar(select(func.sum(batches.c.size)).where(*which)) or 0
    if not sizes:
        return 0
    joined = recipient_outcomes.join(batches, _own_batch())
    moved = connection.scalar(select(func.count()).select_from(joined).where(*which)) or 0
    return int(sizes) - moved


def doubt_again(connection: Connection, dispatch: int) -> None:
    """Call uncertain whoever was to be sent it again, and now will not be."""
    _set_again(connection, dispatch, state=State.UNCERTAIN.value, reason=NOT_AGAIN)


def forget_again(connection: Connection, dispatch: int) -> None:
    """Forget that copies may have left: it is proved that they have not."""
    _set_again(connection, dispatch, reason="")


def _set_again(connection: Connection, dispatch: int, **values: str) -> None:
    connection.execute(
        update(batches)
        .where(
            batches.c.dispatch_id == dispatch,
            batches.c.state.in_([State.WAITING, State.REFUSED]),
            is_again(),
        )
        .values(owner="", **values)
    )


def unsettled(connection: Connection, dispatch: int, *states: State) -> list[dict[str, Any]]:
    """Return everyone who is in one of `states`, in the order of the dispatch."""
    own = and_(
        recipient_outcomes.c.dispatch_id == dispatch_recipients.c.dispatch_id,
        recipient_outcomes.c.position == dispatch_recipients.c.position,
    )
    by_batch = (
        select(
            dispatch_recipients.c.position,
            dispatch_recipients.c.email,
            batches.c.state,
            batches.c.reason,
        )
        .select_from(
            batches.join(
                dispatch_recipients,
                and_(
                    dispatch_recipients.c.dispatch_id == batches.c.dispatch_id,
                    dispatch_recipients.c.position >= batches.c.first_recipient,
                    dispatch_recipients.c.position < batches.c.first_recipient + batches.c.size,
                ),
            ).outerjoin(recipient_outcomes, own)
        )
        .where(
            batches.c.dispatch_id == dispatch,
            batches.c.state.in_(states),
            recipient_outcomes.c.position.is_(None),
        )
    )
    by_person = (
        select(
            dispatch_recipients.c.position,
            dispatch_recipients.c.email,
            recipient_outcomes.c.state,
            recipient_outcomes.c.reason,
        )
        .select_from(recipient_outcomes.join(dispatch_recipients, own))
        .where(
            recipient_outcomes.c.dispatch_id == dispatch, recipient_outcomes.c.state.in_(states)
        )
    )
    rows = [*connection.execute(by_batch), *connection.execute(by_person)]
    return [
        {"email": row.email, "state": _shown(row.state), "reason": _reason(row)}
        for row in sorted(rows, key=lambda row: row.position)
    ]


def _shown(state: str) -> str:
    # Asked for only where nobody alive holds the claim: its answer will not come any more.
    return State.UNCERTAIN.value if state == State.CLAIMED else state


def _reason(row: Row[Any]) -> str:
    return UNANSWERED if row.state == State.CLAIMED else str(row.reason)


def _own_batch() -> Any:  # noqa: ANN401  # SQLAlchemy's operators have no narrower type
    return and_(
        # A batch may have been split, so that its number tells nothing of who is in it.
        batches.c.dispatch_id == recipient_outcomes.c.dispatch_id,
        recipient_outcomes.c.position >= batches.c.first_recipient,
        recipient_outcomes.c.position < batches.c.first_recipient + batches.c.size,
    )
