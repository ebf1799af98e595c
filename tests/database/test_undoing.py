"""Undoing an import takes back what came by it, and never what people have done since."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from newsletter.audience.spreadsheet import read_spreadsheet
from newsletter.audience.subscriber import Consent, Subscriber, SuppressionReason
from newsletter.database import schema
from newsletter.database.importing import CHUNK
from newsletter.database.opening import open_database
from newsletter.errors import NotAllowedError, StoppedError
from tests.database.samples import HEADER, bring_in, confirmed, crowd, states
from tests.database.test_subscribers import rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from newsletter.audience.records import Problem
    from newsletter.audience.spreadsheet import Row
    from newsletter.database.opening import Database
    from tests.database.fixture import Clock

ANN = "ann@example.org"


def held(database: Database) -> list[Any]:
    """Return all that is on record of people, but for numbers and keys."""
    tables = {
        schema.subscribers: ("email", "first_name", "last_name", "postcode", "state"),
        schema.subscriber_segments: ("segment",),
        schema.consents: ("state", "at", "source", "wording"),
        schema.suppressions: ("email_folded", "reason"),
    }
    found: list[Any] = []
    with database.connections.reading() as connection:
        for table, names in tables.items():
            columns = [table.c[name] for name in names]
            found.append(sorted(tuple(row) for row in connection.execute(select(*columns))))
    return found


def test_the_last_import_is_taken_back_exactly(database: Database) -> None:
    """The wrong list was imported: all must be as if it had not been."""
    bring_in(database, confirmed(ANN, name="Ann", segments="a"), "bob@example.org,Bob,,,,,")
    before = held(database)
    found = bring_in(
        database,
        "ann@example.org,Anna,b,2019-02-02,paper,Yes,",
        confirmed("bob@example.org", name="Robert", segments="a;b"),
        confirmed("carol@example.org"),
        "dan@example.org,,,,,,unsubscribed",
        "bob@example.org,Bobby,,,,,unsubscribed",
    )
    assert (found["added"], found["updated"]) == (2, 3)
    undone = database.subscribers.undo_import(actor="Olu")
    assert held(database) == before
    assert undone.as_data() == {
        "file": "list.csv",
        "imported_at": "2019-02-18T17:03:00+00:00",
        "removed": 2,
        "restored": 2,
        "suppressions_lifted": 2,
        "kept": 0,
    }


def test_imports_are_taken_back_from_the_last_to_the_first(database: Database) -> None:
    """Each step leads to how it was before that import; then there is nothing left."""
    steps = []
    for name in ("Ann", "Anna", "Annie"):
        steps.append(held(database))
        bring_in(database, confirmed(ANN, name=name))
    for before in reversed(steps):
        assert database.subscribers.last_import()["file"] == "list.csv"
        database.subscribers.undo_import(actor="Olu")
        assert held(database) == before
    with pytest.raises(NotAllowedError):
        database.subscribers.undo_import(actor="Olu")
    with pytest.raises(NotAllowedError):
        database.subscribers.last_import()


@pytest.mark.parametrize("reason", [SuppressionReason.UNSUBSCRIBED, SuppressionReason.MANUAL])
@pytest.mark.parametrize("row", [confirmed(ANN), f"{ANN},,,,,,unsubscribed"])
def test_a_later_objection_is_never_lifted(
    database: Database, reason: SuppressionReason, row: str
) -> None:
    """Even where the list said so already: now the person has said it."""
    bring_in(database, row)
    database.subscribers.suppress(ANN, reason, source="telephone", recorded_by="Olu")
    database.subscribers.undo_import(actor="Olu")
    assert bring_in(database, confirmed(ANN))["suppressed"] == 1
    assert database.subscribers.audience("all").recipients == 0


def test_who_unsubscribed_since_stays_with_nothing_but_that(database: Database) -> None:
    """Their objection is their own; the name on the wrong list was not."""
    bring_in(database, confirmed(ANN, name="Ann", segments="a"))
    database.subscribers.suppress(
        ANN, SuppressionReason.UNSUBSCRIBED, source="link", recorded_by="page"
    )
    assert database.subscribers.undo_import(actor="Olu").kept == 1
    (person,) = database.subscribers.listing()
    assert (person.email, person.first_name, person.segments, person.state) == (
        ANN,
        "",
        (),
        "unsubscribed",
    )


def test_who_signed_up_since_stays_as_they_are(database: Database, clock: Clock) -> None:
    """An import that is undone takes no consent with it that the person gave themselves."""
    bring_in(database, "ann@example.org,Ann,a,,,,")
    clock.move(60)
    database.signing_up.opt_in(
        Subscriber(ANN), Consent(clock(), "page", "Yes"), recorded_by="page"
    )
    assert database.subscribers.undo_import(actor="Olu").kept == 1
    (person,) = database.subscribers.listing()
    assert (person.first_name, person.segments, person.state) == ("Ann", (), "confirmed")


def test_what_was_changed_since_is_not_put_back(database: Database, clock: Clock) -> None:
    """The newer name is the better one, whoever wrote it."""
    bring_in(database, confirmed(ANN, name="Ann"))
    bring_in(database, confirmed(ANN, name="Anna"))
    database.signing_up.opt_in(
        Subscriber(ANN, first_name="Annie"), Consent(clock(), "page", "Yes"), recorded_by="page"
    )
    database.subscribers.undo_import(actor="Olu")
    assert [person.first_name for person in database.subscribers.listing()] == ["Annie"]


def test_more_people_than_a_page_holds_are_taken_back(database: Database) -> None:
    """Undoing goes through a large import piece by piece."""
    bring_in(database, *crowd(1_200))
    before = held(database)
    bring_in(database, *(row.replace(",,newsletter", ",New,other") for row in crowd(1_300)))
    undone = database.subscribers.undo_import(actor="Olu")
    assert (undone.removed, undone.restored) == (100, 1_200)
    assert held(database) == before


def test_an_import_that_is_taken_back_while_it_runs_stops(database: Database) -> None:
    """Otherwise its last rows would stay, and nothing would know whose they are."""

    def read() -> Iterator[Row | Problem]:
        sheet = read_spreadsheet([HEADER, *crowd(CHUNK + 1)], now=database.subscribers.now())
        for number, row in enumerate(sheet.rows):
            if number == CHUNK:
                database.subscribers.undo_import(actor="Olu")
            yield row

    with pytest.raises(StoppedError):
        database.subscribers.import_rows(read())
    assert states(database) == {}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=rows, second=rows)
def test_whatever_is_imported_can_be_taken_back(
    tmp_path: Path, clock: Clock, first: list[str], second: list[str]
) -> None:
    """In any order and grouping of rows, undoing leads to exactly what was before."""
    clock.move(timedelta(days=1).total_seconds())
    file = tmp_path / f"{clock():%Y%m%d}.db"
    with open_database(f"sqlite:///{file}", now=clock) as database:
        bring_in(database, *first)
        before = held(database)
        bring_in(database, *second)
        database.subscribers.undo_import(actor="Olu")
        assert held(database) == before
