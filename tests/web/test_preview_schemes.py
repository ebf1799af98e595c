"""A page is shown as one colour scheme would show it."""

from __future__ import annotations

import pytest

from newsletter.web.preview.schemes import Scheme, emulate

CSS = """<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){p{color:#fff}}
@media screen and ( prefers-color-scheme : LIGHT ){p{color:#000}}
</style>"""


def test_the_question_is_answered_as_somebody_in_the_dark_would() -> None:
    """A condition that always holds, and one that never does."""
    assert emulate(CSS, Scheme.DARK) == (
        "<style>\n"
        ":root{color-scheme:dark;supported-color-schemes:dark}\n"
        "@media (min-width:0){p{color:#fff}}\n"
        "@media screen and (max-width:0){p{color:#000}}\n"
        "</style>"
    )


def test_the_question_is_answered_as_somebody_in_the_light_would() -> None:
    """Also where this machine itself is dark."""
    assert emulate(CSS, Scheme.LIGHT) == (
        "<style>\n"
        ":root{color-scheme:light;supported-color-schemes:light}\n"
        "@media (max-width:0){p{color:#fff}}\n"
        "@media screen and (min-width:0){p{color:#000}}\n"
        "</style>"
    )


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        (
            '<source media="(prefers-color-scheme: dark)" srcset="night.png">',
            '<source media="(min-width:0)" srcset="night.png">',
        ),
        (
            '<style media="(prefers-color-scheme: light)">p{}</style>',
            '<style media="(max-width:0)">p{}</style>',
        ),
        (
            '<meta name="color-scheme" content="light dark">',
            '<meta name="color-scheme" content="dark">',
        ),
        (
            "<meta name='supported-color-schemes' content='light dark'>",
            "<meta name='supported-color-schemes' content=\"dark\">",
        ),
    ],
)
def test_attributes_are_answered_too(written: str, seen: str) -> None:
    """A logo for the night, and the canvas behind everything."""
    assert emulate(written, Scheme.DARK) == seen


@pytest.mark.parametrize("scheme", list(Scheme))
def test_words_stay_as_they_are(scheme: Scheme) -> None:
    """An issue may be about style sheets."""
    words = "<p>Ask (prefers-color-scheme: dark), or color-scheme: light dark.</p>"
    assert emulate(words, scheme) == words
