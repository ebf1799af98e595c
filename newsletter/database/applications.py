"""Keep what was typed into the form about somebody on record, until they confirm it themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from newsletter.audience.merging import answered, answered_afresh
from newsletter.audience.segments import fold_label
from newsletter.audience.subscriber import ConsentState, Subscriber, SubscriberState
from newsletter.database.schema import (
    applications,
    consents,
    import_changes,
    subscriber_segments,
    subscribers,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection, Row


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody typed: who they are, and which of the topics `offered` they chose."""

    person: Subscriber
    offered: tuple[str, ...]
    at: datetime

    def as_data(self) -> dict[str, Any]:
        """Return it as the answer to a subject access request has it."""
        return {
            "at": self.at.isoformat(),
            "first_name": self.person.first_name,
            "last_name": self.person.last_name,
            "postcode": self.person.postcode,
            "topics": list(self.person.segments),
        }


def keep(connection: Connection, subscriber: int, application: Application) -> None:
    """Have it wait for the click of the person; the newest takes the place of any before."""
    drop(connection, [subscriber])
    person = application.person
    connection.execute(
        insert(applications).values(
            subscriber_id=subscriber,
            first_name=person.first_name,
            last_name=person.last_name,
            postcode=person.postcode,
            offered=json.dumps(application.offered),
            chosen=json.dumps(person.segments),
            at=application.at,
        )
    )


def drop(connection: Connection, people: Collection[int]) -> None:
    """Forget what waits: something newer was said."""
    connection.execute(delete(applications).where(applications.c.subscriber_id.in_(people)))


def any_older(connection: Connection, before: datetime) -> bool:
    """Return whether anything has waited so long that nobody can confirm it any more."""
    older = select(applications.c.subscriber_id).where(applications.c.at < before)
    return connection.scalar(older.limit(1)) is not None


def drop_older(connection: Connection, before: datetime) -> None:
    """Forget what has waited so long."""
    connection.execute(delete(applications).where(applications.c.at < before))


def waiting(connection: Connection, subscriber: int) -> Application | None:
    """Return what waits for somebody's click."""
    row = connection.execute(
        select(applications).where(applications.c.subscriber_id == subscriber)
    ).one_or_none()
    if row is None:
        return None
    person = Subscriber(
        "", row.first_name, row.last_name, row.postcode, tuple(json.loads(row.chosen))
    )
    return Application(person, tuple(json.loads(row.offered)), row.at)


def outcome(connection: Connection, row: Row[Any], held: Subscriber) -> Subscriber:
    """Return who the person of a row will be once they click: what they see before they do."""
    application = waiting(connection, row.id)
    return held if application is None else _merged(connection, row, held, application)


def fulfil(connection: Connection, row: Row[Any], held: Subscriber) -> None:
    """Write down what waited: its person has clicked."""
    application = waiting(connection, row.id)
    if application is None:
        return
    person = _merged(connection, row, held, application)
    write_details(
        connection,
        row.id,
        first_name=person.first_name,
        last_name=person.last_name,
        postcode=person.postcode,
    )
    choose(connection, row.id, application.offered, application.person.segments)
    drop(connection, [row.id])


def _merged(
    connection: Connection, row: Row[Any], held: Subscriber, application: Application
) -> Subscriber:
    merge = answered_afresh if _has_only_asked(connection, row) else answered
    return merge(held, application.person, application.offered)


def write_details(connection: Connection, subscriber: int, **details: str) -> None:
    """Put down a person's name and postcode as they are given; what is empty is taken out."""
    connection.execute(update(subscribers).where(subscribers.c.id == subscriber).values(**details))


def choose(
    connection: Connection, subscriber: int, offered: Collection[str], chosen: Collection[str]
) -> None:
    """Leave a person with those of the offered topics that they chose."""
    wanted = {fold_label(topic): topic for topic in chosen}
    known = {fold_label(topic): topic for topic in offered}
    mine = subscriber_segments.c.subscriber_id == subscriber
    folded = subscriber_segments.c.segment_folded
    connection.execute(delete(subscriber_segments).where(mine, folded.in_(known.keys() - wanted)))
    held = set(connection.scalars(select(folded).where(mine)))
    new = [
        {"subscriber_id": subscriber, "segment_folded": name, "segment": known[name]}
        for name in sorted(wanted.keys() & known.keys() - held)
    ]
    if new:
        connection.execute(insert(subscriber_segments), new)


def _has_only_asked(connection: Connection, row: Row[Any]) -> bool:
    """Whether all that is known of a person was typed into a form, by whomever."""
    if row.state != SubscriberState.PENDING or row.import_id is not None:
        return False
    more = select(consents.c.id).where(
        consents.c.subscriber_id == row.id,
        (consents.c.state != ConsentState.PENDING.value) | consents.c.import_id.is_not(None),
    )
    listed = select(import_changes.c.id).where(import_changes.c.subscriber_id == row.id)
    return not any(connection.scalar(each.limit(1)) for each in (more, listed))
