"""Cut lines of CSV into records, and go on after those that are broken."""

from __future__ import annotations

import csv
from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_LINES = 1_000
MOST_CHARACTERS = 1_000_000
_SHORT = 10_000  # characters of a line that is cut without csv, which allows no endless cells


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one row; `line` counts from 1 and is where the row begins."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was rejected; `reason` never holds an address, `cells` are the row as it was."""

    line: int
    reason: str
    cells: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def as_data(self) -> dict[str, str | int]:
        """Return the problem for JSON, without what the row held."""
        return {"line": self.line, "reason": self.reason}


class Problems(Sequence[Problem]):
    """Many problems in little memory: a whole list may be rejected; their cells are dropped."""

    def __init__(self) -> None:
        """Begin without any."""
        self._lines = array("Q")
        self._reasons = array("L")
        self._texts: dict[str, int] = {}

    def append(self, problem: Problem) -> None:
        """Add one; the same reason is kept once."""
        self._lines.append(problem.line)
        self._reasons.append(self._texts.setdefault(problem.reason, len(self._texts)))

    @override
    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> list[Problem]: ...
    @override
    def __getitem__(self, index: int | slice) -> Problem | list[Problem]:
        texts = list(self._texts)
        if isinstance(index, slice):
            pairs = zip(self._lines[index], self._reasons[index], strict=True)
            return [Problem(line, texts[reason]) for line, reason in pairs]
        return Problem(self._lines[index], texts[self._reasons[index]])

    @override
    def __iter__(self) -> Iterator[Problem]:
        """Yield them in their order."""
        texts = list(self._texts)
        for line, reason in zip(self._lines, self._reasons, strict=True):
            yield Problem(line, texts[reason])


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

    def cut(self, delimiter: str) -> list[str] | None:
        """Take the next line if it is a record of its own, and cut it at each delimiter.

        It stays where it is if anything in it calls for the whole grammar of CSV; most lines
        have nothing of that. Raises StopIteration at the end.
        """
        line = self._returned.popleft() if self._returned else next(self._source)
        bare = line.rstrip("\r\n")
        if len(bare) > _SHORT or '"' in bare or "\r" in bare or "\n" in bare:
            self._returned.appendleft(line)
            return None
        self.number += 1
        return bare.split(delimiter)

    def first(self) -> str | None:
        """Return the first line that is not blank, without taking it; None at the end."""
        for line in self:
            if line.strip("\ufeff \t\r\n"):
                self._returned.append(self._taken.pop())
                self.done()
                return line
            self.done()
        return None

    def current(self) -> str:
        """Return the line on which the record begins, without its ending."""
        return self._taken[0].rstrip("\r\n") if self._taken else ""

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
        number = lines.number
        try:
            cells = lines.cut(delimiter)
            if cells is None:
                cells = next(reader)
                lines.done()
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(number, _reason(error), (lines.current(),))
            lines.after_first()
            continue
        if len(cells) > 1 or any(cell.strip() for cell in cells):
            yield Record(number, cells)


def _reason(error: csv.Error) -> str:
    if "larger than" in str(error):
        return "The row is too long, or a quotation mark in it is never closed."
    return "The quotation marks in this row do not pair up."
