"""Check what the law wants every copy to say, and what nobody may say."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from newsletter.checks.registry import Material, Spot, rule
from newsletter.findings import Severity
from newsletter.rendering.tags import Field, Landing, tag

if TYPE_CHECKING:
    from collections.abc import Iterator


def _words(markup: str) -> str:
    without_styles = re.sub(r"(?s)<(style|script|title)\b.*?</\1>|<!--.*?-->", " ", markup)
    return _flat(html.unescape(re.sub(r"<[^>]*>", " ", without_styles)))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _faces(material: Material) -> dict[str, str]:
    edition = material.edition
    return {
        "the email": _words(edition.html),
        "the plain text": _flat(edition.text),
        "the web page": _words(edition.web),
    }


@rule(
    "imprint-missing",
    Severity.ERROR,
    reason="Readers must see who promotes and who publishes a newsletter, with a postal "
    "address, in the material itself.",
    source="Elections Act 2022, sections 41 to 48",
)
def imprint_is_everywhere(material: Material) -> Iterator[Spot]:
    """Look for the name and the address of each party in each part."""
    imprint = material.office.imprint
    for face, words in _faces(material).items():
        for party in (imprint.promoter, imprint.publisher):
            if _flat(party.name) not in words or _flat(party.address) not in words:
                yield Spot(
                    f"The imprint in {face} lacks the name or the address of “{party.name}”.",
                    "Show office.imprint in the footer of the template, names and addresses.",
                    "templates/",
                )
                break


@rule(
    "unsubscribe-missing",
    Severity.ERROR,
    reason="Everybody can leave with one click, from the body of the email too.",
    source="PECR regulation 23; RFC 8058",
)
def readers_can_leave(material: Material) -> Iterator[Spot]:
    """Look for the unsubscribe link in both parts of the email."""
    places = {
        "the email": (material.edition.html, Landing.HTML),
        "the plain text": (material.edition.text, Landing.TEXT),
    }
    for face, (text, landing) in places.items():
        if tag(Field.UNSUBSCRIBE, landing) not in text:
            yield Spot(
                f"There is no unsubscribe link in {face}.",
                f'Put {{{{ tag("unsubscribe", "{landing}") }}}} into the template.',
                "templates/",
            )


@rule(
    "mp-in-dissolution",
    Severity.ERROR,
    reason="While Parliament is dissolved every seat is vacant, and nobody is an MP.",
    source="House of Commons guidance on dissolution",
)
def nobody_is_a_member_of_a_dissolved_house(material: Material) -> Iterator[Spot]:
    """Look for “MP” in everything that readers see."""
    office, edition = material.office, material.edition
    if office.has_members(edition.issue):
        return
    faces = {**_faces(material), "the sender's name": edition.sender.name}
    for face, words in faces.items():
        found = re.search(r"\bMP\b|\bMember of Parliament\b", words)
        if found:
            yield Spot(
                f"“{found[0]}” stands in {face}, but Parliament is dissolved.",
                "Take it out of the issue and of office.yaml until the new House sits.",
                "office.yaml" if face == "the sender's name" else "issue.md",
            )
