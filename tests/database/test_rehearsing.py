"""What an import would come to is told without changing anything or holding anybody up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsletter.audience.spreadsheet import read_spreadsheet
from newsletter.audience.subscriber import SuppressionReason
from newsletter.database import importing
from newsletter.database.importing import Manner
from newsletter.errors import StoppedError
from tests.database.samples import HEADER, bring_in, confirmed, states
from tests.database.test_undoing import held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.audience.records import Problem
    from newsletter.audience.spreadsheet import Row
    from newsletter.database.opening import Database

ANN = "ann@example.org"
FULL = "email,first_name,postcode,segments,consent_at,consent_source,consent_wording"


def leave(database: Database, address: str) -> None:
    database.subscribers.suppress(
        address, SuppressionReason.UNSUBSCRIBED, source="link", recorded_by="test"
    )


def test_a_rehearsal_of_an_import_stores_nothing(database: Database) -> None:
    """It tells what would have become of each row, repeated addresses included."""
    bring_in(database, confirmed(ANN))
    before = held(database)
    rows = [confirmed(ANN, name="Ann"), *[confirmed("bob@example.org")] * 2, "bad,,,,,,"]
    sheet = read_spreadsheet([HEADER, *rows], now=database.subscribers.now())
    result = database.subscribers.import_rows(sheet.rows, manner=Manner.NOTHING)
    assert (result.counts(), result.is_stored) == (
        {"rows": 4, "added": 1, "updated": 1, "unchanged": 1, "suppressed": 0, "rejected": 1},
        False,
    )
    assert held(database) == before
    assert database.subscribers.undo_import(actor="Olu").removed == 1


def test_a_strict_import_without_a_bad_row_is_stored(database: Database) -> None:
    """Strict is not the same as dry."""
    sheet = read_spreadsheet([HEADER, confirmed(ANN)], now=database.subscribers.now())
    result = database.subscribers.import_rows(sheet.rows, manner=Manner.ALL_OR_NOTHING)
    assert result.is_stored
    assert states(database) == {ANN: "confirmed"}


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_a_rehearsal_of_an_import_tells_what_comes_of_it_however_it_is_cut(
    database: Database, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    """What a row changes counts for those after it, though nothing is stored in between."""
    monkeypatch.setattr(importing, "CHUNK", chunk)
    bring_in(database, confirmed(ANN), confirmed("gone@example.org"))
    leave(database, "gone@example.org")
    proof = "2019-02-01,web,I agree"
    lines = [
        FULL,
        f"{ANN},Ann,,News,,,",
        f"{ANN},Ann,,trains;news,,,",
        f"{ANN.upper()},,,,,,",
        "bob@example.org,,,trains,,,",
        f"bob@example.org,Bob,,,{proof}",
        f"bob@example.org,Bob,,trains,{proof}",
        f"bob@example.org,Bob,,,{proof.replace('web', 'card')}",
        f"gone@example.org,Back,,,{proof}",
        f"new@example.org,,,,{proof}",
    ]
    given = [*lines, "bad,,,,,,"]
    tried, stored = (
        database.subscribers.import_rows(
            read_spreadsheet(given, now=database.subscribers.now()).rows, manner=manner
        )
        for manner in (Manner.NOTHING, Manner.EVERY_GOOD_ROW)
    )
    assert tried.counts() == stored.counts()
    assert tried.counts() == {
        "rows": 10, "added": 2, "updated": 4, "unchanged": 2, "suppressed": 1, "rejected": 1,
    }  # fmt: skip
    assert list(tried.problems) == list(stored.problems)


def test_whoever_objects_in_a_list_is_suppressed_in_the_rest_of_a_rehearsal(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they would be, were it stored."""
    monkeypatch.setattr(importing, "CHUNK", 1)
    rows = ["ann@example.org,unsubscribed", "ann@example.org,pending"]
    sheet = read_spreadsheet(["email,status", *rows], now=database.subscribers.now())
    result = database.subscribers.import_rows(sheet.rows, manner=Manner.NOTHING)
    assert (result.added, result.suppressed) == (1, 1)


def test_nobody_waits_for_a_rehearsal_of_an_import(database: Database) -> None:
    """A million rows take a while, in which people unsubscribe and a send notes its answers."""

    def rows() -> Iterator[Row | Problem]:
        sheet = read_spreadsheet([HEADER, confirmed(ANN)], now=database.subscribers.now())
        for row in sheet.rows:
            leave(database, "bob@example.org")
            yield row

    assert database.subscribers.import_rows(rows(), manner=Manner.NOTHING).added == 1
    assert states(database) == {}


def test_a_list_that_was_changed_after_it_was_looked_through_is_not_stored_to_its_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All or nothing was asked for: whoever did is told how to get to nothing."""
    monkeypatch.setattr(importing, "CHUNK", 1)
    sheet = read_spreadsheet([HEADER, confirmed(ANN), "bad"], now=database.subscribers.now())
    with pytest.raises(StoppedError, match="1 rows of it are stored") as caught:
        database.subscribers.import_rows(sheet.rows, manner=Manner.ALL_OR_NOTHING)
    assert "undo-import" in caught.value.hint
    assert database.subscribers.undo_import(actor="Olu").removed == 1
