"""Check that nobody watches readers without their leave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from newsletter.checks import sources
from newsletter.checks.looks import parsed
from newsletter.checks.reader import links
from newsletter.checks.registry import Material, Spot, rule
from newsletter.checks.stylesheet import declarations
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

# Services whose only business is to count clicks, or to hide where a link leads.
_REDIRECTS = re.compile(
    r"(?:^|\.)(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|buff\.ly|lnkd\.in|rebrand\.ly|is\.gd"
    r"|cutt\.ly|fb\.me|dlvr\.it|tiny\.cc|list-manage\.com|mailchi\.mp|sendgrid\.net"
    r"|createsend\d*\.com|cmail\d*\.com|rs6\.net|hubspotlinks\.com|mlsend\.com"
    r"|sendibm\d*\.com|linkprotect\.cudasvc\.com|safelinks\.protection\.outlook\.com)$"
)
_WATCHING = frozenset(
    {"fbclid", "gclid", "dclid", "msclkid", "mc_eid", "mc_cid", "mkt_tok", "_hsenc", "_hsmi"}
    | {"vero_id", "twclid", "igshid", "yclid", "ml_subscriber", "_ke"}
)
_LEAST = 2  # CSS pixels


@rule(
    "tracking-pixel",
    Severity.ERROR,
    reason="A picture of one pixel tells somebody that, when and where an email was opened. "
    "That needs consent, given before; so there is none unless the office has turned tracking "
    "on for readers who agreed.",
    source=f"{sources.PECR_6}; {sources.ICO}",
)
def nothing_counts_opens(material: Material) -> Iterator[Spot]:
    """Look for pictures too small to see."""
    if material.office.tracking:
        return
    for image in parsed(material.edition.html).iter("img"):
        if _is_pixel(image):
            yield Spot(
                f"There is a picture of one pixel, from {_host(image.get('src', '')) or 'here'}.",
                "Take it out of the template.",
                "templates/",
            )


@rule(
    "click-tracking",
    Severity.WARNING,
    reason="A link through a redirect, or with an identifier in it, tells somebody who followed "
    "it. It was mostly pasted by accident, from an email or a network. Readers also cannot see "
    "where it leads, and filters distrust it.",
    source=f"{sources.PECR_6}; {sources.ICO}",
)
def nothing_counts_clicks(material: Material) -> Iterator[Spot]:
    """Look for redirects and for identifiers in links."""
    if material.office.tracking:
        return
    for link in dict.fromkeys(a.get("href", "") for a in parsed(material.edition.html).iter("a")):
        problem = _watching(link)
        if problem:
            yield Spot(
                f"A link {problem}.",
                "Open it, and copy the address of the page it ends on, up to the “?”.",
                "issue.md",
                next((item.line for item in links(material) if item.url == link), None),
            )


@rule(
    "third-party-file",
    Severity.WARNING,
    reason="Whatever a mail program fetches from elsewhere tells that place who reads, when and "
    "where: a font, a style sheet, a picture on somebody else’s server. Pictures belong beside "
    "the issue, and are then served by the office itself.",
    source=f"{sources.PECR_6}; {sources.ICO}",
)
def nothing_is_fetched_from_elsewhere(material: Material) -> Iterator[Spot]:
    """Look for files that a reader's program fetches from other hosts."""
    own = urlsplit(material.office.site).hostname
    pages = {"email": material.edition.html, "web page": material.edition.web}
    for name, markup in pages.items():
        for host in dict.fromkeys(_host(file) for file in _fetched(markup)):
            if host and host != own:
                yield Spot(
                    f"The {name} fetches a file from {host}, which so learns who reads it.",
                    "Put the file beside the issue, or take it out of the template.",
                    "templates/",
                )


def _is_pixel(image: HtmlElement) -> bool:
    styles = {d.name: d.value for d in declarations(image.get("style", ""))}
    sizes = [
        _pixels(value)
        for side in ("width", "height")
        for value in (image.get(side), styles.get(side))
        if value is not None
    ]
    return any(size is not None and size < _LEAST for size in sizes)


def _pixels(value: str) -> float | None:
    found = re.fullmatch(r"\s*([\d.]+)(?:px)?\s*", value)
    return float(found[1]) if found else None


def _watching(link: str) -> str:
    parts = urlsplit(link)
    host = parts.hostname or ""
    if _REDIRECTS.search(host):
        return f"goes through {host}, which counts clicks"
    names = [name for name, _ in parse_qsl(parts.query) if name.lower() in _WATCHING]
    return f"to {host} carries “{names[0]}”, which says whose it is" if names else ""


def _fetched(markup: str) -> Iterator[str]:
    tree = parsed(markup)
    yield from (image.get("src", "") for image in tree.iter("img"))
    yield from (
        link.get("href", "")
        for link in tree.iter("link")
        if {"stylesheet", "icon", "preload"} & set(link.get("rel", "").lower().split())
    )
    styles = [style.text or "" for style in tree.iter("style")]
    styles += [element.get("style", "") for element in tree.xpath("//*[@style]")]
    for css in styles:
        yield from re.findall(r"(?:url\(|@import\s+)\s*[\"']?(https?:[^\"')\s;]+)", css)


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""
