"""Read a style sheet as far as reading depends on it: which rule says what, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"(?s)/\*.*?\*/")
_DECLARATION = re.compile(
    r"\s*(?P<name>[-\w]+)\s*:(?P<value>(?:[^;\"'(]|\"[^\"]*\"|'[^']*'|\([^)]*\)*)*)"
)
_IMPORTANT = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)
_STATE = re.compile(r":(?:hover|focus|active|visited|target|before|after|first-l|selection)|::")
_HEAD = re.compile(r"[^{};]*")


class When(Enum):
    """In which scheme a rule holds."""

    ALWAYS = "always"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One property and its value."""

    name: str
    value: str
    is_important: bool = False


@dataclass(frozen=True, slots=True)
class StyleRule:
    """A selector with what it declares; `order` counts through the style sheet."""

    selector: str
    declarations: tuple[Declaration, ...]
    when: When
    order: int


@lru_cache(maxsize=2048)
def declarations(text: str) -> tuple[Declaration, ...]:
    """Return what a `style` attribute or the inside of a rule declares."""
    found = []
    for match in _DECLARATION.finditer(_COMMENT.sub(" ", text)):
        value = match["value"].strip()
        plain = _IMPORTANT.sub("", value)
        found.append(Declaration(match["name"].lower(), plain, plain != value))
    return tuple(found)


@lru_cache(maxsize=16)
def rules(css: str) -> tuple[StyleRule, ...]:
    """Return the rules of a style sheet, those for paper and for certain widths left out."""
    found = _rules(_COMMENT.sub(" ", css), When.ALWAYS)
    return tuple(
        StyleRule(selector, declared, when, order)
        for order, (selector, declared, when) in enumerate(found)
    )


@lru_cache(maxsize=1024)
def compiled(selector: str) -> tuple[CSSSelector, tuple[int, int, int]] | None:
    """Return a selector ready to use, with its specificity; None for a passing state."""
    if _STATE.search(selector):
        return None
    try:
        ready = CSSSelector(selector, translator="html")
    except (SelectorError, NotImplementedError):
        return None
    return ready, _specificity(selector)


def _specificity(selector: str) -> tuple[int, int, int]:
    bare = re.sub(r"\[[^\]]*\]", " [] ", selector)
    names = re.findall(r"(?:^|[\s>+~(])([a-zA-Z][\w-]*)", bare)
    classes = len(re.findall(r"\.[\w-]+|\[\]|:(?!:|not\b|is\b)[\w-]+", bare))
    return len(re.findall(r"#[\w-]+", bare)), classes, len(names)


def _rules(css: str, when: When) -> Iterator[tuple[str, tuple[Declaration, ...], When]]:
    for head, body in _blocks(css):
        if head.startswith("@"):
            inside = _when(head, when)
            if inside is not None:
                yield from _rules(body, inside)
        else:
            for selector in re.split(r",(?![^(\[]*[)\]])", head):
                yield selector.strip(), declarations(body), when


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each pair of braces, and what stands in it."""
    position = 0
    while position < len(css):
        head = _HEAD.match(css, position)
        assert head is not None  # noqa: S101 - the pattern matches nothing, too
        position = head.end() + 1
        if css[head.end() : position] == "{":
            end = _end_of_block(css, position)
            yield head[0].strip(), css[position:end]
            position = end + 1


def _end_of_block(css: str, start: int) -> int:
    depth = 1
    for brace in re.finditer(r"[{}]", css[start:]):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return start + brace.start()
    return len(css)


def _when(head: str, outside: When) -> When | None:
    """Return when an at-rule's inside holds; None if we do not look into it."""
    if not re.match(r"@(media|supports)\b", head):
        return None
    if re.search(r"\bprint\b|(?:min|max|device)-|width|orientation", head):
        return None
    scheme = re.search(r"prefers-color-scheme\s*:\s*(dark|light)", head)
    return When(scheme[1]) if scheme else outside
