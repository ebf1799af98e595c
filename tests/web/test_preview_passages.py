"""The words of a line are what leads from issue.md to the email."""

from __future__ import annotations

import pytest

from newsletter.web.preview.passages import Passage, is_front_matter, passages

SOURCE = """\
---
number: 1
subject: Words
---

# The title

First *words* of a paragraph
and its [second line](https://example.org).

![Platform 2 at dusk](platform.jpg "No lift")

```event
title: "Public meeting"
date: 2019-03-30
note: |
  Bring **questions**.
```

```python
print("code")
```

First words of a paragraph that is much longer than any passage has to be to be found again.

| A | B |
|---|---|
| one | two |
"""


def words(line: int, said: str = "") -> list[str]:
    return [passage.words for passage in passages(SOURCE, line, said)]


@pytest.mark.parametrize(
    ("line", "first"),
    [
        (6, "The title"),
        (8, "First words of a paragraph"),
        (9, "and its second line."),
        (11, "Platform 2 at dusk"),
        (14, "Public meeting"),
        (15, "2019-03-30"),
        (17, "Bring questions."),
        (21, 'print("code")'),
        (24, "First words of a paragraph that is much longer than any"),
        (28, "one"),
    ],
)
def test_a_line_is_found_by_its_own_words(line: int, first: str) -> None:
    """As readers see them: without marks, addresses and names."""
    assert words(line)[0] == first


def test_what_a_finding_quotes_is_the_very_place() -> None:
    """A long paragraph is better than none, and the word better than that."""
    assert words(24, "“longer than” is a comparison.")[0] == "longer than"
    assert "never said" not in words(24, "“never said” is not there.")


def test_what_stands_around_helps_where_a_line_shows_nothing() -> None:
    """A date is shown as another date, and a fence not at all."""
    assert words(15)[1:] == ["Public meeting", "Bring questions."]
    assert words(13) == ["Platform 2 at dusk", "Public meeting"]


def test_the_same_words_are_counted() -> None:
    """The second of two alike is the second."""
    assert passages("# T\n\nSame.\n\nSame.\n", 5)[0] == Passage("Same.", 1)
    assert Passage("Same.", 1).as_data() == {"words": "Same.", "nth": 1}


def test_front_matter_is_no_part_of_the_email() -> None:
    """It is seen in the inbox."""
    assert [is_front_matter(SOURCE, line) for line in (1, 3, 4, 5)] == [True, True, True, False]
    assert passages("---\nnumber: 1\n---\n", 2) == []
    assert not is_front_matter("# No front matter", 1)
