"""What Markdown says with signs, plain text says with lines and blanks."""

from __future__ import annotations

import pytest

from newsletter.authoring import prose
from newsletter.rendering.plain import link, passage_text, prose_text, words_text

CASES = {
    "paragraphs": ("One\ntwo.\n\nThree.", "One two.\n\nThree."),
    "emphasis": ("**Bold**, *italic* and `code`.", "Bold, italic and code."),
    "line ends": ("Robin\\\nAshcombe", "Robin\nAshcombe"),
    "headings": (
        "## Two\n\n### Three\n\n#### Four\n\n##### Five",
        "Two\n---\n\nThree\n~~~~~\n\nFour\n....\n\nFive\n....",
    ),
    "close lists": ("- a\n- b\n  - c\n  - d\n- e", "* a\n* b\n  * c\n  * d\n* e"),
    "open lists": ("- a\n\n  more\n\n- b", "* a\n\n  more\n\n* b"),
    "long items": (
        "- " + "word " * 16,
        "* " + ("word " * 14).strip() + "\n  word word",
    ),
    "numbered lists": (
        "9. nine\n10. ten\n    - within",
        " 9. nine\n10. ten\n    * within",
    ),
    "an item with nothing in it": ("- a\n-\n- b", "* a\n*\n* b"),
    "a list at once in a list": ("- - a\n  - b", "* * a\n  * b"),
    "quotations": ("> one\n>\n> two\n> > three", "> one\n>\n> two\n>\n> > three"),
    "rules": ("a\n\n---\n\nb", "a\n\n--------------------\n\nb"),
    "fenced code": ("```\na  <b>\n\n  c\n```", "    a  <b>\n\n      c"),
    "indented code": ("    a\n    b", "    a\n    b"),
    "tables": (
        "| Ward | Calls |\n|---|--:|\n| **Ŵyn** | 7 |",
        "Ward   Calls\n----   -----\nŴyn        7",
    ),
    "links": (
        "[The report](https://example.org/a?b=c&d=e).",
        "The report <https://example.org/a?b=c&d=e>.",
    ),
    "links within emphasis": ("**[a](https://example.org)**", "a <https://example.org>"),
    "bare addresses": ("See https://example.org/a.", "See https://example.org/a."),
    "addresses with letters of other alphabets": (
        "https://example.org/ŵyn",
        "https://example.org/%C5%B5yn",
    ),
    "email addresses": ("Write to robin@example.org.", "Write to robin@example.org."),
    "linked email addresses": (
        "[Write to me](mailto:robin@example.org)",
        "Write to me <robin@example.org>",
    ),
    "email addresses with a subject": (
        "[Write](mailto:robin@example.org?subject=Trains)",
        "Write <mailto:robin@example.org?subject=Trains>",
    ),
    "telephone numbers": ("[Ring us](tel:+441632960123)", "Ring us <01632 960123>"),
    "telephone numbers spelt out": ("[01632 960123](tel:01632960123)", "01632 960123"),
    "signs that are no markup": ("1 \\* 2 &amp; <b> -- “a”", "1 * 2 & <b> -- “a”"),
    "letters that run right to left": ("**سلام** عليكم", "سلام عليكم"),
    "pictures": ("![A dark lift](lift.png)", "[Picture: A dark lift]"),
}


@pytest.mark.parametrize("case", CASES)
def test_markdown_becomes_text_without_signs(case: str) -> None:
    """The text part is read as it stands, and read aloud."""
    written, shown = CASES[case]

    assert prose_text(written) == shown


def test_what_is_set_in_has_the_less_room() -> None:
    """Nothing but an address is wider than the mail."""
    assert prose_text("> - one two three four five", 24) == ("> * one two three four\n>   five")


def test_a_passage_of_tokens_is_written_as_its_text_is() -> None:
    """Blocks hold texts, and issues tokens."""
    assert passage_text(prose.read("a *b*")) == prose_text("a *b*") == "a b"


def test_a_title_stands_on_one_line_with_its_links() -> None:
    """It is wrapped where it is underlined."""
    tokens = prose.read("A [plan](https://example.org)\\\nfor *us*\n===")[1].children or []

    assert words_text(tokens) == "A plan <https://example.org> for us"


def test_an_address_that_says_itself_is_said_once() -> None:
    """Twice the same address is noise, above all when read aloud."""
    assert link("robin@example.org", "mailto:robin@example.org") == "robin@example.org"
    assert link("+44 1632 960123", "tel:+441632960123") == "+44 1632 960123"
    assert link("01632 960123", "tel:+441632960123") == "01632 960123"
    assert link("https://example.org/", "https://example.org/") == "https://example.org/"
    assert link("our site", "https://example.org/") == "our site <https://example.org/>"
