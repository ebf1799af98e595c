"""Fit an edition to one person: the values that take the place of its tags."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from newsletter.links import Purpose, unsubscribe_url
from newsletter.rendering.tags import ANY_TAG, Field, Landing, tag, tags_in
from newsletter.rendering.words import day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from newsletter.audience.recipient import Recipient
    from newsletter.links import Signer
    from newsletter.rendering.edition import Edition

LONDON = ZoneInfo("Europe/London")
LONGEST_NAME = 60  # characters
NO_NAME = "reader"
_JOINERS = "\u200c\u200d"  # Persian and the scripts of India spell names with them


@dataclass(frozen=True, slots=True)
class Personalization:
    """What makes one copy differ from the others.

    `substitutions` maps each tag found in the edition to its value, already escaped for the
    place where the tag stands. `headers` are this person's own, literally.
    """

    key: str
    address: str
    substitutions: Mapping[str, str]
    headers: Mapping[str, str]


class Personalizer:
    """Fit one edition to many people: its tags are looked for once."""

    def __init__(self, edition: Edition, *, base_url: str, signer: Signer) -> None:
        places = sorted(tags_in(edition.subject, edition.html, edition.text))
        self._tags = [(tag(field, landing), field, landing) for field, landing in places]
        self._base_url = base_url
        self._signer = signer

    def fit(self, recipient: Recipient) -> Personalization:
        """Return what `recipient`'s copy holds in the place of the tags."""
        token = self._signer.token(Purpose.UNSUBSCRIBE, recipient.key)
        leave = unsubscribe_url(self._base_url, token)
        name = _safe_name(recipient.first_name)
        values = {
            Field.GREETING: f"Dear {name or NO_NAME},",
            Field.FIRST_NAME: name or NO_NAME,
            Field.UNSUBSCRIBE: leave,
            Field.WHY: _why(recipient.consent_at, recipient.consent_source),
        }
        return Personalization(
            key=recipient.key,
            address=recipient.address,
            substitutions={
                name_of_tag: _escape(values[field], landing)
                for name_of_tag, field, landing in self._tags
            },
            headers={
                # RFC 8058 §3.1: one https address, and the POST that one click makes.
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )


def _escape(value: str, landing: Landing) -> str:
    match landing:
        case Landing.HTML:
            return html.escape(value)
        case Landing.LINK:
            return quote(value, safe="")
        case Landing.TEXT | Landing.SUBJECT:
            return value


@lru_cache(maxsize=4096)  # a hundred thousand people share some thousand names
def _safe_name(name: str) -> str:
    """Return a first name fit for a greeting, or nothing.

    What holds a tag would be filled in again by the carrier, and what is no name (an
    address, a page of text) is better left out than greeted.
    """
    words = " ".join("".join(map(_visible, name)).split())
    is_name = len(words) <= LONGEST_NAME and any(map(str.isalpha, words))
    is_odd = ANY_TAG.search(words) or re.search(r"[@{}<>\[\]/\\|%]|--", words)
    return words if is_name and not is_odd else ""


def _visible(character: str) -> str:
    """Return a blank for what would break the line, and nothing for what cannot be seen."""
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf" | "Cs" | "Co" | "Cn" if character not in _JOINERS:
            return ""
        case _:
            return character


@lru_cache(maxsize=4096)
def _why(consent_at: datetime | None, consent_source: str) -> str:
    """Return why this person gets the email: what they asked for, when and where."""
    sentence = "You are getting this email because you asked for it"
    if consent_at:
        sentence += f" on {day(consent_at.astimezone(LONDON).date())}"
    source = _safe_name(consent_source)
    return f"{sentence} ({source})." if source else f"{sentence}."
