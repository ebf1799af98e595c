"""Look for days that the calendar does not have, and for days that a reader cannot place."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from newsletter.authoring.blocks import News, Questions, Votes
from newsletter.authoring.issue import FILE, Placed
from newsletter.authoring.words import shortened
from newsletter.checks.calendar_dates import WEEKDAYS, dates_in, is_reckoned_as_today
from newsletter.checks.reader import Kind, Mark, texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.checks.sentences import prose_of, quoted
from newsletter.findings import Severity
from newsletter.rendering.words import weekday

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.checks.calendar_dates import Dated
    from newsletter.checks.reader import Text

_NEAR = 60  # days: up to here a weekday without a year can only be this year's
_FAR = 120  # days: up to here nobody takes “5 June” for another year's


def _dates(material: Material) -> Iterator[tuple[Text, Dated, str]]:
    for text in texts(material):
        words = prose_of(text)
        for dated in dates_in(words, material.issue.date):
            yield text, dated, words[dated.start : dated.end].strip(" ,.")


@rule(
    "wrong-weekday",
    Severity.ERROR,
    reason="If the weekday is not the date's, readers come on the wrong day, or not at all.",
    source="What went wrong in real newsletters",
)
def the_weekday_is_that_of_the_date(material: Material) -> Iterator[Spot]:
    """Compare the weekday of each date with the calendar; without a year, the nearest one."""
    for text, dated, words in _dates(material):
        day = dated.falls_on
        if day is None or dated.weekday in {None, day.weekday()} or not is_reckoned_as_today(day):
            continue
        if dated.year is None and (
            _fits_a_year_named(dated, text.words)
            or _fits_a_year_nearby(dated, material.issue.date)
        ):
            continue
        if _is_no_year(dated, material.issue.date):
            continue
        message = f"“{shortened(words)}”: {weekday(day).partition(' ')[2]} is a {_name(day)}."
        hint = "Find out which of the two is right, the weekday or the date."
        if dated.year is None:
            hint = f"{hint} If another year is meant, write it."
        yield Spot(message, hint, FILE, text.line(dated.start))


def _name(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _fits_a_year_named(dated: Dated, words: str) -> bool:
    """Whether a year in the same text makes the weekday right: “in 1945, on Tuesday 8 May”."""
    years = {int(year) for year in re.findall(r"\b(1[89]\d\d|20\d\d)\b", words)}
    days = [dated.in_year(year) for year in years]
    return any(day is not None and day.weekday() == dated.weekday for day in days)


def _fits_a_year_nearby(dated: Dated, issue: date) -> bool:
    """Whether a far day is right in the year before or after: “Friday 1 June” of last year."""
    days = [dated.in_year(issue.year + years) for years in (-1, 0, 1)]
    is_far = dated.falls_on is not None and abs(dated.falls_on - issue).days > _NEAR
    return is_far and any(day is not None and day.weekday() == dated.weekday for day in days)


def _is_no_year(dated: Dated, issue: date) -> bool:
    """Whether what looks like a year is a time or a count: “Friday 22 March 1900–2100”.

    It is far from the issue's, and the weekday is that of the issue's own year.
    """
    if dated.year is None or abs(dated.year - issue.year) <= 1:
        return False
    near = dated.in_year(issue.year)
    return near is not None and near.weekday() == dated.weekday


@rule(
    "no-such-day",
    Severity.ERROR,
    reason="Nobody can come on 31 June.",
    source="The calendar",
)
def the_day_is_in_the_calendar(material: Material) -> Iterator[Spot]:
    """Report dates such as 31 June, and 29 February outside a leap year."""
    for text, dated, words in _dates(material):
        if dated.falls_on is None and dated.day > 0:
            message = f"“{shortened(words)}”: there is no such day in the calendar."
            yield Spot(message, "Look at the day again.", FILE, text.line(dated.start))


_YEARLY = re.compile(r"\b(?:every|each|any) (?:\w+ )?year\b|\b(?:annual|yearly)", re.IGNORECASE)


@rule(
    "date-without-year",
    Severity.NOTE,
    reason="An issue stays in the archive, and half a year away from its own date a day "
    "without a year may be last year's or the next one's.",
    source="[GOV.UK style guide](https://www.gov.uk/guidance/style-guide/a-to-z#dates)",
)
def far_days_have_a_year(material: Material) -> Iterator[Spot]:
    """Report days more than four months from the issue's whose year nothing tells."""
    for text, dated, words in _dates(material):
        if dated.year is not None or dated.falls_on is None:
            continue
        if dated.weekday == dated.falls_on.weekday():
            continue
        is_told = _YEARLY.search(text.words) or re.search(r"\b(?:1[789]|20)\d\d\b", text.words)
        if abs(dated.falls_on - material.issue.date).days > _FAR and not is_told:
            message = f"“{shortened(words)}” has no year, and is far from the issue's own date."
            hint = f"Write the year: {dated.falls_on.year}, or the one that you mean."
            yield Spot(message, hint, FILE, text.line(dated.start))


