"""Check what the law wants every copy to say: who, from where, and how to leave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.checks import sources
from newsletter.checks.looks import (
    Run,
    Scheme,
    flat,
    parsed,
    runs,
    visible,
    visible_on_page,
)
from newsletter.checks.office_lines import office_line
from newsletter.checks.registry import Material, Spot, rule
from newsletter.findings import Severity
from newsletter.rendering.colours import TEXT, contrast
from newsletter.rendering.tags import Field, Landing, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.authoring.office import Party

SMALLEST = 12.0  # CSS pixels
_TEMPLATES = "templates/"
_LIGHT_AND_DARK = {
    "the email": (Scheme.INLINE, Scheme.DARK),
    "the web page": (Scheme.LIGHT, Scheme.DARK),
}


def faces(material: Material) -> dict[str, str]:
    """Return the words that can be seen in each part, by the part's name."""
    edition = material.edition
    return {
        "the email": visible(edition.html),
        "the plain text": flat(edition.text),
        "the web page": visible_on_page(edition.web),
    }


@rule(
    "imprint-missing",
    Severity.ERROR,
    reason="Readers have to be told who promotes and who publishes a newsletter, each with a "
    "postal address, in the material itself; an email address or a link to a website is not "
    "enough. The same goes for the plain text and the web page.",
    source=sources.ELECTIONS_ACT,
)
def imprint_is_everywhere(material: Material) -> Iterator[Spot]:
    """Look for the name and the address of each party in each part."""
    imprint = material.office.imprint
    parties = {"promoter": imprint.promoter, "publisher": imprint.publisher}
    for face, words in faces(material).items():
        missing = [
            f"{what} of the {role}"
            for role, party in parties.items()
            for what, said in (("name", party.name), ("postal address", party.address))
            if flat(said) not in words
        ]
        if missing:
            yield Spot(
                f"The imprint in {face} lacks the {', the '.join(missing)}.",
                "Show names and addresses of office.imprint in the footer of the template.",
                _TEMPLATES,
            )


@rule(
    "imprint-blank",
    Severity.ERROR,
    reason="“Published by” with nothing after it, or with a placeholder, is no imprint. "
    "An address has to be one that a letter reaches.",
    source=sources.ELECTIONS_ACT,
)
def imprint_says_something(material: Material) -> Iterator[Spot]:
    """Look for placeholders, and for addresses that no letter reaches."""
    imprint = material.office.imprint
    for role, party in (("promoter", imprint.promoter), ("publisher", imprint.publisher)):
        if not re.search(r"[^\W\d_]{2}", party.name) or _is_placeholder(party.name):
            yield Spot(
                f"The {role} in the imprint has no name.",
                f"Write the full name under imprint, {role}, name.",
                "office.yaml",
                office_line(material, "imprint", role, "name"),
            )
        if not _is_postal(party):
            yield Spot(
                f"The address of the {role} in the imprint is not one that a letter reaches.",
                "Write street, place and postcode; an email or web address does not count.",
                "office.yaml",
                office_line(material, "imprint", role, "address"),
            )


@rule(
    "imprint-illegible",
    Severity.ERROR,
    reason="The imprint has to be legible on any device. Below 12 pixels, or with a contrast "
    "under 4.5 to 1 in the light or the dark scheme, many people cannot read it.",
    source=f"{sources.ELECTIONS_ACT}; {sources.wcag('1.4.3', 'Contrast', 'contrast-minimum')}",
)
def imprint_is_legible(material: Material) -> Iterator[Spot]:
    """Measure the words of the imprint in both schemes."""
    imprint = material.office.imprint
    pages = {"the email": material.edition.html, "the web page": material.edition.web}
    for face, markup in pages.items():
        for scheme in _LIGHT_AND_DARK[face]:
            seen = [run for run in runs(markup, scheme) if not run.look.is_hidden]
            found = {
                spot.message: spot
                for party in (imprint.promoter, imprint.publisher)
                for spot in _illegible(face, scheme, _imprint(seen, party))
            }
            yield from found.values()


@rule(
    "privacy-missing",
    Severity.ERROR,
    reason="A newsletter uses people’s addresses. They have a right to know what else becomes "
    "of them, so every copy links to the privacy notice.",
    source=f"[UK GDPR, articles 13 and 14](https://www.legislation.gov.uk/eur/2016/679/article/13); {sources.ICO}",
)
def privacy_notice_is_linked(material: Material) -> Iterator[Spot]:
    """Look for the address of the privacy notice in each part."""
    url = material.office.privacy.url
    linked = {
        "the email": url in _targets(material.edition.html),
        "the plain text": url in material.edition.text,
        "the web page": url in _targets(material.edition.web),
    }
    for face, is_linked in linked.items():
        if not is_linked:
            yield Spot(
                f"There is no link to the privacy notice in {face}.",
                "Link office.privacy.url in the footer of the template.",
                _TEMPLATES,
            )


