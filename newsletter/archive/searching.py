"""Write the index by which a page searches every issue without a server."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 40  # letters of a word
# What Unicode takes apart into a letter and its accent needs no place here (ŵ, ŷ, é).
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "'": "", "’": ""}
)
_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> list[str]:
    """Return the words of a text as they are searched for: small letters, without accents.

    static/search.js does the same to what a reader types; a test compares the two.
    """
    plain = unicodedata.normalize("NFKD", text.lower()).translate(_LETTERS)
    letters = "".join(sign for sign in plain if not unicodedata.category(sign).startswith("M"))
    return [word[:LONGEST] for word in _WORD.findall(letters)]


def index(issues: Iterable[tuple[Mapping[str, Any], str]]) -> bytes:
    """Return the index of issues: what is shown of each, and its words.

    Every word stands once, with the places of the issues that it is in.
    """
    shown: list[Mapping[str, Any]] = []
    places: dict[str, list[int]] = defaultdict(list)
    for place, (about, text) in enumerate(issues):
        shown.append(about)
        for word in set(folded(text)):
            if len(word) > 1 or word.isdecimal():
                places[word].append(place)
    document = {"issues": shown, "words": dict(sorted(places.items()))}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@cache
def script() -> bytes:
    """Return the script that searches the index."""
    return (files("newsletter.archive") / "static" / "search.js").read_bytes()
