"""Before an issue leaves, the office is told who of its readers lives elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.offices import ISSUE, OFFICE

if TYPE_CHECKING:
    from tests.commands import Office

SEND = ("send", "--issue", "2019-02-18")
PEOPLE = (
    "email,postcode,consent_at,consent_source,consent_wording\n"
    "one@constituents.example,AE1 5BQ,2018-05-14,website,Please\n"
    "two@constituents.example,ZZ9 9ZZ,2018-05-14,website,Please\n"
    "three@constituents.example,,2018-05-14,website,Please\n"
)
SEAT = "Seat        1 in, 1 out, 1 unknown"
WARNING = "1 recipient lives outside the seat, and Parliament pays for this issue."


@pytest.fixture
def seated(office: Office) -> Office:
    """An office with a list of its postcodes, and readers in, out of and near the seat."""
    office.write("office.yaml", f"{OFFICE}\npostcodes: postcodes.csv\n")
    office.write("postcodes.csv", "AE1 5BQ\n")
    office.write("people.csv", PEOPLE)
    assert office("subscribers", "import", "people.csv").code == 0
    return office


@pytest.mark.parametrize("options", [("--dry-run",), ("--yes", "--transport", "folder")])
def test_recipients_outside_the_seat_are_counted_and_warned_of(
    seated: Office, options: tuple[str, ...]
) -> None:
    """By convention members act for their own constituents only."""
    seated.write("issues/2019-02-18/issue.md", ISSUE.replace("personal", "parliamentary"))
    told = seated(*SEND, *options)
    assert told.code == 0, told
    assert SEAT in told.out
    assert WARNING in told.out


def test_who_pays_for_it_oneself_is_told_but_not_warned(seated: Office) -> None:
    """The convention is about public money."""
    seated.write("issues/2019-02-18/issue.md", ISSUE.replace("parliamentary", "personal"))
    told = seated(*SEND, "--dry-run")
    assert SEAT in told.out
    assert "outside the seat" not in told.out


def test_programs_are_told_of_the_seat_too(seated: Office) -> None:
    """Whoever plans a mailing counts by it."""
    document = seated(*SEND, "--dry-run", "--json").document
    assert document["seat"] == {"in": 1, "out": 1, "unknown": 1}


def test_without_a_list_of_postcodes_nothing_is_said_of_the_seat(office: Office) -> None:
    """A guess would be worse than nothing."""
    office.write("people.csv", PEOPLE)
    assert office("subscribers", "import", "people.csv").code == 0
    told = office(*SEND, "--dry-run")
    assert "Seat" not in told.out
    assert "outside the seat" not in told.out
