"""Say where a link may lead and which picture an issue may show."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit

from newsletter.authoring.words import Problem, shortened

WEB_SCHEMES = ("https", "http")
ACTION_SCHEMES = (*WEB_SCHEMES, "mailto", "tel")
OWN_MACHINE = ("127.0.0.1", "localhost")  # where the office's own service is tried out

_NEVER_IN_LINKS = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`{|}\ud800-\udfff]")
_DOMAIN = re.compile(r"[^.@]+(\.[^.@]+)+\.?")
_MAIL_PATH = re.compile(r"[^@,]+@[^.@,]+(\.[^.@,]+)+(,[^@,]+@[^.@,]+(\.[^.@,]+)+)*")
_PHONE_PATH = re.compile(r"\+?[0-9().-]{3,30}(;.*)?")
_COPY_AGAIN = "Copy it from the browser's address bar again."


def link_problem(link: str, schemes: tuple[str, ...] = ACTION_SCHEMES) -> Problem | None:
    """Return what is wrong with a link and what to do, or None if a reader can follow it."""
    if not link:
        return "a link leads nowhere", "Put the address between the round brackets."
    bare = _bare_problem(link) if schemes == ACTION_SCHEMES else None
    if bare:
        return bare
    if _NEVER_IN_LINKS.search(link):
        return (
            "a link has a space or a character that no address has",
            "Copy it again, or leave it out until there is an address.",
        )
    try:
        parts = urlsplit(link)
        _ = parts.port
    except ValueError:
        return f"“{shortened(link)}” is not an address", _COPY_AGAIN
    return _scheme_problem(link, parts.scheme, schemes) or _place_problem(link, parts)


def _bare_problem(link: str) -> Problem | None:
    """Return what is wrong with an email address or a telephone number that stands alone."""
    link = unquote(link)  # Markdown writes a space as %20
    if _MAIL_PATH.fullmatch(link) and "/" not in link and ":" not in link:
        return f"“{shortened(link)}” is no link yet", f"Write mailto:{link}"
    digits = re.sub(r"[\s().-]", "", link)
    if re.fullmatch(r"\+?[0-9]{9,15}", digits):
        number = f"+44{digits[1:]}" if digits.startswith("0") else digits
        return f"“{shortened(link)}” is no link yet", f"Write tel:{number}"
    return None


def _scheme_problem(link: str, scheme: str, schemes: tuple[str, ...]) -> Problem | None:
    if not scheme:
        return (
            f"“{shortened(link)}” does not say where it is",
            "Start it with https:// so that it works from an email.",
        )
    if scheme not in schemes:
        starts = "https://" if schemes == WEB_SCHEMES else "https://, mailto: or tel:"
        return f"a link may not start with “{shortened(scheme)}:”", f"Start it with {starts}"
    return None


def _place_problem(link: str, parts: SplitResult) -> Problem | None:
    if parts.scheme in WEB_SCHEMES:
        return _host_problem(link, parts)
    if parts.scheme == "mailto" and not _MAIL_PATH.fullmatch(parts.path):
        return f"“{shortened(link)}” holds no email address", "Write mailto:name@example.org."
    if parts.scheme == "tel" and not _PHONE_PATH.fullmatch(parts.path):
        return f"“{shortened(link)}” holds no telephone number", "Write tel:+441632960123."
    return None


def _host_problem(link: str, parts: SplitResult) -> Problem | None:
    if "@" in parts.netloc:
        return "a link holds a name or password", "Readers would see it: link to a public page."
    host = parts.hostname or ""
    if host not in OWN_MACHINE and not _DOMAIN.fullmatch(host):
        return f"“{shortened(link)}” names no website", _COPY_AGAIN
    return None


def picture_problem(name: str) -> Problem | None:
    """Return what is wrong with the name of a picture beside the issue, or None."""
    if not name:
        return "a picture has no file name", "Write the name of a file beside the issue."
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", name):
        return (
            "a picture must be a file beside the issue, not an address",
            "Save it in the issue's folder and write its file name.",
        )
    if name.startswith(("/", "~")) or "\\" in name or ".." in name.split("/"):
        return (
            f"the picture “{shortened(name)}” is outside the issue's folder",
            "Copy it beside the issue and write its file name alone.",
        )
    if not re.fullmatch(r"[^\x00-\x1f\x7f]+\.(?:png|jpe?g|gif)", name, re.IGNORECASE):
        return (
            f"the picture “{shortened(name)}” is of a kind that many mail programs do not show",
            "Save it as .jpg, .png or .gif.",
        )
    return None
