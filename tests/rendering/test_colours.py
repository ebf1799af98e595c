"""Check that whatever colours an office chooses, everything can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.authoring.office import Colours
from newsletter.rendering.colours import (
    COMFORTABLE,
    TEXT,
    Scheme,
    contrast,
    dark_scheme,
    legible,
    light_scheme,
    look_problem,
    mix,
    readable_on,
)

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#000000", 21.0),
        ("#1d4f91", "#1d4f91", 1.0),
        ("#777777", "#ffffff", 4.48),  # the grey that famously just fails
        ("#767676", "#ffffff", 4.54),  # and the one that just passes
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_wcag(first: str, second: str, expected: float) -> None:
    """Known values, so that a slip in the formula shows."""
    assert contrast(first, second) == pytest.approx(expected, abs=0.005)


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    """Tints are mixtures: a share of nothing and of all must be exact."""
    mixed = [mix("#102030", "#ffffff", share) for share in (0, 0.5, 1)]
    assert mixed == ["#102030", "#889098", "#ffffff"]


@given(colours)
def test_words_on_any_colour_can_be_read(colour: str) -> None:
    """An office may choose any colour for its buttons."""
    assert contrast(readable_on(colour), colour) >= TEXT


def test_white_is_preferred_on_a_button_where_it_can_be_read() -> None:
    """White on a strong colour looks calmer than black."""
    assert [readable_on("#1d4f91"), readable_on("#ffd700")] == ["#ffffff", "#000000"]


@given(colours, colours)
def test_a_colour_moves_until_it_can_be_read(colour: str, ground: str) -> None:
    """A pale primary colour would else give links that nobody sees."""
    assert contrast(legible(colour, ground), ground) >= TEXT


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    """The office's own colour is kept wherever it can be."""
    assert legible("#1d4f91", "#ffffff", "#f4f6fa") == "#1d4f91"


def test_a_pale_colour_keeps_its_hue_when_it_gets_darker() -> None:
    """A yellow becomes a dark yellow, not a grey."""
    darker = legible("#ffd700", "#ffffff")
    red, green, blue = darker[1:3], darker[3:5], darker[5:7]
    assert red > green > blue == "00"


def test_the_better_end_is_taken_where_nothing_is_enough() -> None:
    """On black, white and grey at once nothing can be read: the least bad is chosen."""
    assert legible("#808080", "#808080", "#000000", "#ffffff") in {"#000000", "#ffffff"}


def _weakest(scheme: Scheme) -> float:
    grounds = (scheme.ground, scheme.paper, scheme.tint)
    words = (scheme.ink, scheme.muted, scheme.accent)
    return min(
        contrast(scheme.on_fill, scheme.fill),
        *(contrast(word, ground) for word in words for ground in grounds),
    )


@given(colours)
def test_both_schemes_can_be_read_whatever_the_primary_colour(primary: str) -> None:
    """WCAG 2.2 AA, in the light and in the dark, for every office."""
    chosen = Colours(primary=primary)
    assert min(_weakest(light_scheme(chosen)), _weakest(dark_scheme(chosen))) >= TEXT


@given(colours)
def test_links_in_the_dark_are_comfortable_to_read(primary: str) -> None:
    """Coloured words on a dark ground swim before the eyes at a contrast of 4.5."""
    scheme = dark_scheme(Colours(primary=primary))
    assert contrast(scheme.accent, scheme.paper) >= COMFORTABLE


def test_an_office_may_choose_light_words_on_a_dark_ground() -> None:
    """Everything else follows from the three colours, whichever way round they are."""
    scheme = light_scheme(Colours(primary="#1d4f91", text="#f0f0f0", background="#101010"))
    assert _weakest(scheme) >= TEXT
    assert scheme.paper == "#101010"


def test_a_look_that_nobody_can_read_is_refused_with_a_reason() -> None:
    """The text of a whole newsletter in pale grey is a mistake in office.yaml."""
    message = (
        "the text colour #999999 can hardly be read on #ffffff: their contrast is 2.8, and "
        "people need 4.5"
    )
    assert look_problem(Colours()) is None
    assert look_problem(Colours(text="#999999")) == (
        message,
        "Choose a darker colour for the text or a lighter one for the background.",
    )
