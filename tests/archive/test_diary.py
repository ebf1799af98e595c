"""Appointments of all issues make one calendar, and the newest word on each holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from icalendar import Calendar, Event

from newsletter.archive.diary import Announced, calendar, to_come
from newsletter.rendering.words import LONDON

SINCE = date(2019, 3, 8)


def entry(title: str, starts: date, ends: date, *, uid: str = "meeting", **more: str) -> bytes:
    event = Event()
    event.add("uid", f"{uid}@update.example.org")
    event.add("dtstamp", datetime(2019, 3, 1, tzinfo=UTC))
    event.add("summary", title)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    for name, value in more.items():
        event.add(name, value)
    made = Calendar()
    made.add("prodid", "-//test//EN")
    made.add("version", "2.0")
    made.add_component(event)
    return bytes(made.to_ical())


def at(day: int, hour: int) -> datetime:
    return datetime(2019, 3, day, hour, tzinfo=UTC)


def test_a_later_issue_has_the_last_word_on_an_appointment() -> None:
    """The venue was to be confirmed, and now it is."""
    first = entry("Public meeting", at(30, 14), at(30, 16), location="To be confirmed")
    second = entry("Public meeting", at(30, 14), at(30, 16), location="Weavers’ Hall")
    [found] = to_come(
        [Announced(SINCE, "meeting.ics", second), Announced(date(2019, 2, 18), "m.ics", first)],
        SINCE,
    )
    assert (found.title, found.place) == ("Public meeting", "Weavers’ Hall")
    assert (found.file, found.page) == ("2019-03-08/meeting.ics", "2019-03-08/")
    assert (found.day, found.clock) == (date(2019, 3, 30), time(14))
    assert found.ends == datetime(2019, 3, 30, 16, tzinfo=LONDON)


def test_a_calendar_that_cannot_be_read_leaves_the_others_in() -> None:
    """A database may be damaged; the pages of all issues are shown for all that."""
    good = entry("Public meeting", at(30, 14), at(30, 16))
    files = [
        Announced(SINCE, "a.ics", good[:60]),
        Announced(SINCE, "b.ics", b""),
        Announced(SINCE, "c.ics", good),
    ]
    assert [each.title for each in to_come(files, SINCE)] == ["Public meeting"]


def test_what_has_taken_place_before_the_newest_issue_is_left_out() -> None:
    """And what takes place on its day is not; a whole day has no time."""
    files = [
        Announced(SINCE, "a.ics", entry("Past", at(7, 12), at(7, 13), uid="a")),
        Announced(SINCE, "b.ics", entry("That day", SINCE, date(2019, 3, 9), uid="b")),
        Announced(SINCE, "c.ics", entry("Later", at(9, 9), at(9, 10), uid="c")),
    ]
    found = to_come(files, SINCE)
    assert [(each.title, each.clock) for each in found] == [("That day", None), ("Later", time(9))]
    made = Calendar.from_ical(calendar("The Update", found, SINCE))
    assert [str(event["summary"]) for event in made.events] == ["That day", "Later"]
    assert (made.calendar_name, str(made["method"])) == ("The Update", "PUBLISH")


def test_an_evening_in_summer_is_on_the_day_that_clocks_in_london_show() -> None:
    """Half past eleven at night in UTC is the next day."""
    late = datetime(2019, 6, 1, 23, 30, tzinfo=UTC)
    [found] = to_come([Announced(SINCE, "a.ics", entry("Vigil", late, late))], SINCE)
    assert (found.day, found.clock) == (date(2019, 6, 2), time(0, 30))


def test_a_calendar_without_appointments_is_still_one() -> None:
    """Whoever follows it must not be told that it is broken (RFC 5545, section 3.6)."""
    made = Calendar.from_ical(calendar("The Update", [], SINCE))
    assert made.events == []
    assert [str(zone["tzid"]) for zone in made.timezones] == ["Europe/London"]
