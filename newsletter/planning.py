"""Gather what a publication plan rests on: the issues that are there, and what Parliament says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from newsletter.authoring.issue import FILE as ISSUE_FILE
from newsletter.drafting.parliament_week import Span
from newsletter.drafting.timetable import Facts, Week, plan
from newsletter.errors import MistakeError, NewsletterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.authoring.office import Nation, Office
    from newsletter.drafting.timetable import Known
    from newsletter.files import OfficeFolder

    Finder = Callable[[Span, Nation], Known]

_NUMBER = re.compile(r"^number:[ \t]*[\"']?(\d{1,6})[\"']?[ \t]*(?:#.*)?$", re.MULTILINE)
_AROUND = timedelta(days=7)
_AHEAD = timedelta(days=120)  # sitting days are looked for so far, to know how far they are known


@dataclass(frozen=True, slots=True)
class Timetable:
    """A plan, the facts it rests on, and what could not be found out."""

    office: Office
    span: Span
    weeks: tuple[Week, ...]
    facts: Facts
    troubles: tuple[str, ...]


def timetable(desk: OfficeFolder, span: Span, today: date, find: Finder) -> Timetable:
    """Return the plan of these days; `find` tells of sittings and bank holidays.

    Whatever cannot be found out is not known in the plan, and told among its troubles. Raises
    MistakeError if there are no days.
    """
    if span.last < span.first:
        raise MistakeError(
            "The plan would end before it begins",
            hint="Give --until a later day than --from, which is today if you leave it out.",
        )
    office = desk.office()
    if not office.has_members(span.first):  # nobody's sittings matter until the new House
        facts = Facts(today, issues(desk), None, None)
        return Timetable(office, span, tuple(plan(office, span, facts)), facts, ())
    known = _known(office, span, find)
    facts = Facts(today, issues(desk), known.house.found, known.bank_holidays.found)
    return Timetable(office, span, tuple(plan(office, span, facts)), facts, known.troubles)


def _known(office: Office, span: Span, find: Finder) -> Known:
    last = max(span.last, span.first + _AHEAD)
    return find(Span(span.first - _AROUND, last), office.calendar.bank_holidays)


def issues(desk: OfficeFolder) -> dict[date, int | None]:
    """Return the number of each issue in the office's folder, None where it cannot be read."""
    found: dict[date, int | None] = {}
    for path in (desk.root / "issues").glob(f"*/{ISSUE_FILE}"):
        try:
            day = date.fromisoformat(path.parent.name)
        except ValueError:
            continue  # a folder of another name
        found[day] = _number(desk, day)
    return dict(sorted(found.items()))


def _number(desk: OfficeFolder, day: date) -> int | None:
    try:
        matter = desk.source(day).removeprefix("---").split("\n---", maxsplit=1)[0]
    except NewsletterError:
        return None
    number = _NUMBER.search(matter)
    return int(number[1]) if number else None
