"""Who the member is, is found out or asked, and never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsletter.drafting.parliament_week import Member
from newsletter.errors import MistakeError
from newsletter.parliament import identity
from tests.parliament import samples

if TYPE_CHECKING:
    from tests.parliament.conftest import Desk
    from tests.parliament.standin import Standin

ROBIN = Member(99001, "Ms Robin Halloway", "Ashcombe East")
TWINS = [
    samples.person(1, "Jo Sample", "Ashcombe East"),
    samples.person(2, "Sir Jo Sample", "Thornmere"),
    samples.person(3, "Jo Sample", "Weston-super-Example"),
]


def find(desk: Desk, name: str, constituency: str) -> Member:
    return desk.ask(lambda inquiry: identity.by_name(inquiry, name, constituency))[0]


@pytest.mark.parametrize("name", ["Robin Halloway", "robin halloway"])
def test_name_and_constituency_say_who_it_is(desk: Desk, standin: Standin, name: str) -> None:
    """She is on the second page of twenty."""
    assert find(desk, name, "Ashcombe East") == ROBIN
    first, second = standin.asked
    assert first.endswith("House=1&IsCurrentMember=true&skip=0&take=20")
    assert second.endswith("skip=20&take=20")


def test_accents_and_signs_in_a_constituency_do_not_matter(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records and offices write Ynys Môn and the like each in their own way."""
    monkeypatch.setattr(samples, "PEOPLE", [samples.person(5, "Jo Sample", "Ynys Môn-on-Sea")])
    assert find(desk, "Jo Sample", "ynys mon on sea").number == 5


@pytest.mark.parametrize(
    ("name", "seat", "listed"),
    [
        (
            "Jo Sample",
            "Elsewhere",
            "1: Jo Sample, Ashcombe East; 2: Sir Jo Sample, Thornmere; 3: Jo Sample, Weston-super-Example.",
        ),
        ("Joanna Sample", "Thornmere", "There are: 2: Sir Jo Sample, Thornmere."),
    ],
    ids=["nobody there of that name", "another name"],
)
def test_whoever_is_not_certain_is_listed_to_choose_from(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, seat: str, listed: str
) -> None:
    """A wrong member's votes in a newsletter would be a scandal."""
    monkeypatch.setattr(samples, "PEOPLE", TWINS)
    with pytest.raises(MistakeError, match="It is not certain which member is meant") as caught:
        find(desk, name, seat)
    assert listed in caught.value.hint
    assert "--member NUMBER" in caught.value.hint


def test_a_long_list_is_cut(desk: Desk) -> None:
    """Ten are as many as one reads."""
    with pytest.raises(MistakeError) as caught:
        find(desk, "Hallowayson", "Nowhere")
    assert caught.value.hint.count("Hallowayson") == 10
    assert caught.value.hint.endswith("and 12 more.")


def test_nobody_at_all_is_said_to_be_nobody(desk: Desk) -> None:
    """With what to do."""
    with pytest.raises(MistakeError, match="hold no sitting member “Nemo, Nowhere”") as caught:
        find(desk, "Nemo", "Nowhere")
    assert "members.parliament.uk" in caught.value.hint


def test_a_number_is_certain(desk: Desk, standin: Standin) -> None:
    """If there is somebody of that number, and the record can be read."""

    def by_number(number: int) -> Member:
        return desk.ask(lambda inquiry: identity.by_number(inquiry, number))[0]

    assert by_number(99001) == ROBIN
    with pytest.raises(MistakeError, match="no member of the number 5"):
        by_number(5)
    standin.answers["/members-api/api/Members/6"] = {"value": {"id": "six"}}
    with pytest.raises(MistakeError, match="member 6 cannot be understood"):
        by_number(6)
    standin.answers["/members-api/api/Members/7"] = {
        "value": {"id": 7, "nameDisplayAs": None, "latestHouseMembership": None}
    }
    assert by_number(7) == Member(7, "", "")
