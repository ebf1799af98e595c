"""Freeze an edition and its audience, and tell what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from newsletter.audience.segments import parse_segment
from newsletter.database import counting
from newsletter.database.connections import Connections, Lock
from newsletter.database.editions import freeze, thaw
from newsletter.database.freezing import freeze_dispatch
from newsletter.database.ledger import DatabaseLedger, forget_answers, no_second_send
from newsletter.database.schema import batches, dispatches
from newsletter.delivery import State
from newsletter.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

    from newsletter.rendering.edition import Edition


class Kind(StrEnum):
    """Whether messages leave the office."""

    REAL = "real"
    REHEARSAL = "rehearsal"


class Standing(StrEnum):
    """How a dispatch was found when it was opened."""

    NEW = "new"
    UNFINISHED = "unfinished"
    FINISHED = "finished"


class Decision(StrEnum):
    """What a person has decided of everyone who is uncertain."""

    RESEND = "resend"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One issue on its way to one audience, both frozen when it was opened.

    `key` is opaque and stands for the dispatch in the carrier's reports. `transport`,
    `segment` and `edition` are those it was opened with, not those of today.
    """

    id: int
    key: str
    kind: Kind
    serial: int
    edition: Edition
    segment: str
    transport: str
    batch_size: int
    recipients: int
    opened_at: datetime
    standing: Standing

    @property
    def is_finished(self) -> bool:
        """Whether nothing was left to send or to decide when it was read."""
        return self.standing is Standing.FINISHED


@dataclass(frozen=True, slots=True)
class Dispatches:
    """The dispatches in one database."""

    connections: Connections
    now: Callable[[], datetime]
    token: Callable[[], str]

    def open(self, edition: Edition, *, segment: str, transport: str, batch_size: int) -> Dispatch:
        """Return the dispatch to go on with, or open one and freeze all that it needs.

        A real issue is dispatched once: what there is of it is returned, finished or not. A
        rehearsal that is finished makes room for the next one once the issue was edited.
        Raises NotAllowedError if nobody would receive it, MistakeError for a bad segment.
        """
        tree = parse_segment(segment)
        kind = _kind(transport)
        with self.connections.writing(Lock.DISPATCHES) as connection:
            last = _last(connection, edition.issue, kind)
            if last is not None:
                standing = _standing(connection, last.id)
                if not _makes_room(last, edition, standing):
                    return _dispatch(last, standing)
            values = {
                "key": self.token(),
                "issue": edition.issue.isoformat(),
                "kind": kind.value,
                "serial": 1 if last is None else last.serial + 1,
                "digest": edition.digest,
                "edition": freeze(edition),
                "segment": segment,
                "transport": transport,
                "batch_size": batch_size,
                "recipients": 0,
                "opened_at": self.now(),
            }
            freeze_dispatch(connection, tree, values)
            row = _last(connection, edition.issue, kind)
            assert row is not None  # noqa: S101  # it was inserted two lines above
            return _dispatch(row, Standing.NEW)

    def find(self, issue: date, transport: str) -> Dispatch | None:
        """Return the newest dispatch of an issue, real or rehearsed as `transport` would be."""
        with self.connections.reading() as connection:
            row = _last(connection, issue, _kind(transport))
            return None if row is None else _dispatch(row, _standing(connection, row.id))

    def take(self, dispatch: Dispatch) -> DatabaseLedger:
        """Take the lease of a dispatch, so that no other process can send it meanwhile.

        What an earlier process left unanswered becomes uncertain, and what was refused waits
        again. Raises NotAllowedError while another process holds the lease.
        """
        ledger = DatabaseLedger(self.connections, dispatch.id, self.token(), self.now)
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

    def status(self, issue: date, *, transport: str | None = None) -> dict[str, Any]:
        """Return the document of `status --json`: of the real dispatch, else the last rehearsal.

        With `transport` it is that of the dispatch which `find` returns.
        """
        with self.connections.reading() as connection:
            row = _shown(connection, issue, transport)
            if row is None:
                return _no_status(issue)
            counts = counting.count(connection, row.id)
            leased = counting.is_leased(connection, row.id, self.now())
            missing = [State.UNCERTAIN, State.REFUSED]
            if not leased:
                counts[State.UNCERTAIN] += counts[State.CLAIMED]
                counts[State.CLAIMED] = 0
                missing.append(State.CLAIMED)
            return {
                "issue": row.issue,
                "digest": row.digest,
                "state": _state(counts, leased=leased),
                "transport": row.transport,
                "recipients": row.recipients,
                "counts": counts,
                "unsettled": counting.unsettled(connection, row.id, *missing),
            }


def _no_status(issue: date) -> dict[str, Any]:
    return {
        "issue": issue.isoformat(),
        "digest": None,
        "state": "none",
        "transport": "",
        "recipients": 0,
        "counts": dict.fromkeys((*counting.FATES, counting.SUPPRESSED), 0),
        "unsettled": [],
    }


def _state(counts: dict[str, int], *, leased: bool) -> str:
    if counting.is_finished(counts):
        return "finished"
    return "sending" if leased else "stopped"


def _kind(transport: str) -> Kind:
    return Kind.REHEARSAL if transport == "folder" else Kind.REAL


def _last(connection: Connection, issue: date, kind: Kind) -> Row[Any] | None:
    return connection.execute(
        select(dispatches)
        .where(dispatches.c.issue == issue.isoformat(), dispatches.c.kind == kind)
        .order_by(dispatches.c.serial.desc())
        .limit(1)
    ).one_or_none()


def _shown(connection: Connection, issue: date, transport: str | None) -> Row[Any] | None:
    if transport is None:
        return counting.newest_dispatch(connection, issue)
    return _last(connection, issue, _kind(transport))


def _standing(connection: Connection, dispatch: int) -> Standing:
    finished = counting.is_finished(counting.count(connection, dispatch))
    return Standing.FINISHED if finished else Standing.UNFINISHED


def _makes_room(last: Row[Any], edition: Edition, standing: Standing) -> bool:
    return (
        last.kind == Kind.REHEARSAL
        and standing is Standing.FINISHED
        and last.digest != edition.digest
    )


def _dispatch(row: Row[Any], standing: Standing) -> Dispatch:
    return Dispatch(
        id=row.id,
        key=row.key,
        kind=Kind(row.kind),
        serial=row.serial,
        edition=thaw(row.edition, row.digest),
        segment=row.segment,
        transport=row.transport,
        batch_size=row.batch_size,
        recipients=row.recipients,
        opened_at=row.opened_at,
        standing=standing,
    )
