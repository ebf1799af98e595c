"""Write the rows of a spreadsheet to the database, a few thousand at a time."""

from __future__ import annotations

import gc
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from newsletter.audience.address import fold
from newsletter.audience.merging import STRANGER, Outcome, merge, objecting
from newsletter.audience.records import Problem, Problems
from newsletter.audience.subscriber import SuppressionReason
from newsletter.database.auditing import note, without_addresses
from newsletter.database.connections import Connections, Lock
from newsletter.database.people import people_on_record, stranger
from newsletter.database.recording import Pen, Sheet
from newsletter.database.rehearsing import Rehearsal
from newsletter.database.schema import imports
from newsletter.delivery.brake import undisturbed
from newsletter.errors import StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.audience.spreadsheet import Row
    from newsletter.database.people import Person

    _Chunk = list[Row | Problem]

CHUNK = 8_000
_OBJECTS = 100_000  # more than a chunk holds


class Manner(Enum):
    """What is kept of an import."""

    EVERY_GOOD_ROW = "a bad row never stops the others"
    ALL_OR_NOTHING = "one bad row, and nothing is kept"
    NOTHING = "only see what would become of each row"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of each row; `problems` are the rejected ones, in their order.

    `is_stored` is false if nothing was kept: then the rest says what would have become of it.
    """

    added: int
    updated: int
    unchanged: int
    suppressed: int
    problems: Sequence[Problem]
    is_stored: bool

    def counts(self) -> dict[str, int]:
        """Return how many rows there were, and how many came to what."""
        counts = {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "suppressed": self.suppressed,
            "rejected": len(self.problems),
        }
        return {"rows": sum(counts.values()), **counts}

    def as_data(self) -> dict[str, Any]:
        """Return the document that `subscribers import --json` prints."""
        problems = [problem.as_data() for problem in self.problems]
        return {**self.counts(), "problems": problems}


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who imports which file, and where time and the names of new people come from."""

    file_name: str
    recorded_by: str
    now: Callable[[], datetime]
    token: Callable[[], str]

    def pen(self, import_id: int) -> Pen:
        """Return what is written beside every change made now."""
        return Pen(
            now=self.now(),
            token=self.token,
            recorded_by=self.recorded_by,
            reason=SuppressionReason.UNSUBSCRIBED,
            source="import",
            import_id=import_id,
        )


def import_rows(
    connections: Connections,
    rows: Iterable[Row | Problem],
    recorder: Recorder,
    manner: Manner = Manner.EVERY_GOOD_ROW,
) -> ImportResult:
    """Store what the rows say, and return what became of each.

    Each chunk is one transaction, in which what is known of its addresses is read and
    changed, so that two imports at once lose nothing, nobody else waits for long, and an
    import that was cut off can simply be run again. For all or nothing have the rows looked
    through in the manner of nothing first: whether one is bad does not depend on who is on
    record. Raises StoppedError if one is nevertheless.
    """
    errand = _Errand(recorder)
    with _collecting_less():
        return _carry_out(errand, connections, rows, manner)


def _carry_out(
    errand: _Errand, connections: Connections, rows: Iterable[Row | Problem], manner: Manner
) -> ImportResult:
    """Let Ctrl-C in between two chunks only, so that what is stored can be told."""
    deal = _look_through if manner is Manner.NOTHING else _store
    try:
        with undisturbed() as let_through:
            deal(errand, connections, _chunks(rows, let_through), manner)
            errand.is_complete = True
    except KeyboardInterrupt:
        if not errand.is_complete:  # else it came too late to stop anything
            raise _interrupted(errand.stored) from None
    return errand.result(is_stored=manner is not Manner.NOTHING)


def _store(
    errand: _Errand, connections: Connections, chunks: Iterable[_Chunk], manner: Manner
) -> None:
    for chunk in chunks:
        if manner is Manner.ALL_OR_NOTHING and any(isinstance(row, Problem) for row in chunk):
            raise _changed(errand.stored)
        with connections.writing(Lock.AUDIENCE) as connection:
            errand.take(connection, chunk)
        errand.stored += len(chunk)
    with connections.writing(Lock.AUDIENCE) as connection:
        errand.finish(connection)


def _look_through(
    errand: _Errand, connections: Connections, chunks: Iterable[_Chunk], _: Manner
) -> None:
    with connections.reading() as connection, Rehearsal() as rehearsal:
        for chunk in chunks:
            errand.look_at(connection, chunk, rehearsal)


def _changed(stored: int) -> StoppedError:
    return StoppedError(
        f"The list was changed while it was read, and has mistakes now: {stored:,} rows of it "
        "are stored",
        hint="To take them out: newsletter subscribers undo-import. Then run it again.",
    )


def _interrupted(stored: int) -> StoppedError:
    if not stored:
        return StoppedError(
            "Ctrl-C was pressed, and nothing was stored", hint="Run the same command again."
        )
    return StoppedError(
        f"Ctrl-C was pressed once {stored:,} rows had been read, and these are stored",
        hint="Run the same command again to go on: nobody is taken in twice. To take them out "
        "instead: newsletter subscribers undo-import",
    )


