"""Freeze an edition and its audience, and tell what became of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from newsletter.audience.address import fold
from newsletter.audience.segments import parse_segment
from newsletter.database import counting
from newsletter.database.connections import Connections, Lock
from newsletter.database.dispatch import (
    Decision,
    Dispatch,
    Kind,
    Purpose,
    Standing,
    dispatch_of,
)
from newsletter.database.editions import freeze
from newsletter.database.fates import batch_list, people
from newsletter.database.freezing import (
    append_newcomers,
    count_newcomers,
    freeze_dispatch,
    freeze_erratum,
    got,
)
from newsletter.database.halting import Halt, ask_to_halt
from newsletter.database.ledger import (
    CANCELLED,
    DatabaseLedger,
    forget_answers,
    no_second_send,
)
from newsletter.database.reporting import no_status, record_of, status_of
from newsletter.database.schema import batches, dispatch_recipients, dispatches
from newsletter.delivery import State
from newsletter.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

    from newsletter.rendering.edition import Edition


__all__ = ["Decision", "Dispatch", "Dispatches", "Kind", "Purpose", "Standing"]


@dataclass(frozen=True, slots=True)
class Dispatches:
    """The dispatches in one database."""

    connections: Connections
    now: Callable[[], datetime]
    token: Callable[[], str]

    def open(
        self,
        edition: Edition,
        *,
        segment: str,
        transport: str,
        batch_size: int,
        papers: Mapping[str, Any] | None = None,
        send_at: datetime | None = None,
    ) -> Dispatch:
        """Return the dispatch to go on with, or open one and freeze all that it needs.

        A real issue is dispatched once: what there is of it is returned, finished or not. A
        rehearsal that is finished makes room for the next one once the issue was edited, and
        so does a dispatch that was cancelled before anything left. `papers` are told in the
        certificate. Raises NotAllowedError if nobody would receive it, MistakeError for a bad
        segment.
        """
        tree = parse_segment(segment)
        kind = _kind(transport)
        with self.connections.writing(Lock.DISPATCHES) as connection:
            last = last_dispatch(connection, edition.issue, kind)
            if last is not None:
                standing = _standing(connection, last.id)
                if not _makes_room(connection, last, edition, standing):
                    return dispatch_of(last, standing)
            values = self._values(edition, segment, transport, batch_size, last)
            values |= {"papers": json.dumps(papers or {}), "send_at": send_at}
            freeze_dispatch(connection, tree, values)
            return _newest(connection, edition.issue, kind)

    def open_erratum(
        self,
        edition: Edition,
        *,
        transport: str,
        batch_size: int,
        papers: Mapping[str, Any] | None = None,
        send_at: datetime | None = None,
    ) -> Dispatch:
        """Freeze a corrected edition for exactly those who got the dispatch before it.

        Raises NotAllowedError if there is none, or if something of it is still open.
        """
        kind = _kind(transport)
        with self.connections.writing(Lock.DISPATCHES) as connection:
            last = last_dispatch(connection, edition.issue, kind)
            if last is None or last.digest == edition.digest:
                raise NotAllowedError(
                    "There is nothing to correct: this edition is not another than what was sent.",
                    hint="Edit the issue first, or send it without --erratum.",
                )
            counts = counting.count(connection, last.id)
            if any(counts[state] for state in (State.WAITING, State.CLAIMED, State.UNCERTAIN)):
                raise NotAllowedError(
                    "Some of this issue is still waiting or uncertain.",
                    hint="Bring it to its end first; then send the erratum.",
                )
            values = self._values(edition, last.segment, transport, batch_size, last)
            values |= {"papers": json.dumps(papers or {}), "send_at": send_at}
            freeze_erratum(connection, last.id, {**values, "purpose": Purpose.ERRATUM.value})
            return _newest(connection, edition.issue, kind)

    def _values(
        self,
        edition: Edition,
        segment: str,
        transport: str,
        batch_size: int,
        last: Row[Any] | None,
    ) -> dict[str, Any]:
        return {
            "key": self.token(),
            "issue": edition.issue.isoformat(),
            "kind": _kind(transport).value,
            "serial": 1 if last is None else last.serial + 1,
            "digest": edition.digest,
            "edition": freeze(edition),
            "segment": segment,
            "transport": transport,
            "batch_size": batch_size,
            "recipients": 0,
            "opened_at": self.now(),
        }

    def find(self, issue: date, transport: str) -> Dispatch | None:
        """Return the newest dispatch of an issue, real or rehearsed as `transport` would be.

        One that was cancelled before anything left counts as none.
        """
        with self.connections.reading() as connection:
            row = last_dispatch(connection, issue, _kind(transport))
            if row is None or _is_void(connection, row):
                return None
            return dispatch_of(row, _standing(connection, row.id))

    def newcomers(self, dispatch: Dispatch) -> int:
        """Count who of its segment is in none of the issue's dispatches."""
        tree = parse_segment(dispatch.segment)
        with self.connections.reading() as connection:
            return count_newcomers(connection, _row(connection, dispatch), tree)

    def got(self, dispatch: Dispatch) -> int:
        """Count who has got it, as far as is known."""
        with self.connections.reading() as connection:
            statement = select(func.count()).select_from(dispatch_recipients)
            return connection.scalar(statement.where(*got(dispatch.id))) or 0

    def extend(self, dispatch: Dispatch) -> Dispatch:
        """Add the newcomers to a dispatch, as the last of its recipients."""
        tree = parse_segment(dispatch.segment)
        with self.connections.writing(Lock.DISPATCHES) as connection:
            append_newcomers(connection, _row(connection, dispatch), tree)
            row = _row(connection, dispatch)
            return dispatch_of(row, _standing(connection, row.id))

    def send_rest_at_once(self, dispatch: Dispatch) -> Dispatch:
        """Take off the time of a schedule that has passed: what still waits goes at once."""
        with self.connections.writing(Lock.DISPATCHES) as connection:
            connection.execute(
                update(dispatches).where(dispatches.c.id == dispatch.id).values(send_at=None)
            )
        return replace(dispatch, send_at=None)

    def take(self, dispatch: Dispatch) -> DatabaseLedger:
        """Take the lease of a dispatch, so that no other process can send it meanwhile.

        What an earlier process left unanswered becomes uncertain, and what was refused waits
        again. Raises NotAllowedError while another process holds the lease.
        """
        ledger = DatabaseLedger(
            self.connections, dispatch.id, self.token(), self.now, dispatch.send_at
        )
        ledger.acquire()
        return ledger

    def decide(self, issue: date, decision: Decision, *, transport: str | None = None) -> int:
        """Carry out what a person decided of everyone uncertain; return how many they were.

        It is about the same dispatch as `status` is. Raises NotAllowedError while the issue is being sent, or if it never was.
        """
        with self.connections.writing(Lock.DISPATCHES) as connection:
            row = _shown(connection, issue, transport)
            if row is None:
                raise NotAllowedError(
                    "This issue has not been sent, so nothing of it is uncertain.",
                    hint=f"Send it first: newsletter send --issue {issue.isoformat()}",
                )
            no_second_send(connection, row.id, self.now())
            forget_answers(connection, row.id, self.now())
            uncertain = counting.count(connection, row.id)[State.UNCERTAIN]
            state = State.WAITING if decision is Decision.RESEND else State.ACCEPTED
            reason = "sent again" if decision is Decision.RESEND else "accepted"
            connection.execute(
                update(batches)
                .where(batches.c.dispatch_id == row.id, batches.c.state == State.UNCERTAIN)
                # Without an owner no late answer can undo the decision.
                .values(
                    state=state.value,
                    reason=f"{reason} by decision",
                    owner="",
                    settled_at=self.now(),
                )
            )
            return uncertain

    def people(
        self, issue: date, *, states: Collection[str] | None = None, address: str | None = None
    ) -> list[dict[str, Any]]:
        """Return what became of each recipient in `states`, or of one address."""
        with self.connections.reading() as connection:
            row = counting.newest_dispatch(connection, issue)
            if row is None:
                return []
            leased = counting.is_leased(connection, row.id, self.now())
            folded = None if address is None else fold(address)
            return people(connection, row.id, states=states, folded=folded, leased=leased)

    def batches(self, issue: date) -> list[dict[str, Any]]:
        """Return the batches of the dispatch that `status` is about."""
        with self.connections.reading() as connection:
            row = counting.newest_dispatch(connection, issue)
            return [] if row is None else batch_list(connection, row.id)

    def halt(self, issue: date) -> Halt:
        """Have the issue's newest dispatch claim no more, to be cancelled."""
        return ask_to_halt(self.connections, issue, self.now)

    def record(self, issue: date) -> dict[str, Any] | None:
        """Return all that a certificate tells of the dispatch that `status` is about."""
        with self.connections.reading() as connection:
            row = counting.newest_dispatch(connection, issue)
            return None if row is None else record_of(connection, row, self.now())

    def status(self, issue: date, *, transport: str | None = None) -> dict[str, Any]:
        """Return the document of `status --json`: of the real dispatch, else the last rehearsal.

        With `transport` it is that of the dispatch which `find` returns.
        """
        with self.connections.reading() as connection:
            row = _shown(connection, issue, transport)
            return no_status(issue) if row is None else status_of(connection, row, self.now())


