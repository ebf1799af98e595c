"""Read the cells of a row, one kind at a time, and say what is wrong with one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from newsletter.audience.formulas import unguard
from newsletter.audience.segments import Kind, fold_label, label
from newsletter.rendering.words import LONDON

LONGEST_NAME = 200
LONGEST_WORDING = 10_000
MOST_SEGMENTS = 100

_NO_CONSENT = {
    "casework": "casework addresses are not consent",
    "purchased": "purchased addresses are not consent",
}
# Controls, the marks that turn the direction of text, and halves of characters: none of
# them belongs in a name, and each has been used to forge headers or to hide text.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# Lists repeat their segments, sources, wordings and days; names of people are read each time.
_REMEMBERED = 2_000
_WORDINGS = 100  # of these each may be long


class RejectedError(Exception):
    """One row cannot be used; the text says why."""


def is_tidy(text: str) -> bool:
    """Return whether there is nothing in a name to mend but blanks around it."""
    return (
        len(text) <= LONGEST_NAME and text.isprintable() and "'" not in text and "  " not in text
    )


def _safe(cell: str, column: str) -> str:
    text = unguard(cell.strip())
    if not text.isprintable() and _UNSAFE.search(text):
        raise RejectedError(f"There is a control character in {column}.")
    return text


def name_of(cell: str, column: str) -> str:
    """Return one line of text: runs of white space, line breaks too, become one space."""
    name = " ".join(_safe(cell, column).split())
    if len(name) > LONGEST_NAME:
        raise RejectedError(f"The {column} is longer than {LONGEST_NAME} characters.")
    return name


@lru_cache(_REMEMBERED)
def segments_of(cell: str) -> tuple[str, ...]:
    """Return tags and wards, each once, in the order in which they compare."""
    found: dict[str, str] = {}
    for part in _parts(_safe(cell, "segments")):
        segment = _segment(" ".join(part.split()))
        if segment:
            found.setdefault(fold_label(segment), segment)
    if len(found) > MOST_SEGMENTS:
        raise RejectedError(f"There are more than {MOST_SEGMENTS} segments.")
    return tuple(found[folded] for folded in sorted(found))


def _parts(text: str) -> list[str]:
    """Cut at semicolons; Mailchimp instead writes each tag in quotation marks: "a","b"."""
    if ";" not in text and re.fullmatch(r'\s*"[^"]*"\s*(,\s*"[^"]*"\s*)*', text):
        return re.findall(r'"([^"]*)"', text)
    return text.split(";")


def _segment(text: str) -> str:
    if len(text) > LONGEST_NAME:
        raise RejectedError(f"A segment is longer than {LONGEST_NAME} characters.")
    prefix, colon, name = text.partition(":")
    kind = prefix.strip().casefold()
    if not colon or kind not in set(Kind):
        return text
    if not name.strip():
        raise RejectedError(f"A segment says {kind}: and names none.")
    return label(Kind(kind), name.strip())


@lru_cache(_REMEMBERED)
def source_of(cell: str) -> str:
    """Return where a consent was given, unless nobody can have given it there."""
    source = name_of(cell, "consent_source")
    words = re.findall(r"[^\W_]+", source.casefold())
    for word in (*words, *map("".join, pairwise(words))):  # “case-work” is casework
        if word in _NO_CONSENT:
            raise RejectedError(f"The consent_source will not do: {_NO_CONSENT[word]}.")
    return source


@lru_cache(_WORDINGS)
def wording_of(cell: str) -> str:
    """Return to which words somebody agreed, with the lines as they are."""
    wording = "\n".join(_safe(cell, "consent_wording").splitlines())
    if len(wording) > LONGEST_WORDING:
        raise RejectedError(f"The consent_wording is longer than {LONGEST_WORDING} characters.")
    return wording


@lru_cache(_REMEMBERED)
def moment_of(written: str) -> datetime:
    """Return the moment in UTC; a time without a zone is London's."""
    try:
        at = datetime.fromisoformat(unguard(written))
        local = at if at.tzinfo else at.replace(tzinfo=LONDON)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise RejectedError(
            "The consent_at is not a date like 2019-02-18 or 2019-02-18T17:00."
        ) from None
