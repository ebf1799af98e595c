"""Know the words of British English, and which word a misspelt one was meant to be.

`data/en_GB.dic` holds stems with flags and `data/en_GB.aff` says what each flag may add to a
stem, both in Hunspell's format (man 5 hunspell); `data/README.md` says where they come from.
A word is looked up by taking endings off it, so that nothing has to be spelt out on loading.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MEDIUM = 5  # letters: almost any four are one letter away from a word
_LONG = 8  # letters: from here on two of them may be wrong and the word still be known
_ALIKE = 0.88  # how alike two long words must be, from 0 to 1
_JOINED_FREELY = (
    *("agri", "anti", "auto", "bio", "counter", "cross", "cyber", "down", "eco", "hydro", "hyper"),
    *("inter", "micro", "mid", "multi", "non", "out", "over", "post", "pre", "pro", "re", "self"),
    *("semi", "socio", "sub", "super", "tele", "ultra", "un", "under", "up"),
)
_ADDED_FREELY = ("less", "like", "ness", "ship", "wide", "wise", "free", "goer", "goers")
_SHORTEST_REST = 5  # letters that must be left: “untill” is no “un-till”
_SHORTEST_HALF = 3  # letters of either half of a compound such as “foodbank”


@dataclass(frozen=True, slots=True)
class Affix:
    """What a flag adds to a stem: `strip` gives way to `add` where `condition` holds."""

    flag: str
    strip: str
    add: str
    condition: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Stems with their flags, and what these flags add.

    `corrections` are known mistakes; `borrowed` are words of other languages.
    """

    stems: Mapping[str, str]
    prefixes: tuple[Affix, ...]
    suffixes: Mapping[str, tuple[Affix, ...]]
    corrections: Mapping[str, str]
    borrowed: frozenset[str] = frozenset()

    def knows(self, word: str) -> bool:
        """Whether `word` is spelt as in the dictionary; accents and -ize for -ise are free."""
        plain = _plain(word)
        return any(self._has(form) for form in (plain, _with_s(plain)))

    def accepts(self, word: str) -> bool:
        """Whether `word` is known, or made up of known words as any writer may make them."""
        plain = _plain(word)
        return self.knows(word) or self._is_derived(plain) or self._is_compound(plain)

    def correction(self, word: str) -> str:
        """Return the word that a common misspelling stands for, or nothing."""
        return self.corrections.get(_plain(word), "")

    def suggestion(self, word: str) -> str:
        """Return the known word that `word` was probably meant to be, or nothing."""
        plain = _plain(word)
        if self._has(plain.capitalize()):
            return plain.capitalize()
        forms = _swapped(plain) if len(plain) < _MEDIUM else _one_letter_away(plain)
        near = next((form for form in forms if self._has(form)), "")
        if near or len(plain) < _LONG:
            return near
        candidates = [
            stem
            for stem in self.stems
            if stem[0] == plain[0] and abs(len(stem) - len(plain)) <= 1 and stem.islower()
        ]
        return next(iter(get_close_matches(plain, candidates, n=1, cutoff=_ALIKE)), "")

    def _has(self, word: str) -> bool:
        return self._has_stem(word, "") or any(
            self._has_stem(word[len(affix.add) :], affix.flag)
            for affix in self.prefixes
            if word.startswith(affix.add)
        )

    def _has_stem(self, word: str, prefix: str) -> bool:
        flags = self.stems.get(word)
        if flags is not None and prefix in flags:
            return True
        return any(
            suffix.flag in flags and prefix in flags
            for stem, suffix in self._stripped(word)
            if (flags := self.stems.get(stem)) is not None
        )

    def _stripped(self, word: str) -> Iterator[tuple[str, Affix]]:
        for suffix in self.suffixes.get(word[-1:], ()):
            if word.endswith(suffix.add):
                stem = word[: len(word) - len(suffix.add)] + suffix.strip
                if suffix.condition.search(stem):
                    yield stem, suffix

    def _is_derived(self, word: str) -> bool:
        rests = [
            *(word[len(start) :] for start in _JOINED_FREELY if word.startswith(start)),
            *(word[: -len(end)] for end in _ADDED_FREELY if word.endswith(end)),
        ]
        return any(len(rest) >= _SHORTEST_REST and self.knows(rest) for rest in rests)

    def _is_compound(self, word: str) -> bool:
        """Whether two words stand together that are no little words, which are glued to others."""
        cuts = range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1)
        return any(
            word[:cut] not in LITTLE_WORDS
            and word[cut:] not in LITTLE_WORDS
            and word[:cut] in self.stems
            and self._has(word[cut:])
            for cut in cuts
            if len(word) >= _LONG
        )

    def halves(self, word: str) -> tuple[str, str] | None:
        """Return the two words that were glued together, one of them a little one."""
        for cut in range(2, len(word) - 1):
            left, right = word[:cut], word[cut:]
            is_little = left in LITTLE_WORDS or right in LITTLE_WORDS
            if is_little and self._is_half(left) and self._is_half(right):
                return left, right
        return None

    def _is_half(self, word: str) -> bool:
        return word in LITTLE_WORDS or (len(word) >= _SHORTEST_HALF and self._has(word))


