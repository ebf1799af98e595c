"""Check that mail programs show all of an email, and what they make of its HTML."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from newsletter.checks import sources
from newsletter.checks.looks import parsed
from newsletter.checks.registry import Material, Spot, rule
from newsletter.checks.stylesheet import declarations
from newsletter.findings import Severity
from newsletter.rendering.words import listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement

GMAIL_CLIPS_AT = 102_000  # bytes of HTML, style blocks and attributes included
NEARLY = 90_000  # bytes: personal values and the carrier's own additions still come
GMAIL_DROPS_STYLES_AT = 16_384  # characters in all style blocks together

_TEMPLATES = "templates/"
_NOTHING = "what is in it is not shown"
_ELEMENTS = {
    "audio": ("html-audio", "nothing can be heard"),
    "video": ("html-video", "nothing can be seen; a video block links to the film instead"),
    "form": ("html-form", "nobody can fill it in; link to a page with the form"),
    "input": ("html-input-text", "nobody can fill it in; link to a page with the form"),
    "select": ("html-select", "nobody can choose; link to a page with the form"),
    "textarea": ("html-textarea", "nobody can fill it in; link to a page with the form"),
    "button": ("html-button-submit", "it does nothing; make it a link"),
    "svg": ("html-svg", f"{_NOTHING}; use a PNG"),
    "object": ("html-object", _NOTHING),
    "picture": ("html-picture", "another picture than intended is shown"),
    "dialog": ("html-dialog", _NOTHING),
    "meter": ("html-meter", f"{_NOTHING}; write the number"),
    "progress": ("html-progress", f"{_NOTHING}; write the number"),
}
_LAYOUT = "parts stand over one another instead of side by side; use a table"
# What a reader misses without it. Round corners, shadows and the like are left out: an email
# reads as well with them gone.
_PROPERTIES = {
    "background-image": ("css-background-image", "words meant to stand on it may be illegible"),
    "position": ("css-position", "parts lie over one another or elsewhere"),
    "float": ("css-float", _LAYOUT),
    "column-count": ("css-column-count", "there is one column"),
    "columns": ("css-column-count", "there is one column"),
    "transform": ("css-transform", "parts stand as if they were not turned or moved"),
    "clip-path": ("css-clip-path", "what should be cut away is shown"),
    "mask-image": ("css-mask-image", "what should be cut away is shown"),
    "object-fit": ("css-object-fit", "pictures are squeezed"),
    "writing-mode": ("css-writing-mode", "words run the other way"),
    "inline-size": ("css-inline-size", "parts have another width; use width"),
    "max-inline-size": ("css-max-inline-size", "parts have another width; use width"),
    "padding-inline": ("css-padding-inline-block", "words touch the edge; use padding"),
    "padding-block": ("css-padding-inline-block", "words touch each other; use padding"),
    "margin-inline": ("css-margin-inline-block", "words touch the edge; use margin"),
    "margin-block": ("css-margin-inline-block", "words touch each other; use margin"),
    "text-orientation": ("css-text-orientation", "words run the other way"),
    "visibility": ("css-visibility", "what should be hidden is shown; use display:none"),
}
_LENGTHS = "sizes and gaps are ignored; use px"
_VALUES = (
    (re.compile(r"\bflex\b"), "display", "css-display-flex", _LAYOUT),
    (re.compile(r"\bgrid\b"), "display", "css-display-grid", _LAYOUT),
    (re.compile(r"url\("), "background", "css-background-image", "words on it may be illegible"),
    (re.compile(r"gradient\("), "", "css-linear-gradient", "words on it may be illegible"),
    (re.compile(r"var\("), "", "css-variables", "colours and sizes are ignored"),
    (re.compile(r"calc\("), "", "css-unit-calc", _LENGTHS),
    (re.compile(r"clamp\("), "", "css-function-clamp", _LENGTHS),
    (re.compile(r"\bmin\("), "", "css-function-min", _LENGTHS),
    (re.compile(r"\bmax\("), "", "css-function-max", _LENGTHS),
    (re.compile(r"\d(?:\.\d+)?rem\b"), "", "css-unit-rem", _LENGTHS),
    (re.compile(r"\dvw\b"), "", "css-unit-vw", _LENGTHS),
    (re.compile(r"\dvh\b"), "", "css-unit-vh", _LENGTHS),
    (re.compile(r"\dch\b"), "", "css-unit-ch", _LENGTHS),
    (re.compile(r"\brgba\(|\brgb\([^)]*/"), "", "css-rgba", "the colour is missing; use #rrggbb"),
    (re.compile(r"light-dark\("), "", "css-function-light-dark", "the colour is missing"),
    (
        re.compile(r"\b(?:oklch|oklab|lch|lab|color-mix|color|hwb)\("),
        "",
        "css-modern-color",
        "the colour is missing; use #rrggbb",
    ),
)


@dataclass(frozen=True, slots=True)
class _Used:
    """A feature that an email uses: its name at caniemail, its form, and what is lost."""

    slug: str
    written: str
    loss: str


@rule(
    "too-long-for-gmail",
    Severity.ERROR,
    reason="Gmail cuts an email off at 102 kB of HTML. Then the imprint and the unsubscribe "
    "link are missing, and its style blocks too. Pictures do not count.",
    source=f"{sources.EMAIL_BUGS} 41 and 56",
)
def gmail_shows_all(material: Material) -> Iterator[Spot]:
    """Count the bytes of the HTML part."""
    count = len(material.edition.html.encode())
    if count >= GMAIL_CLIPS_AT:
        yield Spot(
            f"The email is {count:,} bytes long, and Gmail cuts it off at {GMAIL_CLIPS_AT:,}.",
            "Shorten it, or put a part on the website and link to it.",
            "issue.md",
        )


@rule(
    "nearly-too-long-for-gmail",
    Severity.WARNING,
    reason="Personal values and the carrier’s own additions still come on top, so some room "
    "has to stay below the 102 kB at which Gmail cuts.",
    source=f"{sources.EMAIL_BUGS} 41 and 56",
)
def gmail_has_room_left(material: Material) -> Iterator[Spot]:
    """Warn before it is too late."""
    count = len(material.edition.html.encode())
    if NEARLY <= count < GMAIL_CLIPS_AT:
        yield Spot(
            f"The email is {count:,} bytes long; from {GMAIL_CLIPS_AT:,} on Gmail cuts it off.",
            "Shorten it a little.",
            "issue.md",
        )


@rule(
    "style-dropped-by-gmail",
    Severity.WARNING,
    reason="Gmail drops a style block once all of them together exceed 16,384 characters, and "
    "any with an at-rule inside an at-rule: the dark scheme and the layout for telephones go.",
    source=f"{sources.EMAIL_BUGS} 21 and 90",
)
def gmail_keeps_the_styles(material: Material) -> Iterator[Spot]:
    """Measure the style blocks, and look for nested at-rules."""
    blocks = [style.text or "" for style in parsed(material.edition.html).iter("style")]
    length = sum(len(block) for block in blocks)
    if length >= GMAIL_DROPS_STYLES_AT:
        yield Spot(
            f"The style blocks have {length:,} characters; Gmail drops them from "
            f"{GMAIL_DROPS_STYLES_AT:,} on.",
            "Shorten head.css.j2.",
            _TEMPLATES,
        )
    if any(_is_nested(block) for block in blocks):
        yield Spot(
            "A style block has an @-rule inside an @-rule, and Gmail drops the whole block.",
            "Write the two conditions into one @media with “and”.",
            _TEMPLATES,
        )


@rule(
    "client-support",
    Severity.WARNING,
    reason="Some HTML and CSS is not understood by Outlook on Windows, Gmail, Apple Mail or "
    "Yahoo Mail. Only what takes something away from the reader is reported; what merely looks "
    "plainer is not. What stands in style blocks and in Outlook’s own comments is left alone: "
    "it is there as an extra.",
    source=sources.CANIEMAIL,
)
def programs_understand_it(material: Material) -> Iterator[Spot]:
    """Compare what the email uses with what four mail programs support."""
    reported = set()
    for element in parsed(material.edition.html).iter("*"):
        for used in _used(element):
            lacking = unsupported(used.slug)
            if lacking and used.written not in reported:
                reported.add(used.written)
                yield Spot(
                    f"{listing(lacking)} {'do' if len(lacking) > 1 else 'does'} not support "
                    f"“{used.written}”: {used.loss.split('; ')[0]}.",
                    _advice(used),
                    _TEMPLATES,
                )


def unsupported(slug: str) -> list[str]:
    """Return the mail programs that do not support a feature at all."""
    data = support()
    letters = data["features"][slug]["support"]
    return [name for name, letter in zip(data["programs"], letters, strict=True) if letter == "n"]


@cache
def support() -> Mapping[str, Any]:
    """Return caniemail's data; see the file itself for its licence and date."""
    text = files("newsletter.checks").joinpath("caniemail.json").read_text(encoding="utf-8")
    data: Mapping[str, Any] = json.loads(text)
    return data


