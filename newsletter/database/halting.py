"""Stop a dispatch for good, or as far as that can still be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from newsletter.database import counting
from newsletter.database.connections import Connections, Lock
from newsletter.database.guards import CANCELLED, CANCELLING, forget_answers, no_second_send
from newsletter.database.schema import dispatches
from newsletter.database.slips import Slips
from newsletter.delivery import SlipState
from newsletter.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from sqlalchemy import Row


@dataclass(frozen=True, slots=True)
class Halt:
    """One dispatch that is being cancelled; every call is committed at its end."""

    connections: Connections
    now: Callable[[], datetime]
    dispatch: int
    transport: str
    send_at: datetime | None

    @property
    def slips(self) -> Slips:
        """Return the slips under which the carrier holds what it has."""
        return Slips(self.connections, self.dispatch, self.now)

    @property
    def is_held(self) -> bool:
        """Whether a carrier still holds something that has to be called back."""
        if self.send_at is None or self.send_at <= self.now():
            return False
        return any(slip.state is not SlipState.CANCELLED for slip in self.slips.all())

    def stop_sending(self) -> None:
        """Call uncertain what nobody will answer for. Raises BusyError while it is being sent."""
        with self.connections.writing(Lock.DISPATCHES) as connection:
            no_second_send(connection, self.dispatch, self.now())
            forget_answers(connection, self.dispatch, self.now())

    def finish(self) -> bool:
        """Mark it as cancelled; return whether nothing of it has left or will.

        Whom it was to be sent again, by decision, may have it from the first time.
        """
        settle = counting.forget_again if self._is_all_dropped() else counting.doubt_again
        with self.connections.writing(Lock.DISPATCHES) as connection:
            _mark(connection, self.dispatch, CANCELLED)
            settle(connection, self.dispatch)
            return not counting.has_left(counting.count(connection, self.dispatch))

    def _is_all_dropped(self) -> bool:
        """Whether all that was ever handed over was held, and has been dropped since.

        Once the time has passed some of it may have been sent at once.
        """
        if self.send_at is None or self.send_at <= self.now():
            return False
        return all(slip.state is SlipState.CANCELLED for slip in self.slips.all())


def ask_to_halt(connections: Connections, issue: date, now: Callable[[], datetime]) -> Halt:
    """Have the issue's newest dispatch claim no more, whoever is sending it.

    Raises NotAllowedError if there is none, or if all of it has gone.
    """
    with connections.writing(Lock.DISPATCHES) as connection:
        row = counting.newest_dispatch(connection, issue)
        if row is None:
            raise NotAllowedError(
                "This issue has not been sent, so there is nothing to cancel.",
                hint="newsletter status shows what there is of an issue.",
            )
        is_gone = row.send_at is None or row.send_at <= now()
        if is_gone and counting.is_finished(counting.count(connection, row.id)):
            raise NotAllowedError(
                "This issue has been sent: nothing of it can be called back.",
                hint="A correction can follow: newsletter send --erratum.",
            )
        if row.halt != CANCELLED or _is_held(row, now()):
            _mark(connection, row.id, CANCELLING)
        return Halt(connections, now, row.id, row.transport, row.send_at)


def _is_held(row: Row[Any], now: datetime) -> bool:
    return row.send_at is not None and row.send_at > now


def _mark(connection: Any, dispatch: int, halt: str) -> None:  # noqa: ANN401  # SQLAlchemy's
    connection.execute(update(dispatches).where(dispatches.c.id == dispatch).values(halt=halt))
