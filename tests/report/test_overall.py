"""The report on all issues tells how they went one after the other, and how the list fares."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.audience.subscriber import SuppressionReason
from newsletter.delivery import State
from tests.report.test_issue import table, texts, told
from tests.report.world import noon, person

if TYPE_CHECKING:
    from tests.report.world import World

FIRST = date(2019, 1, 4)


def weeks(world: World, number: int, people: int = 20) -> None:
    """Send so many weekly issues, of which each was delivered to all but for a few.

    Reader 3 is always put off, reader 4 comes back as full each time but one, 5 always opens.
    """
    for week in range(number):
        day = FIRST + timedelta(days=7 * week)
        world.clock.time = noon(day)
        dispatch = world.send(day, subject=f"Issue {week}")
        good = [each for each in range(people) if each not in {3, 4}]
        world.report(dispatch, "delivered", good)
        world.report(dispatch, "busy", [3])
        world.report(dispatch, "delivered" if week == 2 else "full", [4])
        world.report(dispatch, "opened", [5], after=60)


def everything(world: World, *, tracking: str = "false") -> dict[str, object]:
    return told(world, day=None, tracking=tracking).data


def test_nothing_sent_and_nobody_there_is_a_report_too(world: World) -> None:
    """A new office looks at it on its first day."""
    report = told(world, day=None)
    assert report.document.subtitle == "Nothing has been sent yet"
    assert report.data["issues"] == []
    assert report.data["list"] == {
        "pending": 0, "confirmed": 0, "unsubscribed": 0, "suppressed": 0,
    }  # fmt: skip
    assert [each["joined"] for each in report.data["months"]] == [0] * 12
    assert [table.key for table in report.document.tables] == ["months", "unreached"]
    assert report.document.remarks == ()


def test_issues_stand_in_a_row(world: World) -> None:
    """With what is known of each, and nothing said of those nobody reported on."""
    world.bring_in(*(person(number) for number in range(20)))
    weeks(world, 2)
    world.clock.time = noon(date(2019, 1, 18))
    world.send(date(2019, 1, 18), subject="Unreported")
    world.send(date(2019, 1, 19), transport="folder")
    world.clock.move(60)
    world.leave([7])
    report = told(world, day=None)
    assert report.document.subtitle == "3 issues, from 4 January 2019 to 18 January 2019"
    assert texts(report, "issues") == {
        "2019-01-18": ["20", "not known", "not known", "not known", "1"],
        "2019-01-11": ["20", "90.0 %", "1", "0", "0"],
        "2019-01-04": ["20", "90.0 %", "1", "0", "0"],
    }
    assert report.document.about == (
        (
            "Where no report of the carrier was taken in, what became of the messages is not known; "
            "it is not counted as nothing."
        ),
        "Rehearsals are not counted; there has been 1.",
    )
    (first, _, last) = report.data["issues"]
    del first["dispatches"], last["dispatches"]
    assert first == {
        "issue": "2019-01-04",
        "subject": "Issue 0",
        "people": 20,
        "known": True,
        "counts": {"delivered": 18, "deferred": 1, "bounced": 1},
        "complaints": {
            "count": 0, "of": 18, "base": "delivered", "percent": 0.0, "level": "fine",
        },
        "unsubscribed": {
            "count": 0, "of": 18, "base": "delivered", "percent": 0.0,
            "until": "2019-01-11T12:00:00+00:00",
        },
    }  # fmt: skip
    assert (last["known"], last["unsubscribed"]["base"]) == (False, "accepted")
    assert texts(report, "complaints") == {
        "2019-01-11": ["0", "18", "0.000 %", "fine"],
        "2019-01-04": ["0", "18", "0.000 %", "fine"],
    }
    assert report.data["providers"] == [
        {"provider": "Gmail", "people": 28,
         "counts": {"delivered": 24, "deferred": 2, "bounced": 2}},
        {"provider": "Outlook and Hotmail", "people": 12, "counts": {"delivered": 12}},
    ]  # fmt: skip
    assert table(report, "providers").lead.startswith(
        "Messages of the last 2 issues on which the carrier reported, not people"
    )
    chart = table(report, "providers").chart
    assert chart is not None
    assert (chart.unit, chart.summary) == (
        "messages", "The largest group is Gmail with 28 messages."
    )  # fmt: skip


def test_a_single_issue_is_one(world: World) -> None:
    """Its table is there; a chart of one column would say nothing."""
    world.bring_in(*(person(number) for number in range(6)))
    world.send(FIRST)
    report = told(world, day=None)
    assert report.document.subtitle == "One issue, of 4 January 2019"
    assert table(report, "providers").lead.startswith("Messages of the last issue, not people")


def test_complaints_of_late_are_said_first(world: World) -> None:
    """The gravest thing a report can tell."""
    world.bring_in(*(person(number) for number in range(20)))
    world.clock.time = noon(FIRST)
    dispatch = world.send(FIRST)
    world.report(dispatch, "delivered", range(20))
    world.report(dispatch, "complained", [1])
    world.clock.move(3_600)
    remarks = told(world, day=None).document.remarks
    assert remarks[0].weight.value == "alarm"
    assert remarks[0].text == (
        "Of the issue of 4 January 2019 5.000 % (1 of 20 delivered) complained; Google and Yahoo "
        "ask for less than 0.1 %. From 0.3 % on they block senders."
    )


def test_joining_and_leaving_is_told_by_months_in_london(world: World) -> None:
    """When they agreed, not when they were typed in; half past eleven in July is tomorrow."""
    world.clock.time = datetime(2019, 8, 10, tzinfo=UTC)
    world.bring_in(
        person(0, agreed="2019-07-31T23:30:00Z"),  # 1 August in London
        person(1, agreed="2019-07-31T22:30:00Z"),
        person(2, agreed="2018-08-31T23:30:00Z"),  # 1 September
        person(3, agreed="2018-08-31T22:30:00Z"),  # before what is told
        *(person(number, agreed="2019-07-02") for number in range(4, 10)),
    )
    dispatch = world.send(date(2019, 8, 9))
    world.leave([4, 5])
    world.report(dispatch, "unknown", [6])
    world.database.subscribers.suppress(
        "reader7@gmail.com", SuppressionReason.MANUAL, source="office", recorded_by="office"
    )
    world.database.subscribers.suppress(
        "stranger@gmail.com", SuppressionReason.BOUNCED, source="carrier", recorded_by="sync"
    )
    world.database.subscribers.erase("reader8@gmail.com", actor="office")
    report = told(world, day=None)
    months = {each.pop("month"): each for each in report.data["months"]}
    assert next(iter(months)) == "2018-09"
    assert months.pop("2018-09") == {"joined": 1, "unsubscribed": 0, "lost": 0}
    assert months.pop("2019-07") == {"joined": 6, "unsubscribed": 0, "lost": 0}
    assert months.pop("2019-08") == {"joined": 1, "unsubscribed": 2, "lost": 2}
    assert all(set(each.values()) == {0} for each in months.values())
    assert texts(report, "months")["Aug 2019"] == ["1", "2", "2", "-3"]
    assert report.data["erased"] == 1
    assert table(report, "months").notes[-1] == (
        "Of the 1 who were erased nothing is kept: they are in no column."
    )
    assert report.data["list"] == {
        "pending": 0, "confirmed": 5, "unsubscribed": 2, "suppressed": 2,
    }  # fmt: skip


def test_consents_are_told_by_their_age(world: World) -> None:
    """Of those who may be mailed; whoever agreed anew is as young as that."""
    world.clock.time = datetime(2020, 2, 29, 12, tzinfo=UTC)
    world.bring_in(
        person(0, agreed="2019-03-01"),
        person(1, agreed="2019-02-27"),
        person(2, agreed="2017-06-01"),
        person(3, agreed="2016-06-01"),
        person(4, agreed="2010-06-01"),
        person(5, agreed="2010-06-01"),
        person(6, agreed="2010-06-01"),
    )
    world.bring_in(person(6, agreed="2020-01-05"))
    world.send(FIRST)
    world.leave([5])
    report = told(world, day=None)
    assert report.data["consent_age"] == [
        {"from_years": 0, "to_years": 1, "people": 2},
        {"from_years": 1, "to_years": 2, "people": 1},
        {"from_years": 2, "to_years": 3, "people": 1},
        {"from_years": 3, "to_years": 5, "people": 1},
        {"from_years": 5, "to_years": None, "people": 1},
    ]
    assert report.data["consent_undated"] == 0
    assert next(iter(texts(report, "consent_age").items())) == ("Under 1 year", ["2", "33.3 %"])
    assert report.document.remarks[0].text.startswith("3 of 6 agreed more than two years ago")


def test_who_fails_again_and_again_is_counted(world: World) -> None:
    """Reader 4 got one of five and is reached; whoever left the list is nobody's trouble."""
    world.bring_in(*(person(number) for number in range(20)))
    weeks(world, 2)
    early = told(world, day=None)
    assert early.data["unreached"] == {"issues": 2, "failing": None, "silent": None}
    assert texts(early, "unreached") == {"Put off or sent back, never delivered": ["not known"]}
    weeks(world, 5)
    report = told(world, day=None, tracking="true")
    assert report.data["unreached"] == {"issues": 5, "failing": 1, "silent": 19}
    assert texts(report, "unreached") == {
        "Put off or sent back, never delivered": ["1"],
        "Got all, opened and clicked none": ["19"],
    }
    assert report.document.remarks[-1].text.startswith(
        "1 who may be mailed got none of the last 5"
    )
    assert told(world, day=None).data["unreached"]["silent"] is None
    world.leave([3, 6])
    assert everything(world, tracking="true")["unreached"] == {
        "issues": 5, "failing": 0, "silent": 17,
    }  # fmt: skip


def test_a_waiting_issue_has_reached_nobody(world: World) -> None:
    """No division by nothing."""
    world.bring_in(*(person(number) for number in range(6)))
    world.send(FIRST, answer=lambda _: State.WAITING)
    report = told(world, day=None)
    assert texts(report, "issues")["2019-01-04"] == ["6", *["not known"] * 3, "0"]
    assert report.data["issues"][0]["unsubscribed"]["percent"] is None
