"""Draft the part of an issue that tells of Parliament, for a person to read and mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from newsletter.checks.law_parliament import CREDIT
from newsletter.drafting import parliament_blocks as blocks
from newsletter.drafting.parliament_week import days_after, days_before
from newsletter.drafting.quoting import line, literal, markdown
from newsletter.drafting.skeleton import TO_DO, Extra
from newsletter.rendering.words import day, moment, weekday

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from newsletter.drafting.parliament_week import Business, Gathered, House, Span, Week

_Entry = TypeVar("_Entry")

_READ_IT = (
    f"{TO_DO}: read every entry below against its source, take out what readers need not know, "
    "then take this line out."
)
_PAGES = {
    "the votes": "https://votes.parliament.uk",
    "the written questions": "https://questions-statements.parliament.uk",
    "the oral questions": "https://commonsbusiness.parliament.uk",
    "the speeches": "https://hansard.parliament.uk",
    "the motions": "https://edm.parliament.uk",
    "the week ahead": "https://whatson.parliament.uk/commons",
    "the sitting days": "https://whatson.parliament.uk/commons",
}


def draft(week: Week) -> Extra:
    """Return what an issue tells of Parliament, with TODO wherever something is missing."""
    parts = ["## In Parliament\n", f"{_READ_IT}\n"]
    parts += [*_looking_back(week), *_looking_forward(week)]
    return Extra(notes=tuple(_notes(week)), body="\n".join(parts), credit=f"*{CREDIT}*\n")


def _looking_back(week: Week) -> Iterator[str]:
    yield from _rested(week)
    yield from _part("the votes", week.votes, blocks.votes)
    yield from _part(
        "the written questions",
        week.written,
        lambda found: blocks.questions(found, "Questions I asked"),
    )
    yield from _part(
        "the oral questions",
        week.oral,
        lambda found: blocks.questions(found, "Questions I asked in the Chamber"),
    )
    yield from _part("the speeches", week.speeches, blocks.speeches)
    yield from _part("the motions", week.motions, blocks.motions)


def _part(
    name: str, part: Gathered[tuple[_Entry, ...]], write: Callable[[Sequence[_Entry]], str]
) -> Iterator[str]:
    if part.found is None:
        yield _missing(name, part.trouble)
    elif part.found:
        yield write(part.found)


def _missing(name: str, trouble: str) -> str:
    return f"{TO_DO}: {name} could not be fetched. {markdown(trouble)} See <{_PAGES[name]}>.\n"


def _rested(week: Week) -> Iterator[str]:
    """Yield a notice if the House has not sat in the days that the issue looks back on."""
    house, span = week.house.found, days_before(week.day)
    if house is None:
        yield _missing("the sitting days", week.house.trouble)
    elif house.sits_within(span) or week.votes.found or week.speeches.found:
        return
    elif not house.rests_within(span):
        yield _unpublished(span)
    else:
        words = (
            f"The House of Commons did not sit from {weekday(span.first)} to "
            f"{weekday(span.last)}{_called(house, span.last)}."
        )
        yield _notice("The House has not been sitting", f"{words}{_back(house, span)}")


def _unpublished(span: Span) -> str:
    days = f"{weekday(span.first)} to {weekday(span.last)}"
    return f"{TO_DO}: did the House sit from {days}? See <{_PAGES['the sitting days']}>.\n"


def _looking_forward(week: Week) -> Iterator[str]:
    house, span = week.house.found, days_after(week.day)
    if house is not None and house.rests_within(span):
        if house.sits_within(days_before(week.day)):
            words = (
                f"The House of Commons does not sit from {weekday(span.first)} to "
                f"{weekday(span.last)}{_called(house, span.first)}."
            )
            yield _notice("The House is about to rise", f"{words}{_back(house, span)}")
        return
    yield from _part("the week ahead", week.business, lambda found: _ahead(week, found))


def _ahead(week: Week, planned: Sequence[Business]) -> str:
    told = moment(week.business.fetched) if week.business.fetched else ""
    return "\n".join(
        [
            "### The week ahead in Parliament\n",
            f"[//]: # (fetched on {told}; business may change at short notice)\n",
            blocks.business(planned),
        ]
    )


def _called(house: House, on: date) -> str:
    name = house.name_of_break(on)
    return f" ({markdown(line(name))})" if name else ""


def _back(house: House, span: Span) -> str:
    """Return when the House sits again after these days, if that is known."""
    again = house.sitting_after(span.last)
    return f" It sits again on {weekday(again)}." if again else ""


def _notice(title: str, text: str) -> str:
    return f"```notice\ntitle: {title}\ntext: {literal(text, 2)}\n```\n"


def _notes(week: Week) -> Iterator[str]:
    """Yield what the editor is told at the top of the file: whose week it is, and what is in it."""
    span = days_before(week.day)
    who = f"{week.member.name}, {week.member.constituency} (number {week.member.number})"
    yield f"In Parliament: {day(span.first)} to {day(span.last)}, for {line(who)}."
    for name, count in week.counts.items():
        told = "could not be fetched" if count is None else count or "none"
        yield f"  {name.replace('_', ' ')}: {told}"
    yield from (f"  Careful: {line(trouble)}" for trouble in week.troubles)
