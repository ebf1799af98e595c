"""Find the line of issue.md that words were written in, when YAML stands between."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPARED = 4  # words: enough to know a text by
_LOOKED_AHEAD = 12  # words of the source: the addresses of links stand between those shown

Lines = tuple[tuple[int, int | None], ...]


def front_matter_line(source: str, name: str) -> int | None:
    """Return the line of `name:` before the second line of dashes."""
    for number, line in enumerate(source.split("\n"), start=1):
        if number > 1 and line.rstrip() == "---":
            return None
        if re.match(rf"""["']?{name}["']?\s*:""", line):
            return number
    return None


def body_line(source: str) -> int:
    """Return the line that follows the front matter."""
    dashes = [n for n, line in enumerate(source.split("\n"), start=1) if line.rstrip() == "---"]
    return dashes[1] + 1 if len(dashes) > 1 else 1


def title_line(source: str) -> int | None:
    """Return the first line of the body that says something: the title stands there."""
    first = body_line(source)
    body = source.split("\n")[first - 1 :]
    return next((n for n, line in enumerate(body, start=first) if line.strip()), None)


def lines_of_body(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield the lines after the front matter: number, words, and the name of the fence around."""
    first = body_line(source)
    marks = name = ""
    for number, line in enumerate(source.split("\n")[first - 1 :], start=first):
        opening = re.match(r" {0,3}(`{3,}|~{3,})\s*(\w*)", line)
        if marks and line.strip().startswith(marks):
            marks = name = ""
        elif opening and not marks:
            marks, name = opening[1], opening[2] or "code"
        else:
            yield number, line, name


@dataclass(frozen=True, slots=True)
class Written:
    """A word of the source, without the marks at its ends, and its line."""

    word: str
    line: int


@dataclass(frozen=True, slots=True)
class Place:
    """The part of a block that a text was written in."""

    written: tuple[Written, ...]
    fallback: int

    def lines_of(self, words: str) -> Lines:
        """Return the offsets in `words` at which a line begins, with its number."""
        lines: list[tuple[int, int | None]] = []
        position = 0
        for found in re.finditer(r"\S+", words):
            word = _bare(found[0])
            ahead = range(position, min(position + _LOOKED_AHEAD, len(self.written)))
            match = next((i for i in ahead if word and word in self.written[i].word), None)
            if match is None:
                continue
            line, position = self.written[match].line, match + 1
            if not lines or lines[-1][1] != line:
                lines.append((found.start() if lines else 0, line))
        return tuple(lines) or ((0, self.fallback),)


@dataclass(slots=True)
class Fence:
    """The block that begins in line `first` of the source; each text in it is found once."""

    source: str
    first: int
    _written: list[Written] = field(init=False)
    _taken: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Take the lines down to the end of the block apart into words."""
        lines = self.source.split("\n")
        opening = lines[self.first - 1].strip() if self.first <= len(lines) else ""
        marks = re.match(r"`{3,}|~{3,}", opening)
        self._written = []
        for number, line in enumerate(lines[self.first :], start=self.first + 1):
            if marks is None or line.strip().startswith(marks[0]):
                break
            self._written += [Written(_bare(word), number) for word in line.split()]

    def place(self, value: str) -> Place:
        """Return where `value` was written, from its first word on."""
        words = [_bare(word) for word in value.split()]
        compared = words[:_COMPARED]
        for start in range(len(self._written) - len(compared) + 1):
            here = [item.word for item in self._written[start : start + len(compared)]]
            if here == compared and start not in self._taken:
                self._taken.add(start)
                rest = self._written[start : start + len(words) + _LOOKED_AHEAD]
                return Place(tuple(rest), self.first)
        return Place((), self.first)

    def lines_of(self, value: str, words: str) -> Lines:
        """Return the lines of `words`, which were written as `value`."""
        return self.place(value).lines_of(words)

    def line_of(self, value: str) -> int:
        """Return the line that `value` begins in."""
        return self.place(value).lines_of(value)[0][1] or self.first


def _bare(word: str) -> str:
    return re.sub(r"^\W+|\W+$", "", word).casefold()
