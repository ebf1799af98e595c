"""Take a text apart into sentences and words, and hide what is no prose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.checks.reader import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.checks.reader import Text

HIDDEN = "\N{BLACK SQUARE}"
"""What stands for each character of an address, a handle or code: no word, and no blank."""

_NO_PROSE = re.compile(
    r"""(?x)
    (?<![\w+.-])[a-zA-Z][a-zA-Z0-9+.-]*:(?://)?[^\s<>()]*[^\s<>().,;:!?’”"']   # https://… and mailto:…
    | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+                                   # name@example.org
    | (?<!\w)[@\#]\w[\w.-]*\w                                        # @handle and #tag
    | (?<![\w.-])(?:[a-zA-Z0-9-]+\.)+                                         # www.example.org/path
      (?:org|com|net|uk|UK|eu|wales|cymru|scot|london|social|info|gov|io|tv|md|pdf|docx?|xlsx?
        |jpe?g|png|gif|html?|yaml|csv|js)\b(?:/[^\s<>()]*)?
    """
)
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['’][^\W\d_]+)*(?!\w)")
_END = re.compile(r"[.!?…]+[)\]’”\"']*(?=\s+[(\[‘“\"']*[A-Z0-9£]|\s*$)")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Rev|Revd|Hon|Rt|Sir|St|Cllr|Lt|Col|Gen|No|Nos|vs|etc|al|approx|"
    r"Ltd|Co|Inc|Bros|Jr|Sr|cf|p|pp|ch|para|art|[A-Z]|[A-Za-z]\.[A-Za-z]))\.$"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text and where it begins."""

    word: str
    start: int

    @property
    def end(self) -> int:
        """Return where the word ends."""
        return self.start + len(self.word)


@lru_cache(maxsize=1_000)  # a dozen checks read each text
def prose_of(text: Text) -> str:
    """Return the words of a text, with addresses, handles and code blotted out."""
    words = _NO_PROSE.sub(lambda found: HIDDEN * len(found[0]), text.words)
    for span in text.spans:
        if span.mark is Mark.CODE:
            words = words[: span.start] + HIDDEN * (span.end - span.start) + words[span.end :]
    return words


def sentences(words: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence begins and ends."""
    start = 0
    for found in _END.finditer(words):
        up_to_dot = words[start : found.start() + 1]
        if found[0].startswith(".") and _ABBREVIATED.search(up_to_dot):
            continue
        yield start, found.end()
        start = found.end() + len(words[found.end() :]) - len(words[found.end() :].lstrip())
    if words[start:].strip():
        yield start, len(words)


def words_in(words: str) -> list[Word]:
    """Return the words, without numbers and what hangs on them."""
    return [Word(found[0], found.start()) for found in _WORD.finditer(words)]


def quoted(words: str) -> list[tuple[int, int]]:
    """Return the spans between quotation marks: somebody else's words."""
    pattern = r"“[^”]*”|(?<!\w)‘[^’]*(?:’(?=\w)[^’]*)*’(?!\w)|(?<!\w)\"[^\"]*\"(?!\w)"
    return [found.span() for found in re.finditer(pattern, words)]
