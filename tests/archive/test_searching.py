"""A search finds what people type: without accents, in small letters, from its beginning."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from newsletter.archive.past import PastEdition
from newsletter.archive.reading import read
from newsletter.archive.searching import folded, index
from tests.archive.archives import SAMPLES as DAYS
from tests.archive.archives import SENT, sample, samples


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tŷ’r Cyffredin, Ŵyl yr Haf", ["tyr", "cyffredin", "wyl", "yr", "haf"]),
        ("Ashcombe's LIFT", ["ashcombes", "lift"]),
        (
            "naïve Straße Øster Łódź cœur Đorđe",
            ["naive", "strasse", "oster", "lodz", "coeur", "dorde"],
        ),
        ("01632 960-123", ["01632", "960", "123"]),
        ("ﬁne ½", ["fine", "1", "2"]),
        ("x" * 50, ["x" * 40]),
        ("_ – ☕", []),
    ],
)
def test_words_are_folded_as_readers_type_them(text: str, words: list[str]) -> None:
    """On a telephone nobody looks for the circumflex."""
    assert folded(text) == words


def test_each_word_stands_once_with_the_issues_that_it_is_in() -> None:
    """And a single letter stands nowhere, unless it is a figure."""
    found = index([({"title": "A"}, "A lift, the lift 2"), ({"title": "B"}, "The tram")])
    assert json.loads(found) == {
        "issues": [{"title": "A"}, {"title": "B"}],
        "words": {"2": [0], "lift": [0], "the": [0, 1], "tram": [1]},
    }


def test_the_index_of_two_issues_is_small() -> None:
    """Two thirds of their text, and each further issue adds less."""
    texts = [sample(day).edition for day in DAYS]
    words = [({"title": "x"}, edition.text) for edition in texts if edition]
    assert len(index(words)) < sum(len(text) for _, text in words) * 2 / 3


def test_words_are_parted_where_lines_and_cells_end() -> None:
    """And not where a part of one is set in bold."""
    past, _ = samples()
    edition = past.issues[0].first
    web = edition.edition.web.replace("<h1>", "<h1>Kit<b>chen</b><br>garden ", 1)
    bare = PastEdition(replace(edition.edition, web=web), edition.sent_at)
    reading = read(bare, "https://update.example.org/2019-03-08/")
    assert "Kitchen garden Eleven" in reading.words
    assert reading.title == "Kitchen garden Eleven weeks without a station lift"
    assert reading.language == "en-GB"
    assert "2019Rejected" not in reading.words


def test_an_edition_without_headings_is_called_by_its_subject() -> None:
    """An office's own template may have any form."""
    edition = sample(DAYS[0]).edition
    assert edition
    web = "<body><p>Hello <img src='pictures/x.png' width=1 height=50%></p></body>"
    bare = PastEdition(replace(edition, web=web), SENT)
    reading = read(bare, "https://update.example.org/2019-02-18/")
    assert (reading.title, reading.language, reading.picture) == (edition.subject, "en-GB", None)
