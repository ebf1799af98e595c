"""Shares are of what is known, and complaints are judged as the large providers do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.report import overall
from newsletter.report.facts import (
    DispatchFacts,
    IssueFacts,
    IssueLine,
    MonthFacts,
    OverallFacts,
    Readers,
    Unreached,
)
from newsletter.report.issue import document
from newsletter.report.rates import Level, complaint_level, percent
from newsletter.report.tables import Weight

BEGAN = datetime(2019, 2, 18, 17, tzinfo=UTC)


def line(**people: int) -> IssueLine:
    """An issue that went as these counts say, with reports of the carrier's."""
    dispatch = DispatchFacts(
        issue=date(2019, 2, 18), subject="Your trains", kind="real", purpose="issue", serial=1,
        transport="sendgrid", state="finished", began=BEGAN, recipients=sum(people.values()),
        counts=people, is_reported=True,
    )  # fmt: skip
    return IssueLine((dispatch,), people, left=0, until=BEGAN + timedelta(days=7))


@pytest.mark.parametrize(
    ("delivered", "complained", "level"),
    [
        (0, 0, Level.UNKNOWN),
        (10_000, 0, Level.FINE),
        (9_991, 9, Level.FINE),
        (9_990, 10, Level.WATCH),
        (9_971, 29, Level.WATCH),
        (9_970, 30, Level.ALARM),
    ],
)
def test_complaints_are_judged_as_the_large_providers_do(
    delivered: int, complained: int, level: Level
) -> None:
    """Below 0.1 % is fine, from 0.3 % on they block; whoever complained has got it, too."""
    assert complaint_level(line(delivered=delivered, complained=complained, accepted=5)) is level


@pytest.mark.parametrize(
    ("complained", "weight", "words"),
    [
        (12, None, ""),
        (13, Weight.WATCH, ("13 of 12,500 delivered complained: 0.104 %. Google and Yahoo ask for "
         "less than 0.1 %. Watch the next issues.")),
        (50, Weight.ALARM, ("50 of 12,500 delivered complained: 0.400 %. From 0.3 % on, Google "
         "and Yahoo block senders. Before the next issue, look whether all of them asked for it, "
         "and how easily they can leave.")),
    ],
)  # fmt: skip
def test_whoever_reads_the_report_is_told_before_it_is_too_late(
    complained: int, weight: Weight | None, words: str
) -> None:
    """With the numbers, the limit and what to do."""
    facts = IssueFacts(line(delivered=12_500 - complained, complained=complained))
    remarks = [(each.weight, each.text) for each in document(facts, tracked=False).remarks]
    assert remarks == ([(weight, words)] if weight else [])


@pytest.mark.parametrize(("bounced", "is_said"), [(19, False), (20, True)])
def test_a_list_in_bad_order_is_remarked_on(bounced: int, is_said: bool) -> None:
    """Two in a hundred, and providers take the sender for a careless one."""
    facts = IssueFacts(line(delivered=1_000 - bounced, bounced=bounced))
    remarks = [each.text for each in document(facts, tracked=False).remarks]
    assert any("bounced" in each for each in remarks) is is_said


@pytest.mark.parametrize(
    ("share", "exactly", "text"),
    [
        (0, 1, "0.0 %"),
        (0.0004, 1, "under 0.1 %"),
        (0.001, 1, "0.1 %"),
        (0.12345, 3, "12.345 %"),
        (0.000001, 3, "under 0.001 %"),
        (1, 1, "100.0 %"),
    ],
)
def test_what_is_there_is_never_shown_as_nothing(share: float, exactly: int, text: str) -> None:
    """One complaint among ten thousand is not 0.0 %."""
    assert percent(share, exactly=exactly) == text


def test_over_all_issues_the_same_is_said_and_more_of_the_list() -> None:
    """A rate to be watched, and consents of which nobody wrote down when they were given."""
    facts = OverallFacts(
        issues=[line(delivered=998, complained=2)],
        rehearsals=0,
        providers={},
        months=[MonthFacts(BEGAN, joined=0, unsubscribed=0, lost=0)],
        ages=[8, 1, 0, 0, 0],
        undated=1,
        standing={"confirmed": 10, "pending": 2, "unsubscribed": 0, "suppressed": 0},
        erased=0,
        unreached=Unreached(1, None, None),
    )
    report = overall.document(facts, tracked=False)
    assert [each.text.split(":")[0] for each in report.remarks] == [
        (
            "Of the issue of 18 February 2019 0.200 % (2 of 1,000 delivered) complained; Google and "
            "Yahoo ask for less than 0.1 %. Watch the next issues."
        ),
        (
            "1 of 10 agreed more than two years ago, or nobody wrote down when. The law sets no term, "
            "but asks that people still expect your letter"
        ),
    ]
    ages = next(table for table in report.tables if table.key == "consent_age")
    assert [(row.label, row.cells[0].text) for row in ages.rows] == [
        ("Under 1 year", "8"), ("1 to 2 years", "1"), ("2 to 3 years", "0"),
        ("3 to 5 years", "0"), ("Over 5 years", "0"), ("No date", "1"),
    ]  # fmt: skip


def test_where_an_office_tracks_opens_are_told_as_far_as_they_are_known() -> None:
    """Without reports there is nothing to tell, and without machines nothing to leave out."""
    known = IssueFacts(line(delivered=10), readers=Readers(opened=4, clicked=1, machines=0))
    report = document(known, tracked=True)
    answers = next(table for table in report.tables if table.key == "answers")
    assert [(row.label, row.cells[0].text) for row in answers.rows[2:]] == [
        ("Opened", "4"), ("Clicked a link", "1"),
    ]  # fmt: skip
    assert not any("Left out" in note for note in answers.notes)
    dispatch = replace(known.line.dispatches[0], is_reported=False)
    unknown = replace(known, line=replace(known.line, dispatches=(dispatch,)))
    rows = next(
        table for table in document(unknown, tracked=True).tables if table.key == "answers"
    ).rows
    assert [row.label for row in rows] == ["Complained", "Unsubscribed"]
