"""Remember each batch of a dispatch before and after its request, for one process at a time."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import bindparam, case, delete, insert, select, update

from newsletter.database.claiming import Lookout, drop_suppressed, left, waiting
from newsletter.database.connections import Connections, Lock
from newsletter.database.counting import AGAIN, is_again
from newsletter.database.guards import (
    CANCELLED,
    forget_answers,
    no_cancel_under_way,
    no_second_send,
)
from newsletter.database.schema import batches, dispatches, leases, recipient_outcomes
from newsletter.database.slips import Slips
from newsletter.database.splitting import halve, let_the_refused_wait
from newsletter.delivery import Batch, State
from newsletter.errors import NotAllowedError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row

LEASE = timedelta(seconds=45)
"""How long a process that died holds others up; claiming, settling and renewing extend it."""

_EMPTY = "empty"


class DatabaseLedger:
    """The ledger of one dispatch, held under a lease; every call is committed at its end."""

    def __init__(
        self,
        connections: Connections,
        dispatch: int,
        owner: str,
        now: Callable[[], datetime],
        send_at: datetime | None = None,
        *,
        halt: str = "",
    ) -> None:
        """Prepare to hold the dispatch as `owner`, a name that no one else has.

        `halt` says whether it is known to have been cancelled, and is to go on nevertheless.
        """
        self._connections = connections
        self._dispatch = dispatch
        self._owner = owner
        self._now = now
        self._send_at = send_at
        self._halt = halt
        self.slips = Slips(connections, dispatch, now)
        self._lookout = Lookout(dispatch)

    def __enter__(self) -> Self:
        """Return itself; the lease has been taken already."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Let others go on at once, however this ended.

        A lease that cannot be given back, as on a full disk, ends by itself.
        """
        with suppress(StoppedError):
            self.release()

    def acquire(self) -> None:
        """Take the lease. Raises NotAllowedError while another process holds it."""
        now = self._now()
        with self._connections.writing(Lock.DISPATCHES) as connection:
            no_second_send(connection, self._dispatch, now)
            self._resume(connection)
            connection.execute(delete(leases).where(leases.c.dispatch_id == self._dispatch))
            connection.execute(
                insert(leases).values(
                    dispatch_id=self._dispatch, owner=self._owner, expires_at=now + LEASE
                )
            )
            forget_answers(connection, self._dispatch, now)
            connection.execute(
                update(batches)
                .where(batches.c.dispatch_id == self._dispatch, batches.c.state == State.REFUSED)
                .values(state=State.WAITING.value, owner="")
            )
            let_the_refused_wait(connection, self._dispatch)
            self._recall(connection)

    def _resume(self, connection: Connection) -> None:
        """Go on with what was cancelled in part; nobody goes on while it is being cancelled."""
        which = dispatches.c.id == self._dispatch
        no_cancel_under_way(connection, self._dispatch)
        found = connection.scalar(select(dispatches.c.halt).where(which))
        if found == CANCELLED and found != self._halt:
            raise NotAllowedError(
                "This issue has been cancelled meanwhile.",
                hint="newsletter status shows how far it came.",
            )
        connection.execute(update(dispatches).where(which).values(halt=""))

    def renew(self) -> None:
        """Keep the lease while answers are slow to come. Raises StoppedError if it is lost."""
        with self._connections.writing(Lock.DISPATCHES) as connection:
            self._renew(connection)

    def release(self) -> None:
        """Give the lease back, if it is still ours."""
        with self._connections.writing(Lock.DISPATCHES) as connection:
            mine = leases.c.dispatch_id == self._dispatch, leases.c.owner == self._owner
            connection.execute(delete(leases).where(*mine))

    def claim(self) -> Batch | None:
        """Take the next waiting batch and commit that; None when none is waiting.

        Whoever has been suppressed since the audience was frozen is left out, and that is
        recorded. Raises StoppedError if another process has taken over.
        """
        with self._connections.writing(Lock.DISPATCHES) as connection:
            return self._claim(connection)

    def relay(self, batch: Batch) -> Batch | None:
        """Settle a batch as accepted and claim the next one, in one commit.

        None if none is waiting, and if none may be claimed; why, `claim` says. Raises
        StoppedError as `settle` does; then nothing was recorded.
        """
        with self._connections.writing(Lock.DISPATCHES) as connection:
            self._note(connection, batch, state=State.ACCEPTED.value)
            try:
                return self._claim(connection)
            except StoppedError:
                return None

    def _claim(self, connection: Connection) -> Batch | None:
        self._renew(connection)
        slips = self.slips.open_ones(connection) if self._send_at else [""]
        while slips and (rows := waiting(connection, self._dispatch, 1)):
            (row,) = rows
            drop_suppressed(connection, row, self._now())
            recipients = self._lookout.recipients(connection, row)
            slip = slips[row.position % len(slips)]
            self._mark(connection, row.id, State.CLAIMED if recipients else _EMPTY, slip)
            if recipients:
                return Batch(row.id, row.position, recipients, slip)
        return None

    def look_ahead(self, most: int) -> Batch | None:
        """Return one of the next `most` batches that has not been looked at; claim nothing."""
        with self._connections.reading() as connection:
            return self._lookout.look_ahead(connection, most)

    def settle(self, batch: Batch, state: State, reason: str = "") -> None:
        """Record what became of a claimed batch; WAITING gives it back untried.

        An answer is recorded even if it comes so late that the lease is lost. Only if
        somebody has decided of the batch meanwhile it is not: then StoppedError is raised.
        """
        with self._connections.writing(Lock.DISPATCHES) as connection:
            self._settle(connection, batch, state=state.value, reason=reason)

    def split(self, batch: Batch) -> None:
        """Give a claimed batch back in two halves. Raises StoppedError as `settle` does."""
        with self._connections.writing(Lock.DISPATCHES) as connection:
            self._settle(connection, batch, state=State.WAITING.value)
            halve(connection, self._row(connection, batch))

    def exclude(self, batch: Batch, reasons: Mapping[str, str]) -> None:
        """Refuse those whose keys are in `reasons`, and give the rest of the batch back.

        Raises StoppedError as `settle` does.
        """
        with self._connections.writing(Lock.DISPATCHES) as connection:
            self._settle(connection, batch, state=State.WAITING.value)
            row = self._row(connection, batch)
            refused = [
                {
                    "dispatch_id": self._dispatch,
                    "position": person.position,
                    "state": State.REFUSED.value,
                    "reason": reasons[person.key],
                    "at": self._now(),
                }
                for person in left(connection, row)
                if person.key in reasons
            ]
            if refused:
                connection.execute(insert(recipient_outcomes), refused)

    def postpone(self, batch: Batch, reason: str) -> None:
        """Give a claimed batch back for later. Raises StoppedError as `settle` does."""
        with self._connections.writing(Lock.DISPATCHES) as connection:
            self._settle(connection, batch, state=State.WAITING.value, reason=reason, postponed=1)

    def recall(self) -> int:
        """Let what was postponed be claimed again; return how many batches that are."""
        with self._connections.writing(Lock.DISPATCHES) as connection:
            self._renew(connection)
            return self._recall(connection)

    def _recall(self, connection: Connection) -> int:
        return connection.execute(
            update(batches)
            .where(batches.c.dispatch_id == self._dispatch, batches.c.postponed != 0)
            .values(postponed=0)
        ).rowcount

    def _settle(
        self, connection: Connection, batch: Batch, *, state: str, reason: str = "", **more: object
    ) -> None:
        self._extend(connection)
        self._note(connection, batch, state=state, reason=reason, **more)

    def _note(
        self, connection: Connection, batch: Batch, *, state: str, reason: str = "", **more: object
    ) -> None:
        """Write down what became of a batch; whoever claims the next one extends the lease."""
        again = "" if state == State.ACCEPTED else f"{AGAIN}: {reason}".removesuffix(": ")
        which = {"batch": batch.id, "by": self._owner, "why": reason, "why_again": again}
        settled = connection.execute(
            _SETTLE, {**which, "state": state, "settled_at": self._now(), **more}
        )
        if settled.rowcount != 1:
            raise _lost()

    def _row(self, connection: Connection, batch: Batch) -> Row[Any]:
        return connection.execute(select(batches).where(batches.c.id == batch.id)).one()

    def _renew(self, connection: Connection) -> None:
        if not self._extend(connection):
            raise _lost()
        if connection.scalar(_HALT, {"dispatch": self._dispatch}):
            raise StoppedError(
                "This send was cancelled.", hint="newsletter status shows how far it came."
            )

    def _extend(self, connection: Connection) -> bool:
        """Have the lease end later; return whether it is ours."""
        which = {"dispatch": self._dispatch, "by": self._owner}
        until = {"expires_at": self._now() + LEASE}
        return connection.execute(_EXTEND, {**which, **until}).rowcount == 1

    def _mark(self, connection: Connection, batch: int, state: str, slip: str) -> None:
        connection.execute(
            _MARK,
            {
                "batch": batch,
                "state": str(state),
                "owner": self._owner,
                "claimed_at": self._now(),
                "slip": slip,
            },
        )


# The statements of each batch, for to put them together takes longer than to carry them out.

_SETTLE = (
    update(batches)
    .where(
        batches.c.id == bindparam("batch"),
        batches.c.owner == bindparam("by"),
        batches.c.state.in_([State.CLAIMED, State.UNCERTAIN]),
    )
    .values(reason=case((is_again(), bindparam("why_again")), else_=bindparam("why")))
)
_MARK = (
    update(batches)
    .where(batches.c.id == bindparam("batch"))
    .values(reason=case((is_again(), AGAIN), else_=""))
)
_EXTEND = update(leases).where(
    leases.c.dispatch_id == bindparam("dispatch"), leases.c.owner == bindparam("by")
)
_HALT = select(dispatches.c.halt).where(dispatches.c.id == bindparam("dispatch"))


def _lost() -> StoppedError:
    return StoppedError(
        "Another process has taken over this send.",
        hint="newsletter status shows how far it is.",
    )
