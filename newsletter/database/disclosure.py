"""Gather all that is held on one person: the answer to a subject access request."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from newsletter.database.applications import waiting
from newsletter.database.auditing import entries
from newsletter.database.listing import standing
from newsletter.database.pseudonyms import find_pseudonyms
from newsletter.database.schema import (
    batches,
    consents,
    dispatch_recipients,
    dispatches,
    events,
    import_changes,
    imports,
    letters,
    recipient_outcomes,
    subscriber_segments,
    subscribers,
    suppressions,
)
from newsletter.events import stand_in

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from newsletter.audience.seat import Seat


class Extent(Enum):
    """How much of what is held is looked up."""

    EVERYTHING = "everything"
    WITHOUT_REPORTS = "without reports"
    """Without what the carrier reported: a page does not show it, and to find it all is read."""


def disclose(
    connection: Connection,
    address: str,
    folded: str,
    *,
    seat: Seat | None,
    extent: Extent = Extent.EVERYTHING,
) -> dict[str, Any]:
    """Return what is on record under a folded address, as a document for the person.

    Of somebody who is not on record it says just that, in the same shape.
    """
    names = _names(connection, folded)
    row = connection.execute(
        select(subscribers, standing().label("standing")).where(
            subscribers.c.email_folded == folded
        )
    ).one_or_none()
    received = _received(connection, names)
    keys = {entry["key"] for entry in received} | ({row.key} if row else set())
    keys.add(stand_in(folded))
    return {
        "email": address,
        "subscriber": None if row is None else _subscriber(connection, row, seat),
        "consents": [] if row is None else _consents(connection, row.id),
        "unconfirmed": [] if row is None else _unconfirmed(connection, row.id),
        "suppressions": _suppressions(connection, names),
        "changes_by_imports": [] if row is None else _changes(connection, row.id),
        "dispatches": received,
        "letters": [] if row is None else _letters(connection, row.key),
        "events": _events(connection, keys, folded) if extent is Extent.EVERYTHING else [],
        "log": _log(connection, names),
    }


def is_known(document: dict[str, Any]) -> bool:
    """Tell whether anything is held."""
    return any(value for name, value in document.items() if name not in {"email", "log"})


def _names(connection: Connection, folded: str) -> list[str]:
    """Return under what a person may be on record: their address, and their pseudonym."""
    pseudonyms = find_pseudonyms(connection)
    return [folded] if pseudonyms is None else [folded, pseudonyms.of(folded)]


def _subscriber(connection: Connection, row: Row[Any], seat: Seat | None) -> dict[str, Any]:
    segments = connection.scalars(
        select(subscriber_segments.c.segment)
        .where(subscriber_segments.c.subscriber_id == row.id)
        .order_by(subscriber_segments.c.segment_folded)
    )
    document = {
        "email": row.email,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "postcode": row.postcode,
        "segments": list(segments),
        "state": row.standing,
        "key": row.key,
        "created_at": row.created_at.isoformat(),
        "import": _import(connection, row.import_id),
    }
    return document | ({"seat": seat.residence(row.postcode).value} if seat else {})


def _import(connection: Connection, import_id: int | None) -> dict[str, Any] | None:
    if import_id is None:
        return None
    row = connection.execute(select(imports).where(imports.c.id == import_id)).one()
    return {"file": row.file_name, "at": row.started_at.isoformat(), "by": row.recorded_by}


def _consents(connection: Connection, subscriber: int) -> list[dict[str, Any]]:
    return [
        {
            "state": row.state,
            "at": row.at.isoformat(),
            "source": row.source,
            "wording": row.wording,
            "recorded_by": row.recorded_by,
            "recorded_at": row.recorded_at.isoformat(),
            "import": _import(connection, row.import_id),
        }
        for row in connection.execute(
            select(consents).where(consents.c.subscriber_id == subscriber).order_by(consents.c.id)
        )
    ]


def _unconfirmed(connection: Connection, subscriber: int) -> list[dict[str, Any]]:
    """Return what was typed about them, by whomever, and waits for their own click."""
    application = waiting(connection, subscriber)
    return [] if application is None else [application.as_data()]


def _letters(connection: Connection, key: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": row.kind,
            "asked_at": row.asked_at.isoformat(),
            "asked_by": row.asked_by,
            "language": row.language,
            "state": row.state,
            "reason": row.reason,
        }
        for row in connection.execute(
            select(letters).where(letters.c.subscriber_key == key).order_by(letters.c.id)
        )
    ]


def _suppressions(connection: Connection, names: list[str]) -> list[dict[str, Any]]:
    found = [
        {"reason": row.reason, "at": row.at.isoformat(), "source": row.source}
        for row in connection.execute(
            select(suppressions)
            .where(suppressions.c.email_folded.in_(names))
            .order_by(suppressions.c.id)
        )
    ]
    # One act may have been written down under both names.
    return [each for place, each in enumerate(found) if each not in found[:place]]


def _changes(connection: Connection, subscriber: int) -> list[dict[str, Any]]:
    return [
        {
            "import": _import(connection, row.import_id),
            "before": json.loads(row.before),
            "after": json.loads(row.after),
        }
        for row in connection.execute(
            select(import_changes)
            .where(import_changes.c.subscriber_id == subscriber)
            .order_by(import_changes.c.id)
        )
    ]


def _received(connection: Connection, names: list[str]) -> list[dict[str, Any]]:
    person, own = dispatch_recipients.c, recipient_outcomes.c
    statement = (
        select(
            dispatch_recipients,
            dispatches.c.issue,
            dispatches.c.transport,
            dispatches.c.opened_at,
            batches.c.state.label("batch_state"),
            batches.c.settled_at,
            own.state,
            own.reason,
        )
        .select_from(
            dispatch_recipients.join(dispatches)
            .join(
                batches,
                and_(
                    batches.c.dispatch_id == person.dispatch_id,
                    batches.c.first_recipient <= person.position,
                    batches.c.first_recipient + batches.c.size > person.position,
                ),
            )
            .outerjoin(
                recipient_outcomes,
                and_(own.dispatch_id == person.dispatch_id, own.position == person.position),
            )
        )
        .where(person.email_folded.in_(names))
        .order_by(person.dispatch_id)
    )
    return [
        {
            "issue": row.issue,
            "transport": row.transport,
            "opened_at": row.opened_at.isoformat(),
            "email": row.email,
            "first_name": row.first_name,
            "key": row.key,
            "consent_at": row.consent_at.isoformat() if row.consent_at else None,
            "consent_source": row.consent_source,
            "state": row.state or row.batch_state,
            "reason": row.reason or "",
            "settled_at": row.settled_at.isoformat() if row.settled_at else None,
        }
        for row in connection.execute(statement)
    ]


def _events(connection: Connection, keys: set[str], folded: str) -> list[dict[str, Any]]:
    quoted = json.dumps(folded, ensure_ascii=False)
    mine = or_(
        events.c.recipient.in_(sorted(keys)), events.c.raw.icontains(quoted, autoescape=True)
    )
    return [
        {"event": row.event, "at": row.at.isoformat(), "raw": row.raw}
        for row in connection.execute(select(events).where(mine).order_by(events.c.at))
    ]


def _log(connection: Connection, names: list[str]) -> list[dict[str, Any]]:
    found = [entry for name in names[1:] for entry in entries(connection, subject=name)]
    return [
        {"at": entry.at.isoformat(), "actor": entry.actor, "action": entry.action}
        for entry in found
    ]