_LITTLE = (
    "and are at be been but by can did do for from had has have her his how if in is it its may "
    "my no not of on or our she so than that the their them then there they this to was we were "
    "what when which who will with would you your"
)
LITTLE_WORDS = frozenset(_LITTLE.split())
"""Words too common to be half of a compound: “thehouse” is a slip, “foodbank” a word."""


def _plain(word: str) -> str:
    """Return a word with straight apostrophes and without accents, as the dictionary has it."""
    apart = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _with_s(word: str) -> str:
    """Return `organise` for `organize`, which Oxford prefers: either is British."""
    return re.sub(r"iz(?=e|i|a)", "is", word)


_AMERICAN = (("or", "our"), ("er(?=s?$)", "re"), ("ense", "ence"), ("yz", "ys"), ("e", "ae"))


def _swapped(word: str) -> Iterator[str]:
    """Yield the word with two neighbours changed about: “hte” is nothing else."""
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _one_letter_away(word: str) -> Iterator[str]:
    """Yield Americanisms first, then swaps, then a letter too few, too many and wrong."""
    cuts = range(len(word) + 1)
    yield from (re.sub(american, british, word) for american, british in _AMERICAN)
    yield from _swapped(word)
    yield from (word[:i] + word[i - 1 :] for i in cuts[1:])  # a letter that should be double
    yield from (word[:i] + word[i + 1 :] for i in cuts[:-1])
    yield from (word[:i] + letter + word[i:] for i in cuts[1:] for letter in _LETTERS)
    yield from (word[:i] + letter + word[i + 1 :] for i in cuts[1:-1] for letter in _LETTERS)


@cache
def british_english() -> Dictionary:
    """Return the dictionary that came with us, read once a process."""
    prefixes, suffixes = _affixes(_data("en_GB.aff"))
    lines = _data("en_GB.dic").splitlines()[1:]
    stems = {stem: flags for stem, _, flags in (line.partition("/") for line in lines)}
    borrowed = frozenset(_plain(word) for word in _words("borrowed.txt"))
    for word in (*_words("words.txt"), *borrowed):
        stems.setdefault(word, "")
    corrections = dict(line.split(" ", 1) for line in _words("misspellings.txt"))
    return Dictionary(stems, prefixes, suffixes, corrections, borrowed)


def own_words(text: str) -> frozenset[str]:
    """Return the words of an office's words.txt: one a line, notes after a #."""
    lines = (line.partition("#")[0] for line in text.splitlines())
    return frozenset(word.casefold() for line in lines for word in line.split())


def _data(name: str) -> str:
    return (resources.files("newsletter.checks") / "data" / name).read_text(encoding="utf-8")


def _words(name: str) -> list[str]:
    lines = (line.strip() for line in _data(name).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _affixes(text: str) -> tuple[tuple[Affix, ...], dict[str, tuple[Affix, ...]]]:
    """Return the prefixes, and the suffixes by their last letter."""
    prefixes: list[Affix] = []
    suffixes: dict[str, tuple[Affix, ...]] = {}
    for kind, flag, strip, add, condition in re.findall(
        r"(?m)^(PFX|SFX) (\S) +(\S+) +(\S+) +(\S+) *$", text
    ):
        stripped = "" if strip == "0" else strip
        if kind == "PFX":
            prefixes.append(Affix(flag, stripped, add, re.compile(f"^{condition}")))
        else:
            affix = Affix(flag, stripped, add, re.compile(f"{condition}$"))
            suffixes[add[-1]] = (*suffixes.get(add[-1], ()), affix)
    return tuple(prefixes), suffixes
