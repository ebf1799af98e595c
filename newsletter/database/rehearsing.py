"""Tell what an import would come to, without changing anything or holding anybody up."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import orjson

from newsletter.audience.address import fold
from newsletter.audience.merging import STRANGER, Evidence, Known, Outcome, merge
from newsletter.audience.subscriber import Consent, ConsentState, Subscriber, SubscriberState
from newsletter.database.people import people_on_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from sqlalchemy import Connection

    from newsletter.audience.spreadsheet import Row

_SET_UP = (
    "PRAGMA journal_mode = OFF",  # it ends with this program anyhow
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -64000",  # kB
    "CREATE TABLE seen (folded TEXT PRIMARY KEY, known BLOB NOT NULL) WITHOUT ROWID",
    "BEGIN",
)


class Rehearsal:
    """Whom the rows of one list have changed so far.

    They may be a million, so they are kept in a file without a name, which nobody else can
    open and which is gone once this ends, however it ends.
    """

    def __init__(self) -> None:
        """Begin with nobody."""
        self._file = sqlite3.connect("", isolation_level=None)
        for statement in _SET_UP:
            self._file.execute(statement)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Forget everybody."""
        self._file.close()

    def take(self, connection: Connection, rows: Sequence[Row], now: datetime) -> Counter[Outcome]:
        """Return what rows would come to, after all those before them."""
        folded = [fold(row.subscriber.email) for row in rows]
        people = self._known(connection, list(dict.fromkeys(folded)))
        counts: Counter[Outcome] = Counter()
        changed: dict[str, Known] = {}
        for address, row in zip(folded, rows, strict=True):
            known = changed.get(address) or people.get(address, STRANGER)
            outcome, after = merge(known, row, now=now)
            counts[outcome] += 1
            if after is not known:
                changed[address] = after
        self._keep(changed)
        return counts

    def _known(self, connection: Connection, addresses: list[str]) -> dict[str, Known]:
        """Return what is known of those of whom anything is: from the list, else on record."""
        marks = ", ".join("?" * len(addresses))
        statement = f"SELECT folded, known FROM seen WHERE folded IN ({marks})"  # noqa: S608 -- marks only
        with closing(self._file.execute(statement, addresses)) as found:
            people = {folded: _thawed(known) for folded, known in found}
        others = [address for address in addresses if address not in people]
        on_record = people_on_record(connection, others)
        return people | {address: person.after for address, person in on_record.items()}

    def _keep(self, people: dict[str, Known]) -> None:
        rows: Iterable[tuple[str, bytes]] = (
            (folded, orjson.dumps(known)) for folded, known in people.items()
        )
        self._file.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?)", rows)


def _thawed(known: bytes) -> Known:
    """Read somebody back; whom a row has changed is on record, if they were not before."""
    document = orjson.loads(known)
    return Known(
        _person(document["subscriber"]),
        tuple(map(_evidence, document["evidence"])),
        document["suppressed"],
    )


def _person(document: dict[str, Any]) -> Subscriber:
    segments, state = tuple(document["segments"]), SubscriberState(document["state"])
    return Subscriber(**{**document, "segments": segments, "state": state})


def _evidence(document: dict[str, Any]) -> Evidence:
    consent = document["consent"]
    at = datetime.fromisoformat(consent["at"])
    return Evidence(ConsentState(document["state"]), Consent(**{**consent, "at": at}))
