"""Prose becomes HTML that says all it means, and nothing a writer typed is markup."""

from __future__ import annotations

import pytest

from newsletter.authoring import prose
from newsletter.rendering.html import passage_html, prose_html, words_html

ARABIC = "سلام"


def test_nothing_typed_is_markup() -> None:
    """A newsletter is mailed to strangers by a member of Parliament."""
    assert prose_html('<b onclick="x">a</b> & `<i>`') == (
        "<p>&lt;b onclick=&quot;x&quot;&gt;a&lt;/b&gt; &amp; <code>&lt;i&gt;</code></p>\n"
    )


def test_words_are_without_a_paragraph() -> None:
    """A title has a heading around it already."""
    tokens = prose.read("# A *good* [plan](https://example.org?a=1&b=2)")[1].children or []

    assert words_html(tokens) == (
        'A <em>good</em> <a href="https://example.org?a=1&amp;b=2">plan</a>'
    )


def test_line_breaks_are_those_of_html() -> None:
    """A slash in them is XML's."""
    assert prose_html("a\\\nb") == "<p>a<br>\nb</p>\n"


def test_the_heads_of_a_table_say_what_they_head() -> None:
    """A screen reader then names the column with each cell (WCAG technique H63)."""
    assert prose_html("| a | b |\n|---|--:|\n| 1 | 2 |") == (
        "<table>\n<thead>\n<tr>\n"
        '<th scope="col">a</th>\n'
        '<th style="text-align:right" scope="col">b</th>\n'
        "</tr>\n</thead>\n<tbody>\n<tr>\n"
        "<td>1</td>\n"
        '<td style="text-align:right">2</td>\n'
        "</tr>\n</tbody>\n</table>\n"
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"1, {ARABIC}", f'<p dir="rtl">1, {ARABIC}</p>\n'),
        ("שלום", '<p dir="rtl">שלום</p>\n'),
        (f"Salaam, or {ARABIC}", f"<p>Salaam, or {ARABIC}</p>\n"),
        ("123", "<p>123</p>\n"),
        (f"## {ARABIC}", f'<h2 dir="rtl">{ARABIC}</h2>\n'),
        (
            f"- {ARABIC}\n- two",
            f'<ul dir="rtl">\n<li>{ARABIC}</li>\n<li>two</li>\n</ul>\n',
        ),
        (
            f"> {ARABIC}\n>\n> two\n>\n> {ARABIC}",
            (
                f'<blockquote dir="rtl">\n<p>{ARABIC}</p>\n<p dir="ltr">two</p>\n'
                f"<p>{ARABIC}</p>\n</blockquote>\n"
            ),
        ),
        (f"one\n\n{ARABIC}\n\ntwo", f'<p>one</p>\n<p dir="rtl">{ARABIC}</p>\n<p>two</p>\n'),
    ],
)
def test_what_runs_right_to_left_says_so(written: str, shown: str) -> None:
    """Else its full stop stands at the wrong end. Numbers have no direction of their own."""
    assert prose_html(written) == shown


def test_writing_twice_gives_the_same() -> None:
    """The tokens of an issue are written for the email and for the page."""
    tokens = prose.read(f"{ARABIC}\n\n| a |\n|---|\n| b |")

    assert passage_html(tokens) == passage_html(tokens)
