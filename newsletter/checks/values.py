"""Understand the colours and lengths that a style sheet writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PIL import ImageColor

from newsletter.rendering.colours import mix

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEX = re.compile(r"#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$")
_RGB = re.compile(
    r"rgba?\(\s*([\d.]+)\s*[, ]\s*([\d.]+)\s*[, ]\s*([\d.]+)\s*(?:[,/]\s*([\d.]+%?)\s*)?\)$"
)
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
_LENGTH = re.compile(r"([\d.]+)(px|pt|rem|em|%)?$")
_CLAMP = re.compile(r"(?:clamp|min|max)\(\s*([^,]+),")
_ROOT = 16.0  # CSS pixels
_KEYWORDS = {
    "xx-small": 9.0,
    "x-small": 10.0,
    "small": 13.0,
    "medium": 16.0,
    "large": 18.0,
    "x-large": 24.0,
    "xx-large": 32.0,
}
_MOST_NESTED = 5


def with_variables(value: str, variables: Mapping[str, str]) -> str:
    """Return a value with each `var(--name, fallback)` filled in."""
    for _ in range(_MOST_NESTED):
        if "var(" not in value:
            break
        value = _VARIABLE.sub(lambda found: variables.get(found[1], found[2] or "").strip(), value)
    return value


def colour(written: str, behind: str | None) -> str | None:
    """Return `#rrggbb`, mixed with what is `behind` where it lets that through.

    For the colour of words `behind` is the inherited colour. None is no colour we know.
    """
    word = written.strip().lower()
    if word in {"inherit", "currentcolor", "unset"}:
        return behind
    found = _channels(word)
    if found is None:
        return None
    channels, opacity = found
    solid = "#" + "".join(f"{channel:02x}" for channel in channels)
    if opacity >= 1:
        return solid
    return None if behind is None else mix(behind, solid, opacity)


def mixed_ground(values: Mapping[str, str], behind: str | None) -> str | None:
    """Return what lies behind the words of an element with these styles."""
    if values.get("background-image", "none") != "none":
        return None
    for name in ("background-color", "background"):
        written = values.get(name, "").strip()
        if not written:
            continue
        if re.search(r"url\(|gradient|image", written):
            return None
        if written in {"none", "inherit", "initial", "unset", "0", "0 0"}:
            continue
        return colour(written, behind)
    return behind


def length(written: str, outer: float) -> float | None:
    """Return a font's size in CSS pixels; `outer` is the size around it."""
    word = written.strip().lower()
    if word in _KEYWORDS:
        return _KEYWORDS[word]
    if word in {"smaller", "larger"}:
        return outer / 1.2 if word == "smaller" else outer * 1.2
    clamped = _CLAMP.match(word)
    found = _LENGTH.match(clamped[1].strip() if clamped else word)
    if found is None:
        return None
    factors = {"px": 1.0, None: 1.0, "pt": 4 / 3, "rem": _ROOT, "em": outer, "%": outer / 100}
    return float(found[1]) * factors[found[2]]


def _channels(word: str) -> tuple[tuple[int, int, int], float] | None:
    if word == "transparent":
        return (0, 0, 0), 0.0
    hexadecimal = _HEX.match(word)
    if hexadecimal:
        digits = hexadecimal[1]
        if len(digits) < 6:  # noqa: PLR2004 - the short form doubles each digit
            digits = "".join(digit * 2 for digit in digits)
        numbers = [int(digits[place : place + 2], 16) for place in range(0, len(digits), 2)]
        opacity = numbers[3] / 255 if numbers[3:] else 1.0
        return (numbers[0], numbers[1], numbers[2]), opacity
    written = _RGB.match(word)
    if written:
        red, green, blue = (min(255, round(float(written[place]))) for place in (1, 2, 3))
        return (red, green, blue), _opacity(written[4])
    if word in ImageColor.colormap:
        named = ImageColor.getrgb(word)
        return (named[0], named[1], named[2]), 1.0
    return None


def _opacity(written: str | None) -> float:
    if written is None:
        return 1.0
    return float(written[:-1]) / 100 if written.endswith("%") else float(written)
