"""Fit an edition to one person: the values that take the place of its tags."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from newsletter.links import Purpose, unsubscribe_url
from newsletter.rendering.tags import ANY_TAG, Field, Landing, tag, tags_in
from newsletter.rendering.words import day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.audience.recipient import Recipient
    from newsletter.links import Signer
    from newsletter.rendering.edition import Edition

LONDON = ZoneInfo("Europe/London")
LONGEST_NAME = 60  # characters
NO_NAME = "reader"


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
        self._tags = sorted(tags_in(edition.subject, edition.html, edition.text))
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
            Field.WHY: _why(recipient),
        }
        return Personalization(
            key=recipient.key,
            address=recipient.address,
            substitutions={
                tag(field, landing): _escape(values[field], landing)
                for field, landing in self._tags
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


def _safe_name(name: str) -> str:
    """Return a first name fit for a greeting, or nothing.

    What holds a tag would be filled in again by the carrier, and what is no name (an
    address, a page of text) is better left out than greeted.
    """
    words = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", name).split())
    is_name = 0 < len(words) <= LONGEST_NAME and not ANY_TAG.search(words)
    return words if is_name and not re.search(r"[@{}<>\[\]/\\|%]|--", words) else ""


def _why(recipient: Recipient) -> str:
    """Return why this person gets the email: what they asked for, when and where."""
    sentence = "You are getting this email because you asked for it"
    if recipient.consent_at:
        sentence += f" on {day(recipient.consent_at.astimezone(LONDON).date())}"
    source = _safe_name(recipient.consent_source)
    return f"{sentence} ({source})." if source else f"{sentence}."
