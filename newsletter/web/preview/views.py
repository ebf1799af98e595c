"""Make what the frames of the page show: an email as different readers' programs treat it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

from newsletter.audience.recipient import Recipient
from newsletter.links import TRIAL_SECRET, Signer
from newsletter.message import compose, filled
from newsletter.personalization import Personalizer
from newsletter.rendering.view import FOLDER, page_url
from newsletter.web.preview.schemes import Scheme, emulate

if TYPE_CHECKING:
    from newsletter.personalization import Personalization
    from newsletter.pipeline import Draft
    from newsletter.rendering.edition import Edition


class Pictures(StrEnum):
    """Whether the mail program shows pictures, or waits to be asked."""

    SHOWN = "shown"
    BLOCKED = "blocked"


class Styles(StrEnum):
    """Whether the mail program keeps style blocks; some of Gmail's apps drop them."""

    KEPT = "kept"
    STRIPPED = "stripped"


@dataclass(frozen=True, slots=True)
class Program:
    """How a reader's mail program treats what it is sent."""

    scheme: Scheme = Scheme.LIGHT
    pictures: Pictures = Pictures.SHOWN
    styles: Styles = Styles.KEPT


_STYLE = re.compile(r"<style\b[^>]*>.*?</style\s*>", re.IGNORECASE | re.DOTALL)
_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"""\s(?:src|srcset)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_GROUND = re.compile(r"url\([^)]*\)", re.IGNORECASE)


def anybody(domain: str) -> Recipient:
    """Return a reader of whom nothing is known, not even a name."""
    return Recipient(key="0" * 32, address=f"reader@{domain}")


def email(draft: Draft, edition: Edition, reader: Recipient, program: Program) -> str:
    """Return the email's HTML as `reader` would see it in `program`."""
    html = filled(edition.html, _fit(draft, edition, reader).substitutions)
    public = f"{page_url(draft.office, draft.day)}{FOLDER}/"
    return treated(html.replace(public, _here(draft)), program)


def web_page(draft: Draft, edition: Edition, program: Program) -> str:
    """Return the page of the archive, its pictures those of this draft."""
    own = re.compile(rf"""(\ssrc=["'])(?:{FOLDER}/)""")
    return treated(own.sub(rf"\g<1>{_here(draft)}", edition.web), program)


def text(draft: Draft, edition: Edition, reader: Recipient) -> str:
    """Return the plain text as `reader` would see it."""
    return filled(edition.text, _fit(draft, edition, reader).substitutions)


def message(draft: Draft, edition: Edition, reader: Recipient) -> str:
    """Return the whole message as it travels, at noon of the issue's day."""
    noon = datetime.combine(draft.day, time(12), tzinfo=UTC)
    raw = compose(edition, _fit(draft, edition, reader), date=noon)
    return raw.decode("utf-8", "replace").replace("\r\n", "\n")


def subject(draft: Draft, edition: Edition, reader: Recipient) -> str:
    """Return the subject as `reader` would see it."""
    return filled(edition.subject, _fit(draft, edition, reader).substitutions)


def treated(html: str, program: Program) -> str:
    """Return a page as a mail program shows it."""
    if program.styles is Styles.STRIPPED:
        html = _STYLE.sub("", html)
    if program.pictures is Pictures.BLOCKED:
        html = _GROUND.sub("none", _PICTURE.sub(_without_address, html))
    return emulate(html, program.scheme)


def _without_address(found: re.Match[str]) -> str:
    return _ADDRESS.sub("", found[0])


def _here(draft: Draft) -> str:
    return f"{FOLDER}/{draft.day.isoformat()}/"


def _fit(draft: Draft, edition: Edition, reader: Recipient) -> Personalization:
    # Nobody is mailed from here, so the links need no secret, and lead nowhere.
    signer = Signer((TRIAL_SECRET,))
    return Personalizer(edition, base_url=draft.office.base_url, signer=signer).fit(reader)