def _kind(transport: str) -> Kind:
    return Kind.REHEARSAL if transport == "folder" else Kind.REAL


def last_dispatch(connection: Connection, issue: date, kind: Kind) -> Row[Any] | None:
    """Return the row of the newest dispatch of this kind."""
    return connection.execute(
        select(dispatches)
        .where(dispatches.c.issue == issue.isoformat(), dispatches.c.kind == kind)
        .order_by(dispatches.c.serial.desc())
        .limit(1)
    ).one_or_none()


def _newest(connection: Connection, issue: date, kind: Kind) -> Dispatch:
    row = last_dispatch(connection, issue, kind)
    assert row is not None  # noqa: S101  # it has just been inserted
    return dispatch_of(row, Standing.NEW)


def _row(connection: Connection, dispatch: Dispatch) -> Row[Any]:
    return connection.execute(select(dispatches).where(dispatches.c.id == dispatch.id)).one()


def _shown(connection: Connection, issue: date, transport: str | None) -> Row[Any] | None:
    if transport is None:
        return counting.newest_dispatch(connection, issue)
    return last_dispatch(connection, issue, _kind(transport))


def _standing(connection: Connection, dispatch: int) -> Standing:
    finished = counting.is_finished(counting.count(connection, dispatch))
    return Standing.FINISHED if finished else Standing.UNFINISHED


def _makes_room(
    connection: Connection, last: Row[Any], edition: Edition, standing: Standing
) -> bool:
    is_repeated = (
        last.kind == Kind.REHEARSAL
        and standing is Standing.FINISHED
        and last.digest != edition.digest
    )
    return is_repeated or _is_void(connection, last)


def _is_void(connection: Connection, row: Row[Any]) -> bool:
    """Whether it was cancelled, and nothing of it has left or may have."""
    return row.halt == CANCELLED and not counting.has_left(counting.count(connection, row.id))
