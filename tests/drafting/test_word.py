"""Every word of a Word document is kept or told, wherever in the file it stands."""

from __future__ import annotations

import pytest

from newsletter.drafting.word import from_word
from newsletter.errors import MistakeError
from tests.drafting.word_files import SPACE, document, word

TITLE = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Trains</w:t></w:r></w:p>'


def run(words: str) -> str:
    return f"<w:r><w:t>{words}</w:t></w:r>"


def paragraph(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def root(tag: str, inside: str) -> str:
    return f'<w:{tag} xmlns:w="{SPACE}">{inside}</w:{tag}>'


def test_words_in_a_simple_field_are_kept() -> None:
    """Word writes dates, titles and cross-references so; a link goes on leading somewhere."""
    dated = f'<w:fldSimple w:instr=" DATE ">{run("18 February 2019")}</w:fldSimple>'
    linked = (
        '<w:fldSimple w:instr=" HYPERLINK &quot;https://example.org/lift&quot; ">'
        f"{run('the lift')}</w:fldSimple>"
    )
    body = TITLE + paragraph(f"{run('Since ')}{dated}{run(' ')}{linked}{run(' is out.')}")
    made = from_word(document(body), "draft.docx")
    assert made.markdown == (
        "# Trains\n\nSince 18 February 2019 [the lift](https://example.org/lift) is out.\n"
    )
    assert made.lost == ()


def test_words_of_headers_footers_and_comments_are_told() -> None:
    """Once each, with what they say and what to do."""
    header = root("hdr", paragraph(run("Office of ") + run("Robin Halloway")))
    comment = (
        f'<w:comment w:id="0" w:author="Sam Weaver">{paragraph(run("Check"))}'
        f'{paragraph(run("this."))}</w:comment><w:comment w:id="1">{paragraph(run("Ok"))}'
        f'</w:comment><w:comment w:id="2">{paragraph("")}</w:comment>'
    )
    made = from_word(
        document(
            TITLE + paragraph('<w:r><w:commentReference w:id="0"/></w:r>'),
            header1=header,
            header2=header,
            header3=root("hdr", paragraph("")),
            footer1=root("ftr", paragraph(run("Page") + "<w:r><w:tab/></w:r>" + run("1"))),
            footer2=root("ftr", paragraph("")),
            comments=root("comments", comment),
        ),
        "draft.docx",
    )
    assert made.markdown == "# Trains\n"
    assert made.lost == (
        (
            "The header, which says “Office of Robin Halloway”. Copy it into the text if readers "
            "should see it."
        ),
        "The footer, which says “Page 1”. Copy it into the text if readers should see it.",
        "A comment by Sam Weaver: “Check this.”. See to it before the issue goes out.",
        "A comment: “Ok”. See to it before the issue goes out.",
    )


def test_what_was_deleted_or_hidden_in_word_is_told() -> None:
    """Nobody sees it in Word, so that nobody would look for it."""
    body = paragraph(
        f"{run('The lift ')}<w:del><w:r><w:delText>never </w:delText></w:r></w:del>"
        f"<w:ins>{run('soon ')}</w:ins><w:moveFrom>{run('works')}</w:moveFrom>"
        f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>(they say) </w:t></w:r>"
        f'<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>again </w:t></w:r>'
        f"<w:moveTo>{run('works')}</w:moveTo>"
    )
    made = from_word(document(TITLE + body), "draft.docx")
    assert made.markdown == "# Trains\n\nThe lift soon (they say) again works\n"
    assert made.lost == (
        "What was deleted with Track Changes: “never”. What was added is there.",
        "Hiding: “(they say)” was hidden in Word, and stands there now like all else.",
    )


def test_words_that_the_converter_passes_over_are_named() -> None:
    """An equation is told as one; whatever else is missing is named at least."""
    space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    equation = f'<m:oMath xmlns:m="{space}"><m:r><m:t>mass</m:t></m:r></m:oMath>'
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    boxed = (
        f'<w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{paragraph(run("boxed"))}'
        "</mc:Choice>{}</mc:AlternateContent></w:r>"
    )
    both = boxed.format(f"<mc:Fallback>{paragraph(run('boxed'))}</mc:Fallback>")
    one = boxed.format("").replace("boxed", "single")
    hyphen = f"<w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>stop</w:t></w:r>{both}"
    made = from_word(document(TITLE + paragraph(hyphen + equation + one)), "draft.docx")
    assert made.lost == (
        "An equation: an email cannot hold it. Write in words what it says.",
        "Words that may have changed: “mass”, “single”. Compare both texts.",
    )


def test_what_is_no_word_document_is_told() -> None:
    """Whether it is no archive, or one whose text is broken."""
    for data in (b"no zip", word("<w:broken>")):
        with pytest.raises(MistakeError, match=r"draft\.docx is no Word document") as caught:
            from_word(data, "draft.docx")
        assert caught.value.hint == "Open it in Word and save it again as .docx."
