"""Find the words that stand in a line of issue.md, so that the page can scroll to them.

The email says nothing of lines, and must not for a preview's sake. What both have in common is
the words: those of the line itself first, then those of what stands around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newsletter.authoring import prose
from newsletter.authoring.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_DASHES = "---"
_LONGEST = 60  # characters of a passage: enough to find it, and less is seldom changed meanwhile
_SHORTEST = 2
_ENTRY = re.compile(r"^\s*(?:- )*(?:[\w-]+:\s+)?(.*)$")
_QUOTED = re.compile(r"“([^”]+)”")
_MARKS = re.compile(r"[*_`]+|\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of an issue; `nth` counts from 0 where the same words stand there several times."""

    words: str
    nth: int = 0

    def as_data(self) -> dict[str, Any]:
        """Return the passage as the page gets it."""
        return {"words": self.words, "nth": self.nth}


def passages(source: str, line: int, said: str = "") -> list[Passage]:
    """Return what to look for to find a line, the likeliest first; nothing for front matter.

    `said` is the sentence of a finding: what it quotes from the line is the very place.
    """
    told = _told(source)
    above = [words for number, words in told if number < line]
    own = [words for number, words in told if number == line]
    below = [words for number, words in told if number > line]
    if not above and not own:
        return []
    before = "\n".join(above)
    quoted = [quote for quote in _QUOTED.findall(said) if any(quote in words for words in own)]
    exact = [*quoted, *map(_shortened, own)]
    near = [_shortened(words) for words in above[-1:]]
    return [
        *(Passage(words, before.count(words)) for words in exact),
        *(Passage(words, max(0, before.count(words) - 1)) for words in near),
        *(Passage(words, before.count(words)) for words in map(_shortened, below[:1])),
    ]


def is_front_matter(source: str, line: int) -> bool:
    """Whether a line stands above the body."""
    return line <= _body_begins(source.split("\n"))


def _body_begins(lines: list[str]) -> int:
    """Return how many lines the front matter has, its dashes included."""
    if lines[0].rstrip() != _DASHES:
        return 0
    end = next((i for i, line in enumerate(lines) if i and line.rstrip() == _DASHES), -1)
    return end + 1


@lru_cache(maxsize=4)
def _told(source: str) -> list[tuple[int, str]]:
    """Return the words that readers see, each with its line, counted from 1."""
    lines = source.split("\n")
    first = _body_begins(lines)
    tokens = prose.read("\n".join(lines[first:]))
    found = ((first + 1 + line, " ".join(words.split())) for line, words in _words(tokens))
    return [(line, words) for line, words in found if len(words) >= _SHORTEST]


def _words(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    """Yield the words of a body, with lines counted from 0."""
    for token in tokens:
        line = token.map[0] if token.map else 0
        if token.type == "inline":
            yield from enumerate(_lines_of(token), line)
        elif token.type == "fence":
            is_block = token.info.strip().split(" ")[0] in BLOCKS
            for number, text in enumerate(token.content.split("\n"), line + 1):
                yield number, _entry(text) if is_block else text.strip()


def _lines_of(token: Token) -> list[str]:
    children = token.children or []
    pictures = [child.content for child in children if child.type == "image"]
    words = prose.plain([child for child in children if child.type != "image"], line_end="\n")
    return pictures or words.split("\n")


def _entry(text: str) -> str:
    """Return the value of a line of YAML, as words."""
    found = _ENTRY.match(text)
    value = found[1].strip() if found else ""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return "" if value in {"|", ">", "|-", ">-"} else _MARKS.sub(lambda m: m[1] or "", value)


def _shortened(words: str) -> str:
    """Return the beginning of `words`, ending where a word does."""
    if len(words) <= _LONGEST:
        return words
    return words[: _LONGEST + 1].rsplit(" ", 1)[0][:_LONGEST]
