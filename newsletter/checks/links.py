"""Check that every link is whole, safe, and leads where it says."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from email_validator import EmailNotValidError, validate_email

from newsletter.authoring.words import shortened
from newsletter.checks.reader import links
from newsletter.checks.registry import Material, Spot, rule
from newsletter.findings import Severity
from newsletter.rendering.view import page_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.checks.reader import Link

_WEB = ("http", "https")


def _of_scheme(material: Material, *schemes: str) -> Iterator[Link]:
    return (link for link in links(material) if urlsplit(link.url).scheme.lower() in schemes)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


@rule(
    "link-insecure",
    Severity.WARNING,
    reason="Over http anybody on the way can read and change the page, and browsers say so.",
    source="[NCSC on using TLS](https://www.ncsc.gov.uk/guidance/using-tls-to-protect-data)",
)
def links_are_secure(material: Material) -> Iterator[Spot]:
    """Look for http, on this machine apart."""
    for link in _of_scheme(material, "http"):
        if not _is_private(_host(link.url)):
            message = f"“{shortened(link.url)}” begins with http://."
            hint = "Write https:// and try whether the page opens; most sites have it."
            yield Spot(message, hint, link.file, link.line)


_LOCAL_NAMES = re.compile(r"(?:^|\.)(?:localhost|local|internal|lan|test|home\.arpa)$")
_REHEARSAL_NAMES = re.compile(r"(?:^|[.-])(?:staging|stage|dev|beta|uat|preview|demo)(?=[.-])")


def _is_private(host: str) -> bool:
    if _LOCAL_NAMES.search(host):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


@rule(
    "link-private",
    Severity.ERROR,
    reason="A page on one's own machine, a rehearsal site or a draft opens for nobody else.",
    source="What went wrong in real newsletters",
)
def links_lead_to_what_everybody_can_open(material: Material) -> Iterator[Spot]:
    """Look for this machine, the office's own rehearsal site, and drafts."""
    own = re.sub(r"^(?:www|update|news|newsletter|mail)\.", "", _host(material.office.site))
    for link in _of_scheme(material, *_WEB):
        host, query = _host(link.url), dict(parse_qsl(urlsplit(link.url).query))
        is_own_rehearsal = host.endswith(own) and bool(_REHEARSAL_NAMES.search(host))
        is_draft = query.get("preview") == "true" or "/wp-admin/" in link.url
        if link.file != "office.yaml" and (_is_private(host) or is_own_rehearsal or is_draft):
            message = f"“{shortened(link.url)}” opens for nobody outside the office."
            hint = "Link to the page as the public sees it."
            yield Spot(message, hint, link.file, link.line)


_ODD = (
    (re.compile(r"(?i)^https?://(?:www\.www\.|[^?#]*[^/=]https?:/)"), "begins twice"),
    (re.compile(r"(?i)[.,;:!’”)]$"), "ends with a stop that belongs to the sentence"),
    (re.compile(r"(?i)(?:%20|%C2%A0)(?:$|[?#])"), "ends with a blank"),
    (re.compile(r"(?i)^https?://[^/?#]*(?:,|\.\.)"), "has a slip in the website's name"),
)


@rule(
    "link-odd",
    Severity.WARNING,
    reason="A full stop that slipped into an address, or a beginning pasted twice, makes a link "
    "that opens nothing.",
    source="What went wrong in real newsletters",
)
def links_are_whole(material: Material) -> Iterator[Spot]:
    """Look for the usual slips of pasting."""
    for link in _of_scheme(material, *_WEB):
        is_balanced = link.url.endswith(")") and "(" in link.url
        for pattern, problem in _ODD:
            if pattern.search(link.url) and not is_balanced:
                message = f"“{shortened(link.url)}” {problem}."
                yield Spot(message, "Copy it from the browser again.", link.file, link.line)
                break


_WRAPPERS = re.compile(
    r"(?i)^https?://(?:urldefense\.(?:com|proofpoint\.com)|lm?\.facebook\.com|"
    r"l\.instagram\.com|www\.google\.[a-z.]+/url|protect-\w+\.mimecast\.com|out\.reddit\.com|"
    r"www\.linkedin\.com/(?:safety/go|redir))\b"
)


@rule(
    "link-wrapped",
    Severity.WARNING,
    reason="Facebook, Google and mail filters wrap the links one copies from them: the wrapping "
    "may name whoever copied it, and stops working one day.",
    source="What went wrong in real newsletters",
)
def links_are_unwrapped(material: Material) -> Iterator[Spot]:
    """Look for the addresses of such wrappers."""
    for link in _of_scheme(material, *_WEB):
        if _WRAPPERS.search(link.url):
            message = f"“{shortened(link.url)}” is wrapped by another website."
            hint = "Open it and copy the address that the browser shows then."
            yield Spot(message, hint, link.file, link.line)


