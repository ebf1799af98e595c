"""Look for words written twice and for blanks that are missing after a full stop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.authoring.issue import FILE
from newsletter.checks.reader import texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.checks.sentences import prose_of
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

_TWICE = re.compile(r"(?<![\w’'-])([^\W\d_]+(?:['’][^\W\d_]+)?)\s+(\1)(?![\w’'-])", re.IGNORECASE)
_SHORTEST = 4  # letters of a word that carries meaning
_NEVER_TWICE = (
    "a about an and are as at be been but by can could for from has have his i if into its my not "
    "of or our she should than the their these they this those to was we were when will with "
    "would your"
)
_RIGHTLY_TWICE = (
    "again away been blah deep ever goody hear here high knock less long many more much never only "
    "over really same slow slowly some soon such that there tick time very well what yeah"
)
"""“a long long time”, “hear hear”, “he had had”: said twice on purpose, or by grammar."""


@rule(
    "doubled-word",
    Severity.WARNING,
    reason="A word written twice is easily overlooked by whoever wrote it, and by nobody else.",
    source="Every sub-editor's list",
)
def no_word_stands_twice(material: Material) -> Iterator[Spot]:
    """Compare each word with the one before it, names and words said twice by right apart."""
    for text in texts(material):
        for found in _TWICE.finditer(prose_of(text)):
            if _is_slip(found[1], found[2]):
                message = f"“{found[1]} {found[2]}”: the word stands twice."
                yield Spot(message, "Take one of them out.", FILE, text.line(found.start()))


def _is_slip(first: str, second: str) -> bool:
    word = first.lower()
    if word in _NEVER_TWICE.split():
        return True
    is_name = second[:1].isupper()
    return len(word) >= _SHORTEST and not is_name and word not in _RIGHTLY_TWICE.split()


_NO_BLANK = re.compile(
    r"(?<![\w./@-])([^\W\d_]*[^\W\d_A-Z]{2}(?:[.!?;]|,|:)(?:[’”)])?)(?=([^\W\d_]+))"
)


@rule(
    "missing-blank",
    Severity.WARNING,
    reason="Words glued together at a full stop or a comma are read out as one word.",
    source="Every sub-editor's list",
)
def a_blank_follows_each_stop(material: Material) -> Iterator[Spot]:
    """Look for a capital letter right after a stop, and any letter after a comma."""
    for text in texts(material):
        for found in _NO_BLANK.finditer(prose_of(text)):
            if found[2][0].isupper() or found[1][-1] in ",;":
                together, apart = f"{found[1]}{found[2]}", f"{found[1]} {found[2]}"
                message = f"A blank is missing in “{together}”."
                yield Spot(message, f"Write “{apart}”.", FILE, text.line(found.start()))
