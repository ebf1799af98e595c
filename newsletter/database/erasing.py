"""Erase all that is held on a person, but for what keeps them from being mailed again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, or_, select, tuple_, update

from newsletter.audience.subscriber import SuppressionReason
from newsletter.database.auditing import note
from newsletter.database.pseudonyms import pseudonyms
from newsletter.database.schema import (
    applications,
    consents,
    dispatch_recipients,
    dispatches,
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
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Row

NOBODY = "(erased)"
"""What stands in a dispatch in place of the address of somebody who was erased."""

_OF_A_REPORT = ("dispatch", "recipient", "event", "at")  # what no two have in common


@dataclass(frozen=True, slots=True)
class Erasure:
    """How much was erased of whom; `pseudonym` knows them again should they come back."""

    pseudonym: str
    removed: dict[str, int] = field(default_factory=dict)

    @property
    def was_known(self) -> bool:
        """Whether anything was held."""
        return any(self.removed.values())


def mentions(connection: Connection, folded: str) -> Sequence[Row[Any]]:
    """Return which of the carrier's reports are about a folded address, or quote it.

    All of them have to be read for that, so it is done before anybody has to wait.
    """
    mine = select(dispatch_recipients.c.key).where(dispatch_recipients.c.email_folded == folded)
    quoted = json.dumps(folded, ensure_ascii=False)
    return connection.execute(
        select(*(events.c[name] for name in _OF_A_REPORT)).where(
            or_(
                events.c.recipient.in_(mine),
                # Reports on other mail of the account name a person by a hash of their address.
                events.c.recipient == stand_in(folded),
                events.c.raw.icontains(quoted, autoescape=True),
            )
        )
    ).all()


def erase(
    connection: Connection, folded: str, reports: Sequence[Row[Any]], *, now: datetime, actor: str
) -> Erasure:
    """Erase what is held on a folded address, whether it is on the list or not.

    `reports` are what `mentions` has found; what came since about their copies is erased, too.
    The rows of dispatches stay, as their counts must, but say nothing of the person: where
    the folded address stood, there and among the suppressions, is the pseudonym. So whoever
    waits for their copy is recognised as suppressed, and left out. The caller's transaction
    must be alone in changing audience and dispatches.
    """
    pseudonym = pseudonyms(connection).of(folded)
    removed = {
        **_from_the_list(connection, folded),
        **_from_dispatches(connection, folded, pseudonym, reports),
        "suppressions": connection.execute(
            delete(suppressions).where(suppressions.c.email_folded == folded)
        ).rowcount,
    }
    already = select(suppressions.c.reason).where(suppressions.c.email_folded == pseudonym)
    if connection.scalar(already) != SuppressionReason.ERASED.value:
        connection.execute(delete(suppressions).where(suppressions.c.email_folded == pseudonym))
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


def _from_dispatches(
    connection: Connection, folded: str, pseudonym: str, reports: Sequence[Row[Any]]
) -> dict[str, int]:
    mine = dispatch_recipients.c.email_folded == folded
    columns = dispatch_recipients.c
    rows = connection.execute(
        select(
            columns.dispatch_id, columns.position, columns.key, dispatches.c.key.label("dispatch")
        )
        .join(dispatches, dispatches.c.id == columns.dispatch_id)
        .where(mine)
    ).all()
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
    sent, keys = {row.dispatch for row in rows}, {row.key for row in rows}
    # What became of their copies is counted still. SQLite finds it without reading the others.
    told = connection.execute(
        update(events)
        .where(events.c.dispatch.in_(sorted(sent)), events.c.recipient.in_(sorted(keys)))
        .values(raw="{}")
    ).rowcount
    others = [row for row in reports if row.dispatch not in sent or row.recipient not in keys]
    _drop(connection, others)
    return {"dispatch_recipients": len(rows), "events": told + len(others)}


def _drop(connection: Connection, reports: Sequence[Row[Any]]) -> None:
    if not reports:
        return
    mine = [events.c[name] == bindparam(f"its_{name}") for name in _OF_A_REPORT]
    rows = [{f"its_{name}": getattr(row, name) for name in _OF_A_REPORT} for row in reports]
    connection.execute(delete(events).where(*mine), rows)


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
