"""Write the rows of a spreadsheet to the database, a thousand at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from newsletter.audience.address import fold
from newsletter.audience.merging import Outcome, merge
from newsletter.audience.records import Problem
from newsletter.audience.subscriber import SuppressionReason
from newsletter.database.connections import Connections, Lock
from newsletter.database.people import Pen, known_people, write_people
from newsletter.database.schema import imports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.audience.spreadsheet import Row

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of each row; `problems` are the rejected ones, in their order."""

    added: int
    updated: int
    unchanged: int
    suppressed: int
    problems: tuple[Problem, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the document that `subscribers import --json` prints."""
        counts = {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "suppressed": self.suppressed,
            "rejected": len(self.problems),
        }
        return {
            "rows": sum(counts.values()),
            **counts,
            "problems": [
                {"line": problem.line, "reason": problem.reason} for problem in self.problems
            ],
        }


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who imports which file, and where time and the names of new people come from."""

    file_name: str
    recorded_by: str
    now: Callable[[], datetime]
    token: Callable[[], str]

    def pen(self) -> Pen:
        """Return what is written beside every change made now."""
        return Pen(
            now=self.now(),
            token=self.token,
            recorded_by=self.recorded_by,
            reason=SuppressionReason.UNSUBSCRIBED,
            source="import",
        )


def import_rows(
    connections: Connections, rows: Iterable[Row | Problem], recorder: Recorder
) -> ImportResult:
    """Store what the rows say, and return what became of each.

    Each thousand is one transaction, in which what is known of its addresses is read and
    changed, so that two imports at once lose nothing, and an import that was cut off can
    simply be run again.
    """
    counts: Counter[Outcome] = Counter()
    problems: list[Problem] = []
    source = iter(rows)
    record: int | None = None
    while chunk := list(islice(source, CHUNK)):
        broken = [row for row in chunk if isinstance(row, Problem)]
        with connections.writing(Lock.AUDIENCE) as connection:
            good = [row for row in chunk if not isinstance(row, Problem)]
            found = _import_chunk(connection, good, recorder)
            found[Outcome.REJECTED] += len(broken)
            record = _record(connection, record, counts + found, recorder)
        counts += found
        problems += broken
    with connections.writing(Lock.AUDIENCE) as connection:
        record = _record(connection, record, counts, recorder)
        connection.execute(
            update(imports).where(imports.c.id == record).values(finished_at=recorder.now())
        )
    return ImportResult(
        added=counts[Outcome.ADDED],
        updated=counts[Outcome.UPDATED],
        unchanged=counts[Outcome.UNCHANGED],
        suppressed=counts[Outcome.SUPPRESSED],
        problems=tuple(problems),
    )


def _record(
    connection: Connection, record: int | None, counts: Counter[Outcome], recorder: Recorder
) -> int:
    """Note how far the import has come, in the same transaction as the rows."""
    values = {outcome.value: counts[outcome] for outcome in Outcome}
    if record is None:
        statement = insert(imports).values(
            started_at=recorder.now(), file_name=recorder.file_name, **values
        )
        return int(connection.execute(statement.returning(imports.c.id)).scalar_one())
    connection.execute(update(imports).where(imports.c.id == record).values(**values))
    return record


def _import_chunk(
    connection: Connection, rows: Sequence[Row], recorder: Recorder
) -> Counter[Outcome]:
    counts: Counter[Outcome] = Counter()
    folded = [fold(row.subscriber.email) for row in rows]
    people = known_people(connection, list(dict.fromkeys(folded)))
    pen = recorder.pen()
    for address, row in zip(folded, rows, strict=True):
        outcome, after = merge(people[address].after, row, now=pen.now)
        people[address] = replace(people[address], after=after)
        counts[outcome] += 1
    write_people(connection, people.values(), pen)
    return counts
