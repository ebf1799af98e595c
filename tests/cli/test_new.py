"""`newsletter new` starts an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.offices import DAY, ISSUE

if TYPE_CHECKING:
    from tests.commands import Office

EVENT = """
```event
title: Public meeting
date: 2019-03-30
venue: to be confirmed
```
"""


def test_it_says_what_it_wrote_and_what_was_left_open(office: Office) -> None:
    """And how to look at it."""
    office.write(f"issues/{DAY}/issue.md", ISSUE + EVENT)
    outcome = office("new", "2019-02-25")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "Issue 269 is started.",
        "  issues/2019-02-25/issue.md",
        "Remember: “Public meeting” on 30 March 2019: its place was still to be confirmed.",
        "See it while you write: newsletter preview --issue 2019-02-25",
    ]
    assert office("check", "--issue", "2019-02-25").code == 1


def test_programs_are_told_too(office: Office) -> None:
    """One document on stdout, and nothing else."""
    outcome = office("new", "2019-02-25", "--json")
    assert outcome.document == {
        "issue": "2019-02-25",
        "number": 269,
        "files": ["issues/2019-02-25/issue.md"],
        "reminders": [],
    }


def test_an_issue_that_is_there_is_left_alone(office: Office) -> None:
    """Whoever types the wrong date loses nothing."""
    outcome = office("new", DAY.isoformat())
    assert outcome.code == 1
    assert "There is an issue of 2019-02-18 already" in outcome.err
    assert office("new", "18 February").code == 2
