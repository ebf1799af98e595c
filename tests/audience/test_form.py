"""Forms: what people type is tidied, and what is wrong is said beside its field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.form import LONGEST, Answers, read_answers


def read(**typed: str) -> Answers:
    return read_answers({"email": "ann@example.com", **typed}, (), offered=())


def test_a_form_is_read_as_it_was_meant() -> None:
    """Blanks and capitals are nobody's fault."""
    typed = {
        "email": " Ann@EXAMPLE.com ",
        "first_name": "  Ann \t Marie ",
        "last_name": "O’Neill-Smith",
        "postcode": " ae15bq ",
    }
    found = read_answers(typed, ["votes", "other", "trains"], offered=["trains", "votes"])
    assert found == Answers(
        email="Ann@example.com",
        first_name="Ann Marie",
        last_name="O’Neill-Smith",
        postcode="AE1 5BQ",
        topics=("trains", "votes"),
    )


def test_all_but_the_address_may_be_empty() -> None:
    """Who gives little is as welcome."""
    assert read() == Answers(email="ann@example.com")


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("email", "  ", "Please write your email address."),
        ("email", "ann at home", "This email address is not complete."),
        ("email", "ann@", "This email address is not complete."),
        ("first_name", "x" * (LONGEST + 1), "no more than 100 letters"),
        ("first_name", "Visit www.example.com", "a name only"),
        ("last_name", "<b>", "a name only"),
        ("last_name", "https://example.com", "a name only"),
        ("first_name", "{{ greeting }}", "a name only"),
        ("postcode", "AE1", "not a whole postcode"),
        ("postcode", "90210", "not a whole postcode"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(field: str, text: str, words: str) -> None:
    """And what was typed stays there to be mended."""
    found = read(**{field: text})
    assert list(found.mistakes) == [field]
    assert words in found.mistakes[field]
    assert getattr(found, field) == text.strip()[:LONGEST]


@pytest.mark.parametrize(
    "name", ["Zoë", "Łukasz", "নীলা", "ب\u200cب", "Ann & Bob", "D'Arcy", "李雷"]
)
def test_names_of_all_the_world_are_names(name: str) -> None:
    """A form that refuses somebody's name is an insult."""
    assert read(first_name=name).first_name == name


@pytest.mark.parametrize("hidden", ["\x00", "\u202e", "\u2066", "\x1b", "\ufeff"])
def test_what_cannot_be_seen_is_dropped(hidden: str) -> None:
    """It has been used to turn the direction of text, and to break out of headers."""
    assert read(first_name=f"A{hidden}nn").first_name == "Ann"
    assert read(email=f"a{hidden}nn@example.com").email == "ann@example.com"


@given(st.dictionaries(st.sampled_from(["email", "first_name", "postcode"]), st.text()))
def test_whatever_is_typed_makes_one_line(typed: dict[str, str]) -> None:
    """Nothing that was typed may bring a line of its own into anything."""
    found = read_answers(typed, (), offered=())
    for text in (found.email, found.first_name, found.postcode):
        assert not set(text) & set("\r\n\t\x00\u2028\x85")
