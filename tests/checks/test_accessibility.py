"""Everybody can read an issue: by eye, by ear, in daylight and in the dark."""

from __future__ import annotations

import pytest

from newsletter.checks.registry import Material, Spot
from tests.checks.editions import DAYS, sample, with_parts
from tests.checks.materials import BODY_LINE, material, spots

CODES = (
    "heading-order",
    "low-contrast",
    "text-too-small",
    "language-missing",
    "page-title-missing",
    "table-role",
    "alt-missing",
    "link-words",
)


def email(markup: str, *, body: str = "", web: str = "<h1>Your trains</h1>") -> Material:
    return with_parts(material(body), html=markup, web=web)


def messages(code: str, looked_at: Material) -> list[str]:
    return [spot.message for spot in spots(code, looked_at)]


@pytest.mark.parametrize("day", DAYS)
def test_the_samples_are_accessible(day: str) -> None:
    """No false alarm, in either scheme."""
    assert {code: spots(code, sample(day)) for code in CODES} == {code: [] for code in CODES}


def test_a_level_left_out_is_named_with_its_line() -> None:
    """Somebody who listens looks for the chapter in between; once is enough to say so."""
    markup = "<h1>Your trains</h1><h3>The <b>lift</b></h3>"
    found = spots("heading-order", email(markup, body="### The **lift**", web=markup))
    assert found == [
        Spot(
            "“The lift” is a heading of level 3 right after one of level 1.",
            "Write it with ##, or put one between them.",
            "issue.md",
            BODY_LINE,
        )
    ]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<h2>Trains</h2>", ["The email has 0 titles (h1) instead of one."]),
        ("<h1>A</h1><h1>B</h1>", ["The email has 2 titles (h1) instead of one."]),
        ("<h1>A</h1><h2>B</h2><h3>C</h3><h2>D</h2>", []),
    ],
)
def test_there_is_one_title(markup: str, found: list[str]) -> None:
    """It says what the page is."""
    assert messages("heading-order", email(markup)) == found


PALE = '<p style="color:#999999;background-color:#ffffff">Small print</p>'


def test_pale_words_are_quoted_for_each_scheme() -> None:
    """Without style blocks light and dark are the same; nothing repairs the second."""
    assert messages("low-contrast", email(PALE)) == [
        (
            "“Small print” is hard to read in the light scheme of the email: #999999 on #ffffff has a "
            "contrast of 2.8."
        ),
        (
            "“Small print” is hard to read in the dark scheme of the email: #999999 on #ffffff has a "
            "contrast of 2.8."
        ),
    ]


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color:#767676">Just enough</p>',
        '<h1 style="color:#8c8c8c;background:#fff">Large words</h1>',
        '<p style="color:#8c8c8c;background:#fff;font-size:19px;font-weight:700">Bold</p>',
        '<p style="color:#8c8c8c;background:#fff;font-size:24px">Large</p>',
        '<p style="color:#999;background-image:linear-gradient(red,blue)">Unknown</p>',
        '<p style="color:color-mix(in srgb, red, blue);background:#fff">Unknown</p>',
        '<p style="color:#fff;background:#fff;display:none">Hidden</p>',
        '<p style="color:#fff;background:#fff">·</p>',
    ],
)
def test_what_can_be_read_or_cannot_be_known_is_left_alone(markup: str) -> None:
    """Large words need less; behind a gradient nobody can measure."""
    light = [line for line in messages("low-contrast", email(markup)) if "light scheme" in line]
    assert light == []


def test_the_dark_scheme_is_measured_as_the_style_block_makes_it() -> None:
    """`!important` wins over what is inline; Outlook.com's own rules hold elsewhere."""
    markup = (
        "<style>@media (prefers-color-scheme: dark) { .p { background: #111 !important }"
        " .q { background: #111 !important; color: #eee !important } }"
        " [data-ogsb] .p { background: #fff !important }</style>"
        '<div style="background-color:#ffffff;color:#222222">'
        '<p class="p">Lost</p><p class="q">Found</p></div>'
    )
    assert messages("low-contrast", email(markup)) == [
        (
            "“Lost” is hard to read in the dark scheme of the email: #222222 on #111111 has a "
            "contrast of 1.2."
        )
    ]


def test_the_web_page_is_measured_with_its_variables() -> None:
    """Its colours stand in custom properties, and its sizes in rem."""
    web = (
        "<style>:root { --ink: #777777; --ground: #888888 } body { color: var(--ink);"
        " background: var(--ground); font: .6rem/1.5 serif }</style><h1>Your trains</h1>"
    )
    found = messages("low-contrast", email("<h1>A</h1>", web=web))
    assert found[0].startswith("“Your trains” is hard to read in the light scheme of the web page")
    small = email("<p>A</p>", web=f"{web}<p>Tiny words</p>")
    assert messages("text-too-small", small) == [
        "“Tiny words” is 9.6 pixels high in the web page."
    ]


