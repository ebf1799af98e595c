"""Tell of a dispatch as a whole: how far it is, and what its certificate attests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from newsletter.audience.segments import parse_segment
from newsletter.database import counting
from newsletter.database.dispatch import Kind
from newsletter.database.editions import thaw
from newsletter.database.freezing import count_newcomers, newcomers_among, reached_since
from newsletter.database.guards import CANCELLED
from newsletter.database.held import count_gone
from newsletter.database.schema import batches
from newsletter.delivery import State

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

    from newsletter.audience.segments import Segment


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
        segment = parse_segment(row.segment)
        document["missing"] = count_newcomers(connection, row, segment)
        for place, each in enumerate(earlier):
            later = [row.id, *(other.id for other in earlier[:place])]
            _look_again(connection, row, segment, each.id, later=later, status=before[place])
    if document["state"] == "finished" and any(each.get("left_out") for each in before):
        document["state"] = "stopped"
    return document


def _look_again(
    connection: Connection,
    row: Row[Any],
    segment: Segment,
    earlier: int,
    *,
    later: list[int],
    status: dict[str, Any],
) -> None:
    """Tell of an earlier dispatch as it stands after those that followed.

    Whoever was refused, and reached since, is settled. `left_out` counts those who were not,
    and still can be. A cancel was a decision about all whom it left out.
    """
    refused = {each["email"] for each in status["unsettled"] if each["state"] == State.REFUSED}
    if not refused:
        return
    reached = refused & reached_since(connection, earlier, later)
    status["unsettled"] = [each for each in status["unsettled"] if each["email"] not in reached]
    if status["state"] == "cancelled":
        return
    left_out = refused & newcomers_among(connection, row, segment, earlier)
    if left_out:
        status["left_out"] = len(left_out)
    elif not status["counts"][State.UNCERTAIN]:
        status["state"] = "finished"


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
        **_again(connection, row),
        **_gone(connection, row, now),
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


def _again(connection: Connection, row: Row[Any]) -> dict[str, int]:
    """Count who may have it though they wait: somebody decided to send it again."""
    again = counting.count_again(connection, row.id)
    return {"again": again} if again else {}


def _gone(connection: Connection, row: Row[Any], now: datetime) -> dict[str, int]:
    """Count who have left since the carrier was given their copies, which it still holds."""
    gone = count_gone(connection, row, now)
    return {"held_though_gone": gone} if gone else {}


def _schedule(row: Row[Any]) -> dict[str, str]:
    return {"send_at": row.send_at.isoformat()} if row.send_at else {}
