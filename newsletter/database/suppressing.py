"""See to it that addresses are never mailed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from newsletter.audience.merging import suppress
from newsletter.database.applications import drop
from newsletter.database.people import known_people
from newsletter.database.recording import write_people
from newsletter.database.schema import consents, subscribers, suppressions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from newsletter.database.recording import Pen


def suppress_all(connection: Connection, addresses: Sequence[str], pen: Pen) -> int:
    """Suppress folded addresses for the reason of `pen`; return how many were not yet.

    An earlier suppression stays as it is, and outlives the import that it may have come by.
    What they asked for before cannot be confirmed any more, so it need not wait either.
    The caller's transaction must be alone in changing the audience.
    """
    people = known_people(connection, list(dict.fromkeys(addresses)))
    after = [
        person.become(suppress(person.before, pen.reason, now=pen.now, source=pen.source))
        for person in people.values()
    ]
    write_people(connection, after, pen)
    ids = [person.id for person in after if person.id is not None]
    drop(connection, ids)
    _keep(connection, [person.folded for person in after if person.before.suppressed])
    return sum(not person.before.suppressed for person in after)


def _keep(connection: Connection, addresses: Sequence[str]) -> None:
    """Cut what suppresses them loose from an import, for undoing that must not lift it."""
    if not addresses:
        return
    connection.execute(
        update(suppressions)
        .where(suppressions.c.email_folded.in_(addresses), suppressions.c.import_id.is_not(None))
        .values(import_id=None)
    )
    people = select(subscribers.c.id).where(subscribers.c.email_folded.in_(addresses))
    connection.execute(
        update(consents)
        .where(
            consents.c.subscriber_id.in_(people),
            consents.c.state == "withdrawn",
            consents.c.import_id.is_not(None),
        )
        .values(import_id=None)
    )