def test_only_the_worst_colours_are_told() -> None:
    """Thirty findings of one kind help nobody."""
    markup = "".join(
        f'<p style="color:#9{digit}9999;background:#fff">Words</p>' for digit in range(9)
    )
    light = [line for line in messages("low-contrast", email(markup)) if "light scheme" in line]
    assert len(light) == 3


def test_small_words_are_found() -> None:
    """Hidden ones, such as the preheader, may be as small as they like."""
    markup = '<p style="font-size:1px;display:none">Hidden</p><p style="font-size:70%">Small</p>'
    assert messages("text-too-small", email(markup)) == [
        "“Small” is 11.2 pixels high in the email."
    ]


WRAPPER = '<div role="article" lang="en-GB" dir="ltr">Hello</div>'


@pytest.mark.parametrize(
    ("markup", "count"),
    [
        (f'<html lang="en-GB" dir="ltr"><body>{WRAPPER}</body></html>', 0),
        (f'<html lang="und" dir="auto"><body>{WRAPPER}</body></html>', 1),
        ('<html lang="en-GB" dir="ltr"><body><div>Hello</div></body></html>', 1),
        ("<html><body>Hello</body></html>", 2),
    ],
)
def test_the_language_is_named_twice(markup: str, count: int) -> None:
    """Some programs drop html, and with it the language."""
    web = '<html lang="en-GB"><body></body></html>'
    assert len(spots("language-missing", email(markup, web=web))) == count


def test_the_web_page_names_its_language() -> None:
    """A screen reader would guess."""
    assert "The web page does not name its language." in messages("language-missing", email(""))


def test_titles_say_what_the_page_is() -> None:
    """The email's is its subject."""
    web = "<html><head><title>Your trains</title></head></html>"
    subject = "Your trains and a vote that matters"
    right = f"<html><head><title>{subject}</title></head></html>"
    assert messages("page-title-missing", email(right, web=web)) == []
    assert messages("page-title-missing", email(web, web="<p>A</p>")) == [
        "The email has another title than its subject.",
        "The web page has no title.",
    ]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        (
            "<table><tr><td>Hello you</td></tr></table>",
            [
                (
                    "A table is neither marked as layout nor given headings, such as the one with "
                    "“Hello you”."
                )
            ],
        ),
        (
            "<table><tr><td>One</td></tr></table><table><tr><td>Two</td></tr></table>",
            [
                (
                    "2 tables are neither marked as layout nor given headings, such as the one with "
                    "“One”."
                )
            ],
        ),
        ('<table role="presentation"><tr><td>Hello</td></tr></table>', []),
        ('<table aria-hidden="true"><tr><td>Hello</td></tr></table>', []),
        ("<table><tr><th>Year</th></tr><tr><td>2019</td></tr></table>", []),
    ],
)
def test_tables_say_what_they_are(markup: str, found: list[str]) -> None:
    """A screen reader would announce rows and columns of nothing."""
    assert messages("table-role", email(markup)) == found


@pytest.mark.parametrize(
    ("markup", "count"),
    [
        ('<img src="a/b.png">', 1),
        ('<a href="https://example.org"><img src="b.png" alt=""></a>', 1),
        ('<a href="https://example.org"><img src="b.png" alt=""> Read it</a>', 0),
        ('<a href="https://example.org"><img src="b.png" alt="Read it"></a>', 0),
        ('<img src="b.png" alt="">', 0),
    ],
)
def test_pictures_have_words(markup: str, count: int) -> None:
    """One that only decorates has empty ones; one that is a link never has."""
    assert len(spots("alt-missing", email(markup))) == count


def test_links_can_be_told_apart() -> None:
    """In a list of links there is nothing around them."""
    markup = (
        '<a href="https://example.org/a">Read <b>more</b></a>'
        '<a href="https://example.org/b">Read more</a>'
        '<a href="https://example.org/c"></a><a name="here">Here</a>'
    )
    body = "[Read **more**](https://example.org/a)\n\n[Read more](https://example.org/b)"
    assert spots("link-words", email(markup, body=body)) == [
        Spot(
            "Two links are called “Read more” but lead to different places.",
            "Say in each where it leads, such as “Read the answer on lifts”.",
            "issue.md",
            BODY_LINE,
        ),
        Spot("The link to https://example.org/c has no words.", "Give it words.", "templates/"),
    ]


def test_the_same_link_twice_is_no_riddle() -> None:
    """The telephone number may stand at the top and at the end."""
    link = '<a href="tel:01632960123">01632 960123</a>'
    assert spots("link-words", email(link * 2)) == []
