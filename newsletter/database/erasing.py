"""Erase all that is held on a person, but for what keeps them from being mailed again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select, tuple_, update

from newsletter.audience.subscriber import SuppressionReason
from newsletter.database.auditing import note
from newsletter.database.pseudonyms import pseudonyms
from newsletter.database.schema import (
    applications,
    consents,
    dispatch_recipients,
    events,
    import_changes,
    letters,
    recipient_outcomes,
    subscriber_segments,
    subscribers,
    suppressions,
)
from newsletter.events import stand_in

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

NOBODY = "(erased)"
"""What stands in a dispatch in place of the address of somebody who was erased."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """How much was erased of whom; `pseudonym` knows them again should they come back."""

    pseudonym: str
    removed: dict[str, int] = field(default_factory=dict)

    @property
    def was_known(self) -> bool:
        """Whether anything was held."""
        return any(self.removed.values())


def erase(connection: Connection, folded: str, *, now: datetime, actor: str) -> Erasure:
    """Erase what is held on a folded address, whether it is on the list or not.

    The rows of dispatches stay, as their counts must, but say nothing of the person: where
    the folded address stood, there and among the suppressions, is the pseudonym. So whoever
    waits for their copy is recognised as suppressed, and left out. The caller's transaction
    must be alone in changing audience and dispatches.
    """
    pseudonym = pseudonyms(connection).of(folded)
    removed = {
        **_from_the_list(connection, folded),
        **_from_dispatches(connection, folded, pseudonym),
        "suppressions": connection.execute(
            delete(suppressions).where(suppressions.c.email_folded == folded)
        ).rowcount,
    }
    already = select(suppressions.c.id).where(suppressions.c.email_folded == pseudonym)
    if connection.scalar(already) is None:
        connection.execute(
            insert(suppressions).values(
                email_folded=pseudonym,
                reason=SuppressionReason.ERASED.value,
                at=now,
                source="erasure",
            )
        )
    note(connection, now, actor, "erase", subject=pseudonym, details=removed)
    return Erasure(pseudonym, removed)


def _from_the_list(connection: Connection, folded: str) -> dict[str, int]:
    subscriber = connection.scalar(
        select(subscribers.c.id).where(subscribers.c.email_folded == folded)
    )
    removed: dict[str, int] = {}
    for table in (consents, subscriber_segments, import_changes, applications):
        removed[table.name] = connection.execute(
            delete(table).where(table.c.subscriber_id == subscriber)
        ).rowcount
    key = select(subscribers.c.key).where(subscribers.c.id == subscriber).scalar_subquery()
    removed["letters"] = connection.execute(
        delete(letters).where(letters.c.subscriber_key == key)
    ).rowcount
    removed["subscribers"] = connection.execute(
        delete(subscribers).where(subscribers.c.id == subscriber)
    ).rowcount
    return removed


def _from_dispatches(connection: Connection, folded: str, pseudonym: str) -> dict[str, int]:
    mine = dispatch_recipients.c.email_folded == folded
    columns = dispatch_recipients.c
    rows = connection.execute(
        select(columns.dispatch_id, columns.position, columns.key).where(mine)
    ).all()
    keys = sorted({row.key for row in rows})
    places = [(row.dispatch_id, row.position) for row in rows]
    at = tuple_(recipient_outcomes.c.dispatch_id, recipient_outcomes.c.position)
    # A reason may quote the address: “550 <ann@…>: user unknown”.
    connection.execute(update(recipient_outcomes).where(at.in_(places)).values(reason=""))
    connection.execute(
        update(dispatch_recipients)
        .where(mine)
        .values(
            email=NOBODY, email_folded=pseudonym, first_name="", consent_at=None, consent_source=""
        )
    )
    told = connection.execute(
        update(events).where(events.c.recipient.in_(keys)).values(raw="{}")
    ).rowcount
    quoted = json.dumps(folded, ensure_ascii=False)
    # Reports on other mail of the account name a person by a hash of their address.
    told += connection.execute(
        delete(events).where(
            or_(
                events.c.recipient == stand_in(folded),
                events.c.raw.icontains(quoted, autoescape=True),
            )
        )
    ).rowcount
    return {"dispatch_recipients": len(rows), "events": told}


def copies(database: Path | None, folder: Path) -> list[str]:
    """Name the files beside the database that may hold the person still, for a human to see to.

    They are backups of the database, and rehearsals, whose messages bear addresses.
    """
    found: list[str] = []
    if database is not None:
        found += sorted(p.name for p in database.parent.glob(f"{database.name}.*.backup"))
    if any((folder / "outbox").glob("*/*")):
        found.append("outbox/")
    return found
