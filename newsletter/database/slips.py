"""Remember under which slips a carrier holds what is scheduled, and which it has dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, exists, func, insert, select, update

from newsletter.database.connections import Connections, Lock
from newsletter.database.schema import batches, dispatches, slips
from newsletter.delivery import Slip, SlipState, State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, ScalarSelect

UNPROVEN = "the carrier was asked to drop it, and has not confirmed that it did"


@dataclass(frozen=True, slots=True)
class Slips:
    """The slips of one dispatch; every call is committed at its end."""

    connections: Connections
    dispatch: int
    now: Callable[[], datetime]

    def all(self) -> list[Slip]:
        """Return every slip there has been, oldest first."""
        doubtful = exists().where(
            batches.c.dispatch_id == self.dispatch,
            batches.c.slip == slips.c.slip,
            batches.c.state.in_([State.CLAIMED, State.UNCERTAIN]),
        )
        statement = (
            select(slips.c.slip, slips.c.state, doubtful.label("doubtful"))
            .where(slips.c.dispatch_id == self.dispatch)
            .order_by(slips.c.at, slips.c.slip)
        )
        with self.connections.reading() as connection:
            return [
                Slip(row.slip, SlipState(row.state), is_doubtful=row.doubtful)
                for row in connection.execute(statement)
            ]

    def elsewhere(self) -> int:
        """Count the slips of other dispatches whose time has not come, dropped or not."""
        statement = (
            select(func.count())
            .select_from(slips.join(dispatches, dispatches.c.id == slips.c.dispatch_id))
            .where(dispatches.c.id != self.dispatch, dispatches.c.send_at > self.now())
        )
        with self.connections.reading() as connection:
            return connection.scalar(statement) or 0

    def add(self, slip: str) -> None:
        """Remember a new slip before anything is sent under it."""
        with self.connections.writing(Lock.DISPATCHES) as connection:
            connection.execute(
                insert(slips).values(
                    slip=slip,
                    dispatch_id=self.dispatch,
                    state=SlipState.OPEN.value,
                    at=self.now(),
                )
            )

    def cancelling(self, slip: str) -> None:
        """Remember that the carrier is asked to drop it: nothing more may go under it.

        Until it has confirmed that, nobody knows whether what it accepted will leave.
        """
        with self.connections.writing(Lock.DISPATCHES) as connection:
            self._mark(connection, slip, SlipState.CANCELLING)
            connection.execute(
                update(batches)
                .where(
                    batches.c.dispatch_id == self.dispatch,
                    batches.c.slip == slip,
                    batches.c.state == State.ACCEPTED,
                )
                .values(state=State.UNCERTAIN.value, reason=UNPROVEN)
            )

    def cancelled(self, slip: str) -> None:
        """Remember that the carrier has dropped it: all that went under it waits again."""
        with self.connections.writing(Lock.DISPATCHES) as connection:
            self._mark(connection, slip, SlipState.CANCELLED)
            held = [State.CLAIMED, State.ACCEPTED, State.UNCERTAIN]
            connection.execute(
                update(batches)
                .where(
                    batches.c.dispatch_id == self.dispatch,
                    batches.c.slip == slip,
                    batches.c.state.in_(held),
                )
                # Without an owner no late answer counts: what it tells of was dropped.
                .values(state=State.WAITING.value, slip="", owner="", reason="")
            )

    def open_ones(self, connection: Connection) -> Sequence[str]:
        """Return the slips under which more may go."""
        return connection.scalars(
            select(slips.c.slip)
            .where(slips.c.dispatch_id == self.dispatch, slips.c.state == SlipState.OPEN)
            .order_by(slips.c.at, slips.c.slip)
        ).all()

    def _mark(self, connection: Connection, slip: str, state: SlipState) -> None:
        connection.execute(
            update(slips).where(slips.c.slip == slip).values(state=state.value, at=self.now())
        )


def first_answer() -> ScalarSelect[datetime]:
    """Return when the carrier took the first batch of the dispatch that is asked about."""
    return (
        select(batches.c.settled_at)
        .where(batches.c.dispatch_id == dispatches.c.id, batches.c.state == State.ACCEPTED.value)
        .order_by(batches.c.position)
        .limit(1)
        .correlate(dispatches)
        .scalar_subquery()
    )


def late_start() -> ColumnElement[datetime]:
    """Return when what missed its time as a whole left after all; null of anything else.

    What was held under a slip has left at its time, whatever of the rest came after it.
    """
    was_held = exists().where(batches.c.dispatch_id == dispatches.c.id, batches.c.slip != "")
    first = first_answer()
    return case(((first > dispatches.c.send_at) & ~was_held.correlate(dispatches), first))
