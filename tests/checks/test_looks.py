"""How words look is worked out as browsers do it, as far as reading depends on it."""

from __future__ import annotations

import pytest

from newsletter.checks.looks import Look, Scheme, runs, visible, visible_on_page
from newsletter.checks.stylesheet import Declaration, declarations, rules
from newsletter.checks.values import colour, length, mixed_ground, with_variables


def look(markup: str, scheme: Scheme = Scheme.LIGHT) -> Look:
    """Return the look of the last words."""
    return runs(markup, scheme)[-1].look


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("#1D4F91", "#1d4f91"),
        ("#fff", "#ffffff"),
        ("#00000080", "#7f7f7f"),
        ("rgb(0, 128, 255)", "#0080ff"),
        ("rgba(0,0,0,.5)", "#808080"),
        ("rgb(0 0 0 / 50%)", "#808080"),
        ("rebeccapurple", "#663399"),
        ("transparent", "#ffffff"),
        ("inherit", "#ffffff"),
        ("oklch(70% 0.1 200)", None),
        ("#12345", None),
    ],
)
def test_colours_are_read(written: str, expected: str | None) -> None:
    """What is unknown is nobody's fault, and is reported by nobody."""
    assert colour(written, "#ffffff") == expected


def test_a_see_through_colour_over_something_unknown_is_unknown() -> None:
    """A measurement would be a guess."""
    assert colour("#00000080", None) is None


@pytest.mark.parametrize(
    ("written", "pixels"),
    [
        ("12px", 12),
        ("9pt", 12),
        ("1.5em", 30),
        ("1rem", 16),
        ("80%", 16),
        ("small", 13),
        ("larger", 24),
        ("smaller", 20 / 1.2),
        ("clamp(1.9rem, 2vw, 3rem)", 30.4),
        ("calc(1px + 1em)", None),
    ],
)
def test_lengths_are_read(written: str, pixels: float | None) -> None:
    """Around it the words are 20 pixels high."""
    assert length(written, 20) == pytest.approx(pixels)


@pytest.mark.parametrize(
    ("values", "ground"),
    [
        ({"background": "none"}, "#ffffff"),
        ({"background": "#000 "}, "#000000"),
        ({"background": "url(a.png) #000"}, None),
        ({"background-image": "url(a.png)"}, None),
        ({"background-color": "#000", "background": "#111"}, "#000000"),
        ({}, "#ffffff"),
    ],
)
def test_what_lies_behind_words(values: dict[str, str], ground: str | None) -> None:
    """A picture behind them cannot be measured."""
    assert mixed_ground(values, "#ffffff") == ground


def test_variables_are_filled_in_with_their_fallbacks() -> None:
    """Some stand in one another; a circle ends."""
    known = {"--a": "var(--b)", "--b": "#111", "--c": "var(--c)"}
    assert with_variables("var(--a)", known) == "#111"
    assert with_variables("var(--none, #222)", known) == "#222"
    assert with_variables("var(--c)", known) == "var(--c)"


def test_declarations_are_read_with_their_importance() -> None:
    """A semicolon within brackets or quotation marks ends nothing."""
    written = "color: red !important; background:url(data:a;b); /* x: y; */ font-family:'a;b'"
    assert declarations(written) == (
        Declaration("color", "red", is_important=True),
        Declaration("background", "url(data:a;b)"),
        Declaration("font-family", "'a;b'"),
    )


def test_rules_are_read_with_the_scheme_they_hold_in() -> None:
    """Paper and certain widths are left out; what is broken breaks nothing."""
    css = """
      @import url(a.css);
      p, li { color: red } /* } */
      @media print { p { color: black } }
      @media (max-width: 9px) { p { color: black } }
      @media (prefers-color-scheme: dark) { @supports (color: red) { a:not(.b, .c) { color: blue } } }
      @font-face { font-family: x }
      b { color: green
    """
    found = [(rule.selector, rule.declarations[0].value, rule.when.value) for rule in rules(css)]
    assert found == [
        ("p", "red", "always"),
        ("li", "red", "always"),
        ("a:not(.b, .c)", "blue", "dark"),
        ("b", "green", "always"),
    ]


@pytest.mark.parametrize(
    ("css", "style", "ink"),
    [
        ("p { color: red }", "", "#ff0000"),
        ("p { color: red }", "color: blue", "#0000ff"),
        ("p { color: red !important }", "color: blue", "#ff0000"),
        ("p { color: red !important }", "color: blue !important", "#0000ff"),
        (".a { color: red } p { color: blue }", "", "#ff0000"),
        ("#i { color: red } .a.b[title] { color: blue }", "", "#ff0000"),
        ("p { color: red } p { color: blue }", "", "#0000ff"),
        ("p:hover { color: red } p::before { color: red }", "", "#000000"),
        ("p:nonsense( { color: red }", "", "#000000"),
        ("@media (prefers-color-scheme: dark) { p { color: red } }", "", "#000000"),
        ("@media (prefers-color-scheme: light) { p { color: red } }", "", "#ff0000"),
    ],
)
def test_the_cascade_decides(css: str, style: str, ink: str) -> None:
    """Importance, then what is inline, then what is more special, then what comes last."""
    markup = f'<style>{css}</style><p id="i" class="a b" title="t" style="{style}">Words</p>'
    assert look(markup).ink == ink


def test_a_program_without_style_blocks_sees_what_is_inline() -> None:
    """Some views of Gmail are such programs."""
    markup = '<style>p { color: red }</style><p style="color:blue">Words</p>'
    assert look(markup, Scheme.INLINE).ink == "#0000ff"
    assert look(markup.replace(' style="color:blue"', ""), Scheme.INLINE).ink == "#000000"


def test_looks_are_inherited_and_links_are_blue() -> None:
    """Until somebody says otherwise."""
    markup = '<table bgcolor="#eeeeee"><tr><td style="font-size:20px"><a href="x"><b>Words</b></a>'
    assert look(markup) == Look(ink="#0000ee", ground="#eeeeee", size=20, is_bold=True)
    assert look('<h1 style="font-weight:400">Words</h1>') == Look(size=32)
    assert look('<p style="font:700 14px/2 serif;font-weight:700">Words</p>').size == 14
    assert look('<p style="font:inherit">Words</p>').size == 16


def test_shorthands_take_back_what_they_hold() -> None:
    """`background` in a style block makes an end of an earlier background-color."""
    markup = (
        "<style>p { background: #111 !important }</style>"
        '<p style="background-color:#fff">Words</p>'
    )
    assert look(markup).ground == "#111111"


def test_what_is_hidden_is_not_visible() -> None:
    """Neither is a title, a comment or a style block."""
    markup = (
        "<html><head><title>T</title><style>.h { display: none }</style></head><body>Seen"
        "<!-- C --> too<p hidden>A</p><p style='visibility:hidden'>B</p><p class='h'>D</p></body>"
    )
    assert visible(markup) == "Seen too D"
    assert visible_on_page(markup) == "Seen too"
    assert visible("") == ""


def test_a_page_is_darkened_only_if_it_says_that_it_can_bear_it() -> None:
    """A mail program leaves the others as they are, or recolours them in its own way."""
    plain = '<p><a href="x">Words</a></p>'
    ready = f'<meta name="color-scheme" content="light dark">{plain}'
    assert look(plain, Scheme.DARK).ground == "#ffffff"
    assert look(ready).ground == "#ffffff"
    dark = look(ready, Scheme.DARK)
    assert (dark.ink, dark.ground) == ("#9e9eff", "#121212")
