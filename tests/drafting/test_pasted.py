"""What was pasted keeps every word, and what cannot be kept is told."""

from __future__ import annotations

import base64
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.authoring import prose
from newsletter.authoring.issue import parse_issue
from newsletter.drafting import pasted as pasted_module
from newsletter.drafting.pasted import from_html, from_text
from newsletter.drafting.skeleton import front_matter

PNG = base64.b64encode(b"a picture").decode()


def body(html: str) -> str:
    """Return the Markdown below a title."""
    markdown = from_html(f"<h1>T</h1>{html}").markdown
    return markdown.removeprefix("# T\n").strip()


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>Two&nbsp;&nbsp;words\n  here</p>", "Two words here"),
        ("<p>soft\u00adhyphen and\u200b space</p>", "softhyphen and space"),
        ("<p>•&nbsp;&nbsp;one</p><p>· two</p><p>– three</p>", "- one\n- two\n- three"),
        ("<p>These:<br>• one<br>• two</p>", "These:\\\n\n- one\n- two"),
        ("<p>\uf0b7\tone</p><p>After</p>", "- one\n\nAfter"),
        ("<ul><li>one<ul><li>in it</li></ul></li></ul>", "- one\n  - in it"),
        ("<p>5 * 3, a_b, [x], #1</p>", "5 \\* 3, a\\_b, \\[x\\], #1"),
        ("<p># no heading</p><p>1. no list</p>", "\\# no heading\n\n1\\. no list"),
        ("<p>Tom &amp; Jerry</p>", "Tom & Jerry"),
        ("<h1>Again</h1><h4>Deep</h4>", "## Again\n\n#### Deep"),
        ("<p><b>bold</b> and <em>not</em></p>", "**bold** and *not*"),
        ('<p><a href="https://example.org/a_b">here</a></p>', "[here](https://example.org/a_b)"),
        (
            "<table><tr><td>A</td><td>B</td></tr><tr><td>1</td><td>2</td></tr></table>",
            "| A | B |\n| --- | --- |\n| 1 | 2 |",
        ),
        ("<blockquote><p>Said</p></blockquote>", "> Said"),
    ],
)
def test_white_space_is_tidied_and_bullets_become_lists(html: str, markdown: str) -> None:
    """And what only looks like Markdown stays words."""
    assert body(html) == markdown


@pytest.mark.parametrize(
    "html",
    ["<p>No title</p>", "<p>Before</p><h2>A heading</h2>", "<ul><li><h2>In a list</h2></li></ul>"],
)
def test_a_title_is_asked_for_where_there_is_none(html: str) -> None:
    """Nothing is moved to make one."""
    assert from_html(html).markdown.startswith("# TODO: the title\n")


def test_the_title_is_the_first_subject() -> None:
    """With its signs as words."""
    assert from_html("<h2>Trains, *again* &amp; buses</h2>").title == "Trains, *again* & buses"


def test_plain_text_becomes_title_paragraphs_and_lists() -> None:
    """As it was typed into an email."""
    pasted = from_text("My title\r\n\r\nHello\r\nthere\r\n\r\n• one\r\n• two\r\n\r\n5 < 6 & 7")
    assert (
        pasted.markdown
        == "# My title\n\nHello\\\nthere\n\n- one\n- two\n\n5 < 6 & 7\n".replace("5 <", "5 \\<")
    )
    assert pasted.lost == ()
    assert from_text("One line").markdown == "# TODO: the title\n\nOne line\n"


WRAPPED = """My title

The lift at Ashcombe East has been out of order since January, and the
operator says that it will be mended by June. I have asked about pre- and
post-war lifts, and about the two-
year wait.

{}

Yours,
Robin
"""


@pytest.mark.parametrize(
    ("typed", "markdown"),
    [
        ("12 Example Row\nAshcombe", "12 Example Row\\\nAshcombe"),
        (
            (
                "- One point that goes on until the margin of the text, and then onto\n"
                "  a line of its own.\n- Two"
            ),
            (
                "- One point that goes on until the margin of the text, and then onto a line of its "
                "own.\n- Two"
            ),
        ),
        (
            "Roses that bloom on the platform of Ashcombe East,\nviolets too",
            "Roses that bloom on the platform of Ashcombe East,\\\nviolets too",
        ),
        (
            (
                "All of it is at\nhttps://example.org/a/very/long/address/that/is/longer/than/any/"
                "margin/of/the/text"
            ),
            (
                "All of it is at https://example.org/a/very/long/address/that/is/longer/than/any/"
                "margin/of/the/text"
            ),
        ),
    ],
)
def test_lines_that_a_margin_broke_are_joined_and_verses_keep_theirs(
    typed: str, markdown: str
) -> None:
    """Else each line of an email would end where its writer's window did."""
    made = from_text(WRAPPED.format(typed))
    assert made.markdown == (
        "# My title\n\nThe lift at Ashcombe East has been out of order since January, and the "
        "operator says that it will be mended by June. I have asked about pre- and post-war "
        f"lifts, and about the two-year wait.\n\n{markdown}\n\nYours,\\\nRobin\n"
    )
    assert made.lost == ()


