"""Know British English, and guess what was meant only where that is plain."""

from __future__ import annotations

import pytest

from newsletter.checks.dictionary import british_english, own_words
from newsletter.checks.reader import Kind, Text
from newsletter.checks.sentences import prose_of, quoted, sentences, words_in

_KNOWN = """
colour colours coloured programme whilst analysed organisation organization organised organize
reorganised unhappily crèche creches caseworker's backbenchers don't we've judgement judgment
happiness quickly happiest replacement taxable thirtieth thickening complications
"""
_MADE_UP = "foodbankers unparliamentary livestreams countywide overregulated cyberflashing"
_UNKNOWN = "color center analyze recieve thehouse untill accomodate constituants disatisfied"


@pytest.mark.parametrize("word", _KNOWN.split())
def test_british_words_are_known(word: str) -> None:
    """Endings are taken off: the dictionary lists stems."""
    assert british_english().knows(word)


@pytest.mark.parametrize("word", _MADE_UP.split())
def test_words_that_any_writer_may_make_are_accepted(word: str) -> None:
    """No dictionary lists them all."""
    dictionary = british_english()
    assert dictionary.accepts(word)


@pytest.mark.parametrize("word", _UNKNOWN.split())
def test_american_and_misspelt_words_are_not(word: str) -> None:
    """They look like words that exist."""
    assert not british_english().accepts(word)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("color", "colour"),
        ("center", "centre"),
        ("statoin", "station"),
        ("consultaton", "consultation"),
        ("hte", "the"),
        ("chinese", "Chinese"),
        ("favor", "favour"),
        ("comitted", "committed"),
        ("hemorrhage", "haemorrhage"),
        ("lwc", ""),
        ("zxqvk", ""),
        ("extraordianrily", "extraordinarily"),
        ("parlamentarry", "parliamentary"),
        ("qwertyuiopas", ""),
    ],
)
def test_what_was_meant_is_told_where_it_is_plain(word: str, meant: str) -> None:
    """A wrong guess is worse than none."""
    assert british_english().suggestion(word) == meant


def test_common_mistakes_are_known_by_heart() -> None:
    """Each has one meaning, and none of them is a word."""
    dictionary = british_english()
    assert dictionary.correction("Goverment".lower()) == "government"
    assert dictionary.correction("government") == ""
    assert [word for word in dictionary.corrections if dictionary.knows(word)] == []
    meanings = " ".join(dictionary.corrections.values()).split()
    assert [word for word in meanings if not dictionary.knows(word)] == []


def test_an_offices_own_words_are_one_a_line_with_notes() -> None:
    """The file is written by hand, by people who have seen no other such file."""
    text = "# our words\nThornmere\n\nshoogle  # the bus\ncynefin"
    assert own_words(text) == {"thornmere", "shoogle", "cynefin"}
    assert own_words("") == frozenset()


def test_glued_words_come_apart() -> None:
    """One half is a little word, or it is a compound."""
    dictionary = british_english()
    assert dictionary.halves("thehouse") == ("the", "house")
    assert dictionary.halves("houseand") == ("house", "and")
    assert dictionary.halves("foodbank") is None


def test_sentences_end_where_they_end() -> None:
    """An abbreviation's full stop ends nothing."""
    words = (
        "Mr. Smith came, i.e. Dr. A. Smith. He left! “Why?” she asked. At 10.30 p.m. 1,000 met."
    )
    assert [words[start:end] for start, end in sentences(words)] == [
        "Mr. Smith came, i.e. Dr. A. Smith.",
        "He left!",
        "“Why?” she asked.",
        "At 10.30 p.m. 1,000 met.",
    ]
    assert list(sentences("   ")) == []


def test_numbers_and_what_hangs_on_them_are_no_words() -> None:
    """Nobody looks up “2nd” or “10.30am”."""
    found = [(word.word, word.start, word.end) for word in words_in("It’s the 2nd at 10.30am.")]
    assert found == [("It’s", 0, 4), ("the", 5, 8), ("at", 13, 15)]


def test_what_is_no_prose_is_blotted_out() -> None:
    """An address is no misspelt word."""
    words = "See https://a.example/b, a@b.example, @robin, #tag, www.a.org/b or plan.pdf."
    assert prose_of(Text(Kind.PARAGRAPH, words)).replace("■", "") == "See , , , ,  or ."


def test_quotations_are_told_from_apostrophes() -> None:
    """What stands between quotation marks somebody else has said."""
    words = 'It’s “one”, ‘two’s’ and "three", isn’t it?'
    assert [words[start:end] for start, end in quoted(words)] == ["“one”", "‘two’s’", '"three"']
