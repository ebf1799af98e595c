"""Write a publication plan as a file that calendars read (RFC 5545)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from newsletter.drafting.timetable import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from newsletter.authoring.office import Office
    from newsletter.drafting.timetable import Week

_TOLD = (Standing.ISSUE, Standing.STARTED)


def calendar_file(office: Office, weeks: Iterable[Week], now: datetime) -> bytes:
    """Return the days on which issues come out, as whole days that keep nobody busy.

    A week keeps its identity from one plan to the next, so that a calendar moves its entry.
    """
    name = office.title or f"{office.name}’s newsletter"
    calendar = Calendar()
    calendar.add("prodid", "-//newsletter//publication plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{name}: publication plan")
    for week in weeks:
        if week.standing in _TOLD:
            calendar.add_component(_event(office, week, name, now))
    written: bytes = calendar.to_ical()
    return written


def _event(office: Office, week: Week, name: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"{office.base_url}/plan/{week.usual.isoformat()}")))
    event.add("dtstamp", now)
    event.add("dtstart", week.day)
    event.add("dtend", week.day + timedelta(days=1))
    event.add("summary", f"{name}, number {week.number}" if week.number else name)
    event.add("transp", "TRANSPARENT")
    if week.reason:
        event.add("description", week.reason)
    return event
