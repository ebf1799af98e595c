"""Say what a dispatch is: one edition and one audience, both frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from newsletter.database.editions import thaw
from newsletter.database.guards import CANCELLED

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

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


class Purpose(StrEnum):
    """For whom a dispatch is: everybody, or those who got the one before it."""

    ISSUE = "issue"
    ERRATUM = "erratum"


class Decision(StrEnum):
    """What a person has decided of everyone who is uncertain."""

    RESEND = "resend"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One issue on its way to one audience, both frozen when it was opened.

    `key` is opaque and stands for the dispatch in the carrier's reports. `transport`,
    `segment` and `edition` are those it was opened with, not those of today. `send_at` is when
    the carrier is to send what it holds; None for at once. `halt` says whether it had been
    cancelled when it was read.
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
    purpose: Purpose = Purpose.ISSUE
    send_at: datetime | None = None
    halt: str = ""

    @property
    def is_finished(self) -> bool:
        """Whether nothing was left to send or to decide when it was read."""
        return self.standing is Standing.FINISHED

    def is_held(self, now: datetime) -> bool:
        """Whether the carrier keeps what it has of it until a time that is still to come."""
        return self.send_at is not None and self.send_at > now and self.halt != CANCELLED


def dispatch_of(row: Row[Any], standing: Standing) -> Dispatch:
    """Return the dispatch that a row of the database holds."""
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
        purpose=Purpose(row.purpose),
        send_at=row.send_at,
        halt=row.halt,
    )
