"""Break each rule about links once, and keep it once: a false alarm is a defect."""

from __future__ import annotations

import pytest

from newsletter.checks import rules
from newsletter.checks.reader import Link, links
from newsletter.online import RULES as ASKED
from tests.checks.materials import BODY_LINE, material, spots
from tests.offices import OFFICE

OWN = "https://update.example.org/2019-02-18/"

BROKEN = [
    ("link-insecure", "[A](http://example.com/a)"),
    ("link-private", "[A](http://localhost/a)"),
    ("link-private", "[A](http://127.0.0.1:8000/a)"),
    ("link-private", "[A](https://staging.example.org/a)"),
    ("link-private", "[A](https://example.com/a?preview=true)"),
    ("link-private", "[A](https://intranet.local/a)"),
    ("link-private", "[A](https://192.168.0.7/a)"),
    ("link-odd", "[A](https://example.com/a.)"),
    ("link-odd", "[A](https://www.www.example.com/a)"),
    ("link-odd", "[A](https://example.com/ahttps://example.com/b)"),
    ("link-odd", "[A](https://example.com/a%20)"),
    ("link-odd", "[A](https://example.com,/a)"),
    ("link-wrapped", "[A](https://urldefense.com/v3/__https:/a.b__)"),
    ("link-wrapped", "[A](https://www.google.co.uk/url?q=https://example.com)"),
    ("mailto", "[A](mailto:a..b@example.com)"),
    ("mailto", "[A](mailto:a@example.com?subject=B?body=C)"),
    ("mailto", "[A](mailto:a@example.com?topic=B)"),
    ("telephone", "[A](tel:+4401632960123)"),
    ("telephone", "[A](tel:0163296)"),
    ("telephone", "[A](tel:+1555)"),
    ("link-says-otherwise", "[example.com](https://example.net/a)"),
    ("link-says-otherwise", "[https://a.example.com/b](https://b.example.com/b)"),
    ("link-says-otherwise", "[a@example.com](mailto:b@example.com)"),
    ("link-says-otherwise", "[01632 960123](tel:+441632960124)"),
    ("anchor-missing", f"[A]({OWN}#hospital)"),
]

KEPT = [
    ("link-insecure", "[A](https://example.com/a) and [B](http://localhost/b)"),
    (
        "link-private",
        "[A](https://preview.example.com/a) [B](https://devon.example.org/?preview=1)",
    ),
    ("link-private", "[A](https://8.8.8.8/a)"),
    ("link-odd", "[A](https://example.com/a_(b)) [B](https://a.example/web/https://b.example)"),
    ("link-wrapped", "[A](https://www.google.co.uk/maps) [B](https://www.facebook.com/a)"),
    ("mailto", "[A](mailto:a@example.com,b@example.com?subject=A%20b&cc=c@example.com)"),
    ("telephone", "[A](tel:01632960123) [B](tel:+44-1632-960123) [C](tel:999) [D](tel:116123)"),
    ("telephone", "[A](tel:+35312345678) [B](tel:0800111111) [C](tel:1800101632960123)"),
    ("link-says-otherwise", "[example.com](https://www.example.com/a) <https://example.com/b>"),
    ("link-says-otherwise", "[a@example.com](mailto:A@example.com) [Ring us](tel:01632960123)"),
    ("link-says-otherwise", "[(01632) 960 123](tel:+441632960123) [the plan](https://a.example)"),
    ("anchor-missing", f"[A]({OWN}#reasons) [B](https://example.com/#c) [D]({OWN})"),
]


@pytest.mark.parametrize(("code", "body"), BROKEN)
def test_what_breaks_a_rule_is_named_with_its_line(code: str, body: str) -> None:
    """A newcomer has to find the place."""
    (spot,) = spots(code, material(body))
    assert (spot.file, spot.line) == ("issue.md", BODY_LINE)
    assert spot.hint


@pytest.mark.parametrize(("code", "body"), KEPT)
def test_what_keeps_a_rule_is_left_alone(code: str, body: str) -> None:
    """A check that cries wolf is soon ignored."""
    web = '<h3 id="reasons">Five reasons</h3>'
    assert spots(code, material(body, parts=("", "", web))) == []


def test_an_anchor_of_a_template_needs_its_place() -> None:
    """A “skip to the content” that skips to nothing is worse than none."""
    page = '<a href="#main">Skip</a><a href="#top">Up</a><div id="main"></div>'
    (spot,) = spots("anchor-missing", material(parts=("", "", page)))
    assert (spot.file, spot.message) == (
        "templates/",
        "A link in the web page leads to “#top”, which is not there.",
    )


def test_the_links_of_an_office_are_looked_at_too() -> None:
    """They stand under every issue, where nobody tries them."""
    office = OFFICE.replace("https://update.example.org/privacy", "http://example.org/privacy")
    (spot,) = spots("link-insecure", material(office=office))
    assert (spot.file, spot.line) == ("office.yaml", None)


def test_every_link_of_an_issue_is_found_with_its_words_and_its_line() -> None:
    """Prose, pictures and each kind of block have links of their own."""
    body = """\
A [first](https://a.example/1)
and *[second](https://a.example/2)*, or <c@example.org>.

[![A bus](bus.png)](https://a.example/3)

```columns
items:
  - title: One
    text: See [the plan](https://a.example/4).
    url: https://a.example/5
    link: Read it
  - text: >-
      Two lines, and
      [a link](https://a.example/6) in the second.
```

```event
title: Meeting
register: https://a.example/7
date: 2019-03-30
```

```button
text: Press
url: tel:01632960123
```
"""
    office = [
        Link("https://update.example.org", "", None, "office.yaml"),
        Link("https://update.example.org/privacy", "", None, "office.yaml"),
        Link("https://a.example/@robin", "", None, "office.yaml"),
    ]
    text = f'{OFFICE}social: [{{network: mastodon, url: "https://a.example/@robin"}}]\n'
    expected = [
        ("https://a.example/1", "first", 0),
        ("https://a.example/2", "second", 1),
        ("mailto:c@example.org", "c@example.org", 1),
        ("https://a.example/3", "", 3),
        ("https://a.example/4", "the plan", 8),
        ("https://a.example/5", "Read it", 9),
        ("https://a.example/6", "a link", 13),
        ("https://a.example/7", "", 18),
        ("tel:01632960123", "Press", 24),
    ]
    assert list(links(material(body, office=text))) == [
        *(Link(url, words, BODY_LINE + line) for url, words, line in expected),
        *office,
    ]


def test_every_rule_about_links_has_a_case_that_breaks_it_and_one_that_keeps_it() -> None:
    """A rule without both is not known to work."""
    asked = {rule.code for rule in ASKED}
    codes = {rule.code for rule in rules() if rule.family == "links"} - asked
    assert codes == {code for code, _ in BROKEN} == {code for code, _ in KEPT}
