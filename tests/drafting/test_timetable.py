"""Issues come out in the weeks in which the House sits, on a day on which people work."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from newsletter.authoring.office import Office, parse_office
from newsletter.drafting.parliament_week import Break, House, Span
from newsletter.drafting.timetable import Facts, Standing, Week, plan
from newsletter.drafting.timetable_ics import calendar_file
from tests.offices import OFFICE

if TYPE_CHECKING:
    from collections.abc import Mapping

TODAY = date(2027, 3, 10)
SPAN = Span(date(2027, 3, 10), date(2027, 4, 30))
GOOD_FRIDAY, MONDAY_AFTER = date(2027, 3, 26), date(2027, 3, 29)
HOLIDAYS = {GOOD_FRIDAY: "Good Friday", MONDAY_AFTER: "Easter Monday"}
SITTINGS = (
    *tuple(date(2027, 3, day) for day in (8, 9, 10, 11, 15, 16, 17, 18, 22, 23, 24)),
    date(2027, 4, 12),
    date(2027, 4, 13),
)
EASTER = Break(Span(date(2027, 3, 25), date(2027, 4, 11)), "Easter recess")
HOUSE = House(SITTINGS, (EASTER,))


def office(more: str = "") -> Office:
    found, findings = parse_office(OFFICE + more)
    assert found, findings
    return found


def facts(
    issues: Mapping[date, int | None] | None = None,
    house: House | None = HOUSE,
    bank_holidays: Mapping[date, str] | None = HOLIDAYS,
) -> Facts:
    return Facts(TODAY, issues or {}, house, bank_holidays)


def friday(day: int, month: int = 3) -> date:
    return date(2027, month, day)


def test_a_plan_says_of_each_friday_what_it_brings() -> None:
    """Numbered on from the highest; a bank holiday moves an issue to the working day before."""
    numbers = {date(2027, 2, 26): 280, date(2027, 3, 5): 281, date(2027, 3, 12): None}
    assert plan(office(), SPAN, facts(numbers)) == [
        Week(friday(12), friday(12), Standing.STARTED),
        Week(friday(19), friday(19), Standing.ISSUE, 282),
        Week(
            GOOD_FRIDAY,
            date(2027, 3, 25),
            Standing.ISSUE,
            283,
            "Good Friday on Friday",
        ),
        Week(friday(2, 4), friday(2, 4), Standing.RECESS, None, "Easter recess"),
        Week(friday(9, 4), friday(9, 4), Standing.RECESS, None, "Easter recess"),
        Week(friday(16, 4), friday(16, 4), Standing.ISSUE, 284),
        Week(friday(23, 4), friday(23, 4), Standing.UNKNOWN, None, "no sittings published yet"),
        Week(friday(30, 4), friday(30, 4), Standing.UNKNOWN, None, "no sittings published yet"),
    ]


def test_an_issue_of_another_day_is_that_weeks_issue() -> None:
    """A moved one is found in its folder; a second one in a week is told of, too."""
    numbers = {date(2027, 3, 15): 281, date(2027, 3, 17): 282}
    weeks = plan(office(), Span(friday(12), friday(19)), facts(numbers))
    assert weeks == [
        Week(friday(12), friday(12), Standing.ISSUE, 283),
        Week(date(2027, 3, 15), date(2027, 3, 15), Standing.STARTED, 281, "between two weeks"),
        Week(friday(19), date(2027, 3, 17), Standing.STARTED, 282),
    ]
    assert [week.is_moved for week in weeks] == [False, False, True]


def test_a_week_that_is_past_gets_no_number_any_more() -> None:
    """Nobody writes last month's issue; but one wonders why there was none."""
    span = Span(date(2027, 2, 24), date(2027, 3, 6))
    past = House(
        (date(2027, 3, 2),), (Break(Span(date(2027, 2, 11), date(2027, 2, 28)), "Half-term"),)
    )
    assert plan(office(), span, facts(house=past)) == [
        Week(date(2027, 2, 26), date(2027, 2, 26), Standing.MISSED, None, "Half-term"),
        Week(date(2027, 3, 5), date(2027, 3, 5), Standing.MISSED, None, "the House sat"),
    ]
    assert {week.reason for week in plan(office(), span, facts(house=None))} == {""}


def test_what_is_not_known_is_said_not_to_be_known() -> None:
    """Neither a sitting nor a holiday is made up."""
    (week,) = plan(office(), Span(friday(12), friday(12)), facts(house=None))
    assert week.standing is Standing.UNKNOWN
    (week,) = plan(office(), Span(friday(12), friday(12)), facts(bank_holidays=None))
    assert (week.standing, week.reason) == (Standing.ISSUE, "bank holidays are not known")
    empty = facts(house=House((), ()))
    assert {week.standing for week in plan(office(), SPAN, empty)} == {Standing.UNKNOWN}
    assert facts(house=None).known_until is None


