"""Know the tables that a small phone has no room for, and have them read there row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING

from markdown_it.token import Token
from markupsafe import escape

from newsletter.authoring import prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOM = 272  # pixels: those of the smallest phones, 320, without the margins of the letter
_GAP = 10  # pixels after each column, as in email.css.j2
_EM = 16  # pixels: the size of a table's letters, as there
_BOLD = 1.07  # bold letters are as much wider
_BREAKS = re.compile(r"\s+|(?<=\w-)(?=\w)")
_WIDTHS = (  # of Arial, in hundredths of its size; Segoe UI and Helvetica hardly differ
    (frozenset("ijl'’|"), 23),
    (frozenset("ftI.,:;!/() "), 28),
    (frozenset('r-“”"'), 34),
    (frozenset("ckJsvxyz"), 50),
    (frozenset("mM%"), 86),
    (frozenset("wCDGHNOQRUWÆ@—…"), 76),
    (frozenset("ABEFKLPSTVXYZ"), 66),
)
_OTHERS = 56  # digits and most small letters


@dataclass(frozen=True, slots=True)
class Table:
    """The words of a table; `line` counts from the beginning of the body, from 0."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    line: int

    @property
    def that_fit(self) -> int:
        """Return how many of the columns, from the first, a small phone has room for."""
        ends = accumulate(
            _need(name, [row[at] for row in self.rows]) for at, name in enumerate(self.head)
        )
        return sum(1 for _ in takewhile(lambda end: end - _GAP <= ROOM, ends))

    @property
    def is_too_wide(self) -> bool:
        """Whether a small phone would break its words, or be scrolled sideways."""
        return self.that_fit < len(self.head)


def tables_in(tokens: Sequence[Token]) -> Iterator[Table]:
    """Yield the tables of a passage."""
    for start, token in enumerate(tokens):
        if token.type == "table_open":
            head, *rows = _rows(tokens, start)
            yield Table(head, tuple(rows), (token.map or [0])[0])


def read_by_row(tokens: Sequence[Token]) -> list[Token]:
    """Return a passage in which each cell of a table that is too wide names its column.

    The names are hidden where the table is shown as one; a phone shows each row as a list.
    """
    tables = tables_in(tokens)
    made: list[Token] = []
    names: Sequence[str] = ()
    column = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "table_open":
            table = next(tables)
            names = table.head if table.is_too_wide else ()
            made.append(token.copy(attrs={**token.attrs, "class": "many"}) if names else token)
            continue
        column = 0 if token.type == "tr_open" else column
        if names and before is not None and before.type == "td_open":
            made.append(_named(token, names[column]))
            column += 1
        else:
            made.append(token)
    return made


def _named(cell: Token, name: str) -> Token:
    if not name or not cell.content:
        return cell
    label = Token("html_inline", "", 0, content=f'<b class="head">{escape(name)}: </b>')
    return cell.copy(children=[label, *(cell.children or ())])


def _rows(tokens: Sequence[Token], start: int) -> Iterator[tuple[str, ...]]:
    row: list[str] = []
    for token in takewhile(lambda token: token.type != "table_close", tokens[start:]):
        if token.type == "inline":
            row.append(prose.plain(token.children or ()))
        elif token.type == "tr_close":
            yield tuple(row)
            row = []


def _need(name: str, cells: Sequence[str]) -> float:
    """Return how many pixels a column takes without a break in its longest word."""
    return _GAP + max(_BOLD * _longest(name), *map(_longest, cells), 0)


def _longest(words: str) -> float:
    return max(map(_width, _BREAKS.split(words)), default=0)


def _width(word: str) -> float:
    return sum(_width_of(letter) for letter in word) * _EM / 100


def _width_of(letter: str) -> int:
    return next((width for letters, width in _WIDTHS if letter in letters), _OTHERS)
