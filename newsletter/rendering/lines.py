"""Lay words out in the lines and columns of a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import wcwidth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.authoring.blocks import Figure

WIDTH = 72  # columns: RFC 5322 §2.1.1 asks for 78 at most, and a reply adds "> "
NARROWEST = 20  # columns: a list deep inside others takes no less
_GAP = "   "  # between two columns of a table
_MARKS = "=-~."  # below headings of the first level, the second …
_SHORTEST = 3  # "--" alone begins the signature in some mail programs
_BLANKS = re.compile(r"[ \t\r\n]+")  # not the no-break space, which holds “10 am” together
_ADDRESS = re.compile(r"://|@|^<?(?:mailto|tel):|-nl_")  # works only in one piece


def columns(text: str) -> int:
    """Return how many columns `text` takes: 你 takes two, a combining accent none."""
    return wcwidth.width(text, control_codes="ignore")


def wrap(text: str, width: int = WIDTH, first: str = "", rest: str = "") -> str:
    """Return `text` in lines of at most `width` columns; addresses are never broken.

    `first` stands at the beginning of the first line and `rest` of each other. Line ends
    in `text` stay.
    """
    lines: list[str] = []
    for part in text.split("\n"):
        for words in _filled(
            part, width - columns(rest if lines else first), width - columns(rest)
        ):
            lines.append(((rest if lines else first) + words).rstrip())
    return "\n".join(lines)


def indent(text: str, first: str, rest: str) -> str:
    """Put `first` before the first line and `rest` before each other that has words."""
    head, *others = text.split("\n")
    return "\n".join(line.rstrip() for line in [first + head, *(rest + line for line in others)])


def inset(text: str, margin: int) -> str:
    """Set each line in by `margin` blanks."""
    return indent(text, " " * margin, " " * margin)


def heading(words: str, level: int, width: int = WIDTH) -> str:
    """Return a heading with a line below it, which tells its level."""
    lines = wrap(words, width)
    longest = min(width, max(columns(line) for line in lines.split("\n")))
    mark = _MARKS[min(level, len(_MARKS)) - 1]
    return f"{lines}\n{mark * max(_SHORTEST, longest)}"


def figures(items: Sequence[Figure], width: int = WIDTH) -> str:
    """Return figures, each with the words that explain it to its right."""
    rows = [(item.value, item.label) for item in items]
    margin = max(columns(figure) for figure, _ in rows)
    if margin > width // 3:
        return "\n".join(wrap(f"{figure}: {words}", width, rest="  ") for figure, words in rows)
    return "\n".join(
        wrap(words, width, first=_right(figure, margin) + "  ", rest=" " * (margin + 2))
        for figure, words in rows
    )


def table(rows: Sequence[Sequence[str]], sides: Sequence[str], width: int = WIDTH) -> str:
    """Return a table in columns, or as a list where it is too wide for them.

    The first row holds the columns' names; `sides` says `left`, `right` or `center`.
    """
    widths = [max(3, *(columns(cell) for cell in column)) for column in zip(*rows, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        return _table_as_list(rows, width)
    lines = [
        _GAP.join(
            _aligned(cell, size, side) for cell, size, side in zip(row, widths, sides, strict=True)
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], _GAP.join("-" * size for size in widths), *lines[1:]])


def _table_as_list(rows: Sequence[Sequence[str]], width: int) -> str:
    head, *body = rows
    if not body:
        return "\n".join(wrap(name, width, rest="  ") for name in head if name)
    return "\n\n".join(
        "\n".join(
            wrap(f"{name}: {cell}" if name else cell, width, rest="  ")
            for name, cell in zip(head, row, strict=True)
            if name or cell
        )
        for row in body
    )


def _aligned(cell: str, size: int, side: str) -> str:
    space = size - columns(cell)
    match side:
        case "right":
            return " " * space + cell
        case "center":
            return " " * (space // 2) + cell + " " * (space - space // 2)
        case _:
            return cell + " " * space


def _right(words: str, size: int) -> str:
    return _aligned(words, size, "right")


def _filled(text: str, first: int, rest: int) -> Iterator[str]:
    """Yield lines; `first` and `rest` are the columns that each has room for."""
    line: list[str] = []
    room = first
    for word in _words(text, rest):
        size = columns(word)
        if line and size > room:
            yield " ".join(line)
            line, room = [], rest
        line.append(word)
        room -= size + 1
    yield " ".join(line)


def _words(text: str, room: int) -> Iterator[str]:
    """Yield the words; what has no blanks, as Chinese, is broken where it must be."""
    for word in filter(None, _BLANKS.split(text)):
        if columns(word) <= room or _ADDRESS.search(word):
            yield word
        else:
            yield from _pieces(word, room)


def _pieces(word: str, room: int) -> Iterator[str]:
    piece, used = "", 0
    for letter in wcwidth.iter_graphemes(word):
        size = columns(letter)
        if piece and used + size > room:
            yield piece
            piece, used = "", 0
        piece += letter
        used += size
    yield piece