@rule(
    "mailto",
    Severity.ERROR,
    reason="A link to an address that does not exist opens a letter that never arrives.",
    source="[RFC 6068](https://www.rfc-editor.org/rfc/rfc6068)",
)
def links_to_addresses_are_sound(material: Material) -> Iterator[Spot]:
    """Look at the addresses, and at what is to stand in the letter."""
    for link in _of_scheme(material, "mailto"):
        path, _, query = link.url.partition(":")[2].partition("?")
        problem = next((p for p in map(_address_problem, unquote(path).split(",")) if p), "")
        names = {part.partition("=")[0].lower() for part in query.split("&")} if query else set()
        if "?" in query or not names <= {"subject", "body", "cc", "bcc", "to", "in-reply-to"}:
            problem = "has something after the ? that no mail program knows"
        if problem:
            message = f"“{shortened(link.url)}” {problem}."
            hint = "Write mailto:name@example.org, or mailto:name@example.org?subject=Words."
            yield Spot(message, hint, link.file, link.line)


def _address_problem(address: str) -> str:
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return "holds no email address"
    return ""


_SHORT_CODES = frozenset({"101", "105", "111", "112", "119", "159", "999", "116123", "116000"})


@rule(
    "telephone",
    Severity.WARNING,
    reason="A telephone dials exactly what the link says.",
    source="[RFC 3966](https://www.rfc-editor.org/rfc/rfc3966); Ofcom, the National Telephone "
    "Numbering Plan",
)
def links_to_telephones_can_be_dialled(material: Material) -> Iterator[Spot]:
    """Count digits: ten or nine after 0 or +44, and Britain's short numbers."""
    for link in _of_scheme(material, "tel"):
        number = re.sub(r"[().\s-]", "", unquote(link.url).partition(":")[2].partition(";")[0])
        if not _can_be_dialled(number):
            message = f"“{shortened(link.url)}” is no British telephone number."
            hint = "Write tel:+44 and the number without its first 0, such as tel:+441632960123."
            yield Spot(message, hint, link.file, link.line)


def _can_be_dialled(number: str) -> bool:
    if number in _SHORT_CODES:
        return True
    if number.startswith("+") and not number.startswith("+44"):
        return re.fullmatch(r"\+[1-9][0-9]{7,14}", number) is not None
    return (
        re.fullmatch(r"(?:18001|18002)?(?:\+44|0)[1-9](?:[0-9]{8,9}|[0-9]{6})", number) is not None
    )


@rule(
    "link-says-otherwise",
    Severity.WARNING,
    reason="Words that show one address and lead to another are what fraud looks like, to "
    "readers and to mail filters.",
    source="[NCSC on phishing](https://www.ncsc.gov.uk/collection/phishing-scams)",
)
def links_lead_where_they_say(material: Material) -> Iterator[Spot]:
    """Compare addresses and numbers shown with those behind them."""
    for link in links(material):
        if _says_otherwise(link):
            message = f"“{shortened(link.words)}” leads to “{shortened(link.url)}”."
            yield Spot(message, "Look which of the two is right.", link.file, link.line)


def _says_otherwise(link: Link) -> bool:
    words = link.words.strip()
    match urlsplit(link.url).scheme.lower():
        case "mailto":
            address = unquote(urlsplit(link.url).path).lower()
            return re.fullmatch(r"\S+@\S+\.\w+", words) is not None and words.lower() != address
        case "tel":
            shown, dialled = _national(words), _national(link.url.partition(":")[2])
            return re.fullmatch(r"[+0-9() .-]{7,}", words) is not None and shown != dialled
        case _:
            host = re.fullmatch(r"(?i)(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:/\S*)?", words)
            shown = host[1].lower().removeprefix("www.") if host else ""
            return bool(shown) and not _is_of(_host(link.url), shown)


def _national(number: str) -> str:
    digits = re.sub(r"\(0\)|[^0-9+]", "", number)
    return re.sub(r"^(?:\+44|0044)", "0", digits)


def _is_of(host: str, shown: str) -> bool:
    return host == shown or host.endswith(f".{shown}") or shown.endswith(f".{host}")


@rule(
    "anchor-missing",
    Severity.ERROR,
    reason="A link to a place in the issue's own page opens at the top if there is no such place.",
    source="[HTML, 7.4.2](https://html.spec.whatwg.org/multipage/browsing-the-web.html#scroll-to-fragid)",
)
def links_within_the_page_have_a_place(material: Material) -> Iterator[Spot]:
    """Look for the id of every anchor, in each page and for links to the issue's own page."""
    edition = material.edition
    own = page_url(material.office, material.issue.date)
    for link in links(material):
        page, hash_, name = link.url.partition("#")
        if hash_ and name and page in {own, own.rstrip("/")} and name not in _ids(edition.web):
            message = f"There is no place “{shortened(name)}” in the issue's page."
            yield Spot(message, "Leave out what follows the #.", link.file, link.line)
    for face, markup in {"the email": edition.html, "the web page": edition.web}.items():
        for name in dict.fromkeys(re.findall(r'href="#([^"]+)"', markup)):
            if name not in _ids(markup):
                message = f"A link in {face} leads to “#{shortened(name)}”, which is not there."
                yield Spot(message, f'Give something id="{name}", or mend the link.', "templates/")


def _ids(markup: str) -> set[str]:
    return {unquote(name) for name in re.findall(r'\b(?:id|name)="([^"]+)"', markup)}
