"""Find the dates that people write in prose, and the days of the calendar they name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from newsletter.rendering import words as written

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS = tuple(written.day(date(2019, number, 1)).split()[1] for number in range(1, 13))
WEEKDAYS = tuple(written.weekday(date(2019, 4, number)).split()[0] for number in range(1, 8))

_WEEKDAY = (
    r"(?P<weekday>Mon(?:day)?|Tue(?:s(?:day)?)?|Wed(?:s|nesday)?|Thu(?:rs?|rsday)?|Fri(?:day)?|"
    r"Sat(?:urday)?|Sun(?:day)?)\b\.?,?\s+(?:the\s+)?"
)
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>[0-9]{1,2})"
_YEAR = r"(?:,?\s+(?P<year>[0-9]{4})(?![0-9,.]*[0-9]|\s*(?:people|homes|pounds))\b)"
_FORMS = (
    # Saturday 30 March 2019, Sat 30th March, the 30th of March
    rf"(?<![\w.:/£])(?:{_WEEKDAY})?{_DAY}(?P<ordinal>st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}{_YEAR}?",
    # Saturday, March 30, 2019; March 30th
    rf"\b(?:{_WEEKDAY})?{_MONTH}\s+{_DAY}(?P<ordinal>st|nd|rd|th)?(?![\w:/]|[.,][0-9]){_YEAR}?",
    # Sat 30/03/2019
    (
        rf"\b{_WEEKDAY}{_DAY}/(?P<month>[0-9]{{1,2}})(?P<ordinal>)"
        rf"(?:/(?P<year>[0-9]{{4}}|[0-9]{{2}}))?(?![\w/])"
    ),
)
_BEFORE = re.compile(rf"\b{_WEEKDAY}{_DAY}(?:st|nd|rd|th)?\s*(?:to|and|or|until|till|–|-|&|,)\s*$")
_NUMBERED = re.compile(
    r"(?i)\b(?:acts?|amendments?|annex(?:es)?|appendix|articles?|bills?|chapters?|clauses?|figures?|"
    r"no\.|numbers?|orders?|pages?|paragraphs?|parts?|platforms?|questions?|regulations?|resolutions?|"
    r"routes?|rules?|schedules?|sections?|tables?)\s+(?:[0-9]+(?:,| and| or| to|–)\s*)*$"
)
_FIRST_GREGORIAN = 1753  # Britain changed its calendar in September 1752
_SAME_BREATH = 25  # characters: “Friday 29 March to Sunday 31 March 2019” has one year


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as written from `start` up to `end`; `weekday` counts from Monday, 0.

    `falls_on` is the day of the calendar, without a year the one nearest to the issue; None when
    the calendar has no such day. `year` is None where none was written.
    """

    start: int
    end: int
    weekday: int | None
    day: int
    month: int
    year: int | None
    falls_on: date | None

    def in_year(self, year: int) -> date | None:
        """Return the day in another year, if there is one."""
        return _day(year, self.month, self.day)


@lru_cache(maxsize=1_000)  # four checks read each text
def dates_in(words: str, issue: date) -> tuple[Dated, ...]:
    """Return the dates in `words`, in their order; `issue` says which year is near."""
    found: dict[int, Dated] = {}
    taken: set[int] = set()
    for form in _FORMS:
        for match in re.finditer(form, words):
            if taken.isdisjoint(range(*match.span())) and _is_date(match):
                taken.update(range(*match.span()))
                dated = _dated(match, issue)
                found[match.start()] = dated
                found |= {item.start: item for item in _opening(words, dated, issue)}
    ordered = [found[start] for start in sorted(found)]
    pairs = zip_longest(ordered, ordered[1:])
    return tuple(_with_year_of_next(dated, following, issue) for dated, following in pairs)


def _is_date(match: re.Match[str]) -> bool:
    """Whether “May 10” is a date, or “Article 50 May”: it needs what only dates have."""
    if any((match["weekday"], match["ordinal"], match["year"])):
        return True
    is_month_first = match.start("month") < match.start("day")
    return not is_month_first and not _NUMBERED.search(match.string, 0, match.start())


def _dated(match: re.Match[str], issue: date) -> Dated:
    month = match["month"]
    number = int(month) if month.isdigit() else _number(month, MONTHS)
    year = int(match["year"]) if match["year"] else None
    if year is not None and year < 100:  # noqa: PLR2004 - two digits
        year += 2000
    weekday = _number(match["weekday"], WEEKDAYS) - 1 if match["weekday"] else None
    day = int(match["day"])
    return Dated(*match.span(), weekday, day, number, year, _resolved(year, number, day, issue))


def _opening(words: str, dated: Dated, issue: date) -> Iterator[Dated]:
    """Yield the first day of “Friday 1 to Sunday 3 March 2019”, which borrows the month."""
    match = _BEFORE.search(words, max(0, dated.start - _SAME_BREATH), dated.start)
    if match:
        day, weekday = int(match["day"]), _number(match["weekday"], WEEKDAYS) - 1
        resolved = _resolved(dated.year, dated.month, day, issue)
        yield Dated(*match.span(), weekday, day, dated.month, dated.year, resolved)


def _with_year_of_next(dated: Dated, following: Dated | None, issue: date) -> Dated:
    if dated.year is not None or following is None or following.year is None:
        return dated
    if following.start - dated.end > _SAME_BREATH:
        return dated
    resolved = _resolved(following.year, dated.month, dated.day, issue)
    return replace(dated, year=following.year, falls_on=resolved)


def _number(name: str, names: tuple[str, ...]) -> int:
    """Return the place, from 1, of the name that begins as `name` does."""
    return next(i for i, full in enumerate(names, start=1) if full.startswith(name[:3]))


def _resolved(year: int | None, month: int, day: int, issue: date) -> date | None:
    if year is not None:
        return _day(year, month, day)
    near = (_day(issue.year + years, month, day) for years in (-1, 0, 1))
    return min(
        (candidate for candidate in near if candidate),
        key=lambda candidate: abs(candidate - issue),
        default=None,
    )


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_reckoned_as_today(value: date) -> bool:
    """Whether the weekday of a day can be told: Britain's old calendar ran otherwise."""
    return value.year >= _FIRST_GREGORIAN