_RELATIVE = re.compile(
    r"""(?xi)
      \b(?:earlier|later|announced|published|debated|voted|met|spoke|held|out)\ today\b(?!’s)
    | \btoday\ (?:at\ \d|in\ (?:Parliament|the\ (?:House|Commons|Lords|Chamber)|Westminster))
    | (?:^|(?<=[.!?]\ ))Today,?\ I\ (?!am\ (?:a|an|the)\b|believe|feel|know|remain|think|want|still)
    | (?:^|(?<=[.!?]\ ))Today\ (?:is|marks|was)\b
    | (?:^|(?<=[.!?]\ ))Today’s\ (?:announcement|budget|debate|meeting|news|statement|vote)\b
    | \b(?<!of\ )(?<!better\ )(?<!for\ )(?<!brighter\ )tomorrow(?=\ (?:I|we|at|evening|morning|night|afternoon)\b)
    | \b(?:are|again|back|begins?|come|debate|from|here|is|join|me|meets?|meeting|on|open|opens|
        sits|starts?|takes\ place|until|us|vote|votes)\ tomorrow\b(?!’s)
    | \btomorrow’s\ (?:budget|debate|election|event|march|meeting|statement|surgery|vote)\b
    | (?:^|(?<=[.!?]\ ))Tomorrow,?\ (?:I|we|the|at|MPs|Parliament)\b
    | (?<!born\ )(?<!like\ )(?<!as\ if\ )\byesterday\b(?!’s\ (?:m[ae]n|wom[ae]n|politics|world|problems|battles))
    | (?<!rough\ )(?<!outdoors\ )(?<!hungry\ )(?<!homeless\ )(?<!sleep\ )\btonight\b
    """
)
_WITH_DATE = 40  # characters: “today, Monday 18 February 2019” says which day it is


@rule(
    "relative-day",
    Severity.WARNING,
    reason="An email is read days later and kept in the archive for years: “tomorrow” means "
    "another day to each reader.",
    source="[GOV.UK style guide](https://www.gov.uk/guidance/style-guide/a-to-z#dates)",
)
def days_are_named_by_their_dates(material: Material) -> Iterator[Spot]:
    """Look for today, tomorrow and the like where a day is meant, outside of quotations."""
    for text in texts(material):
        if text.kind is Kind.QUOTATION:
            continue
        words = prose_of(text)
        others = quoted(words)
        dates = [dated.start for dated in dates_in(words, material.issue.date)]
        for found in _RELATIVE.finditer(words):
            is_quoted = any(start <= found.start() < end for start, end in others)
            is_dated = any(0 <= start - found.start() <= _WITH_DATE for start in dates)
            if not is_quoted and not is_dated and not _is_programme(text, found):
                message = f"“{shortened(found[0])}” means another day to whoever reads this later."
                hint = "Write the date, such as “on Friday 8 March 2019”."
                yield Spot(message, hint, FILE, text.line(found.start()))


def _is_programme(text: Text, found: re.Match[str]) -> bool:
    """Whether “Yesterday in Parliament” is the BBC's: in italics, or a capital within a sentence."""
    start, end = found.span()
    if not re.match(r"(?:Today|Yesterday) in Parliament\b", text.words[start:]):
        return False
    begins = start == 0 or text.words[:start].rstrip()[-1:] in {*".!?:"}
    return not begins or Mark.EMPHASIS in text.marks(start, end)


@rule(
    "not-yet-happened",
    Severity.WARNING,
    reason="News, votes and questions are of the past when an issue goes out: a later date is "
    "a slip, often in the year.",
    source="What went wrong in real newsletters",
)
def what_is_reported_has_happened(material: Material) -> Iterator[Spot]:
    """Compare the dates of news, votes and questions with that of the issue."""
    for part in material.issue.body:
        if not isinstance(part, Placed):
            continue
        for title, day in _reported(part):
            if day > material.issue.date:
                message = f"“{shortened(title)}” is dated {weekday(day)}, after the issue itself."
                line = next((t.line() for t in texts(material) if t.words == title), part.line)
                yield Spot(message, "Look at the day, the month and the year.", FILE, line)


def _reported(part: Placed) -> Iterator[tuple[str, date]]:
    match part.block:
        case News() as block:
            yield from ((item.title, item.date) for item in block.items)
        case Votes() as block:
            yield from ((item.title, item.date) for item in block.items)
        case Questions() as block:
            for item in block.items:
                yield item.question, item.answered or item.asked
        case _:
            return