def test_the_lines_of_a_timetable_are_as_long_and_still_its_own() -> None:
    """Each begins anew, with a capital letter."""
    lines = [
        "Monday 4 March, 10 am to noon: Ashcombe Library, 12 Example Row",
        "Tuesday 5 March, 2 pm to 4 pm: Trumpington Pavilion, Paget Road",
        "Friday 8 March, 10 am to noon: the Meadows Centre, St Catharine",
    ]
    assert from_text("T\n\n" + "\n".join(lines)).markdown == "# T\n\n" + "\\\n".join(lines) + "\n"


def test_typed_hyphens_and_numbers_make_lists() -> None:
    """Numbers only where they count."""
    typed = "T\n\nThese:\n- one\n* two\n\n3. c\n4. d\n\n1. a\n7) b"
    assert from_text(typed).markdown == (
        "# T\n\nThese:\n\n- one\n- two\n\n3. c\n4. d\n\n1\\. a\\\n7\\) b\n"
    )


def test_pictures_within_are_taken_out_and_others_told() -> None:
    """A picture stands in a line of its own, and somebody has to say what it shows."""
    pasted = from_html(
        f'<h1>T</h1><p>See <img alt="Dusk [2]" src="data:image/png;base64,{PNG}"> here</p>'
        f'<img src="data:image/jpeg;base64,{PNG}"><img alt="Gone" src="https://example.org/x.png">'
        '<img src="local.png"><img src="data:image/png;base64,A">'
    )
    assert pasted.pictures == {"picture-1.png": b"a picture", "picture-2.jpg": b"a picture"}
    lines = pasted.markdown.split("\n")
    assert "![Dusk (2)](picture-1.png)" in lines
    assert "![TODO: what this picture shows](picture-2.jpg)" in lines
    assert [re.split("[:(]", sentence)[0].strip() for sentence in pasted.lost] == [
        "A picture “Gone”",
        "A picture",
    ]


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ('<p style="color:red">x</p>', "Colours, typefaces and sizes"),
        ("<font size=7>x</font>", "Colours, typefaces and sizes"),
        ("<u>x</u>", "Underlining"),
        ("<s>x</s>", "Crossing out"),
        ("<table><tr><td colspan=2>x</td></tr></table>", "Merged cells"),
        ("<table><tr><td><table><tr><td>x</td></tr></table></td></tr></table>", "A table inside"),
        (
            "<iframe src='https://example.org/f'></iframe>",
            "An embedded page (https://example.org/f)",
        ),
        ("<form>Name <input></form>", "A form: an email cannot hold it"),
        ("<video src=x.mp4></video>", "A film"),
    ],
)
def test_what_is_not_kept_is_told(html: str, sentence: str) -> None:
    """In a sentence that says what to do, and once."""
    lost = from_html(f"<h1>T</h1><p>y</p>{html}{html}").lost
    assert [s for s in lost if s.startswith(sentence)] == list(lost)
    assert len(lost) == 1


def test_what_readers_never_saw_is_left_out_in_silence() -> None:
    """Scripts, styles and notes are no words."""
    pasted = from_html(
        "<head><title>x</title><style>p{}</style></head><h1>T</h1><!-- n --><script>1</script>",
        lost=("Said by Word.",),
    )
    assert pasted.markdown == "# T\n"
    assert pasted.lost == ("Said by Word.",)


def test_words_that_may_have_changed_are_named() -> None:
    """A safeguard, for whatever the converter does not foresee."""
    losses = pasted_module._Losses([])  # noqa: SLF001  # nothing that is known loses a word
    losses.words("one two two", "two one")
    losses.words("one two", "two one")
    assert losses.sentences == [
        "Words that may have changed: “two”. Compare both texts.",
        "Words that may have changed: their order. Compare both texts.",
    ]


WORDS = st.text(st.characters(categories=["L", "N"], max_codepoint=0x24F), min_size=1, max_size=8)
LINES = st.lists(
    st.one_of(WORDS, st.sampled_from([*"*_[]()#>-+`|\\<&!~=•·", "1.", "a)", "**", "```", "---"])),
    min_size=1,
    max_size=8,
).map(" ".join)


@given(st.lists(LINES, min_size=1, max_size=6).map("\n\n".join))
def test_every_word_of_a_text_is_kept(text: str) -> None:
    """Whatever signs stand between the words."""
    pasted = from_text(text)
    assert pasted.lost == ()
    shown = prose.plain(prose.read(pasted.markdown), line_end=" ")
    for word in re.findall(r"[^\W_]{2,}", text):
        assert word in shown


def test_the_result_is_an_issue() -> None:
    """One that can be looked at as soon as it is there."""
    pasted = from_html("<p>Hello <img src='x.png'></p><p>• one</p><hr><p>Bye</p>")
    text = front_matter(1, [], subject=pasted.title) + "\n" + pasted.markdown
    issue, findings = parse_issue(text, date(2019, 2, 18))
    assert findings == []
    assert issue


def test_links_within_a_document_leave_their_words() -> None:
    """A footnote of Word's would keep the whole issue from being read."""
    pasted = from_html('<h1>A</h1><p>Lifts<sup><a href="#footnote-1">[1]</a></sup> work.</p>')
    assert pasted.markdown == "# A\n\nLifts\\[1\\] work.\n"
    assert pasted.lost == (
        "Links within the document, as of footnotes: their words stand as ordinary ones.",
    )
