"""Work out how each word of a page looks: its colour, what lies behind it, and its size.

Only what decides whether words can be read is worked out. Where a style is beyond this
reader (a gradient, a function it does not know) the answer is None, and no check complains.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from lxml import html as lxml_html

from newsletter.checks.stylesheet import Declaration, When, compiled, declarations, rules
from newsletter.checks.values import colour, length, mixed_ground, with_variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement

_UNSEEN = frozenset({"head", "style", "script", "title", "noscript", "template", "svg", "option"})
_SIZES = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h5": 0.83, "h6": 0.67, "small": 0.83}
_BOLD = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "th"})
_READ = frozenset(
    {
        "color",
        "background",
        "background-color",
        "background-image",
        "font",
        "font-size",
        "font-weight",
    }
    | {"display", "visibility", "mso-hide"}
)
_SHORTHANDS = {
    "background": ("background-color", "background-image"),
    "font": ("font-size", "font-weight"),
}


class Scheme(Enum):
    """What a reader's program takes into account.

    INLINE is a mail program that drops style blocks, as some views of Gmail do.
    """

    INLINE = "inline"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Look:
    """How words look: colours are `#rrggbb` or None if unknown, `size` is in CSS pixels.

    `link` is the colour of links until somebody says otherwise.
    """

    ink: str | None = "#000000"
    ground: str | None = "#ffffff"
    size: float = 16.0
    is_bold: bool = False
    is_hidden: bool = False
    link: str = "#0000ee"


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand in one element, and how they look."""

    words: str
    element: HtmlElement
    look: Look


@lru_cache(maxsize=8)
def parsed(markup: str) -> HtmlElement:
    """Return the tree of a page; it is shared, so nobody may change it."""
    return lxml_html.document_fromstring(markup or "<html><body></body></html>")


@lru_cache(maxsize=16)
def runs(markup: str, scheme: Scheme) -> tuple[Run, ...]:
    """Return all words of a page in their order, the hidden ones too."""
    tree = parsed(markup)
    sheet = _sheet(tree, scheme)
    return tuple(_runs(tree, _canvas(tree, scheme), {}, sheet))


def visible(markup: str) -> str:
    """Return the words that a reader sees, with single blanks between them."""
    return flat(
        " ".join(run.words for run in runs(markup, Scheme.INLINE) if not run.look.is_hidden)
    )


def visible_on_page(markup: str) -> str:
    """Return the words that a reader of a web page sees: there the style blocks count."""
    return flat(
        " ".join(run.words for run in runs(markup, Scheme.LIGHT) if not run.look.is_hidden)
    )


def flat(text: str) -> str:
    """Return the text with single blanks."""
    return " ".join(text.split())


def _sheet(tree: HtmlElement, scheme: Scheme) -> dict[Any, list[tuple[Any, Declaration]]]:
    """Return what the style blocks declare for each element, with the rank of each."""
    found: dict[Any, list[tuple[Any, Declaration]]] = {}
    if scheme is Scheme.INLINE:
        return found
    css = "\n".join(style.text or "" for style in tree.iter("style") if not style.get("media"))
    for rule in rules(css):
        wanted = [d for d in rule.declarations if d.name in _READ or d.name.startswith("--")]
        selector = compiled(rule.selector) if wanted and _holds(rule.when, scheme) else None
        if selector is None:
            continue
        ready, specificity = selector
        for element in cast("list[HtmlElement]", ready(tree)):
            found.setdefault(element, []).extend(
                ((d.is_important, 0, specificity, rule.order), d) for d in wanted
            )
    return found


def _canvas(tree: HtmlElement, scheme: Scheme) -> Look:
    """Return what a browser begins with: it darkens only pages that say they can bear it."""
    schemes = tree.xpath("string(//meta[@name='color-scheme']/@content)")
    if scheme is Scheme.DARK and "dark" in str(schemes):
        return Look(ink="#ffffff", ground="#121212", link="#9e9eff")
    return Look()


def _holds(when: When, scheme: Scheme) -> bool:
    return when is When.ALWAYS or when.value == scheme.value


def _runs(
    element: HtmlElement,
    outer: Look,
    variables: Mapping[str, str],
    sheet: Mapping[Any, list[tuple[Any, Declaration]]],
) -> Iterator[Run]:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return
    declared = _declared(element, sheet)
    own = {name: value for name, value in declared.items() if name.startswith("--")}
    variables = {**variables, **own} if own else variables
    look = _look(element, outer, {n: with_variables(v, variables) for n, v in declared.items()})
    if element.text and element.text.strip():
        yield Run(element.text, element, look)
    for child in element:
        yield from _runs(child, look, variables, sheet)
        if child.tail and child.tail.strip():
            yield Run(child.tail, element, look)


def _declared(
    element: HtmlElement, sheet: Mapping[Any, list[tuple[Any, Declaration]]]
) -> dict[str, str]:
    """Return the properties of one element after the cascade."""
    ranked = list(sheet.get(element, ()))
    style = element.get("style")
    if style:
        ranked += (
            ((d.is_important, 1, (0, 0, 0), place), d)
            for place, d in enumerate(declarations(style))
        )
    ranked.sort(key=lambda pair: pair[0])
    values: dict[str, str] = {}
    for _, declaration in ranked:
        for part in _SHORTHANDS.get(declaration.name, ()):
            values.pop(part, None)
        values[declaration.name] = declaration.value
    return values


def _look(element: HtmlElement, outer: Look, declared: Mapping[str, str]) -> Look:
    ground = element.get("bgcolor")
    values = {"background-color": ground, **declared} if ground else declared
    ink = outer.link if element.tag == "a" and element.get("href") else outer.ink
    return replace(
        outer,
        ink=colour(values["color"], outer.ink) if "color" in values else ink,
        ground=mixed_ground(values, outer.ground),
        size=_size(element, values, outer.size),
        is_bold=_is_bold(element, values, outer),
        is_hidden=outer.is_hidden or _is_hidden(element, values),
    )


def _size(element: HtmlElement, values: Mapping[str, str], outer: float) -> float:
    written = values.get("font-size")
    if written is None and "font" in values:
        shorthand = re.search(r"(?<![\w.])[\d.]+(?:px|pt|r?em|%)", values["font"])
        written = shorthand[0] if shorthand else None
    if written is None:
        return outer * _SIZES.get(element.tag, 1.0)
    found = length(written, outer)
    return outer if found is None else found


def _is_bold(element: HtmlElement, values: Mapping[str, str], outer: Look) -> bool:
    weight = values.get("font-weight")
    if weight is None:
        return outer.is_bold or element.tag in _BOLD
    return weight in {"bold", "bolder"} or (weight.isdigit() and int(weight) >= 700)  # noqa: PLR2004 - CSS


def _is_hidden(element: HtmlElement, values: Mapping[str, str]) -> bool:
    return (
        values.get("display") == "none"
        or values.get("visibility") == "hidden"
        or element.get("hidden") is not None
    )
