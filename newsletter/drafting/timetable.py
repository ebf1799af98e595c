"""Plan when issues come out, from the days on which the House sits and those on which all rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from newsletter.drafting.parliament_week import Span
from newsletter.rendering.words import weekday as written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from newsletter.authoring.office import Office
    from newsletter.drafting.parliament_week import Gathered, House

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_SATURDAY = 5


class Standing(StrEnum):
    """What is to become of one week."""

    ISSUE = "issue"
    STARTED = "started"
    """There is an issue already, sent or not."""
    RECESS = "recess"
    DISSOLVED = "dissolved"
    MISSED = "none"
    """The day is past, and there is no issue of it."""
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Known:
    """When the House sits, and which bank holidays there are, as far as that is known."""

    house: Gathered[House]
    bank_holidays: Gathered[dict[date, str]]

    @property
    def troubles(self) -> tuple[str, ...]:
        """Return a sentence for each thing that is missing or older than it should be."""
        missing = {
            "No sitting days": self.house.found is None,
            "No bank holidays": self.bank_holidays.found is None,
        }
        told = [f"{name} could be fetched." for name, is_so in missing.items() if is_so]
        told += [self.house.trouble, self.bank_holidays.trouble]
        return tuple(dict.fromkeys(each for each in told if each))


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the plan: `usual` is the day by rule, `day` the one that is proposed."""

    usual: date
    day: date
    standing: Standing
    number: int | None = None
    reason: str = ""

    @property
    def is_moved(self) -> bool:
        """Whether another day than the usual one is proposed."""
        return self.day != self.usual


@dataclass(frozen=True, slots=True)
class Facts:
    """What a plan rests on; what is None is not known.

    `issues` are those in the office's folder: their numbers by their days, None where a
    number cannot be read.
    """

    today: date
    issues: Mapping[date, int | None]
    house: House | None
    bank_holidays: Mapping[date, str] | None

    @property
    def next_number(self) -> int:
        """Return the number that the next new issue gets."""
        return max((number for number in self.issues.values() if number), default=0) + 1

    @property
    def known_until(self) -> date | None:
        """Return the last day on which the House is known to sit."""
        return max(self.house.sittings, default=None) if self.house else None


def plan(office: Office, span: Span, facts: Facts) -> list[Week]:
    """Return each week whose usual day is among these days, and issues of other days between."""
    usual = list(_usual_days(span, office.calendar.day.number))
    weeks = [_week(office, day, facts) for day in usual]
    told = {week.day for week in weeks}
    others = [
        Week(day, day, Standing.STARTED, number, "between two weeks")
        for day, number in facts.issues.items()
        if day in span and day not in told
    ]
    return list(_numbered(sorted([*weeks, *others], key=lambda week: week.day), facts))


def _usual_days(span: Span, number: int) -> Iterator[date]:
    day = span.first + timedelta(days=(number - span.first.weekday()) % 7)
    while day <= span.last:
        yield day
        day += _WEEK


def _week(office: Office, usual: date, facts: Facts) -> Week:
    """Return what is to become of the week that ends with its usual day."""
    days = Span(usual - _WEEK + _DAY, usual)
    started = [day for day in facts.issues if day in days]
    if started:
        day = max(started)
        return Week(usual, day, Standing.STARTED, facts.issues[day])
    if not office.has_members(usual):
        return Week(usual, usual, Standing.DISSOLVED, reason="Parliament is dissolved: no MP")
    if usual < facts.today:
        return Week(usual, usual, Standing.MISSED, reason=_sat(days, facts))
    return _planned(usual, days, facts)


def _planned(usual: date, days: Span, facts: Facts) -> Week:
    if facts.house is None:
        return Week(usual, usual, Standing.UNKNOWN, reason="sitting days could not be found out")
    if facts.house.sits_within(days):
        return _moved(Week(usual, usual, Standing.ISSUE), facts)
    if not facts.house.rests_within(days):
        return Week(usual, usual, Standing.UNKNOWN, reason="no sittings published yet")
    name = facts.house.name_of_break(usual) or "the House does not sit"
    return Week(usual, usual, Standing.RECESS, reason=name)


def _sat(days: Span, facts: Facts) -> str:
    if facts.house is None:
        return ""
    return (
        "the House sat" if facts.house.sits_within(days) else facts.house.name_of_break(days.last)
    )


def _moved(week: Week, facts: Facts) -> Week:
    """Return the week with the working day before a bank holiday, if its day is one."""
    holidays = facts.bank_holidays
    if holidays is None:
        return replace(week, reason="bank holidays are not known")
    if week.usual not in holidays:
        return week
    day = week.usual - _DAY
    while day in holidays or day.weekday() >= _SATURDAY:
        day -= _DAY
    if day < facts.today or day <= week.usual - _WEEK:
        return replace(week, reason=f"{holidays[week.usual]}: choose another day")
    weekday = written(week.usual).partition(" ")[0]
    reason = f"{holidays[week.usual]} on {weekday}"
    return replace(week, day=day, reason=reason)


def _numbered(weeks: Iterable[Week], facts: Facts) -> Iterator[Week]:
    """Yield the weeks, the issues to come with the numbers that they will have."""
    number = facts.next_number
    for week in weeks:
        if week.standing is Standing.ISSUE:
            yield replace(week, number=number)
            number += 1
        else:
            yield week
