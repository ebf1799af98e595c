"""Follow every word of an issue back to the line that it was typed in."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from newsletter.authoring.issue import parse_issue
from newsletter.checks.lines import front_matter_line
from newsletter.checks.reader import Kind, Mark, Text, read, texts
from newsletter.checks.registry import Material
from tests.checks.materials import BODY_LINE, DAY, material

ISSUES = sorted((Path(__file__).parents[2] / "issues").glob("*/issue.md"))


@pytest.mark.parametrize("path", ISSUES, ids=lambda path: path.parent.name)
def test_every_word_of_a_sample_is_found_in_its_line(path: Path) -> None:
    """A finding with the wrong line sends its reader on a search."""
    source = path.read_text(encoding="utf-8")
    issue, _ = parse_issue(source, date.fromisoformat(path.parent.name))
    assert issue is not None
    known = material()
    lines = source.split("\n")
    looked_at = Material(issue, known.office, known.edition, source=source)
    misplaced = [
        (found[0], line)
        for text in texts(looked_at)
        for found in re.finditer(r"\w+", text.words)
        if (line := text.line(found.start())) is None or found[0] not in lines[line - 1]
    ]
    assert misplaced == []


BODY = """\
One line
and *another* with `code`.

> - Quoted

1. An item

| Head |
|------|
| Cell |

## A heading

![Dusk](a.png "Platform 2")

```quote
text: >-
  A first line
  and a second, with **stars** and
  [a link](https://a.example).
by: "Somebody: else"
```

```votes
items:
  - title: Same
    date: 2019-02-01
    vote: aye
  - title: Same
    date: 2019-02-02
    vote: no
```
"""


def test_each_text_has_its_kind_and_its_lines() -> None:
    """Rules ask what a text is: a heading is no sentence, a quotation somebody else's."""
    found = [(text.kind, text.words, text.line() or 0) for text in texts(material(BODY))]
    at = BODY_LINE
    assert found == [
        (Kind.SUBJECT, "Your trains and a vote that matters", 3),
        (Kind.PREHEADER, "What I asked the Secretary of State on Tuesday", 4),
        (Kind.TITLE, "Your trains", 8),
        (Kind.PARAGRAPH, "One line and another with code.", at),
        (Kind.QUOTATION, "Quoted", at + 3),
        (Kind.ITEM, "An item", at + 5),
        (Kind.CELL, "Head", at + 7),
        (Kind.CELL, "Cell", at + 9),
        (Kind.HEADING, "A heading", at + 11),
        (Kind.ALT, "Dusk", at + 13),
        (Kind.CAPTION, "Platform 2", at + 13),
        (Kind.QUOTATION, "A first line and a second, with stars and a link.", at + 17),
        (Kind.LABEL, "Somebody: else", at + 20),
        (Kind.HEADING, "Same", at + 25),
        (Kind.HEADING, "Same", at + 28),
    ]


def test_each_word_of_a_folded_text_has_its_own_line() -> None:
    """YAML folds lines together, and the finding has to unfold them."""
    (quotation,) = (text for text in texts(material(BODY)) if text.words.startswith("A first"))
    lines = {
        word: (quotation.line(quotation.words.index(word)) or 0) - BODY_LINE
        for word in ("first", "second", "stars", "link")
    }
    assert lines == {"first": 17, "second": 18, "stars": 18, "link": 19}


def test_what_is_set_apart_is_marked() -> None:
    """Words in italics may be of another language, and code is no prose."""
    text = next(text for text in texts(material(BODY)) if text.kind is Kind.PARAGRAPH)
    assert text.marks(13, 20) == {Mark.EMPHASIS}
    assert text.marks(26, 30) == {Mark.CODE}
    assert text.marks(0, 8) == set()
    assert text.line(9) == BODY_LINE + 1


def test_without_a_source_the_words_are_still_read() -> None:
    """Lines are a service; the words are what is checked."""
    known = material(BODY)
    bare = Material(known.issue, known.office, known.edition)
    assert [text.words for text in texts(bare)] == [text.words for text in texts(known)]
    assert [text.line() for text in texts(bare)][:3] == [None, None, None]


def test_a_name_outside_of_the_front_matter_has_no_line() -> None:
    """A paragraph may begin with “subject:” as well."""
    assert front_matter_line("---\nnumber: 1\n---\nsubject: x", "subject") is None
    assert front_matter_line("", "subject") is None


def test_text_without_lines_has_none() -> None:
    """A text made up by a test or a template stands nowhere."""
    assert Text(Kind.LABEL, "Words").line() is None


def test_one_reading_serves_all_checks() -> None:
    """Forty rules read the same issue."""
    looked_at = material(BODY)
    assert read(looked_at) is read(looked_at)
    assert looked_at.issue.date == DAY
