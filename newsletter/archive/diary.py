"""Join the appointments of all issues into one calendar of what is to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from newsletter.rendering.words import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icalendar import Event

CALENDAR = "calendar.ics"
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One date in the diary, as its newest issue has it.

    `file` and `page` are paths below the site. `starts` has no time where none is known.
    """

    title: str
    starts: date
    ends: datetime
    place: str
    file: str
    page: str
    entry: Event

    @property
    def day(self) -> date:
        """Return the day on which it begins, as the clocks of London have it."""
        return _local(self.starts).date()

    @property
    def clock(self) -> time | None:
        """Return the time at which it begins, where that is known."""
        return _local(self.starts).time() if isinstance(self.starts, datetime) else None


@dataclass(frozen=True, slots=True)
class Announced:
    """A calendar file of an issue, as it was sent."""

    issue: date
    name: str
    data: bytes


def to_come(files: Iterable[Announced], since: date) -> list[Appointment]:
    """Return what takes place on `since` or later, in order.

    A later issue's word on the same appointment takes the place of an earlier one's.
    """
    from icalendar import Calendar  # noqa: PLC0415 - 100 ms, and only issues with a diary

    known: dict[str, Appointment] = {}
    for file in sorted(files, key=lambda file: (file.issue, file.name)):
        try:
            entries = Calendar.from_ical(file.data).events
        except ValueError:  # a damaged file must not take all pages with it
            continue
        known |= {str(entry["uid"]): _appointment(entry, file) for entry in entries}
    open_ones = [each for each in known.values() if each.day >= since]
    return sorted(open_ones, key=lambda each: (_local(each.starts), each.title))


def calendar(name: str, appointments: Sequence[Appointment], since: date) -> bytes:
    """Return a calendar that programs can follow: they ask for it again and again.

    Without appointments it holds a time zone: a calendar must hold something (RFC 5545,
    section 3.6).
    """
    from icalendar import Calendar, Timezone  # noqa: PLC0415 - as above

    made = Calendar()
    made.add("prodid", "-//newsletter//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)  # RFC 7986, section 5.1
    made.add("x-wr-calname", name)
    for appointment in appointments:
        made.add_component(appointment.entry)
    if not appointments:
        zone: Any = Timezone.from_tzid("Europe/London", first_date=since, last_date=since + _YEAR)
        made.add_component(zone)
    written: bytes = made.to_ical()
    return written


def _appointment(entry: Event, file: Announced) -> Appointment:
    day = file.issue.isoformat()
    return Appointment(
        title=str(entry["summary"]),
        starts=entry.decoded("dtstart"),
        ends=_local(entry.decoded("dtend")),
        place=str(entry.get("location", "")),
        file=f"{day}/{file.name}",
        page=f"{day}/",
        entry=entry,
    )


def _local(moment: date) -> datetime:
    """Return a moment, or the beginning of a day, in London."""
    if isinstance(moment, datetime):
        return moment.astimezone(LONDON)
    return datetime.combine(moment, time(), tzinfo=LONDON)
