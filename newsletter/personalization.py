"""Fit an edition to one person: the values that take the place of its tags."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from newsletter.links import Purpose, my_data_url, unsubscribe_url
from newsletter.rendering.tags import ANY_TAG, Field, Landing, tag, tags_in
from newsletter.rendering.words import LONDON, day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from newsletter.audience.recipient import Recipient
    from newsletter.links import Signer
    from newsletter.rendering.edition import Edition

LONGEST_NAME = 60  # characters
NO_NAME = "reader"
_JOINERS = "\u200c\u200d"  # Persian and the scripts of India spell names with them


@dataclass(frozen=True, slots=True)
class Personalization:
    """What makes one copy differ from the others.

    `substitutions` maps each tag found in the edition to its value, already escaped for the
    place where the tag stands. `headers` are this person's own, literally. `correction` is
    not 0 in an erratum, which must not pass for another copy of the first message.
    """

    key: str
    address: str
    substitutions: Mapping[str, str]
    headers: Mapping[str, str]
    correction: int = 0


class Personalizer:
    """Fit one edition to many people: its tags are looked for once."""

    def __init__(
        self, edition: Edition, *, base_url: str, signer: Signer, correction: int = 0
    ) -> None:
        places = sorted(tags_in(edition.subject, edition.html, edition.text))
        self._tags = {
            field: [(tag(field, landing), landing) for found, landing in places if found is field]
            for field in Field
        }
        self._leave_token = signer.stamp(Purpose.UNSUBSCRIBE)
        self._data_token = signer.stamp(Purpose.MY_DATA)
        self._leave_at = unsubscribe_url(base_url, "")
        self._leave = self._starts(Field.UNSUBSCRIBE, self._leave_at)
        self._data = self._starts(Field.MY_DATA, my_data_url(base_url, ""))
        self._correction = correction
        # A hundred thousand people share some thousand names and some ways of signing up.
        self._by_name = lru_cache(maxsize=4096)(self._named)
        self._by_consent = lru_cache(maxsize=4096)(self._consented)

    def fit(self, recipient: Recipient) -> Personalization:
        """Return what `recipient`'s copy holds in the place of the tags."""
        key, at = recipient.key, recipient.consent_at
        token = self._leave_token(key)
        consent_on = at and at.astimezone(LONDON).date()  # moments differ, but days are few
        substitutions = {
            **self._by_name(recipient.first_name),
            **self._by_consent(consent_on, recipient.consent_source),
        }
        for name, start in self._leave:
            substitutions[name] = start + token
        if self._data:  # earlier editions have no place for the link to what is held
            data = self._data_token(key)
            for name, start in self._data:
                substitutions[name] = start + data
        return Personalization(
            key=key,
            address=recipient.address,
            correction=self._correction,
            substitutions=substitutions,
            headers={
                # RFC 8058 §3.1: one https address, and the POST that one click makes.
                "List-Unsubscribe": f"<{self._leave_at}{token}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )

    def _starts(self, field: Field, start: str) -> list[tuple[str, str]]:
        """Return the tags of a link with its start, escaped for their places.

        What follows is a token, in which there is nothing to escape anywhere; each person's
        link as a whole would take as long as the rest of their copy.
        """
        return [(name, _escape(start, landing)) for name, landing in self._tags[field]]

    def _filled(self, values: Mapping[Field, str]) -> dict[str, str]:
        """Return the tags of these fields with their values, escaped for their places."""
        return {
            name: _escape(value, landing)
            for field, value in values.items()
            for name, landing in self._tags[field]
        }

    def _named(self, first_name: str) -> dict[str, str]:
        name = _safe_name(first_name) or NO_NAME
        return self._filled({Field.GREETING: f"Dear {name},", Field.FIRST_NAME: name})

    def _consented(self, on: date | None, source: str) -> dict[str, str]:
        return self._filled({Field.WHY: _why(on, source)})


def _escape(value: str, landing: Landing) -> str:
    match landing:
        case Landing.HTML:
            return html.escape(value)
        case Landing.LINK:
            return quote(value, safe="")
        case Landing.TEXT | Landing.SUBJECT:
            return value


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


def _why(consent_on: date | None, consent_source: str) -> str:
    """Return why this person gets the email: what they asked for, when and where."""
    sentence = "You are getting this email because you asked for it"
    if consent_on:
        sentence += f" on {day(consent_on)}"
    source = _safe_name(consent_source)
    return f"{sentence} ({source})." if source else f"{sentence}."
