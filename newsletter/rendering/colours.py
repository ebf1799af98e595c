"""Derive every colour of an edition from the office's three, and keep all of it legible.

Contrast is that of WCAG 2.2, from 1 (none) to 21 (black on white); 4.5 is the least for
text (success criterion 1.4.3). Colours are texts such as `#1d4f91`.
"""

from __future__ import annotations

from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.authoring.office import Colours

WHITE = "#ffffff"
BLACK = "#000000"
TEXT = 4.5  # WCAG 2.2, 1.4.3
COMFORTABLE = 7.0  # WCAG 2.2, 1.4.6, which running text keeps


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours of one scheme, light or dark.

    `ground` lies behind the letter, `paper` under its text, `tint` in its boxes; `line` draws
    rules. `ink`, `muted` and `accent` are legible on these three, and `on_fill` on `fill`,
    which is the colour of buttons.
    """

    ground: str
    paper: str
    tint: str
    line: str
    ink: str
    muted: str
    accent: str
    fill: str
    on_fill: str


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(first: str, second: str, share: float) -> str:
    """Return `first` with a `share` (from 0 to 1) of `second` in it."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return _written(a + (b - a) * share for a, b in pairs)


def readable_on(colour: str) -> str:
    """Return white, or else black: one of them always has a contrast of 4.5."""
    return WHITE if contrast(WHITE, colour) >= TEXT else BLACK


def legible(colour: str, *grounds: str, least: float = TEXT) -> str:
    """Return `colour`, lighter or darker until it can be read on all `grounds`.

    Its hue stays. Where nothing between black and white has that contrast, the better end of
    the two is returned.
    """
    lighter, darker = [*_shades(colour, 1)], [*_shades(colour, 0)]
    is_on_light = _luminance(grounds[0]) > _luminance(colour)
    for shade in [*darker, *lighter] if is_on_light else [*lighter, *darker]:
        if _least_contrast(shade, grounds) >= least:
            return shade
    return max(BLACK, WHITE, key=lambda end: _least_contrast(end, grounds))


def _least_contrast(colour: str, grounds: tuple[str, ...]) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def _shades(colour: str, end: int) -> Iterator[str]:
    """Yield `colour` in a hundred steps to a lightness of `end`: 0 is black, 1 is white."""
    hue, lightness, saturation = rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    for step in range(101):
        moved = lightness + (end - lightness) * step / 100
        yield _written(channel * 255 for channel in hls_to_rgb(hue, moved, saturation))


@lru_cache(maxsize=16)
def light_scheme(colours: Colours) -> Scheme:
    """Return the colours as the office chose them, and what follows from them."""
    paper, ink, primary = colours.background, colours.text, colours.primary
    ground = mix(paper, primary, 0.07)
    tint = mix(paper, primary, 0.05)
    return Scheme(
        ground=ground,
        paper=paper,
        tint=tint,
        line=mix(paper, ink, 0.2),
        ink=legible(ink, ground, tint, paper),
        muted=legible(mix(ink, paper, 0.3), ground, tint, paper),
        accent=legible(primary, ground, tint, paper),
        fill=primary,
        on_fill=readable_on(primary),
    )


@lru_cache(maxsize=16)
def dark_scheme(colours: Colours) -> Scheme:
    """Return a dark scheme by hand, with a breath of the office's own colour in it."""
    primary = colours.primary
    paper = mix("#17191d", primary, 0.08)
    tint = mix("#202329", primary, 0.16)
    accent = legible(primary, tint, paper, least=COMFORTABLE)
    return Scheme(
        ground=mix("#0c0d10", primary, 0.06),
        paper=paper,
        tint=tint,
        line=mix(paper, WHITE, 0.25),
        ink="#eceef1",
        muted="#bcc1c9",
        accent=accent,
        fill=accent,
        on_fill=readable_on(accent),
    )


def look_problem(colours: Colours) -> tuple[str, str] | None:
    """Return what is wrong with an office's colours and what to do, or None."""
    found = contrast(colours.text, colours.background)
    if found >= TEXT:
        return None
    pair = f"{colours.text} can hardly be read on {colours.background}"
    return (
        f"the text colour {pair}: their contrast is {found:.1f}, and people need {TEXT}",
        "Choose a darker colour for the text or a lighter one for the background.",
    )


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _written(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    """Return the relative luminance, from 0 to 1 (WCAG 2.2, definitions)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - as above
