"""Measure how long an issue is and how easily it reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.authoring.issue import FILE
from newsletter.checks.reader import Kind, texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.checks.sentences import prose_of, sentences
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROSE = frozenset({Kind.PARAGRAPH, Kind.ITEM, Kind.QUOTATION})
_A_MINUTE = 230  # words: what adults read silently in one (Brysbaert, 2019: 238)
_LONG = 1_800  # words: eight minutes
_HARD = 50  # Flesch: below this, “difficult”
_ENOUGH = 100  # words from which on a formula means something
_BREATHLESS = 55  # words of a sentence
_A_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a text is: `ease` is Flesch's score, from 0 (hard) to 100 (very easy)."""

    words: int
    sentences: int
    ease: float

    @property
    def minutes(self) -> int:
        """Return how long the text takes to read."""
        return max(1, round(self.words / _A_MINUTE))


def measure(material: Material) -> Measure:
    """Measure the prose of an issue; headings, captions and labels are no sentences."""
    words = spoken = said = 0
    for text in texts(material):
        if text.kind in _PROSE:
            prose = prose_of(text)
            found = _A_WORD.findall(prose)
            words += len(found)
            spoken += sum(_syllables(word) for word in found)
            said += sum(1 for _ in sentences(prose)) if found else 0
    if not words:
        return Measure(0, 0, 100.0)
    ease = 206.835 - 1.015 * words / said - 84.6 * spoken / words  # Flesch, 1948
    return Measure(words, said, ease)


def _syllables(word: str) -> int:
    """Return about how many syllables a word has: one for each group of vowels but a mute e."""
    lower = word.lower()
    groups = len(re.findall(r"[aeiouyáéíóúâêîôûŵŷäëïöü]+", lower))
    is_mute = re.search(r"[^aeiouyl]e$|[^aeiouydt]ed$|[^aeiouycgsxz]es$", lower) is not None
    return max(1, groups - is_mute)


@rule(
    "long-issue",
    Severity.NOTE,
    reason="Few readers stay for more than eight minutes, and what stands last is read least.",
    source="Marc Brysbaert, [How many words do we read per minute?]"
    "(https://doi.org/10.1016/j.jml.2019.104047), 2019",
)
def an_issue_can_be_read_over_a_cup_of_tea(material: Material) -> Iterator[Spot]:
    """Count the words."""
    measured = measure(material)
    if measured.words > _LONG:
        yield Spot(
            f"The issue has {measured.words:,} words, about {measured.minutes} minutes' reading.",
            "Put a part on the website and link to it, or keep it for the next issue.",
            FILE,
        )


@rule(
    "hard-to-read",
    Severity.NOTE,
    reason="Short sentences and short words are understood by everybody, and liked by experts, "
    "too.",
    source="Rudolf Flesch, A new readability yardstick, 1948; "
    "[GOV.UK on plain English](https://www.gov.uk/guidance/content-design/writing-for-gov-uk)",
)
def an_issue_reads_easily(material: Material) -> Iterator[Spot]:
    """Compute the reading ease of the whole, where it is in English."""
    measured = measure(material)
    is_english = material.office.language.startswith("en")
    if is_english and measured.words >= _ENOUGH and measured.ease < _HARD:
        average = measured.words / measured.sentences
        yield Spot(
            f"The issue is hard to read: its reading ease is {measured.ease:.0f} of 100, with "
            f"{average:.0f} words to a sentence.",
            "Break long sentences in two, and look for shorter words; 60 is plain English.",
            FILE,
        )


@rule(
    "long-sentence",
    Severity.NOTE,
    reason="Whoever reads on a telephone has lost the beginning of a very long sentence.",
    source="[GOV.UK on plain English](https://www.gov.uk/guidance/content-design/writing-for-gov-uk)",
)
def no_sentence_is_breathless(material: Material) -> Iterator[Spot]:
    """Count the words of each sentence."""
    for text in texts(material):
        if text.kind not in _PROSE:
            continue
        prose = prose_of(text)
        for start, end in sentences(prose):
            count = len(_A_WORD.findall(prose, start, end))
            if count > _BREATHLESS:
                begin = " ".join(text.words[start:end].split()[:5])
                message = f"The sentence that begins “{begin}” has {count} words."
                yield Spot(message, "Make two or three of it.", FILE, text.line(start))
