"""Read dates as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.checks.calendar_dates import dates_in
from tests.checks.materials import DAY

WRITTEN = [
    ("Saturday 30 March 2019", [(5, date(2019, 3, 30))]),
    ("Sat, the 30th of March", [(5, date(2019, 3, 30))]),
    ("Saturday, March 30th, 2019", [(5, date(2019, 3, 30))]),
    ("30 Sept. 2018", [(None, date(2018, 9, 30))]),
    ("Thurs 1 Nov", [(3, date(2018, 11, 1))]),
    ("Wed 13/2/2019", [(2, date(2019, 2, 13))]),
    ("Weds 13/02/19", [(2, date(2019, 2, 13))]),
    ("1 May to 3 June 2024", [(None, date(2024, 5, 1)), (None, date(2024, 6, 3))]),
    ("Fri 1 to Sun 3 March 2019", [(4, date(2019, 3, 1)), (6, date(2019, 3, 3))]),
    (
        "1 May, and then, after a very long wait, 3 June 2024",
        [(None, date(2019, 5, 1)), (None, date(2024, 6, 3))],
    ),
    ("29 February", [(None, date(2020, 2, 29))]),
    ("31 April 2019", [(None, None)]),
    ("5 August", [(None, date(2019, 8, 5))]),
    ("20 December", [(None, date(2018, 12, 20))]),
    ("on 30 March 1,200 people came", [(None, date(2019, 3, 30))]),
    ("May 10 people come? In March 12 did.", []),
    ("at 2.30 March began; £30 March; 1/2 May", []),
    ("March 2019, the 30th", []),
    ("Sat 2.10 pm", []),
    ("Sat 30/13/2019", [(5, None)]),
]


@pytest.mark.parametrize(("words", "expected"), WRITTEN)
def test_dates_are_read_as_they_are_written(
    words: str, expected: list[tuple[int | None, date | None]]
) -> None:
    """Without a year the nearest such day is meant, and one year serves two days."""
    found = dates_in(words, DAY)
    assert [(dated.weekday, dated.falls_on) for dated in found] == expected
