"""An import that Ctrl-C meets is stored as far as it says, whatever the moment."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from newsletter.audience.spreadsheet import read_spreadsheet
from newsletter.database import importing, schema
from newsletter.database.importing import Manner
from newsletter.database.subscribers import Subscribers
from newsletter.errors import StoppedError
from tests.database.samples import HEADER, crowd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.audience.records import Problem
    from newsletter.audience.spreadsheet import Row
    from newsletter.database.importing import ImportResult
    from newsletter.database.opening import Database
    from tests.database.fixture import Clock

CHUNK = 10
ROWS = 25


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", CHUNK)


def press(times: int = 1) -> None:
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)


def rows(at: int = -1) -> Iterator[Row | Problem]:
    """Give the rows of a list, and press Ctrl-C while one of them is read."""
    sheet = read_spreadsheet([HEADER, *crowd(ROWS)], now=datetime(2019, 2, 18, tzinfo=UTC))
    for number, row in enumerate(sheet.rows):
        if number == at:
            press()
        yield row


def brought_in(
    database: Database,
    clock: Clock,
    given: Iterable[Row | Problem] | None = None,
    *,
    look: int = -1,
    times: int = 1,
    manner: Manner = Manner.EVERY_GOOD_ROW,
) -> ImportResult:
    """Import rows, and press Ctrl-C at one of the times when that looks at the clock.

    It does so in the midst of its transactions: in the first twice, then once in each.
    """
    looks = 0

    def now() -> datetime:
        nonlocal looks
        looks += 1
        if looks == look:
            press(times)
        return clock()

    people = Subscribers(database.connections, now, database.subscribers.token)
    return people.import_rows(given or rows(), manner=manner)


def stored(database: Database) -> tuple[int, list[tuple[int, bool]]]:
    """Return how many people there are, and of each import how many it says, and if it ended."""
    table = schema.imports.c
    with database.connections.reading() as connection:
        found = connection.execute(select(table.added, table.finished_at).order_by(table.id)).all()
    people = sum(database.subscribers.counts().values())
    return people, [(row.added, row.finished_at is not None) for row in found]


@pytest.mark.parametrize(("at", "kept"), [(0, 0), (CHUNK - 1, 0), (CHUNK, 10), (ROWS - 1, 20)])
def test_ctrl_c_while_rows_are_read_stops_before_they_are_stored(
    database: Database, clock: Clock, at: int, kept: int
) -> None:
    """What is said is what is there; the next run takes in the others, and nobody twice."""
    words = f"once {kept} rows" if kept else "nothing was stored"
    with pytest.raises(StoppedError, match=words) as caught:
        brought_in(database, clock, rows(at))
    assert caught.value.hint
    assert stored(database) == (kept, [(kept, False)] if kept else [])
    again = brought_in(database, clock)
    assert (again.unchanged, again.added) == (kept, ROWS - kept)
    assert stored(database) == (ROWS, [(kept, False)] * bool(kept) + [(ROWS - kept, True)])


@pytest.mark.parametrize(("look", "kept"), [(1, 10), (2, 10), (3, 20)])
def test_ctrl_c_in_the_midst_of_a_chunk_waits_until_it_is_stored(
    database: Database, clock: Clock, look: int, kept: int
) -> None:
    """A transaction that is cut in two would keep the database locked, or nobody would know."""
    with pytest.raises(StoppedError, match=f"once {kept} rows"):
        brought_in(database, clock, look=look)
    assert stored(database) == (kept, [(kept, False)])
    assert database.subscribers.undo_import(actor="Olu").removed == kept


def test_ctrl_c_that_comes_too_late_to_stop_anything_is_not_heard(
    database: Database, clock: Clock
) -> None:
    """Whoever were told that it was stopped would run it again, and wonder."""
    assert brought_in(database, clock, look=5).added == ROWS
    assert stored(database) == (ROWS, [(ROWS, True)])


def test_a_second_ctrl_c_ends_it_at_once_and_takes_the_chunk_back(
    database: Database, clock: Clock
) -> None:
    """Somebody may wait for the lock of another program, and have waited enough."""
    with pytest.raises(StoppedError, match="once 10 rows"):
        brought_in(database, clock, look=3, times=2)
    assert stored(database) == (10, [(10, False)])
    assert brought_in(database, clock).unchanged == 10


@pytest.mark.parametrize("look", [1, 2])
def test_a_rehearsal_that_is_stopped_has_stored_nothing(
    database: Database, clock: Clock, look: int
) -> None:
    """And says so."""
    with pytest.raises(StoppedError, match="nothing was stored"):
        brought_in(database, clock, look=look, manner=Manner.NOTHING)
    assert stored(database) == (0, [])


def test_an_import_beside_others_in_a_program_leaves_ctrl_c_to_it(
    database: Database, clock: Clock
) -> None:
    """Only a program's main thread hears it."""
    found: list[ImportResult] = []
    thread = Thread(target=lambda: found.append(brought_in(database, clock)))
    thread.start()
    thread.join()
    assert [result.added for result in found] == [ROWS]
