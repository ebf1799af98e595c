"""Cut lines of CSV into records, and go on after those that are broken."""

from __future__ import annotations

import csv
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_LINES = 1_000
MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one row; `line` counts from 1 and is where the row begins."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was rejected; `reason` never holds an address."""

    line: int
    reason: str


class Lines:
    """Physical lines, numbered, of which those of one record can be given back."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Start at line 1."""
        self._source = iter(lines)
        self._returned: deque[str] = deque()
        self._taken: list[str] = []
        self._size = 0
        self.number = 1

    def __iter__(self) -> Iterator[str]:
        """Return itself, as csv.reader wants it."""
        return self

    def __next__(self) -> str:
        """Give the next line of the record that is being read."""
        line = self._returned.popleft() if self._returned else next(self._source)
        self._taken.append(line)
        self._size += len(line)
        if len(self._taken) > MOST_LINES or self._size > MOST_CHARACTERS:
            raise csv.Error("record larger than limit")
        return line

    def first(self) -> str | None:
        """Return the first line that is not blank, without taking it; None at the end."""
        for line in self:
            if line.strip("\ufeff \t\r\n"):
                self._returned.append(self._taken.pop())
                self.done()
                return line
            self.done()
        return None

    def done(self) -> None:
        """Leave the record behind: the next line begins another."""
        self.number += len(self._taken)
        self._taken.clear()
        self._size = 0

    def after_first(self) -> None:
        """Leave only the first line of the record behind, and give the others again."""
        self._returned.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        self.done()


def records(lines: Lines, delimiter: str) -> Iterator[Record | Problem]:
    """Yield every row that is not blank, or why it cannot be read.

    A quotation mark that is never closed would swallow all the rows after it. So a broken
    record costs its first line only, and reading goes on with the second.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(lines.number, _reason(error))
            lines.after_first()
            continue
        if len(cells) > 1 or any(cell.strip() for cell in cells):
            yield Record(lines.number, cells)
        lines.done()


def _reason(error: csv.Error) -> str:
    if "larger than" in str(error):
        return "The row is too long, or a quotation mark in it is never closed."
    return "The quotation marks in this row do not pair up."
