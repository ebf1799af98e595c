"""Mail programs show all of an issue, and understand how it is written."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.checks.clients import support, unsupported
from newsletter.checks.registry import Material, Spot
from tests.checks.editions import DAYS, sample, with_parts, without
from tests.checks.materials import BODY_LINE, material, spots

CODES = (
    "too-long-for-gmail",
    "nearly-too-long-for-gmail",
    "style-dropped-by-gmail",
    "client-support",
    "text-lacks-words",
    "text-lacks-link",
    "text-has-markup",
)


def email(markup: str) -> Material:
    return with_parts(material(), html=markup)


@pytest.mark.parametrize("day", DAYS)
def test_the_samples_suit_all_programs(day: str) -> None:
    """No false alarm."""
    assert {code: spots(code, sample(day)) for code in CODES} == {code: [] for code in CODES}


@pytest.mark.parametrize(
    ("length", "found"),
    [
        (89_999, []),
        (90_000, ["nearly-too-long-for-gmail"]),
        (101_999, ["nearly-too-long-for-gmail"]),
        (102_000, ["too-long-for-gmail"]),
    ],
)
def test_gmail_cuts_at_102_kb(length: int, found: list[str]) -> None:
    """With the end go the imprint and the way to leave. Bytes count, not characters."""
    looked_at = email("é" * (length // 2) + "e" * (length % 2))
    assert [code for code in CODES[:2] if spots(code, looked_at)] == found


@pytest.mark.parametrize(
    ("css", "count"),
    [
        ("p{color:#111}" * 1300, 1),
        ("@media screen { @media (max-width: 9px) { p { color: red } } }", 1),
        ("@media screen { p { color: red } } @media print { p { color: red } }", 0),
        ("} p { color: red }", 0),
    ],
)
def test_gmail_drops_long_and_nested_styles(css: str, count: int) -> None:
    """The dark scheme would go with them."""
    assert len(spots("style-dropped-by-gmail", email(f"<style>{css}</style>"))) == count


def test_the_data_say_whose_they_are_and_how_old() -> None:
    """They are somebody else's work, under a licence that asks to be kept with them."""
    data = support()
    assert data["licence"]["name"] == "MIT"
    assert data["licence"]["holder"] == "Copyright (c) 2019 HTeuMeuLeu"
    assert date.fromisoformat(data["updated"]) >= date(2025, 9, 9)
    assert unsupported("css-display-flex") == ["Outlook on Windows"]


@pytest.mark.parametrize(
    ("markup", "message"),
    [
        (
            "<video></video>",
            "Outlook on Windows, Gmail and Yahoo Mail do not support “<video>”: nothing can be seen.",
        ),
        (
            '<div style="display:flex">A</div>',
            (
                "Outlook on Windows does not support “display: flex”: parts stand over one another "
                "instead of side by side."
            ),
        ),
        (
            '<p style="color:var(--ink)">A</p>',
            (
                "Outlook on Windows, Gmail and Yahoo Mail do not support “var()”: colours and sizes "
                "are ignored."
            ),
        ),
        (
            '<p style="background:url(a.png)">A</p>',
            "Outlook on Windows does not support “url()”: words on it may be illegible.",
        ),
        (
            '<p style="position:absolute">A</p>',
            (
                "Outlook on Windows and Gmail do not support “position”: parts lie over one another "
                "or elsewhere."
            ),
        ),
        (
            '<p style="width:calc(100% - 2rem)">A</p>',
            "Outlook on Windows and Yahoo Mail do not support “calc()”: sizes and gaps are ignored.",
        ),
    ],
)
def test_what_a_reader_would_miss_is_told(markup: str, message: str) -> None:
    """By name of the program, with what is lost."""
    assert spots("client-support", email(markup))[0].message == message


def test_a_feature_is_told_once_with_where_to_read_on() -> None:
    """A template repeats itself."""
    found = spots("client-support", email("<video></video><video></video>"))
    assert found[0].hint == (
        "A video block links to the film instead. See https://www.caniemail.com/features/html-video/"
    )
    assert len(found) == 1


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="border-radius:6px;box-shadow:0 0 2px #000">A</p>',
        '<p style="mso-padding-alt:0;-webkit-text-size-adjust:100%">A</p>',
        '<p style="position:relative;float:none;background-image:none">A</p>',
        "<style>p { display: flex; width: calc(1rem) }</style><p>A</p>",
        "<!--[if mso]><video></video><![endif]--><p>A</p>",
        '<p style="max-width:600px">A</p>',
    ],
)
def test_what_merely_looks_plainer_is_left_alone(markup: str) -> None:
    """An email reads as well with square corners."""
    assert spots("client-support", email(markup)) == []


def test_the_text_says_what_the_html_says() -> None:
    """Whoever reads the text is owed every sentence."""
    sentence = "On Friday 21 December 2018 the lift"
    text = without(sample().edition.text, sentence)
    line = next(n for n, said in enumerate(sample().source.split("\n"), 1) if sentence in said)
    assert spots("text-lacks-words", with_parts(sample(), text=text)) == [
        Spot(
            "The plain text lacks “On Friday 21 December 2018 the lift to platform 2 at Ashcom…”.",
            "Compare email.txt.j2 and blocks.txt.j2 with the templates of the HTML.",
            "issue.md",
            line,
        )
    ]


def test_a_tag_that_was_typed_is_not_missed() -> None:
    """It stands in both parts, as it was written."""
    body = "We <b>won</b> the vote.\n\n<script>alert(1)</script>"
    looked_at = with_parts(
        material(body),
        html="<p>We &lt;b&gt;won&lt;/b&gt; the vote.</p><p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        text="We <b>won</b> the vote.\n\n<script>alert(1)</script>\n\nLeave <-nl_unsubscribe_text->",
    )
    assert spots("text-lacks-words", looked_at) == []


def test_what_neither_part_shows_is_not_missed() -> None:
    """The note of an event that is past is shown nowhere."""
    looked_at = with_parts(material("A sentence that is long."), html="<p>Other</p>", text="Other")
    assert spots("text-lacks-words", looked_at) == []


def test_the_text_has_the_links() -> None:
    """A link nobody can follow is none."""
    links = (
        '<a href="https://example.org/a%20b">A</a><a href="https://example.org/c">C</a>'
        '<a href="mailto:robin@example.org">Write</a><a href="tel:+441632960123">Ring</a>'
        '<a href="#top">Up</a><a href="https://wa.me/?text=x">Share</a>'
        '<a href="-nl_unsubscribe_html-">Leave</a><a name="x">X</a>'
    )
    text = "https://example.org/a b, robin@example.org, 01632 960123"
    assert spots("text-lacks-link", with_parts(material(), html=links, text=text)) == [
        Spot(
            "The plain text lacks the link to https://example.org/c.",
            "Write it in blocks.txt.j2 or email.txt.j2 with the filter “link”.",
            "templates/",
        )
    ]


@pytest.mark.parametrize(
    ("text", "body", "found"),
    [
        ("Fish &amp; chips", "", [("The plain text shows “&amp;” to its readers.", None)]),
        ("A <br> B", "A \\<br> B", [("The plain text shows “<br>” to its readers.", BODY_LINE)]),
        ("Fish & chips <https://example.org/a>; a < b", "", []),
    ],
)
def test_the_text_is_plain(text: str, body: str, found: list[tuple[str, int | None]]) -> None:
    """A tag is shown as it stands there."""
    looked_at = with_parts(material(body), text=text)
    assert [(spot.message, spot.line) for spot in spots("text-has-markup", looked_at)] == found
