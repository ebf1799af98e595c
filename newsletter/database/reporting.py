"""Tell of a dispatch as a whole: how far it is, and what its certificate attests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from newsletter.audience.segments import parse_segment
from newsletter.database import counting
from newsletter.database.dispatch import Kind
from newsletter.database.editions import thaw
from newsletter.database.freezing import count_newcomers
from newsletter.database.ledger import CANCELLED
from newsletter.database.schema import batches
from newsletter.delivery import State

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection, Row


def whole_record_of(connection: Connection, row: Row[Any], now: datetime) -> dict[str, Any]:
    """Return all that a certificate tells of a dispatch, and of those before it."""
    earlier = counting.earlier_dispatches(connection, row)
    before = [record_of(connection, each, now) for each in earlier]
    return record_of(connection, row, now) | ({"earlier": before} if before else {})


def record_of(connection: Connection, row: Row[Any], now: datetime) -> dict[str, Any]:
    """Return all that a certificate tells of a dispatch itself."""
    status = status_of(connection, row, now)
    last = select(func.max(batches.c.settled_at)).where(batches.c.dispatch_id == row.id)
    papers = json.loads(row.papers)
    return {
        "issue": row.issue,
        "subject": thaw(row.edition, row.digest).subject,
        "digest": row.digest,
        "commit": papers.get("commit", ""),
        "approvals": papers.get("approvals", []),
        "waivers": papers.get("waivers", []),
        "reason": papers.get("reason", ""),
        "purpose": row.purpose if row.kind == Kind.REAL else row.kind,
        "serial": row.serial,
        "dispatch": row.key,
        "segment": row.segment,
        "transport": row.transport,
        "state": status["state"],
        "opened_at": row.opened_at,
        "settled_at": connection.scalar(last),
        "send_at": row.send_at,
        "recipients": row.recipients,
        "counts": status["counts"],
    }


def whole_status_of(connection: Connection, row: Row[Any], now: datetime) -> dict[str, Any]:
    """Return the document of `status --json` for a dispatch, and for those before it.

    Where there are any, `purpose` says of each what it was for. Where one of them went out, but
    not to all, `missing` counts whom `send --new-only` would reach.
    """
    earlier = counting.earlier_dispatches(connection, row)
    if not earlier:
        return status_of(connection, row, now)
    before = [status_of(connection, each, now) | {"purpose": each.purpose} for each in earlier]
    document = status_of(connection, row, now) | {"purpose": row.purpose, "earlier": before}
    if any(map(_was_parted, before)):
        document["missing"] = count_newcomers(connection, row, parse_segment(row.segment))
    return document


def _was_parted(status: dict[str, Any]) -> bool:
    counts = status["counts"]
    return counting.has_left(counts) and bool(counts[State.WAITING] or counts[State.REFUSED])


def status_of(connection: Connection, row: Row[Any], now: datetime) -> dict[str, Any]:
    """Return the document of a dispatch itself."""
    state, counts = progress_of(connection, row, now)
    missing = [State.UNCERTAIN, State.REFUSED]
    if not counting.is_leased(connection, row.id, now):
        missing.append(State.CLAIMED)
    return {
        "issue": row.issue,
        "digest": row.digest,
        "state": state,
        "transport": row.transport,
        "recipients": row.recipients,
        "counts": counts,
        "unsettled": counting.unsettled(connection, row.id, *missing),
        **_schedule(row),
    }


def progress_of(
    connection: Connection, row: Row[Any], now: datetime
) -> tuple[str, dict[str, int]]:
    """Return how far a dispatch is, and how many share each fate.

    Those claimed by a process that is no longer there are uncertain.
    """
    counts = counting.count(connection, row.id)
    leased = counting.is_leased(connection, row.id, now)
    if not leased:
        counts[State.UNCERTAIN] += counts[State.CLAIMED]
        counts[State.CLAIMED] = 0
    return _state(row, counts, now, leased=leased), counts


def no_status(issue: date) -> dict[str, Any]:
    """Return the document of an issue that was never sent."""
    return {
        "issue": issue.isoformat(),
        "digest": None,
        "state": "none",
        "transport": "",
        "recipients": 0,
        "counts": dict.fromkeys((*counting.FATES, counting.SUPPRESSED), 0),
        "unsettled": [],
    }


def _state(row: Row[Any], counts: dict[str, int], now: datetime, *, leased: bool) -> str:
    if row.halt == CANCELLED:
        return "cancelled"
    if counting.is_finished(counts):
        is_held = row.send_at is not None and row.send_at > now
        return "scheduled" if is_held else "finished"
    return "sending" if leased else "stopped"


def _schedule(row: Row[Any]) -> dict[str, str]:
    return {"send_at": row.send_at.isoformat()} if row.send_at else {}
