"""A new issue begins where the last one ended."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.authoring.blocks import Event, Surgery
from newsletter.authoring.issue import Issue, Placed, parse_issue
from newsletter.drafting.skeleton import quoted, skeleton

EVENT = """
```event
title: "Meeting: about #1"
date: 2019-03-30
starts: "14:00"
ends: "16:00"
venue: {venue}
address: 12 Example Row
register: https://example.org/meeting
note: Bring a "question".
```
"""
SURGERY = """
```surgery
date: 2019-03-22
book: tel:01632960123
```
"""


def issue(day: str, number: int, body: str = "", more: str = "") -> Issue:
    text = (
        f"---\nnumber: {number}\nsubject: S\npreheader: P\nfunding: personal\n{more}---\n\n# T\n"
    )
    found, findings = parse_issue(text + body, date.fromisoformat(day))
    assert found, findings
    return found


def made(day: str, *earlier: Issue) -> tuple[Issue, tuple[str, ...]]:
    """Return the skeleton as an issue, and its reminders."""
    new = skeleton(date.fromisoformat(day), earlier)
    found, findings = parse_issue(new.text, date.fromisoformat(day))
    assert found, findings
    assert found.front.number == new.number
    return found, new.reminders


def appointments(found: Issue) -> dict[str, Event | Surgery]:
    blocks = [part.block for part in found.body if isinstance(part, Placed)]
    return {block.title: block for block in blocks if isinstance(block, Event | Surgery)}


def test_the_first_issue_can_be_looked_at_at_once() -> None:
    """It has all that an issue must have, and says TODO wherever a person is to write."""
    found, reminders = made("2019-02-25")
    assert found.front.number == 1
    assert found.front.segment == "all"
    assert "TODO" in found.front.subject
    assert reminders == ()


def test_number_readers_and_payer_go_on() -> None:
    """The highest number counts, and the newest issue before this one."""
    first = issue("2019-02-11", 268)
    last = issue("2019-02-18", 267, more='segment: "ward:Castle Hill"\n')
    later = issue("2019-03-04", 300)
    found, _ = made("2019-02-25", later, last, first)
    assert found.front.number == 269
    assert found.front.segment == "ward:Castle Hill"
    assert found.front.funding == "personal"


def test_what_was_to_be_confirmed_is_taken_over_and_told() -> None:
    """Readers were promised that they would hear where it is."""
    last = issue("2019-02-18", 1, EVENT.format(venue="to be confirmed") + SURGERY)
    found, reminders = made("2019-02-25", last)
    before, kept = appointments(last), appointments(found)
    assert kept["Meeting: about #1"] == before["Meeting: about #1"]
    assert kept["Advice surgery"].date == date(2019, 3, 22)
    assert reminders == (
        "“Advice surgery” on 22 March 2019: its place was still to be confirmed.",
        "“Meeting: about #1” on 30 March 2019: its place was still to be confirmed.",
    )


@pytest.mark.parametrize(
    ("day", "venue"), [("2019-03-25", "Town hall"), ("2019-04-01", "to be confirmed")]
)
def test_what_was_confirmed_or_is_past_is_not(day: str, venue: str) -> None:
    """The newest word on an event counts."""
    first = issue("2019-02-18", 1, EVENT.format(venue="tbc"))
    second = issue("2019-02-25", 2, EVENT.format(venue=venue))
    assert made(day, second, first)[1] == ()


def test_words_are_quoted_so_that_they_stay_words() -> None:
    """Whatever signs are in them."""
    assert quoted('say "no": \\ #1') == '"say \\"no\\": \\\\ #1"'
