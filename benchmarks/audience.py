"""Compare taking in a list, and freezing its audience, with the least that a machine could do.

Usage: python benchmarks/audience.py [ROWS …]; without numbers, 100,000 rows.

Prints processor time and ratios for each size, each the median of three rounds: other programs
on the machine disturb processor time less than the time on the clock. The import is compared
twice: with the same rows through `csv` and one prepared statement a batch into one flat table
with the same columns and a unique address, kept as safely (a write-ahead log, synchronous=FULL),
and into the tables that hold them here, one statement a batch and table. `again` imports the
same list once more, which changes nothing. The freezing of a dispatch is compared with one
INSERT … SELECT of the same columns. Each runs in a process of its own, so that the memory at
its peak is its own, too.
"""

from __future__ import annotations

import csv
import json
import resource
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from newsletter.database.opening import open_database
from newsletter.intake import import_file
from newsletter.rendering.edition import Edition, Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BATCH: Final = 1_000
ROWS: Final = 100_000
ROUNDS: Final = 3
COLUMNS: Final = (
    "email,first_name,last_name,postcode,segments,consent_at,consent_source,consent_wording,status"
)


def write_list(file: Path, rows: int) -> None:
    """Write a list as an office might have it, but for its size."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        opened.write(f"{COLUMNS}\n")
        for n in range(rows):
            opened.write(
                f"reader{n}@constituents.example,Reader{n},Person,AE{n % 9} {n % 7}BQ,"
                f"newsletter;ward:Castle {n % 20},2018-05-{n % 28 + 1:02}T10:00:00+00:00,"
                "website form,Please send me the weekly update by email.,confirmed\n"
            )


def batches(file: Path) -> Iterator[list[list[str]]]:
    """Read the rows with csv, and nothing else."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = csv.reader(opened)
        next(rows)
        while batch := list(islice(rows, BATCH)):
            yield batch


def connect(file: Path) -> sqlite3.Connection:
    """Open SQLite as safely as the program does."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def flat(folder: Path) -> None:
    """Import into one table, each address in full and as it compares."""
    with closing(connect(folder / "flat.db")) as connection:
        connection.execute(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL, "
            "email_folded TEXT NOT NULL UNIQUE, "
            "first_name, last_name, postcode, segments, at, source, wording, status)"
        )
        for batch in batches(folder / "list.csv"):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO people (email_folded, email, first_name, last_name, postcode, "
                "segments, at, source, wording, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(row[0].lower(), *row) for row in batch],
            )
            connection.execute("COMMIT")


def tables(folder: Path) -> None:
    """Import into the program's own tables, without looking at anything."""
    open_database("sqlite:///tables.db", folder=folder).close()
    number = 0
    now = "2019-02-18 17:03:00.000000"
    with closing(connect(folder / "tables.db")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        for batch in batches(folder / "list.csv"):
            connection.execute("BEGIN IMMEDIATE")
            people: list[tuple[Any, ...]] = []
            segments: list[tuple[Any, ...]] = []
            consents: list[tuple[Any, ...]] = []
            for number, row in enumerate(batch, start=number + 1):  # noqa: B020  # it goes on
                people.append(
                    (number, f"{number:032x}", row[0], row[0], *row[1:4], row[8], now, 1)
                )
                segments += [(number, name, name, 1) for name in row[4].split(";")]
                consents.append((number, *row[8:], *row[5:8], "office", now, 1))
            _insert(connection, "subscribers", people)
            _insert(connection, "subscriber_segments", segments)
            connection.executemany(
                "INSERT INTO consents (subscriber_id, state, at, source, wording, recorded_by, "
                "recorded_at, import_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                consents,
            )
            connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  # ours


def ours(folder: Path) -> None:
    """Import as the program does."""
    with open_database("sqlite:///newsletter.db", folder=folder) as database:
        taken = import_file(database.subscribers, folder / "list.csv")
        if taken.result.problems:
            raise SystemExit("Rows were rejected.")


def freeze(folder: Path) -> None:
    """Resolve the audience of an issue and freeze it."""
    edition = Edition(
        issue=date(2019, 2, 18),
        subject="Your trains",
        preheader="",
        html="<p>Dear reader</p>",
        text="Dear reader",
        web="<p>Dear reader</p>",
        sender=Sender("Robin Halloway MP", "update@example.org", "robin@example.org"),
        list_id="<update.example.org>",
    )
    with open_database("sqlite:///newsletter.db", folder=folder) as database:
        database.dispatches.open(
            edition, segment="newsletter", transport="sendgrid", batch_size=1000
        )


def copy(folder: Path) -> None:
    """Copy the columns of a frozen audience with one statement."""
    with closing(connect(folder / "newsletter.db")) as connection:
        connection.execute(
            "CREATE TABLE copied (dispatch, position, key, email, folded, name, at, source, "
            "PRIMARY KEY (dispatch, position))"
        )
        connection.execute(
            "INSERT INTO copied SELECT 1, s.id, s.key, s.email, s.email_folded, s.first_name, "
            "c.at, c.source FROM subscribers s JOIN consents c ON c.subscriber_id = s.id"
        )


TASKS: Final[dict[str, Callable[[Path], None]]] = {
    "flat": flat,
    "tables": tables,
    "import": ours,
    "again": ours,
    "freeze": freeze,
    "copy": copy,
}
RATIOS: Final = (
    ("import", "flat"),
    ("import", "tables"),
    ("again", "import"),
    ("freeze", "copy"),
)


def run(task: str, folder: Path) -> dict[str, float]:
    """Run a task in a process of its own; return its seconds and its peak in MB."""
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, __file__, "--task", task, str(folder)],
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def work(task: str, folder: Path) -> None:
    """Do one task here, and print what it took."""
    start, begun = time.process_time(), time.monotonic()
    TASKS[task](folder)
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": spent, "wall": time.monotonic() - begun, "peak": peak}))


def measure(rows: int) -> None:
    """Print the costs and ratios for one size."""
    with tempfile.TemporaryDirectory(prefix=f"audience-{secrets.token_hex(4)}-") as name:
        folder = Path(name)
        write_list(folder / "list.csv", rows)
        rounds = [_round(folder) for _ in range(ROUNDS)]
    print(f"{rows:,} rows")
    for task in TASKS:
        cpu, wall, peak = (
            median(found[task][kind] for found in rounds) for kind in ("cpu", "wall", "peak")
        )
        print(f"  {task:8} {cpu / rows * 1e6:7.2f} µs a row {wall:8.2f} s {peak:6.0f} MB")
    for task, least in RATIOS:
        cpu, wall = (
            median(found[task][kind] / found[least][kind] for found in rounds)
            for kind in ("cpu", "wall")
        )
        print(f"  {task} / {least}: cpu {cpu:.2f}, wall {wall:.2f}")


def _round(folder: Path) -> dict[str, dict[str, float]]:
    for file in folder.glob("*.db*"):
        file.unlink()
    return {task: run(task, folder) for task in TASKS}


def main() -> None:
    """Measure each size that was asked for."""
    if sys.argv[1:2] == ["--task"]:
        work(sys.argv[2], Path(sys.argv[3]))
        return
    for rows in sys.argv[1:] or [str(ROWS)]:
        measure(int(rows))


if __name__ == "__main__":
    main()
