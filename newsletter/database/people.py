"""Read what is known of many addresses at once, and write what has changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from newsletter.audience.merging import STRANGER, Evidence, Known
from newsletter.audience.segments import fold_label
from newsletter.audience.subscriber import Consent, ConsentState, Subscriber, SubscriberState
from newsletter.database.bulk import as_moment, insert_rows, moments, rows_among
from newsletter.database.pseudonyms import Pseudonyms, find_pseudonyms
from newsletter.database.schema import (
    consents,
    import_changes,
    subscriber_segments,
    subscribers,
    suppressions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from newsletter.audience.subscriber import SuppressionReason


@dataclass(frozen=True, slots=True)
class Person:
    """An address before and after a change; a stranger has no `id`.

    `pseudonym` is there only if the address was suppressed under it.
    """

    folded: str
    id: int | None
    before: Known
    after: Known
    pseudonym: str = ""

    def become(self, after: Known) -> Person:
        """Return the same person with another outcome."""
        return Person(self.folded, self.id, self.before, after, self.pseudonym)


@dataclass(frozen=True, slots=True)
class Pen:
    """What is written beside every change: when, by whom, by which import if by one.

    `reason` and `source` say why an address is suppressed, if it comes to that.
    """

    now: datetime
    token: Callable[[], str]
    recorded_by: str
    reason: SuppressionReason
    source: str
    import_id: int | None = None


def known_people(connection: Connection, addresses: Sequence[str]) -> dict[str, Person]:
    """Return what is on record of each folded address, strangers included."""
    suppressed = _suppressed(connection, addresses, find_pseudonyms(connection))
    people = {address: Person(address, None, STRANGER, STRANGER) for address in addresses}
    for address, pseudonym in suppressed.items():
        known = Known(suppressed=True)
        people[address] = Person(address, None, known, known, pseudonym)
    columns = ("id", "email_folded", "email", "first_name", "last_name", "postcode", "state")
    found = rows_among(
        connection,
        [subscribers.c[name] for name in columns],
        subscribers.c.email_folded,
        addresses,
    )
    ids = [row.id for row in found]
    segments = segments_of(connection, ids)
    evidence = _evidence_of(connection, ids)
    for row in found:
        folded = row.email_folded
        known = Known(
            _subscriber(row, segments.get(row.id, ())),
            tuple(evidence.get(row.id, ())),
            folded in suppressed,
        )
        people[folded] = Person(folded, row.id, known, known, suppressed.get(folded, ""))
    return people


def _suppressed(
    connection: Connection, addresses: Sequence[str], pseudonyms: Pseudonyms | None
) -> dict[str, str]:
    """Return who of them is suppressed, each with the pseudonym if it is under that."""
    looked_up = dict.fromkeys(addresses, "")
    names = (
        {} if pseudonyms is None else {pseudonyms.of(address): address for address in looked_up}
    )
    column = suppressions.c.email_folded
    found: dict[str, str] = {}
    for row in rows_among(connection, [column], column, [*looked_up, *names]):
        name = row[0]
        if name in names:
            found[names[name]] = name
        else:
            found.setdefault(name, "")
    return found


def _subscriber(row: Row[Any], segments: Sequence[str]) -> Subscriber:
    return Subscriber(
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        postcode=row.postcode,
        segments=tuple(segments),
        state=SubscriberState(row.state),
    )


def segments_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the segments of each subscriber, in the order in which they compare."""
    found: dict[int, list[str]] = {}
    columns = [subscriber_segments.c.subscriber_id, subscriber_segments.c.segment]
    for row in rows_among(connection, columns, columns[0], ids):
        found.setdefault(row.subscriber_id, []).append(row.segment)
    for segments in found.values():
        segments.sort(key=fold_label)  # not in SQL: servers differ in how they collate
    return found


def _evidence_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = {}
    columns = [consents.c[name] for name in ("id", "subscriber_id", "state", "at", "source")]
    rows = rows_among(connection, [*columns, consents.c.wording], consents.c.subscriber_id, ids)
    for row in sorted(rows, key=itemgetter(0)):
        step = Evidence(
            ConsentState(row.state), Consent(as_moment(row.at), row.source, row.wording)
        )
        found.setdefault(row.subscriber_id, []).append(step)
    return found


