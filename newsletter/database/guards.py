"""Refuse what cannot be done to a dispatch just now, and take stock before it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from newsletter.database.counting import UNANSWERED, is_leased
from newsletter.database.schema import batches, dispatches
from newsletter.delivery import State
from newsletter.delivery.timetable import can_call_back
from newsletter.errors import BusyError, NotAllowedError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

CANCELLING, CANCELLED = "cancelling", "cancelled"
"""What `halt` of a dispatch says once somebody asked for it, and once it is done."""


def no_second_send(connection: Connection, dispatch: int, now: datetime) -> None:
    """Raise NotAllowedError while a living process holds the dispatch."""
    if is_leased(connection, dispatch, now):
        raise BusyError(
            "Another send of this issue is running.",
            hint="Wait until it ends. If it was killed, try again in a minute.",
        )


def no_cancel_under_way(connection: Connection, dispatch: int) -> None:
    """Raise NotAllowedError while the carrier has not confirmed that it dropped what it holds."""
    if (
        connection.scalar(select(dispatches.c.halt).where(dispatches.c.id == dispatch))
        == CANCELLING
    ):
        raise NotAllowedError(
            "This issue is being cancelled.",
            hint="Run newsletter cancel once more, to bring that to its end.",
        )


def nothing_to_call_back(send_at: datetime | None, now: datetime) -> None:
    """Raise NotAllowedError while what is in doubt can still be called back and posted again."""
    if send_at is not None and can_call_back(send_at, now):
        raise NotAllowedError(
            "There is nothing to decide yet: what is in doubt can still be called back.",
            hint="Run newsletter send without it: SendGrid is told to drop what is in doubt, and "
            "then given it again, so that everybody gets it once.",
        )


def forget_answers(connection: Connection, dispatch: int, now: datetime) -> None:
    """Call uncertain what was claimed by a process that is no longer there.

    The claims keep their owner: should that process wake up, it may still tell the answer.
    """
    connection.execute(
        update(batches)
        .where(batches.c.dispatch_id == dispatch, batches.c.state == State.CLAIMED)
        .values(state=State.UNCERTAIN.value, reason=UNANSWERED, settled_at=now)
    )