@contextmanager
def _collecting_less() -> Iterator[None]:
    """Have Python look for circles of objects less often, of which an import makes none.

    It does so after every 700 objects else, which takes a tenth of the time.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _chunks(rows: Iterable[Row | Problem], let_through: Callable[[], None]) -> Iterator[_Chunk]:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        let_through()
        yield chunk


class _Errand:
    """One import on its way; `stored` are the rows of it that have been committed."""

    def __init__(self, recorder: Recorder) -> None:
        self.problems = Problems()
        self.stored = 0
        self.is_complete = False
        self._recorder = recorder
        self._counts: Counter[Outcome] = Counter()
        self._id: int | None = None

    def take(self, connection: Connection, chunk: _Chunk) -> None:
        """Store a chunk, and how far the import has come with it."""
        import_id = self._begun(connection)
        rows = self._good(chunk)
        self._counts += _import_chunk(connection, rows, self._recorder.pen(import_id))
        self._counts[Outcome.REJECTED] = len(self.problems)
        connection.execute(
            update(imports)
            .where(imports.c.id == import_id)
            .values(**{outcome.value: self._counts[outcome] for outcome in Outcome})
        )

    def look_at(self, connection: Connection, chunk: _Chunk, rehearsal: Rehearsal) -> None:
        """Count what would become of a chunk."""
        self._counts += rehearsal.take(connection, self._good(chunk), self._recorder.now())

    def _good(self, chunk: _Chunk) -> list[Row]:
        """Put the problems of a chunk by, and return the others."""
        rows: list[Row] = []
        for row in chunk:
            if isinstance(row, Problem):
                self.problems.append(row)
            else:
                rows.append(row)
        return rows

    def finish(self, connection: Connection) -> None:
        """Note that it came to its end."""
        import_id, now = self._begun(connection), self._recorder.now()
        connection.execute(
            update(imports).where(imports.c.id == import_id).values(finished_at=now)
        )
        details: dict[str, str | int] = {"file": self._recorder.file_name, "import": import_id}
        details |= {outcome.value: self._counts[outcome] for outcome in Outcome}
        note(connection, now, self._recorder.recorded_by, "import", details=details)

    def result(self, *, is_stored: bool) -> ImportResult:
        """Say what became of the rows."""
        return ImportResult(
            added=self._counts[Outcome.ADDED],
            updated=self._counts[Outcome.UPDATED],
            unchanged=self._counts[Outcome.UNCHANGED],
            suppressed=self._counts[Outcome.SUPPRESSED],
            problems=self.problems,
            is_stored=is_stored,
        )

    def _begun(self, connection: Connection) -> int:
        """Return the number of the import, which its first chunk gives it."""
        if self._id is None:
            values = dict.fromkeys((outcome.value for outcome in Outcome), 0)
            statement = insert(imports).values(
                started_at=self._recorder.now(),
                file_name=without_addresses(self._recorder.file_name),
                recorded_by=self._recorder.recorded_by,
                **values,
            )
            self._id = int(connection.execute(statement.returning(imports.c.id)).scalar_one())
        elif connection.scalar(select(imports.c.undone_at).where(imports.c.id == self._id)):
            raise StoppedError(
                "Somebody has taken this import back while it was running.",
                hint="Run it again, if the list is to be taken in after all.",
            )
        return self._id


def _import_chunk(connection: Connection, rows: Sequence[Row], pen: Pen) -> Counter[Outcome]:
    counts: Counter[Outcome] = Counter()
    folded = [fold(row.subscriber.email) for row in rows]
    people = people_on_record(connection, list(dict.fromkeys(folded)))
    strangers: dict[str, Row] = {}  # the first row of each
    for address, row in zip(folded, rows, strict=True):
        if address not in people:
            if address not in strangers:
                strangers[address] = row
                continue
            people[address] = _met(address, strangers[address], pen)
        person = people[address]
        outcome, after = merge(person.after, row, now=pen.now)
        if after is not person.after:
            people[address] = person.become(after)
        counts[outcome] += 1
    counts[Outcome.ADDED] += len(strangers)
    _write(connection, strangers, people, pen)
    return counts


def _met(address: str, row: Row, pen: Pen) -> Person:
    """Return somebody of whom nothing was known before this row."""
    return stranger(address).become(merge(STRANGER, row, now=pen.now)[1])


def _write(
    connection: Connection, strangers: dict[str, Row], people: dict[str, Person], pen: Pen
) -> None:
    """Write everybody down, strangers in the order in which they came.

    Of most of them there is no more to say than what their row says.
    """
    sheet = Sheet(connection, pen)
    for address, row in strangers.items():
        if address in people:
            sheet.change(people.pop(address))
        elif objecting(row):
            sheet.change(_met(address, row, pen))
        else:
            sheet.add(address, row)
    for person in people.values():
        sheet.change(person)
    sheet.write()
