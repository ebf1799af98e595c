"""Read what is known of many addresses at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from newsletter.audience.merging import STRANGER, Evidence, Known
from newsletter.audience.segments import fold_label
from newsletter.audience.subscriber import Consent, ConsentState, Subscriber, SubscriberState
from newsletter.database.bulk import as_moment, rows_among
from newsletter.database.pseudonyms import Pseudonyms, find_pseudonyms
from newsletter.database.schema import consents, subscriber_segments, subscribers, suppressions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_COLUMNS = ("id", "email_folded", "email", "first_name", "last_name", "postcode", "state")
_STATES = {state.value: state for state in SubscriberState}
_REMEMBERED = 1_000  # a list repeats its wordings and its segments


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


def known_people(connection: Connection, addresses: Sequence[str]) -> dict[str, Person]:
    """Return what is on record of each folded address, strangers included."""
    people = {address: stranger(address) for address in addresses}
    return people | people_on_record(connection, addresses)


def stranger(folded: str) -> Person:
    """Return somebody of whom nothing is known."""
    return Person(folded, None, STRANGER, STRANGER)


def people_on_record(connection: Connection, addresses: Sequence[str]) -> dict[str, Person]:
    """Return what is on record of folded addresses, without those of which nothing is."""
    suppressed = _suppressed(connection, addresses, find_pseudonyms(connection))
    people: dict[str, Person] = {}
    for address, pseudonym in suppressed.items():
        known = Known(suppressed=True)
        people[address] = Person(address, None, known, known, pseudonym)
    columns = [subscribers.c[name] for name in _COLUMNS]
    found = rows_among(connection, columns, subscribers.c.email_folded, addresses)
    ids = [row[0] for row in found]
    segments, evidence = segments_of(connection, ids), _evidence_of(connection, ids)
    for number, folded, email, first_name, last_name, postcode, state in found:
        tagged = segments.get(number, ())
        person = Subscriber(email, first_name, last_name, postcode, tagged, _STATES[state])
        known = Known(person, tuple(evidence.get(number, ())), folded in suppressed)
        people[folded] = Person(folded, number, known, known, suppressed.get(folded, ""))
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


def segments_of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the segments of each subscriber, in the order in which they compare."""
    found: dict[int, list[str]] = {}
    columns = [subscriber_segments.c.subscriber_id, subscriber_segments.c.segment]
    for number, segment in rows_among(connection, columns, columns[0], ids):
        found.setdefault(number, []).append(segment)
    return {number: _in_order(tuple(segments)) for number, segments in found.items()}


@lru_cache(_REMEMBERED)
def _in_order(segments: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        sorted(segments, key=fold_label)
    )  # not in SQL: servers differ in how they collate


def _evidence_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = {}
    columns = [consents.c[name] for name in ("id", "subscriber_id", "state", "at", "source")]
    rows = rows_among(connection, [*columns, consents.c.wording], consents.c.subscriber_id, ids)
    for _, number, state, at, source, wording in sorted(rows, key=itemgetter(0)):
        found.setdefault(number, []).append(_evidence(state, at, source, wording))
    return found


@lru_cache(_REMEMBERED)
def _evidence(state: str, at: str | datetime, source: str, wording: str) -> Evidence:
    return Evidence(ConsentState(state), Consent(as_moment(at), source, wording))
