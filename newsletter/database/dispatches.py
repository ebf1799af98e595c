"""Freeze an edition and its audience, and tell what became of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from newsletter.audience.address import fold, parse_address
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
from newsletter.database.guards import (
    forget_answers,
    no_cancel_under_way,
    no_second_send,
    nothing_to_call_back,
)
from newsletter.database.halting import Halt, ask_to_halt
from newsletter.database.held import Held, held_for
from newsletter.database.ledger import DatabaseLedger
from newsletter.database.reporting import no_status, whole_record_of, whole_status_of
from newsletter.database.schema import batches, dispatch_recipients, dispatches
from newsletter.database.shelf import keep
from newsletter.database.standings import (
    in_force,
    just_opened,
    kind_of,
    last_dispatch,
    makes_room,
    raise_unless_ended,
    row_of,
    shown,
    standing_of,
)
from newsletter.delivery import State
from newsletter.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date, datetime

    from sqlalchemy import Row

    from newsletter.rendering.edition import Edition
    from newsletter.rendering.enclosures import Enclosures


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
        enclosures: Enclosures | None = None,
    ) -> Dispatch:
        """Return the dispatch to go on with, or open one and freeze all that it needs.

        A real issue is dispatched once: what there is of it is returned, finished or not. A
        rehearsal that is finished makes room for the next one once the issue was edited, and
        so does a dispatch that was cancelled before anything left. `papers` are told in the
        certificate, `enclosures` kept for the archive. Raises NotAllowedError if nobody would
        receive it, MistakeError for a bad segment.
        """
        tree = parse_segment(segment)
        kind = kind_of(transport)
        with self.connections.writing(Lock.DISPATCHES) as connection:
            begun = in_force(connection, edition.issue, kind)
            if begun is not None:
                standing = standing_of(connection, begun.id)
                if not makes_room(begun, edition, standing):
                    return dispatch_of(begun, standing)
            last = last_dispatch(connection, edition.issue, kind)
            values = self._values(edition, segment, transport, batch_size, last)
            values |= {"papers": json.dumps(papers or {}), "send_at": send_at}
            freeze_dispatch(connection, tree, values)
            keep(connection, edition.digest, enclosures)
            return just_opened(connection, edition.issue, kind)

    def open_erratum(
        self,
        edition: Edition,
        *,
        transport: str,
        batch_size: int,
        papers: Mapping[str, Any] | None = None,
        send_at: datetime | None = None,
        enclosures: Enclosures | None = None,
    ) -> Dispatch:
        """Freeze a corrected edition for exactly those who got the dispatch before it.

        Whom that has not reached before it was cancelled is a newcomer then. Raises
        NotAllowedError if there is none, or if something of it is still open.
        """
        kind = kind_of(transport)
        with self.connections.writing(Lock.DISPATCHES) as connection:
            begun = in_force(connection, edition.issue, kind)
            if begun is None or begun.digest == edition.digest:
                raise NotAllowedError(
                    "There is nothing to correct: this edition is not another than what was sent.",
                    hint="Edit the issue first, or send it without --erratum.",
                )
            raise_unless_ended(connection, begun)
            last = last_dispatch(connection, edition.issue, kind)
            values = self._values(edition, begun.segment, transport, batch_size, last)
            values |= {"papers": json.dumps(papers or {}), "send_at": send_at}
            freeze_erratum(connection, begun.id, {**values, "purpose": Purpose.ERRATUM.value})
            keep(connection, edition.digest, enclosures)
            return just_opened(connection, edition.issue, kind)

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
            "kind": kind_of(transport).value,
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

        One that was cancelled before anything left does not count.
        """
        with self.connections.reading() as connection:
            row = in_force(connection, issue, kind_of(transport))
            return None if row is None else dispatch_of(row, standing_of(connection, row.id))

    def newcomers(self, dispatch: Dispatch) -> int:
        """Count who of its segment is in none of the issue's dispatches."""
        tree = parse_segment(dispatch.segment)
        with self.connections.reading() as connection:
            return count_newcomers(connection, row_of(connection, dispatch), tree)

    def got(self, dispatch: Dispatch) -> int:
        """Count who has got it, as far as is known, and would get a correction."""
        with self.connections.reading() as connection:
            statement = select(func.count()).select_from(dispatch_recipients)
            return connection.scalar(statement.where(*got(dispatch.id))) or 0

    def extend(self, dispatch: Dispatch) -> Dispatch:
        """Add the newcomers to a dispatch, as the last of its recipients."""
        tree = parse_segment(dispatch.segment)
        with self.connections.writing(Lock.DISPATCHES) as connection:
            append_newcomers(connection, row_of(connection, dispatch), tree)
            row = row_of(connection, dispatch)
            return dispatch_of(row, standing_of(connection, row.id))

    def send_rest_at_once(self, dispatch: Dispatch) -> Dispatch:
        """Take off the time of a schedule that has passed: what still waits goes at once.

        It is forgotten only of what is finished, for newcomers were promised none: should the
        rest be stopped, too, whoever comes back to it days later is to be asked.
        """
        if dispatch.is_finished:
            with self.connections.writing(Lock.DISPATCHES) as connection:
                connection.execute(
                    update(dispatches).where(dispatches.c.id == dispatch.id).values(send_at=None)
                )
        return replace(dispatch, send_at=None)

    def take(self, dispatch: Dispatch) -> DatabaseLedger:
        """Take the lease of a dispatch, so that no other process can send it meanwhile.

        What an earlier process left unanswered becomes uncertain, and what was refused waits
        again. Raises BusyError while another process holds the lease, and NotAllowedError if it
        has been cancelled since `dispatch` was read: whoever waited must not undo that.
        """
        ledger = DatabaseLedger(
            self.connections,
            dispatch.id,
            self.token(),
            self.now,
            dispatch.send_at,
            halt=dispatch.halt,
        )
        ledger.acquire()
        return ledger

    def decide(self, issue: date, decision: Decision, *, transport: str | None = None) -> int:
        """Carry out what a person decided of everyone uncertain; return how many they were.

        It is about the same dispatch as `status` is. Raises NotAllowedError while the issue is
        being sent, if it never was, and while what is in doubt can still be called back.
        """
        with self.connections.writing(Lock.DISPATCHES) as connection:
            row = shown(connection, issue, transport)
            if row is None:
                raise NotAllowedError(
                    "This issue has not been sent, so nothing of it is uncertain.",
                    hint=f"Send it first: newsletter send --issue {issue.isoformat()}",
                )
            no_second_send(connection, row.id, self.now())
            no_cancel_under_way(connection, row.id)
            forget_answers(connection, row.id, self.now())
            uncertain = counting.count(connection, row.id)[State.UNCERTAIN]
            if uncertain:
                nothing_to_call_back(row.send_at, self.now())
            state = State.WAITING if decision is Decision.RESEND else State.ACCEPTED
            reason = counting.AGAIN if decision is Decision.RESEND else "accepted by decision"
            connection.execute(
                update(batches)
                .where(batches.c.dispatch_id == row.id, batches.c.state == State.UNCERTAIN)
                # Without an owner no late answer can undo the decision.
                .values(
                    state=state.value,
                    reason=reason,
                    owner="",
                    settled_at=self.now(),
                )
            )
            return uncertain

    def people(
        self, issue: date, *, states: Collection[str] | None = None, address: str | None = None
    ) -> list[dict[str, Any]]:
        """Return what became of each recipient in `states`, or of one address.

        Whoever got an erratum and what it corrects is there twice, each with its `purpose`.
        """
        folded = None if address is None else fold(address)
        with self.connections.reading() as connection:
            row = counting.newest_dispatch(connection, issue)
            if row is None:
                return []
            rows = [row, *counting.earlier_dispatches(connection, row)]
            return [
                person | ({"purpose": each.purpose} if len(rows) > 1 else {})
                for each in rows
                for person in people(
                    connection,
                    each.id,
                    states=states,
                    folded=folded,
                    leased=counting.is_leased(connection, each.id, self.now()),
                )
            ]

    def batches(self, issue: date) -> list[dict[str, Any]]:
        """Return the batches of the dispatch that `status` is about."""
        with self.connections.reading() as connection:
            row = counting.newest_dispatch(connection, issue)
            return [] if row is None else batch_list(connection, row.id)

    def held_for(self, address: str) -> list[Held]:
        """Return what carriers hold for an address, to be sent at its time."""
        with self.connections.reading() as connection:
            return held_for(connection, fold(parse_address(address)), self.now())

    def halt(self, issue: date) -> Halt:
        """Have the issue's newest dispatch claim no more, to be cancelled."""
        return ask_to_halt(self.connections, issue, self.now)

    def record(self, issue: date) -> dict[str, Any] | None:
        """Return all that a certificate tells of the dispatch that `status` is about."""
        with self.connections.reading() as connection:
            row = counting.newest_dispatch(connection, issue)
            return None if row is None else whole_record_of(connection, row, self.now())

    def status(self, issue: date, *, transport: str | None = None) -> dict[str, Any]:
        """Return the document of `status --json`: of the real dispatch, else the last rehearsal.

        With `transport` it is that of the dispatch which `find` returns. Those before an erratum
        are `earlier`.
        """
        with self.connections.reading() as connection:
            row = shown(connection, issue, transport)
            return (
                no_status(issue) if row is None else whole_status_of(connection, row, self.now())
            )
