"""`newsletter subscribers` takes people in and lists them, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands import ROOT

if TYPE_CHECKING:
    from tests.commands import Office

HEADER = (
    "email,first_name,last_name,postcode,segments,consent_at,consent_source,consent_wording,status"
)
ROWS = f"""{HEADER}
ann@constituents.example,Ann,Ŵyn,AE1 5BQ,trains;ward:Castle,2018-05-14,website,Please,
bob@constituents.example,,,,,,,,pending
ann@constituents.example,Ann,Ŵyn,AE1 5BQ,trains;ward:Castle,2018-05-14,website,Please,
no address,,,,,,,,
left@constituents.example,Lee,,,,,,,unsubscribed
"""
IMPORT = ("subscribers", "import", "people.csv")
LIST = ("subscribers", "list")


def test_an_import_tells_what_became_of_every_row(office: Office) -> None:
    """The counts add up, and each problem has its line."""
    office.write("people.csv", ROWS)
    document = office(*IMPORT, "--json").document
    counts = ("added", "updated", "unchanged", "suppressed", "rejected")
    assert document["rows"] == sum(document[name] for name in counts) == 5
    assert (document["rejected"], document["unchanged"]) == (1, 1)
    (problem,) = document["problems"]
    assert problem["line"] == 5
    assert problem["reason"]


def test_an_import_is_told_to_people_too(office: Office) -> None:
    """Without anybody's address, for it ends up on shared screens."""
    office.write("people.csv", ROWS)
    outcome = office(*IMPORT)
    assert (outcome.code, outcome.err) == (0, "")
    assert "5 rows" in outcome.out
    assert "1 rejected" in outcome.out
    assert "line 5: " in outcome.out
    assert "constituents" not in outcome.out


def test_a_long_list_of_problems_is_cut_short_for_people_only(office: Office) -> None:
    """A program gets all of them."""
    office.write("people.csv", f"{HEADER}\n" + "no address,,,,,,,,\n" * 30)
    assert "… and 10 more: --json lists all of them" in office(*IMPORT).out
    assert len(office(*IMPORT, "--json").document["problems"]) == 30


def test_the_list_is_one_document(office: Office) -> None:
    """With everybody, in the order in which they came, and a count for every state."""
    office.write("people.csv", ROWS)
    office(*IMPORT)
    document = office(*LIST, "--json").document
    assert document["subscribers"][:2] == [
        {
            "email": "ann@constituents.example",
            "first_name": "Ann",
            "last_name": "Ŵyn",
            "postcode": "AE1 5BQ",
            "segments": ["trains", "ward:Castle"],
            "state": "confirmed",
        },
        {
            "email": "bob@constituents.example",
            "first_name": "",
            "last_name": "",
            "postcode": "",
            "segments": [],
            "state": "pending",
        },
    ]
    states = {"pending": 1, "confirmed": 1, "unsubscribed": 1, "suppressed": 0}
    assert document["counts"] == states
    assert len(document["subscribers"]) == 3


def test_the_list_can_be_read(office: Office) -> None:
    """One line a person, and the counts on stderr, so that `wc -l` counts people."""
    office.write("people.csv", ROWS)
    office(*IMPORT)
    outcome = office(*LIST)
    lines = outcome.out.splitlines()
    assert lines[0].split() == [
        "confirmed",
        "ann@constituents.example",
        "Ann",
        "Ŵyn",
        "trains;",
        "ward:Castle",
    ]
    assert len(lines) == 3
    assert outcome.err.splitlines()[0] == "1 pending, 1 confirmed, 1 unsubscribed"


def test_an_empty_list_is_one_too(office: Office) -> None:
    """On the first day."""
    document = office(*LIST, "--json").document
    assert document["subscribers"] == []
    assert document["counts"] == {
        "pending": 0,
        "confirmed": 0,
        "unsubscribed": 0,
        "suppressed": 0,
    }
    assert office(*LIST).err.startswith("Nobody")


@pytest.mark.parametrize("times", [1, 2])
def test_the_example_can_be_imported_any_number_of_times(office: Office, times: int) -> None:
    """It shows every column, and the second time changes nothing."""
    example = ("subscribers", "import", str(ROOT / "subscribers.example.csv"), "--json")
    outcome = [office(*example) for _ in range(times)][-1]
    assert outcome.code == 0
    assert (outcome.document["rows"], outcome.document["rejected"]) == (12, 0)
    assert outcome.document["added"] == (12 if times == 1 else 0)
