"""Read what is known of many addresses at once, and write what has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from newsletter.audience.merging import Evidence, Known
from newsletter.audience.segments import fold_label
from newsletter.audience.subscriber import Consent, ConsentState, Subscriber, SubscriberState
from newsletter.database.schema import (
    consents,
    subscriber_segments,
    subscribers,
    suppressions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from newsletter.audience.subscriber import SuppressionReason


@dataclass(frozen=True, slots=True)
class Person:
    """An address before and after a change; a stranger has no `id`."""

    folded: str
    id: int | None
    before: Known
    after: Known

    def grown(self) -> Sequence[Evidence]:
        """Return the evidence that has come to be: history only ever grows."""
        return self.after.evidence[len(self.before.evidence) :]

    def tagged(self) -> set[str]:
        """Return the segments that have come to be."""
        return set(_segments(self.after)) - set(_segments(self.before))


@dataclass(frozen=True, slots=True)
class Pen:
    """What is written beside every change: when, by whom, and why if it suppresses."""

    now: datetime
    token: Callable[[], str]
    recorded_by: str
    reason: SuppressionReason
    source: str


def known_people(connection: Connection, addresses: Sequence[str]) -> dict[str, Person]:
    """Return what is on record of each folded address, strangers included."""
    suppressed = set(
        connection.scalars(
            select(suppressions.c.email_folded).where(suppressions.c.email_folded.in_(addresses))
        )
    )
    people: dict[str, Person] = {}
    for address in addresses:
        stranger = Known(suppressed=address in suppressed)
        people[address] = Person(address, None, stranger, stranger)
    found = connection.execute(
        select(subscribers).where(subscribers.c.email_folded.in_(addresses))
    ).all()
    ids = [row.id for row in found]
    segments = segments_of(connection, ids)
    evidence = _evidence_of(connection, ids)
    for row in found:
        known = Known(
            subscriber=Subscriber(
                email=row.email,
                first_name=row.first_name,
                last_name=row.last_name,
                postcode=row.postcode,
                segments=tuple(segments.get(row.id, ())),
                state=SubscriberState(row.state),
            ),
            evidence=tuple(evidence.get(row.id, ())),
            suppressed=row.email_folded in suppressed,
        )
        people[row.email_folded] = Person(row.email_folded, row.id, known, known)
    return people


def segments_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the segments of each subscriber, in the order in which they compare."""
    found: dict[int, list[str]] = {}
    for row in connection.execute(
        select(subscriber_segments).where(subscriber_segments.c.subscriber_id.in_(ids))
    ):
        found.setdefault(row.subscriber_id, []).append(row.segment)
    for segments in found.values():
        segments.sort(key=fold_label)  # not in SQL: servers differ in how they collate
    return found


def _evidence_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = {}
    for row in connection.execute(
        select(consents).where(consents.c.subscriber_id.in_(ids)).order_by(consents.c.id)
    ):
        step = Evidence(ConsentState(row.state), Consent(row.at, row.source, row.wording))
        found.setdefault(row.subscriber_id, []).append(step)
    return found


def write_people(connection: Connection, people: Iterable[Person], pen: Pen) -> None:
    """Write the difference between before and after; whoever is unchanged costs nothing."""
    changed = [person for person in people if person.before != person.after]
    ids = {person.folded: person.id for person in changed if person.id is not None}
    ids |= _insert_subscribers(connection, changed, pen)
    _update_subscribers(connection, changed)
    _insert(
        connection,
        subscriber_segments,
        [
            {
                "subscriber_id": ids[person.folded],
                "segment_folded": fold_label(segment),
                "segment": segment,
            }
            for person in changed
            for segment in sorted(person.tagged())
        ],
    )
    _insert(
        connection,
        consents,
        [
            _consent_row(ids[person.folded], step, pen)
            for person in changed
            for step in person.grown()
        ],
    )
    _insert(
        connection,
        suppressions,
        [
            {
                "email_folded": person.folded,
                "reason": pen.reason.value,
                "at": pen.now,
                "source": pen.source,
            }
            for person in changed
            if person.after.suppressed and not person.before.suppressed
        ],
    )


def _insert_subscribers(
    connection: Connection, changed: Iterable[Person], pen: Pen
) -> Mapping[str, int]:
    rows = [
        {
            "key": pen.token(),
            "email_folded": person.folded,
            "created_at": pen.now,
            **_columns(person.after.subscriber),
        }
        for person in changed
        if person.before.subscriber is None and person.after.subscriber is not None
    ]
    if not rows:
        return {}
    statement = insert(subscribers).returning(subscribers.c.email_folded, subscribers.c.id)
    return {row.email_folded: row.id for row in connection.execute(statement, rows)}


def _update_subscribers(connection: Connection, changed: Iterable[Person]) -> None:
    rows = [
        {"of": person.id, **_columns(person.after.subscriber)}
        for person in changed
        if person.after.subscriber is not None
        and person.before.subscriber is not None
        and _columns(person.before.subscriber) != _columns(person.after.subscriber)
    ]
    if rows:
        statement = update(subscribers).where(subscribers.c.id == bindparam("of"))
        connection.execute(statement, rows)


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _columns(subscriber: Subscriber) -> dict[str, str]:
    return {
        "email": subscriber.email,
        "first_name": subscriber.first_name,
        "last_name": subscriber.last_name,
        "postcode": subscriber.postcode,
        "state": subscriber.state.value,
    }


def _segments(known: Known) -> tuple[str, ...]:
    return known.subscriber.segments if known.subscriber else ()


def _consent_row(subscriber: int, step: Evidence, pen: Pen) -> dict[str, Any]:
    return {
        "subscriber_id": subscriber,
        "state": step.state.value,
        "at": step.consent.at,
        "source": step.consent.source,
        "wording": step.consent.wording,
        "recorded_by": pen.recorded_by,
        "recorded_at": pen.now,
    }