def test_days_off_that_are_called_nothing_are_days_off() -> None:
    """The House often rises for a week of constituency work."""
    house = House((friday(12), friday(26)), ())
    weeks = plan(office(), Span(friday(19), friday(19)), facts(house=house))
    assert [(week.standing, week.reason) for week in weeks] == [
        (Standing.RECESS, "the House does not sit")
    ]


def test_a_recess_far_ahead_says_nothing_of_the_weeks_before_it() -> None:
    """Recesses are published long before sittings; a week of votes is no week of rest."""
    whitsun = Break(Span(date(2027, 5, 28), date(2027, 6, 6)), "Whitsun recess")
    known = facts(house=House(SITTINGS, (EASTER, whitsun)))
    weeks = plan(office(), Span(friday(16, 4), friday(11, 6)), known)
    assert [(week.usual, week.standing) for week in weeks] == [
        (friday(16, 4), Standing.ISSUE),
        (friday(23, 4), Standing.UNKNOWN),
        (friday(30, 4), Standing.UNKNOWN),
        (friday(7, 5), Standing.UNKNOWN),
        (friday(14, 5), Standing.UNKNOWN),
        (friday(21, 5), Standing.UNKNOWN),
        (friday(28, 5), Standing.UNKNOWN),  # it begins on this Friday: who knows of the Monday
        (friday(4, 6), Standing.RECESS),
        (friday(11, 6), Standing.UNKNOWN),
    ]
    assert known.known_until == date(2027, 4, 13)


def test_from_the_dissolution_on_nobody_is_a_member_with_a_newsletter() -> None:
    """The week before it is as any other."""
    text = OFFICE.replace("{status: sitting}", "{status: dissolved, since: 2027-03-17}")
    dissolved, findings = parse_office(text)
    assert dissolved, findings
    weeks = plan(dissolved, Span(friday(12), friday(19)), facts())
    assert weeks == [
        Week(friday(12), friday(12), Standing.ISSUE, 1),
        Week(friday(19), friday(19), Standing.DISSOLVED, None, "Parliament is dissolved: no MP"),
    ]


def test_an_office_may_choose_another_day() -> None:
    """A Monday issue tells of the week before; over Easter the working day before is far."""
    monday = office("calendar: {day: monday}\n")
    house = House((date(2027, 3, 23), date(2027, 3, 30)), ())
    weeks = plan(monday, Span(MONDAY_AFTER, MONDAY_AFTER), facts(house=house))
    assert [(week.day, week.reason) for week in weeks] == [
        (date(2027, 3, 25), "Easter Monday on Monday")
    ]


@pytest.mark.parametrize("days", [6, 1])
def test_where_there_is_no_working_day_before_somebody_chooses(days: int) -> None:
    """Either the whole week is a holiday, or the day before is past already."""
    rest = {GOOD_FRIDAY - timedelta(days=n): "Holiday" for n in range(days)}
    today = TODAY if days > 1 else GOOD_FRIDAY
    found = plan(office(), Span(GOOD_FRIDAY, GOOD_FRIDAY), Facts(today, {}, HOUSE, rest))
    assert [(week.day, week.reason) for week in found] == [
        (GOOD_FRIDAY, "Holiday: choose another day")
    ]


def test_a_calendar_program_reads_the_plan_and_moves_its_entries() -> None:
    """A week keeps its identity when its day changes; recesses are no entries."""
    now = datetime(2027, 3, 10, 9, tzinfo=UTC)
    weeks = plan(office(), SPAN, facts({friday(12): 281}))
    read = Calendar.from_ical(calendar_file(office(), weeks, now))
    events = read.walk("VEVENT")
    assert [(str(event["summary"]), event.decoded("dtstart")) for event in events] == [
        ("The Ashcombe East Update, number 281", friday(12)),
        ("The Ashcombe East Update, number 282", friday(19)),
        ("The Ashcombe East Update, number 283", date(2027, 3, 25)),
        ("The Ashcombe East Update, number 284", friday(16, 4)),
    ]
    assert str(events[2]["description"]) == "Good Friday on Friday"
    unmoved = plan(office(), SPAN, facts({friday(12): 281}, bank_holidays={}))
    again = Calendar.from_ical(calendar_file(office(), unmoved, now)).walk("VEVENT")
    assert [event["uid"] for event in again] == [event["uid"] for event in events]
    nameless = office().model_copy(update={"title": None})
    named = calendar_file(nameless, [Week(friday(12), friday(12), Standing.STARTED)], now)
    assert "SUMMARY:Robin Halloway’s newsletter\r\n" in named.decode()
