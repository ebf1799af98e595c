"""Cut batches into smaller ones, so that nobody's trouble is that of a thousand others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from newsletter.database.schema import batches, recipient_outcomes
from newsletter.delivery import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Row

_Piece = tuple[int, int, str]  # first recipient, size, state


def halve(connection: Connection, batch: Row[Any]) -> None:
    """Make two waiting batches of one; a batch of one person waits as it is."""
    half = batch.size // 2
    waiting = State.WAITING.value
    pieces = [
        (batch.first_recipient, half, waiting),
        (batch.first_recipient + half, batch.size - half, waiting),
    ]
    _cut(connection, batch, pieces)


def let_the_refused_wait(connection: Connection, dispatch: int) -> None:
    """Have whoever was refused on their own wait again, each in a batch of their own."""
    refused = connection.scalars(
        select(recipient_outcomes.c.position)
        .where(
            recipient_outcomes.c.dispatch_id == dispatch,
            recipient_outcomes.c.state == State.REFUSED,
        )
        .order_by(recipient_outcomes.c.position)
    ).all()
    for position in refused:
        _set_apart(connection, _holding(connection, dispatch, position), position)
    connection.execute(
        delete(recipient_outcomes).where(
            recipient_outcomes.c.dispatch_id == dispatch,
            recipient_outcomes.c.state == State.REFUSED,
        )
    )


def _holding(connection: Connection, dispatch: int, position: int) -> Row[Any]:
    return connection.execute(
        select(batches).where(
            batches.c.dispatch_id == dispatch,
            batches.c.first_recipient <= position,
            batches.c.first_recipient + batches.c.size > position,
        )
    ).one()


def _set_apart(connection: Connection, batch: Row[Any], position: int) -> None:
    before = position - batch.first_recipient
    pieces = [
        (batch.first_recipient, before, batch.state),
        (position, 1, State.WAITING.value),
        (position + 1, batch.size - before - 1, batch.state),
    ]
    _cut(connection, batch, pieces)


def _cut(connection: Connection, batch: Row[Any], pieces: Iterable[_Piece]) -> None:
    """Give the first piece the row of the batch, and each other one a row behind all others."""
    first, *others = (piece for piece in pieces if piece[1])
    connection.execute(update(batches).where(batches.c.id == batch.id).values(_values(first)))
    last = connection.scalar(
        select(func.max(batches.c.position)).where(batches.c.dispatch_id == batch.dispatch_id)
    )
    kept = {name: value for name, value in batch._mapping.items() if name != "id"}  # noqa: SLF001  # SQLAlchemy's public name
    for number, piece in enumerate(others, start=(last or 0) + 1):
        connection.execute(insert(batches).values({**kept, **_values(piece), "position": number}))


def _values(piece: _Piece) -> dict[str, Any]:
    first, size, state = piece
    values: dict[str, Any] = {"first_recipient": first, "size": size, "state": state}
    if state == State.WAITING:
        values |= {"owner": "", "slip": "", "postponed": 0}
    return values
