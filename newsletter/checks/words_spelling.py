"""Look for misspelt words and for words that stuck together."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from newsletter.authoring.issue import FILE
from newsletter.checks.dictionary import LITTLE_WORDS, british_english
from newsletter.checks.reader import Mark, texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.checks.sentences import prose_of, words_in
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.checks.dictionary import Dictionary
    from newsletter.checks.reader import Text
    from newsletter.checks.sentences import Word

_A_FEW = 3  # words: more of them may be a sentence in another language
_SHORTEST = 3  # letters: “pp” and “yn” are no words to look up
_WELSH = re.compile(r"^(?:dd|ff|ll|lw|mh|ngh|nh)|(?:aeth|dd|wch|wyr|yw)$|^[^aeiou]+$")
"""How words begin and end, or do without vowels, that are Welsh rather than misspelt."""
_LONGEST = 45  # letters: what is longer was pasted in, and is no word
_CLITIC = re.compile(r"['’](?:s|d|ll|ve|re|m)$")
_OWN = "If it is right, write it into words.txt in the office's folder, one word a line."


@rule(
    "misspelling",
    Severity.WARNING,
    reason="A misspelt word makes readers doubt the facts beside it. Names, words in italics "
    "and whatever stands in the office's words.txt are left alone.",
    source="The British English dictionary of [SCOWL](http://wordlist.aspell.net/), which "
    "came with this version",
)
def words_are_spelt_as_in_the_dictionary(material: Material) -> Iterator[Spot]:
    """Report each misspelling where it stands first, if there is a word that was meant."""
    dictionary = british_english()
    for word, line in _strangers(material):
        meant = _meant(word, dictionary)
        if meant:
            message = f"“{word}” is not in the dictionary."
            yield Spot(message, f"Did you mean “{meant}”? {_OWN}", FILE, line)


@rule(
    "glued-words",
    Severity.WARNING,
    reason="Pasting from another program loses blanks between words.",
    source="The British English dictionary of [SCOWL](http://wordlist.aspell.net/)",
)
def words_stand_apart(material: Material) -> Iterator[Spot]:
    """Report unknown words that are a little word and another one."""
    dictionary = british_english()
    for word, line in _strangers(material):
        halves = _glued(word, dictionary)
        if halves:
            message = f"“{word}” looks like two words without a blank between them."
            yield Spot(message, f"Did you mean “{' '.join(halves)}”? {_OWN}", FILE, line)


def _meant(word: str, dictionary: Dictionary) -> str:
    known = dictionary.correction(word.lower())
    if known:
        return known if word.islower() else known[:1].upper() + known[1:]
    bare = _CLITIC.sub("", word)
    meant = "" if _glued(word, dictionary) else dictionary.suggestion(bare)
    return meant + word[len(bare) :] if meant else ""


def _glued(word: str, dictionary: Dictionary) -> tuple[str, str] | None:
    """Return the halves of a word, where it is hardly anything else.

    “thehouse” is; “behinder” is none, and “color” is a slip of one letter.
    """
    halves = None if dictionary.correction(word.lower()) else dictionary.halves(word)
    if halves is None or set(halves) <= LITTLE_WORDS:
        return halves
    little = next(half for half in halves if half in LITTLE_WORDS)
    is_sure = len(little) >= _SHORTEST and len(word) > len(little) + _SHORTEST
    return halves if is_sure else None


def _strangers(material: Material) -> Iterator[tuple[str, int | None]]:
    """Yield each word that the dictionary lacks, once, with its line.

    A newsletter in another language than English has none.
    """
    if not material.office.language.startswith("en"):
        return
    own = _own_words(material)
    seen: set[str] = set()
    for text in texts(material):
        for word in _strange_words(text, own):
            if word.word not in seen:
                seen.add(word.word)
                yield word.word, text.line(word.start)


@lru_cache(maxsize=1_000)  # both checks ask
def _strange_words(text: Text, own: frozenset[str]) -> tuple[Word, ...]:
    dictionary = british_english()
    prose = prose_of(text)
    words = words_in(prose)
    strange = [word for word in words if _is_strange(word.word, own)]
    foreign = _foreign(words, {word.start for word in strange}, prose, dictionary)
    return tuple(
        word
        for word in strange
        if dictionary.correction(word.word.lower())
        or (
            len(word.word) >= _SHORTEST
            and word.start not in foreign
            and Mark.EMPHASIS not in text.marks(word.start, word.end)
            and not _WELSH.search(word.word)
            and not set("-'’")
            & {prose[word.end : word.end + 1], prose[word.start - 1 : word.start]}
        )
    )


@lru_cache(maxsize=10_000)  # half of all words stood there before
def _is_strange(word: str, own: frozenset[str]) -> bool:
    """Whether a word is misspelt or foreign: what has a capital letter may be a name."""
    dictionary = british_english()
    if word.casefold() in own or len(word) > _LONGEST:
        return False
    bare = _CLITIC.sub("", word)
    if bare.casefold() in own or word.isupper():
        return False
    if dictionary.correction(word.lower()):
        return True
    return bare.isascii() and bare.islower() and not dictionary.accepts(bare)


def _foreign(words: list[Word], strange: set[int], prose: str, dictionary: Dictionary) -> set[int]:
    """Return where strange words begin that are of another language.

    They stand beside one another, beside a borrowed word or a name that is strange, too, or
    in a sentence of which they are a third.
    """
    if len(strange) > _A_FEW and 3 * len(strange) >= len(words):
        return strange
    odd = strange | {word.start for word in words if _is_odd(word.word, dictionary)}
    return {
        start
        for one, two in pairwise(words)
        if {one.start, two.start} <= odd and prose[one.end : two.start].strip() in {"", ","}
        for start in (one.start, two.start)
    }


def _is_odd(word: str, dictionary: Dictionary) -> bool:
    """Whether a word is borrowed, or a name that English does not have."""
    lower = word.lower()
    return lower in dictionary.borrowed or (
        word.istitle() and not dictionary.knows(word) and not dictionary.accepts(lower)
    )


def _own_words(material: Material) -> frozenset[str]:
    """Return the office's own words: those of words.txt and of every name in office.yaml."""
    written = " ".join(_strings(material.office.model_dump(mode="json")))
    names = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", written)
    return frozenset(word.casefold() for word in names) | material.words


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
