"""Other people's words are shown as they are, whatever signs they hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.authoring import prose
from newsletter.authoring.yaml import read_mapping
from newsletter.drafting.quoting import line, link, literal, markdown, shorten, tidy


def shown(text: str) -> list[str]:
    """Return the words of each paragraph or entry that a reader of the Markdown sees."""
    tokens = prose.read(text)
    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} <= {
        "paragraph",
        "inline",
        "bullet_list",
        "list_item",
    }
    return [prose.plain([token], line_end="\n") for token in tokens if token.type == "inline"]


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("It costs £5*, [sic] and `ls` | more", r"It costs £5\*, \[sic\] and \`ls\` \| more"),
        ("snake_case stays, _this_ does not", r"snake_case stays, \_this\_ does not"),
        ("1 < 2 <b>bold</b> M&S &amp; Sons", r"1 < 2 \<b>bold\</b> M&S \&amp; Sons"),
        ("# No heading", r"\# No heading"),
        ("> no quotation", r"\> no quotation"),
        ("+ no list", r"\+ no list"),
        ("---", r"\---"),
        ("2019. That was the year", r"2019\. That was the year"),
        ("2019 was the year", "2019 was the year"),
        ("-5 degrees", "-5 degrees"),
        ("See https://example.org/a_b_(c).", "See <https://example.org/a_b_(c)>."),
        ("Write to a_b@example.org, please", "Write to <a_b@example.org>, please"),
        ("A bad https://user@example.org/a*b", "A bad `https://user@example.org/a*b`"),
        ("(see https://example.org/x)", "(see <https://example.org/x>)"),
    ],
)
def test_signs_are_words(words: str, written: str) -> None:
    """In Markdown they would be emphasis, links, lists and so on."""
    assert markdown(words) == written
    assert shown(written) == [words]


def test_paragraphs_and_lists_stay() -> None:
    """A minister's answer has both."""
    text = "First:\n\n- *one*\n- two\n\n\n\nLast.\n"
    assert markdown(text) == "First:\n\n- \\*one\\*\n- two\n\nLast."
    assert shown(markdown(text)) == ["First:", "*one*", "two", "Last."]
    assert markdown(" \n ") == ""
    assert markdown("One\n\x07\ntwo") == "One\ntwo"


@example("- a *b*")
@given(st.text(alphabet=st.sampled_from("ab1 .)-+*_#>`|[]()!&;<=~\\\t:/@'\"“”…\x00\u2028é")))
def test_no_text_at_all_becomes_anything_but_its_words(text: str) -> None:
    """Whatever Parliament's services send next year."""
    words = tidy(text)
    if words.startswith("- "):
        words = words[2:].strip()
    told = " ".join(shown(markdown(text)))
    assert re.sub(r"\s", "", told) == re.sub(r"\s", "", words)


@given(st.text())
def test_a_literal_is_read_back_by_yaml(text: str) -> None:
    """Nothing in it ends the value, or the block it stands in."""
    written = markdown(text)
    read, findings = read_mapping(f"a: {literal(written, 4)}\nb: end\n", file="issue.md")
    assert (read and dict(read.data)) == {"a": written, "b": "end"}, findings
    assert not re.search(r"^\s*```", literal(written, 4), re.MULTILINE)


def test_what_is_ours_alone_or_cannot_be_seen_is_left_out() -> None:
    """A tag of ours would be refused, and a control character, too."""
    assert tidy("a\x07b  -nl_first_name- c\u2028d\n e") == "a b c d e"


def test_what_is_too_long_is_cut_between_sentences_or_words() -> None:
    """And shows that it was."""
    assert shorten("One two. Three four five.", 40) == "One two. Three four five."
    assert shorten("One two. Three four five.", 16) == "One two. …"
    assert shorten("One two three four five six.", 20) == "One two three …"
    assert shorten("x" * 30, 10) == f"{'x' * 8} …"
    assert len(line("word " * 200)) <= 500


@pytest.mark.parametrize(
    ("words", "url", "written"),
    [
        ("A [b]", "https://example.org/c", r"[A \[b\]](https://example.org/c)"),
        ("A", "https://example.org/(c)", "[A](<https://example.org/(c)>)"),
        ("A*", "javascript:alert(1)", r"A\*"),
        ("A", "https://example.org/a b", "A"),
    ],
)
def test_a_link_leads_somewhere_or_is_none(words: str, url: str, written: str) -> None:
    """An address that no email may hold would stop the whole issue."""
    assert link(words, url) == written
