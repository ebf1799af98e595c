"""No cell that leaves the office runs in a spreadsheet, and each comes back as it was."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.export import export_row
from newsletter.audience.formulas import guard, unguard
from newsletter.audience.header import COLUMNS
from newsletter.audience.spreadsheet import Row, read_spreadsheet
from newsletter.audience.subscriber import Consent, Subscriber, SubscriberState

NOW = datetime(2019, 2, 18, 17, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "guarded"),
    [
        ('=HYPERLINK("http://example.org")', '\'=HYPERLINK("http://example.org")'),
        ("+44 1632", "'+44 1632"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "  '=1"),
        ("'=1", "''=1"),
        ("news;=1+1", "news;'=1+1"),
        ("a\n=1", "a\n'=1"),
        ("\uff1d1", "'\uff1d1"),
        ("Ann", "Ann"),
        ("O'Neil-Smith", "O'Neil-Smith"),
        ("a=b@c", "a=b@c"),
        ("", ""),
    ],
)
def test_what_could_be_a_formula_gets_an_apostrophe(cell: str, guarded: str) -> None:
    """Whatever a program may take for the beginning of a cell counts."""
    assert guard(cell) == guarded
    assert unguard(guarded) == cell


mixtures = st.text(alphabet="a'=+-@ \t\r\n;,|", max_size=12)


@given(mixtures | st.text(max_size=12))
def test_a_guarded_cell_comes_back_as_it_was(cell: str) -> None:
    """An office moves its list from one computer to another."""
    assert unguard(guard(cell)) == cell


@given(mixtures)
def test_no_part_of_a_guarded_cell_begins_like_a_formula(cell: str) -> None:
    """A program with other delimiters cuts cells in two."""
    assert not any(part.strip(" ").startswith(tuple("=+-@")) for part in _parts(guard(cell)))


def _parts(cell: str) -> list[str]:
    return re.split(r"[;,|\t\r\n]", cell)


def test_an_exported_person_is_imported_as_they_were() -> None:
    """Hostile names, too."""
    person = Subscriber(
        "+ann@example.org",
        '=cmd|"/c calc"!A1',
        "@Lee",
        "AE1 5BQ",
        ("-news", "=1", "ward:Castle"),
        SubscriberState.CONFIRMED,
    )
    consent = Consent(NOW, "=web", "+1\n-2")
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerow(export_row(person, consent))
    file.seek(0)
    assert list(read_spreadsheet(file, now=NOW).rows) == [Row(2, person, consent)]


def test_whoever_is_suppressed_is_exported_as_unsubscribed() -> None:
    """No other program that reads the list may mail them."""
    person = Subscriber("ann@example.org", state=SubscriberState.SUPPRESSED)
    assert export_row(person, None) == ("ann@example.org", *[""] * 7, "unsubscribed")
