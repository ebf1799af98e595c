"""Appointments can be taken into a calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from icalendar import Calendar, Event

from newsletter.authoring.issue import Issue
from newsletter.rendering.calendar import calendar_files, calendar_names
from tests.rendering.editions import make_edition, read_issue, read_office

TOP = "---\nnumber: 268\nsubject: S\npreheader: P\nfunding: personal\n---\n"
PAGE = "https://update.example.org/2019-02-18/"


def issue_with(*blocks: str) -> Issue:
    return read_issue(TOP + "# Title\n\n" + "\n\n".join(f"```{block}\n```" for block in blocks))


def entry(data: bytes) -> Event:
    calendar = Calendar.from_ical(data)
    (found,) = calendar.walk("VEVENT")
    assert isinstance(found, Event)
    return found


def only(*blocks: str) -> Event:
    (data,) = calendar_files(issue_with(*blocks), read_office(), PAGE).values()
    return entry(data)


def test_an_entry_says_what_when_and_where() -> None:
    """What a calendar shows is all that some people will look at again."""
    found = only(
        "event\ntitle: Public meeting\ndate: 2019-03-30\nstarts: '14:00'\nends: '16:00'\n"
        "venue: Weavers’ Hall\naddress: 3 Sample Lane\nnote: Bring *questions*."
    )
    assert found["summary"] == "Public meeting"
    assert str(found["location"]) == "Weavers’ Hall, 3 Sample Lane"
    assert found["description"] == "Bring questions."
    assert found["status"] == "CONFIRMED"
    assert str(found["url"]) == PAGE
    assert found.decoded("dtstart") == dt.datetime(2019, 3, 30, 14, tzinfo=dt.UTC)
    assert found.decoded("dtend") == dt.datetime(2019, 3, 30, 16, tzinfo=dt.UTC)


def test_a_summer_time_is_the_hour_on_the_clocks_of_that_day() -> None:
    """Clocks go forward on 31 March 2019: two o'clock in April is one o'clock UTC."""
    found = only("surgery\ndate: 2019-04-05\nstarts: '14:00'")
    assert found.decoded("dtstart") == dt.datetime(2019, 4, 5, 13, tzinfo=dt.UTC)
    assert found.decoded("dtend") == dt.datetime(2019, 4, 5, 14, tzinfo=dt.UTC)


def test_without_a_time_it_takes_the_day() -> None:
    """An invented hour would bring people at the wrong time."""
    found = only("event\ntitle: Open day\ndate: 2019-03-30")
    assert found.decoded("dtstart") == dt.date(2019, 3, 30)
    assert found.decoded("dtend") == dt.date(2019, 3, 31)


def test_a_place_to_be_confirmed_is_tentative() -> None:
    """The next issue confirms it under the same name, with a higher sequence."""
    found = only("event\ntitle: Meeting\ndate: 2019-03-30\nvenue: to be confirmed")
    assert found["status"] == "TENTATIVE"
    assert str(found["location"]) == "To be confirmed"
    assert found["sequence"] == issue_with("contact").front.number


@pytest.mark.parametrize("day", ["2019-02-17", "2018-03-30"])
def test_what_is_past_has_no_entry(day: str) -> None:
    """Nobody can go there any more."""
    assert not calendar_names(issue_with(f"event\ntitle: Meeting\ndate: {day}"))


def test_two_of_the_same_name_and_day_have_two_files() -> None:
    """One would take the place of the other."""
    twice = issue_with(*["event\ntitle: “Tea” & Talk\ndate: 2019-03-30"] * 2)
    assert list(calendar_names(twice).values()) == [
        "tea-talk-2019-03-30.ics",
        "tea-talk-2019-03-30-2.ics",
    ]


def test_a_title_without_latin_letters_still_has_a_file() -> None:
    """Readers of Arabic keep calendars, too."""
    names = calendar_names(issue_with("event\ntitle: اجتماع\ndate: 2019-03-30"))
    assert list(names.values()) == ["date-2019-03-30.ics"]


def test_the_same_issue_gives_the_same_file() -> None:
    """A stamp of today would change what is published without reason."""
    issue = issue_with("event\ntitle: Meeting\ndate: 2019-03-30")
    (first,) = calendar_files(issue, read_office(), PAGE).values()
    (second,) = calendar_files(issue, read_office(), PAGE).values()
    assert first == second
    assert b"DTSTAMP:20190218T120000Z" in first


def test_email_text_and_page_lead_to_the_file() -> None:
    """A file that nobody finds is no use."""
    edition = make_edition("```event\ntitle: Meeting\ndate: 2019-03-30\n```")
    assert f'href="{PAGE}meeting-2019-03-30.ics"' in edition.html
    assert f"<{PAGE}meeting-2019-03-30.ics>" in edition.text
    assert 'href="meeting-2019-03-30.ics"' in edition.web
