"""Write what has changed about people, and those of whom nothing was known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from newsletter.audience.merging import step_of
from newsletter.audience.segments import fold_label
from newsletter.audience.subscriber import ConsentState, SubscriberState
from newsletter.database.bulk import insert_rows, moments
from newsletter.database.schema import (
    consents,
    import_changes,
    subscriber_segments,
    subscribers,
    suppressions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.audience.spreadsheet import Row
    from newsletter.audience.subscriber import Consent, Subscriber, SuppressionReason
    from newsletter.database.people import Person

# What an enumeration holds, without asking it a million times.
_STATES = {state: state.value for state in SubscriberState}
_STEPS = {state: state.value for state in ConsentState}


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


def write_people(connection: Connection, people: Iterable[Person], pen: Pen) -> None:
    """Write the difference between before and after; whoever is unchanged costs nothing.

    The caller's transaction must be alone in changing the audience.
    """
    sheet = Sheet(connection, pen)
    for person in people:
        sheet.change(person)
    sheet.write()


class Sheet:
    """Gather what is to be written about many people, and write it all at once.

    The transaction must be alone in changing the audience.
    """

    def __init__(self, connection: Connection, pen: Pen) -> None:
        """Begin without anything."""
        self._connection = connection
        self._pen = pen
        self._moment = moments(connection)
        self._now = self._moment(pen.now)
        # Nobody else inserts meanwhile, so the numbers can be given here; asking the database
        # for each of them takes longer than all the rest.
        self._number = connection.scalar(select(func.coalesce(func.max(subscribers.c.id), 0))) or 0
        self._added: list[tuple[Any, ...]] = []
        self._tagged: list[tuple[Any, ...]] = []
        self._proven: list[tuple[Any, ...]] = []
        self._changed: list[Person] = []

    def add(self, folded: str, row: Row) -> None:
        """Note a row of somebody of whom nothing was known, and who does not object."""
        person, number = row.subscriber, self._add(folded, row.subscriber)
        if person.segments:
            self._tag(number, person.segments)
        if row.consent is not None:
            self._prove(number, step_of(row), row.consent)

    def change(self, person: Person) -> None:
        """Note what has changed about a person, if anything has."""
        # Strangers who stay strangers are the same object before and after.
        if person.before is person.after or person.before == person.after:
            return
        self._changed.append(person)
        before, after = person.before.subscriber, person.after.subscriber
        if after is None:
            return
        number = self._add(person.folded, after) if person.id is None else person.id
        held = before.segments if before else ()
        self._tag(number, tuple(segment for segment in after.segments if segment not in held))
        for step in person.after.evidence[len(person.before.evidence) :]:  # it only ever grows
            self._prove(number, step.state, step.consent)

    def write(self) -> None:
        """Write all that was noted."""
        insert_rows(self._connection, subscribers, _SUBSCRIBER, self._added)
        _update_subscribers(self._connection, self._changed, self._pen)
        insert_rows(self._connection, subscriber_segments, _SEGMENT, self._tagged)
        insert_rows(self._connection, consents, _CONSENT, self._proven)
        _write_suppressions(self._connection, self._changed, self._pen)

    def _add(self, folded: str, person: Subscriber) -> int:
        self._number += 1
        self._added.append(
            (
                self._number,
                self._pen.token(),
                person.email,
                folded,
                person.first_name,
                person.last_name,
                person.postcode,
                _STATES[person.state],
                self._now,
                self._pen.import_id,
            )
        )
        return self._number

    def _tag(self, number: int, segments: tuple[str, ...]) -> None:
        import_id = self._pen.import_id
        for folded, segment in _labels(segments):
            self._tagged.append((number, folded, segment, import_id))

    def _prove(self, number: int, step: ConsentState, consent: Consent) -> None:
        self._proven.append(
            (
                number,
                _STEPS[step],
                self._moment(consent.at),
                consent.source,
                consent.wording,
                self._pen.recorded_by,
                self._now,
                self._pen.import_id,
            )
        )


_SUBSCRIBER = (
    "id",
    "key",
    "email",
    "email_folded",
    "first_name",
    "last_name",
    "postcode",
    "state",
    "created_at",
    "import_id",
)
_SEGMENT = ("subscriber_id", "segment_folded", "segment", "import_id")
_CONSENT = (
    "subscriber_id",
    "state",
    "at",
    "source",
    "wording",
    "recorded_by",
    "recorded_at",
    "import_id",
)


@lru_cache(2_000)  # a list repeats them
def _labels(segments: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((fold_label(segment), segment) for segment in segments)


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
