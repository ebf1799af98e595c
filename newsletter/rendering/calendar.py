"""Write an appointment as a file that calendars read (RFC 5545)."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsletter.authoring.blocks import Event, Surgery
from newsletter.authoring.issue import Placed
from newsletter.rendering.plain import prose_text
from newsletter.rendering.words import LONDON

if TYPE_CHECKING:
    from newsletter.authoring.issue import Issue
    from newsletter.authoring.office import Office

USUAL_LENGTH = timedelta(hours=1)
"""How long an appointment takes of which only the start is known."""

LONGEST_NAME = 60  # characters


def calendar_names(issue: Issue) -> dict[int, str]:
    """Return the file name for each appointment still to come, by the line of its block."""
    names: dict[int, str] = {}
    for line, appointment in _to_come(issue):
        name = f"{_slug(appointment.title)}-{appointment.date.isoformat()}"
        taken = sum(other.startswith(name) for other in names.values())
        names[line] = f"{name}{f'-{taken + 1}' if taken else ''}.ics"
    return names


def calendar_files(issue: Issue, office: Office, page: str) -> dict[str, bytes]:
    """Return the calendar file of each appointment still to come, by its name.

    The same issue gives the same bytes: its stamp is noon on the day of the issue. `page` is
    the public address of the issue.
    """
    names = calendar_names(issue)
    return {
        names[line]: _calendar(appointment, issue, office, page=page, name=names[line])
        for line, appointment in _to_come(issue)
    }


def _to_come(issue: Issue) -> list[tuple[int, Event | Surgery]]:
    return [
        (part.line, part.block)
        for part in issue.body
        if isinstance(part, Placed)
        and isinstance(part.block, Event | Surgery)
        and part.block.date >= issue.date
    ]


def _calendar(
    appointment: Event | Surgery, issue: Issue, office: Office, *, page: str, name: str
) -> bytes:
    from icalendar import Calendar  # noqa: PLC0415 - 100 ms, and only issues with a diary
    from icalendar import Event as Entry  # noqa: PLC0415 - the same

    entry = Entry()
    entry.add("uid", f"{name.removesuffix('.ics')}@{urlsplit(office.site).hostname}")
    entry.add("dtstamp", datetime.combine(issue.date, time(12), tzinfo=UTC))
    # A later issue may confirm the place: its entry takes the place of this one.
    entry.add("sequence", issue.front.number)
    entry.add("summary", appointment.title)
    starts, ends = _span(appointment)
    entry.add("dtstart", starts)
    entry.add("dtend", ends)
    entry.add("status", "CONFIRMED" if appointment.is_place_known else "TENTATIVE")
    entry.add("location", _place(appointment))
    if appointment.note:
        entry.add("description", prose_text(appointment.note))
    entry.add("url", page)
    calendar = Calendar()
    calendar.add("prodid", "-//newsletter//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    written: bytes = calendar.to_ical()
    return written


def _span(appointment: Event | Surgery) -> tuple[date, date]:
    """Return start and end: days, the second one left out, where no time is known."""
    day = appointment.date
    if appointment.starts is None:
        return day, day + timedelta(days=1)
    starts = datetime.combine(day, appointment.starts, tzinfo=LONDON).astimezone(UTC)
    if appointment.ends is None:
        return starts, starts + USUAL_LENGTH
    return starts, datetime.combine(day, appointment.ends, tzinfo=LONDON).astimezone(UTC)


def _place(appointment: Event | Surgery) -> str:
    venue = appointment.venue if appointment.is_place_known else "To be confirmed"
    return ", ".join(part for part in (venue, appointment.address) if part)


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-") or "date"
