"""A table that a phone has no room for is known, and read there row by row."""

from __future__ import annotations

import pytest

from newsletter.authoring import prose
from newsletter.rendering.html import passage_html
from newsletter.rendering.tables import read_by_row, tables_in

NARROW = "| Ward | Cases |\n|---|--:|\n| Newnham | 412 |\n"
WIDE = (
    "| Ward & place | January | *February* | March |  | April |\n|---|---|---|--:|---|---|\n"
    "| Trumpington | 412 | [396](https://example.org) |  | x | 5 |\n"
)


def test_each_cell_of_a_table_that_is_too_wide_names_its_column() -> None:
    """The others are left as they are, and so is what has no name or no words."""
    html = passage_html(read_by_row(prose.read(f"{NARROW}\n{WIDE}\n{NARROW}\nA *b*")))
    narrow, wide, after = html.split("<table")[1:]
    assert 'class="' not in narrow + after
    assert wide.startswith(' class="many">')
    cells = [cell.split("</td>")[0] for cell in wide.split("<td")[1:]]
    assert cells == [
        '><b class="head">Ward &amp; place: </b>Trumpington',
        '><b class="head">January: </b>412',
        '><b class="head">February: </b><a href="https://example.org">396</a>',
        ' style="text-align:right">',
        ">x",
        '><b class="head">April: </b>5',
    ]
    assert "<td>412" not in narrow
    assert passage_html(prose.read(NARROW)) == passage_html(read_by_row(prose.read(NARROW)))


@pytest.mark.parametrize(
    ("table", "fit"),
    [
        (NARROW, 2),
        (WIDE, 3),
        ("| A |\n|---|", 1),
        ("| A |\n|---|\n| https://example.org/a/very/long/address/on/a/web/site |", 0),
        ("| A | B |\n|---|---|\n| house-to-house-collection-of-old-refrigerators | 2 |", 2),
    ],
)
def test_the_columns_that_a_small_phone_has_room_for_are_counted(table: str, fit: int) -> None:
    """By their longest words: a blank or a hyphen is where a line may end."""
    (found,) = tables_in(prose.read(table))
    assert found.that_fit == fit
    assert found.is_too_wide == (fit < len(found.head))
