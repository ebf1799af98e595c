"""Dates, times and names are written as people in Britain read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from newsletter.authoring.blocks import Question, Quote, Vote
from newsletter.rendering import words

SATURDAY = date(2019, 3, 30)


def test_days_are_written_the_british_way() -> None:
    """The names do not depend on the machine's locale."""
    assert words.day(SATURDAY) == "30 March 2019"
    assert words.weekday(SATURDAY) == "Saturday 30 March 2019"
    assert words.month(SATURDAY) == "Mar"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (time(0, 0), "midnight"),
        (time(0, 30), "12.30 am"),
        (time(9, 5), "9.05 am"),
        (time(12, 0), "noon"),
        (time(12, 15), "12.15 pm"),
        (time(14, 0), "2 pm"),
        (time(23, 59), "11.59 pm"),
    ],
)
def test_times_are_written_the_british_way(value: time, shown: str) -> None:
    """“12 am” has made people miss trains."""
    assert words.clock(value) == shown


def test_a_span_says_what_is_known() -> None:
    """An end is not always known, nor is a start."""
    assert words.span(time(14), time(16)) == "2 pm to 4 pm"
    assert words.span(time(14), None) == "2 pm"
    assert words.span(None, None) == ""


def test_names_are_listed_in_words() -> None:
    """A comma before the last one would be American."""
    assert words.listing(["a", "b", "c"]) == "a, b and c"
    assert words.either(["a", "b", "c"]) == "a, b or c"
    assert [words.listing(["a"]), words.either(["a"])] == ["a", "a"]
    assert [words.listing([]), words.either([])] == ["", ""]


def test_sizes_are_counted_in_thousands() -> None:
    """As mail programs count them."""
    assert [words.size(999), words.size(38_400)] == ["999 bytes", "38 kB"]


def test_every_vote_has_words() -> None:
    """Absence is no opinion, and a teller votes too."""
    assert {vote: words.vote(vote) for vote in Vote} == {
        Vote.AYE: "Voted Aye",
        Vote.NO: "Voted No",
        Vote.TELLER_AYE: "Teller for the Ayes",
        Vote.TELLER_NO: "Teller for the Noes",
        Vote.BOTH: "Voted both Aye and No",
        Vote.ABSENT: "Did not vote",
        Vote.NOT_RECORDED: "No vote recorded",
    }


def test_links_to_questions_are_told_apart_by_their_numbers() -> None:
    """A member asks five on one day, and a screen reader lists the links alone."""
    asked = Question(question="Why?", to="A minister", asked=SATURDAY)
    number, answer = {"number": "12345"}, {"answer": "Because."}
    assert [
        words.to_question(asked.model_copy(update=more))
        for more in ({}, answer, number, number | answer)
    ] == [
        "Follow the question of 30 March 2019",
        "Read the question and answer of 30 March 2019",
        "Follow question 12345",
        "Read question 12345 and its answer",
    ]


def test_links_to_questions_of_one_day_without_numbers_are_counted() -> None:
    """Five on one day are nothing unusual, and their numbers come later."""
    asked = Question(question="Why?", to="A minister", asked=SATURDAY)
    more: list[dict[str, str]] = [{"url": f"https://example.org/{n}"} for n in (1, 2, 1)]
    first, second, again = (asked.model_copy(update=each) for each in more)
    other = first.model_copy(update={"answer": "Because."})
    among = [asked, first, second, again, other]
    assert [words.to_question(item, among) for item in among] == [
        "Follow the question of 30 March 2019",
        "Follow the question of 30 March 2019 (1 of 2)",
        "Follow the question of 30 March 2019 (2 of 2)",
        "Follow the question of 30 March 2019 (1 of 2)",
        "Read the question and answer of 30 March 2019",
    ]


def test_the_link_to_a_quotation_without_a_source_begins_as_it_does() -> None:
    """Two that both said “Read the whole” could not be told apart."""
    short = Quote(text="*No.*\n\nNever.")
    long = Quote(text="I can cross the county more easily than I can cross my own station.")
    named = Quote(text="No.", source="From a letter")
    assert [words.to_quote(quote) for quote in (short, long, named)] == [
        "Read the whole of “No. Never.”",
        "Read the whole of “I can cross the county more easily than…”",
        "From a letter",
    ]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("tel:+441632960123", "01632 960123"),
        ("tel:+44-(0)20-7219-3000", "+44-(0)20-7219-3000"),
        ("tel:02072193000", "020 7219 3000"),
        ("tel:+44-161-496-0000", "0161 496 0000"),
        ("tel:0113.496.0000", "0113 496 0000"),
        ("tel:03001234567", "0300 123 4567"),
        ("tel:07700900123", "07700 900123"),
        ("tel:116123", "116123"),
        ("tel:+35312345678", "+35312345678"),
    ],
)
def test_a_number_is_shown_as_people_here_write_it(address: str, shown: str) -> None:
    """Nobody reads eleven digits in a row; those from elsewhere are left as they are."""
    assert words.number(address) == shown.replace(" ", "\N{NO-BREAK SPACE}")


def test_a_moment_is_told_by_the_clocks_of_london() -> None:
    """Which in summer are an hour ahead of the world's."""
    assert words.moment(datetime(2019, 7, 1, 23, 30, tzinfo=UTC)) == "2 July 2019 at 12.30 am"


def test_networks_are_spelt_as_they_spell_themselves() -> None:
    """An office that writes capitals has thought about them."""
    spelt = {name: words.network(name) for name in ("mastodon", "youtube", "x", "OurRadio")}

    assert spelt == {
        "mastodon": "Mastodon",
        "youtube": "YouTube",
        "x": "X",
        "OurRadio": "OurRadio",
    }