def _used(element: HtmlElement) -> Iterator[_Used]:
    if element.tag in _ELEMENTS:
        slug, loss = _ELEMENTS[element.tag]
        yield _Used(slug, f"<{element.tag}>", loss)
    for declaration in declarations(element.get("style", "")):
        name, value = declaration.name, declaration.value.lower()
        if name.startswith(("mso-", "-")):
            continue
        if name in _PROPERTIES and not _is_default(name, value):
            slug, loss = _PROPERTIES[name]
            yield _Used(slug, name, loss)
        for pattern, only, slug, loss in _VALUES:
            found = pattern.search(value) if only in {"", name} else None
            if found:
                yield _Used(slug, _form(name, found[0]), loss)


def _is_default(name: str, value: str) -> bool:
    if name == "position":
        return value in {"static", "relative"}
    return value in {"none", "auto", "normal", "static", "visible", "horizontal-tb", "initial"}


def _form(name: str, found: str) -> str:
    return f"{found.strip()})" if found.endswith("(") else f"{name}: {found.strip()}"


def _advice(used: _Used) -> str:
    _, _, advice = used.loss.partition("; ")
    remedy = f"{advice[:1].upper()}{advice[1:]}" if advice else "Take it out of the template"
    return f"{remedy}. See https://www.caniemail.com/features/{used.slug}/"


def _is_nested(css: str) -> bool:
    opened: list[bool] = []  # of each open brace, whether an at-rule opened it
    for piece in re.finditer(r"([^{}]*)([{}])", css):
        if piece[2] == "}":
            opened = opened[:-1]
            continue
        is_at_rule = piece[1].rpartition(";")[2].strip().startswith("@")
        if is_at_rule and any(opened):
            return True
        opened.append(is_at_rule)
    return False
