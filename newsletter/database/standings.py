"""Find the dispatches of an issue, and say how they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsletter.database import counting
from newsletter.database.dispatch import Dispatch, Kind, Standing, dispatch_of
from newsletter.database.guards import CANCELLED
from newsletter.database.schema import dispatches
from newsletter.delivery import State
from newsletter.errors import NotAllowedError

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection, Row

    from newsletter.rendering.edition import Edition


def kind_of(transport: str) -> Kind:
    """Return whether a transport mails anybody, or only rehearses."""
    return Kind.REHEARSAL if transport == "folder" else Kind.REAL


def last_dispatch(connection: Connection, issue: date, kind: Kind) -> Row[Any] | None:
    """Return the row of the newest dispatch of this kind."""
    return connection.execute(
        select(dispatches)
        .where(dispatches.c.issue == issue.isoformat(), dispatches.c.kind == kind)
        .order_by(dispatches.c.serial.desc())
        .limit(1)
    ).one_or_none()


def in_force(connection: Connection, issue: date, kind: Kind) -> Row[Any] | None:
    """Return the row of the newest dispatch of this kind that was not called off in time.

    An erratum that was cancelled leaves what it was to correct as it is: sent.
    """
    rows = connection.execute(
        select(dispatches)
        .where(dispatches.c.issue == issue.isoformat(), dispatches.c.kind == kind)
        .order_by(dispatches.c.serial.desc())
    ).all()
    return next((row for row in rows if not is_void(connection, row)), None)


def just_opened(connection: Connection, issue: date, kind: Kind) -> Dispatch:
    """Return the dispatch that has just been written down."""
    row = last_dispatch(connection, issue, kind)
    assert row is not None  # noqa: S101  # it has just been inserted
    return dispatch_of(row, Standing.NEW)


def row_of(connection: Connection, dispatch: Dispatch) -> Row[Any]:
    """Return the row of a dispatch, as it is now."""
    return connection.execute(select(dispatches).where(dispatches.c.id == dispatch.id)).one()


def shown(connection: Connection, issue: date, transport: str | None) -> Row[Any] | None:
    """Return the row of the dispatch that is told of where `transport` was named, or none was."""
    if transport is None:
        return counting.newest_dispatch(connection, issue)
    kind = kind_of(transport)
    return in_force(connection, issue, kind) or last_dispatch(connection, issue, kind)


def standing_of(connection: Connection, dispatch: int) -> Standing:
    """Say whether anything is left of a dispatch that is there already."""
    finished = counting.is_finished(counting.count(connection, dispatch))
    return Standing.FINISHED if finished else Standing.UNFINISHED


def makes_room(begun: Row[Any], edition: Edition, standing: Standing) -> bool:
    """Whether another dispatch of the issue may be opened in place of one that is in force."""
    return (
        begun.kind == Kind.REHEARSAL
        and standing is Standing.FINISHED
        and begun.digest != edition.digest
    )


def is_void(connection: Connection, row: Row[Any]) -> bool:
    """Whether it was cancelled, and nothing of it has left or may have."""
    return (
        row.halt == CANCELLED
        and not counting.has_left(counting.count(connection, row.id))
        and not counting.count_again(connection, row.id)
    )


def raise_unless_ended(connection: Connection, begun: Row[Any]) -> None:
    """Raise NotAllowedError if more may come of a dispatch that is to be corrected.

    What still waits of one that was cancelled does so for nobody.
    """
    counts, is_cancelled = counting.count(connection, begun.id), begun.halt == CANCELLED
    if counts[State.CLAIMED] or counts[State.UNCERTAIN]:
        how = "Add" if is_cancelled else "Decide first: newsletter send with"
        raise NotAllowedError(
            "Of some of this issue nobody knows whether it has arrived.",
            hint=f"{how} --accept-uncertain or --resend-uncertain; or wait for the carrier's "
            "reports.",
        )
    if counts[State.WAITING] and not is_cancelled:
        raise NotAllowedError(
            "Some of this issue is still waiting to be sent.",
            hint="Bring it to its end first, or stop it with newsletter cancel; then send the "
            "erratum.",
        )
