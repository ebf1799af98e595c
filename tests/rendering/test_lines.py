"""Plain text is laid out by what a terminal shows, not by what a string counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.authoring.blocks import Figure
from newsletter.rendering.lines import (
    WIDTH,
    columns,
    figures,
    heading,
    indent,
    inset,
    table,
    wrap,
)

ADDRESS = "https://example.org/" + "a/" * 60
WORDS = st.lists(
    st.one_of(
        st.text("aé中👩ŵم", min_size=1, max_size=90),
        st.sampled_from([ADDRESS, "robin@example.org", "10\u00a0am"]),
    )
)


@given(WORDS, st.integers(20, WIDTH), st.sampled_from(["", "* ", "10. ", "> "]))
def test_wrapping_loses_no_word_and_keeps_the_width(
    words: list[str], width: int, first: str
) -> None:
    """What a reader is told must not depend on where a line ends."""
    rest = " " * len(first)
    lines = wrap(" ".join(words), width, first=first, rest=rest).split("\n")

    assert "".join("".join(lines).split()) == "".join((first + "".join(words)).split())
    assert all(columns(line) <= width or "@" in line or "://" in line for line in lines)
    assert all(line == line.rstrip() for line in lines)


@given(WORDS)
def test_wrapping_twice_changes_nothing(words: list[str]) -> None:
    """Lines that fit stay as they are, so that a template may wrap what is wrapped."""
    once = wrap(" ".join(words))

    assert wrap(once) == once


def test_an_address_is_never_broken() -> None:
    """A broken address leads nowhere."""
    assert wrap(f"See <{ADDRESS}> for all of it") == f"See\n<{ADDRESS}>\nfor all of it"


def test_a_word_wider_than_the_line_is_broken() -> None:
    """Chinese has no blanks between its words, and each of its letters takes two columns."""
    assert wrap("中文" * 10, 20) == "中文中文中文中文中文\n中文中文中文中文中文"


def test_a_letter_of_several_signs_stays_whole() -> None:
    """A family is one picture made of people and joiners, and two columns wide."""
    assert wrap("👩‍👩‍👧" * 11, 20) == "👩‍👩‍👧" * 10 + "\n👩‍👩‍👧"


def test_a_no_break_space_holds_words_together() -> None:
    """That is what it is typed for."""
    assert wrap("at 10\u00a0am", 7) == "at\n10\u00a0am"


def test_line_ends_in_the_text_stay() -> None:
    """A signature has its lines."""
    assert wrap("Robin\nAshcombe", first="* ", rest="  ") == "* Robin\n  Ashcombe"


def test_an_empty_text_is_an_empty_line() -> None:
    """No mark is left with a blank after it."""
    assert wrap("", first="* ", rest="  ") == "*"


def test_margins_leave_empty_lines_empty() -> None:
    """Blanks at the end of a line mean something else in format=flowed."""
    assert indent("a\n\nb", "* ", "  ") == "* a\n\n  b"
    assert inset("a\n\nb", 4) == "    a\n\n    b"


def test_a_heading_is_underlined_as_far_as_it_goes() -> None:
    """The line tells the level, and is as wide as the words look."""
    assert heading("中文 news", 1) == "中文 news\n========="
    assert heading("Trains", 2) == "Trains\n------"
    assert heading("Trains", 3) == "Trains\n~~~~~~"
    assert heading("Trains", 6) == "Trains\n......"
    assert heading("Trains and buses", 2, 10) == "Trains and\nbuses\n----------"


def test_a_short_heading_is_no_signature() -> None:
    """Mail programs fold away what follows a line of two dashes."""
    assert heading("No", 2) == "No\n---"


def test_a_heading_with_a_long_address_has_a_line_that_fits() -> None:
    """Only addresses may be too long."""
    assert heading(ADDRESS, 2) == f"{ADDRESS}\n{'-' * WIDTH}"


def test_figures_stand_in_a_column() -> None:
    """They can be compared at a glance."""
    items = [Figure(value="412", label="letters"), Figure(value="6 days", label="for a reply")]

    assert figures(items) == "   412  letters\n6 days  for a reply"
    assert figures(items, 18) == "   412  letters\n6 days  for a\n        reply"


def test_figures_of_many_words_become_sentences() -> None:
    """There would be no room left beside them."""
    items = [Figure(value="more than ever before", label="letters and calls")]

    assert figures(items, 30) == "more than ever before: letters\n  and calls"


def test_a_table_has_columns_aligned_as_written() -> None:
    """Numbers stand at the right."""
    rows = [["Ward", "Calls", "Due"], ["Ŵyn", "7", "now"], ["中文", "12,345", ""]]

    assert table(rows, ["left", "right", "center"]) == (
        "Ward    Calls   Due\n----   ------   ---\nŴyn         7   now\n中文   12,345"
    )


def test_a_centred_cell_stands_in_the_middle() -> None:
    """An odd blank goes to the right."""
    assert table([["Calls"], ["12"]], ["center"]) == "Calls\n-----\n 12"


def test_a_wide_table_becomes_a_list() -> None:
    """A terminal cannot be scrolled sideways, and a screen reader names each cell."""
    rows = [["Ward", "", "Calls"], ["Llan", "x", "7"], ["Ashcombe East", "", "12"]]

    assert table(rows, ["left", "left", "right"], 20) == (
        "Ward: Llan\nx\nCalls: 7\n\nWard: Ashcombe East\nCalls: 12"
    )


def test_a_wide_table_without_rows_keeps_its_head() -> None:
    """No word is lost."""
    assert table([["Ward", "", "Telephone calls"]], ["", "", ""], 20) == "Ward\nTelephone calls"


def test_columns_are_what_a_terminal_shows() -> None:
    """Accents that combine take none, wide letters and emoji two."""
    assert [columns(text) for text in ("e\u0301", "中", "👩🏽‍🦽", "❤️", "ŵ", "a\tb")] == [
        1,
        2,
        2,
        2,
        1,
        2,
    ]
