"""Our style sheet moves into the elements; all that MJML wrote stays as it is."""

from __future__ import annotations

from newsletter.rendering.inline import inline_styles

PAGE = (
    "<!doctype html>\n<html><head><title>T</title>"
    '<style type="text/css">@media only screen { .a { color: red !important } }</style>'
    "</head><body>"
    "<!--[if mso]><table><tr><td><![endif]-->"
    '<p class="a" align="left">One &amp; two</p>'
    "<!--[if mso]></td></tr></table><![endif]-->"
    "</body></html>"
)
CSS = ".a { color: #1d4f91; margin: 0 } .b { color: red }"


def test_rules_become_style_attributes() -> None:
    """Many mail programs read no others."""
    assert '<p class="a" align="left" style="color:#1d4f91; margin:0">' in inline_styles(PAGE, CSS)


def test_what_is_in_style_stays_there_as_it_was() -> None:
    """Phones, dark mode and Outlook's repairs cannot be inlined."""
    found = inline_styles(PAGE, CSS)
    assert "@media only screen { .a { color: red !important } }" in found
    assert found.count("<style") == 1
    assert "premailer" not in found


def test_comments_for_outlook_stay() -> None:
    """They are half of MJML's work."""
    found = inline_styles(PAGE, CSS)
    assert "<!--[if mso]><table><tr><td><![endif]-->" in found


def test_the_doctype_survives() -> None:
    """Without it mail is shown in quirks mode."""
    assert inline_styles(PAGE, CSS).startswith("<!DOCTYPE html>")


def test_tags_in_links_survive() -> None:
    """They are what each reader's own link takes the place of."""
    page = PAGE.replace("One", '<a href="https://e.example/-nl_unsubscribe_link-">One</a>')
    assert 'href="https://e.example/-nl_unsubscribe_link-"' in inline_styles(page, CSS)
