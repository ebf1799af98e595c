"""The answers of an interview make an office that can be used."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.authoring.office import parse_office
from newsletter.drafting.office import QUESTIONS, office_text, problem, suggestion

TODAY = date(2024, 1, 31)
ANSWERS = {question.field: question.example for question in QUESTIONS}


def test_the_examples_make_an_office_without_mistakes() -> None:
    """Every answer is where it belongs."""
    office, findings = parse_office(office_text(ANSWERS, TODAY))
    assert findings == []
    assert office
    assert (office.name, office.constituency) == ("Robin Halloway", "Ashcombe East")
    assert office.title == "The Ashcombe East Update"
    assert office.affiliation(TODAY) == "Independent"
    assert (office.sender.name, office.sender.email, office.sender.reply_to) == (
        "Robin Halloway MP",
        "update@example.org",
        "robin@example.org",
    )
    assert office.privacy.url == "https://update.example.org/privacy"
    assert office.imprint.publisher.address == "12 Example Row, Ashcombe AE1 5BQ"


def test_answers_hold_any_sign() -> None:
    """A quotation mark or a colon is no mistake of whoever answers."""
    odd = {**ANSWERS, "name": 'Jo "Ann" O’Hara: {MP} #1', "post": "1\tRow,  Town"}
    office, findings = parse_office(office_text(odd, TODAY))
    assert findings == []
    assert office
    assert office.name == 'Jo "Ann" O’Hara: {MP} #1'
    assert office.contact.post == "1 Row, Town"


@pytest.mark.parametrize(
    ("field", "answer", "says"),
    [
        ("email", "robin", "not an email address"),
        ("site", "http://update.example.org", "does not start with https://"),
        ("site", "nowhere", "“site”"),
        ("name", "", "“name”"),
    ],
)
def test_an_answer_is_judged_by_itself(field: str, answer: str, says: str) -> None:
    """So that it can be asked for again at once."""
    found = problem(field, answer, TODAY)
    assert found
    assert says in found.message


def test_good_answers_have_no_problem() -> None:
    """Each of the examples, by itself."""
    for field, answer in ANSWERS.items():
        assert problem(field, answer, TODAY) is None


def test_likely_answers_are_suggested() -> None:
    """Enter is quicker than typing."""
    assert suggestion("site", {"email": "robin@example.org"}) == "https://update.example.org"
    assert suggestion("site", {}) == ""
    # Nobody but the House, and nobody but Google, can put a website there.
    assert suggestion("site", {"email": "robin.halloway.mp@parliament.uk"}) == ""
    assert suggestion("site", {"email": "robin@Gmail.com"}) == ""
    assert suggestion("party", {}) == "Independent"
    assert suggestion("name", {}) == ""