@rule(
    "unsubscribe-missing",
    Severity.ERROR,
    reason="Everybody can leave with one click, from the body of the email too: the right to "
    "object to direct marketing is absolute, and what cannot be left is reported as spam.",
    source=f"{sources.PECR_22}; {sources.PECR_23}; {sources.RFC_8058}",
)
def readers_can_leave(material: Material) -> Iterator[Spot]:
    """Look for an unsubscribe link that can be seen in both parts of the email."""
    target = tag(Field.UNSUBSCRIBE, Landing.HTML)
    is_seen = any(
        anchor.get("href") == target
        for run in runs(material.edition.html, Scheme.INLINE)
        if not run.look.is_hidden
        for anchor in (run.element, *run.element.iterancestors("a"))
    )
    has = {
        ("the email", Landing.HTML): is_seen,
        ("the plain text", Landing.TEXT): tag(Field.UNSUBSCRIBE, Landing.TEXT)
        in material.edition.text,
    }
    for (face, landing), is_there in has.items():
        if not is_there:
            yield Spot(
                f"There is no unsubscribe link in {face}.",
                f'Put {{{{ tag("unsubscribe", "{landing}") }}}} into the template.',
                _TEMPLATES,
            )


@rule(
    "sender-unclear",
    Severity.WARNING,
    reason="The identity of the sender must not be disguised or concealed. The name beside the "
    "subject is what a reader sees of it, so the member’s own belongs there.",
    source=sources.PECR_23,
)
def sender_is_the_member(material: Material) -> Iterator[Spot]:
    """Look for the member's surname in the name of the sender."""
    sender, name = material.edition.sender, material.office.name
    surname = name.split()[-1].casefold()
    if surname not in sender.name.casefold():
        yield Spot(
            f"The sender is called “{sender.name}”, which does not say that it is {name}.",
            f"Write sender: {{name: {name}, …}}.",
            "office.yaml",
            office_line(material, "sender", "name"),
        )


@rule(
    "office-unnamed",
    Severity.WARNING,
    reason="Readers should see whose office writes, for which seat, and how to reach it.",
    source=f"{sources.PECR_23}; {sources.ICO}",
)
def office_is_named(material: Material) -> Iterator[Spot]:
    """Look for member, seat and a way to answer in each part."""
    office = material.office
    ways = (office.contact.email, office.contact.phone, office.sender.reply_to)
    for face, words in faces(material).items():
        lacking = [said for said in (office.name, office.constituency) if said not in words]
        if lacking:
            yield Spot(
                f"{face[0].upper()}{face[1:]} does not name “{'” and “'.join(lacking)}”.",
                "Show name and constituency of office.yaml in the template.",
                _TEMPLATES,
            )
        if not any(way in words for way in ways):
            yield Spot(
                f"Nothing in {face} says how to reach the office.",
                "Show an email address or a telephone number of office.contact.",
                _TEMPLATES,
            )


def _is_placeholder(words: str) -> bool:
    return bool(re.search(r"(?i)\b(?:todo|tbc|tba|xxx+|your name|name here|lorem)\b", words))


def _is_postal(party: Party) -> bool:
    words = re.sub(r"\S+@\S+|https?://\S+|www\.\S+", " ", party.address)
    return len(re.findall(r"\w+", words)) >= 3 and not _is_placeholder(words)  # noqa: PLR2004 - house, street, place


def _targets(markup: str) -> set[str]:
    return {anchor.get("href", "") for anchor in parsed(markup).iter("a")}


def _imprint(seen: list[Run], party: Party) -> list[Run]:
    """Return the words of the imprint: the smallest stretch with name and address."""
    name, address = flat(party.name), flat(party.address)
    last = (name.split()[-1], address.split()[-1])
    best: list[Run] = []
    for end, run in enumerate(seen):
        if not any(word in run.words for word in last):
            continue
        for start in range(end, max(-1, end - 12), -1):
            words = flat(" ".join(run.words for run in seen[start : end + 1]))
            if name in words and address in words:
                # The last one wins: the footer comes after whatever else names the office.
                best = seen[start : end + 1]
                break
    return best


def _illegible(face: str, scheme: Scheme, imprint: list[Run]) -> Iterator[Spot]:
    where = (
        f"The imprint in {face}{' is, in the dark scheme,' if scheme is Scheme.DARK else ' is'}"
    )
    sizes = [run.look.size for run in imprint]
    if sizes and min(sizes) < SMALLEST:
        yield Spot(
            f"{where} {min(sizes):g} pixels high, and needs {SMALLEST:g}.",
            "Raise its font-size in the style sheet of the template.",
            _TEMPLATES,
        )
    pale = [
        (contrast(run.look.ink, run.look.ground), run.look)
        for run in imprint
        if run.look.ink and run.look.ground
    ]
    if pale and min(pale, key=lambda pair: pair[0])[0] < TEXT:
        found, look = min(pale, key=lambda pair: pair[0])
        yield Spot(
            f"{where} too pale to read: {look.ink} on {look.ground} has a contrast of "
            f"{found:.1f}, and needs {TEXT}.",
            "Choose a darker colour for its words, or a lighter one behind them.",
            _TEMPLATES,
        )