def write_people(connection: Connection, people: Iterable[Person], pen: Pen) -> None:
    """Write the difference between before and after; whoever is unchanged costs nothing.

    The caller's transaction must be alone in changing the audience.
    """
    # Strangers who stay strangers are the same object before and after.
    changed = [p for p in people if p.before is not p.after and p.before != p.after]
    ids = {person.folded: person.id for person in changed if person.id is not None}
    ids |= _insert_subscribers(connection, changed, pen)
    _update_subscribers(connection, changed, pen)
    insert_rows(
        connection,
        subscriber_segments,
        ("subscriber_id", "segment_folded", "segment", "import_id"),
        [
            (ids[person.folded], fold_label(segment), segment, pen.import_id)
            for person in changed
            for segment in _tagged(person)
        ],
    )
    insert_rows(
        connection,
        consents,
        (
            "subscriber_id",
            "state",
            "at",
            "source",
            "wording",
            "recorded_by",
            "recorded_at",
            "import_id",
        ),
        list(_consent_rows(connection, changed, ids, pen)),
    )
    _write_suppressions(connection, changed, pen)


def _insert_subscribers(
    connection: Connection, changed: Iterable[Person], pen: Pen
) -> Mapping[str, int]:
    # Nobody else inserts meanwhile, so the numbers can be given here; asking the database
    # for each of them takes longer than all the rest.
    number = connection.scalar(select(func.coalesce(func.max(subscribers.c.id), 0))) or 0
    moment = moments(connection)(pen.now)
    rows: list[tuple[Any, ...]] = []
    for person in changed:
        new = person.after.subscriber
        if new is not None and person.before.subscriber is None:
            number += 1
            rows.append(
                (
                    number,
                    pen.token(),
                    new.email,
                    person.folded,
                    new.first_name,
                    new.last_name,
                    new.postcode,
                    new.state.value,
                    moment,
                    pen.import_id,
                )
            )
    columns = ("id", "key", "email", "email_folded", "first_name", "last_name", "postcode")
    insert_rows(connection, subscribers, (*columns, "state", "created_at", "import_id"), rows)
    return {row[3]: row[0] for row in rows}


def _update_subscribers(connection: Connection, changed: Iterable[Person], pen: Pen) -> None:
    rows: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for person in changed:
        if person.id is None or person.before.subscriber is None:
            continue
        before, after = _columns(person.before.subscriber), _columns(_still(person))
        if before == after:
            continue
        rows.append({"of": person.id, **after})
        other = [name for name in after if before[name] != after[name]]
        notes.append(
            {
                "import_id": pen.import_id,
                "subscriber_id": person.id,
                "before": json.dumps({name: before[name] for name in other}),
                "after": json.dumps({name: after[name] for name in other}),
            }
        )
    if rows:
        statement = update(subscribers).where(subscribers.c.id == bindparam("of"))
        connection.execute(statement, rows)
    if notes and pen.import_id is not None:
        connection.execute(insert(import_changes), notes)


def _still(person: Person) -> Subscriber:
    assert person.after.subscriber is not None  # noqa: S101  # nobody on record becomes a stranger
    return person.after.subscriber


def _columns(subscriber: Subscriber) -> dict[str, str]:
    return {
        "first_name": subscriber.first_name,
        "last_name": subscriber.last_name,
        "postcode": subscriber.postcode,
        "state": subscriber.state.value,
    }


def _tagged(person: Person) -> Iterable[str]:
    """Return the segments that have come to be."""
    after = person.after.subscriber.segments if person.after.subscriber else ()
    if person.before.subscriber is None:
        return after
    return sorted(set(after) - set(person.before.subscriber.segments))


def _consent_rows(
    connection: Connection, changed: Iterable[Person], ids: Mapping[str, int], pen: Pen
) -> Iterator[tuple[Any, ...]]:
    moment = moments(connection)
    now = moment(pen.now)
    for person in changed:
        # History only ever grows.
        for step in person.after.evidence[len(person.before.evidence) :]:
            consent = step.consent
            yield (
                ids[person.folded],
                step.state.value,
                moment(consent.at),
                consent.source,
                consent.wording,
                pen.recorded_by,
                now,
                pen.import_id,
            )


def _write_suppressions(connection: Connection, changed: Iterable[Person], pen: Pen) -> None:
    rows: list[dict[str, Any]] = []
    lifted: list[str] = []
    for person in changed:
        if person.after.suppressed and not person.before.suppressed:
            rows.append(
                {
                    "email_folded": person.folded,
                    "reason": pen.reason.value,
                    "at": pen.now,
                    "source": pen.source,
                    "import_id": pen.import_id,
                }
            )
        elif person.before.suppressed and not person.after.suppressed:
            lifted += [person.folded, person.pseudonym]
    if rows:
        connection.execute(insert(suppressions), rows)
    if lifted:
        connection.execute(delete(suppressions).where(suppressions.c.email_folded.in_(lifted)))
