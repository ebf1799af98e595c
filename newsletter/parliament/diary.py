"""Read when the House sits, when it does not, and what it is going to do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING

from pydantic import Field

from newsletter.drafting.parliament_week import Break, Business, House, Source, Span
from newsletter.parliament.addresses import Api, Question, agenda_page, bill_page
from newsletter.parliament.bills import bill_days
from newsletter.parliament.cleaning import plain
from newsletter.parliament.payloads import (
    DAY,
    LIST,
    SITTING_DATES,
    Moment,
    Pascal,
    Rows,
    Sitting,
    Text,
    day_of,
    readable,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from newsletter.parliament.bills import BillDay
    from newsletter.parliament.library import Inquiry

_CHAMBER = "Main Chamber"
_UNNAMED = {"", "nonsitting", "non-sitting", "not sitting"}


class _Here(Pascal):
    id: int


class _Event(Pascal):
    start_date: Moment
    cancelled_date: Moment | None = None
    start_time: Text = ""
    type: Text = ""
    house: Text = "Commons"
    category: Text = ""
    description: Text = ""
    summarised_details: Text = ""
    bill_id: int | None = None
    bill_name: Text = ""
    members: Rows = Field(default_factory=list)


class _NonSitting(Pascal):
    start_date: Moment
    end_date: Moment | None = None
    description: Text = ""
    summarised_details: Text = ""
    category: Text = ""
    house: Text = "Commons"


async def business(inquiry: Inquiry, member: int, span: Span) -> tuple[Business, ...]:
    """Return what is down for the Chamber, and what else the member has a part in."""
    question = Question(
        Api.WHATSON,
        "/calendar/events/list.json",
        (
            ("queryParameters.house", "Commons"),
            ("queryParameters.startDate", span.first.isoformat()),
            ("queryParameters.endDate", span.last.isoformat()),
        ),
    )
    answer = await inquiry.ask(question, LIST)
    events, odd = readable(answer.value, _Event)
    inquiry.note_odd(odd, "items of business")
    planned = [
        _business(event, answer.fetched)
        for event in events
        if event.start_date.date() in span
        and event.house == "Commons"
        and event.cancelled_date is None
        and (event.type == _CHAMBER or _takes_part(event, member))
    ]
    return _with_bills(planned, await bill_days(inquiry, span))


def _with_bills(planned: list[Business], bills: Sequence[BillDay]) -> tuple[Business, ...]:
    """Return what is planned with links to the bills, and those bills that nothing else names."""
    merged = list(planned)
    for bill in bills:
        page = bill_page(bill.number)
        named = [index for index, each in enumerate(merged) if _names(each, bill)]
        for index in named:
            merged[index] = replace(merged[index], url=merged[index].url or page)
        if not named:
            source = Source(agenda_page(bill.day), bill.fetched)
            merged.append(Business(bill.day, None, bill.title, page, source))
    return tuple(merged)


def _names(each: Business, bill: BillDay) -> bool:
    return each.day == bill.day and bill.title.casefold() in each.words.casefold()


def _takes_part(event: _Event, member: int) -> bool:
    people, _ = readable(event.members, _Here)
    return any(person.id == member for person in people)


def _business(event: _Event, fetched: datetime) -> Business:
    day = event.start_date.date()
    return Business(
        day=day,
        starts=_clock(event.start_time),
        words=_words(event),
        url=bill_page(event.bill_id) if event.bill_id else "",
        source=Source(agenda_page(day), fetched),
    )


def _words(event: _Event) -> str:
    """Return what is done, said once: most events leave some of these empty, or repeat them."""
    parts: list[str] = []
    texts = (event.category, event.bill_name, event.description, event.summarised_details)
    for text in map(plain, texts):
        words = " ".join(text.split())
        if words and not any(words.casefold() in part.casefold() for part in parts):
            parts = [part for part in parts if part.casefold() not in words.casefold()]
            parts.append(words)
    away = "" if event.type == _CHAMBER else plain(event.type)
    return ": ".join(parts or ["Business of the House"]) + (f" ({away})" if away else "")


def _clock(value: str) -> time | None:
    found = re.match(r"([01]?\d|2[0-3]):([0-5]\d)", value.strip())
    return time(int(found[1]), int(found[2])) if found else None


async def house(inquiry: Inquiry, span: Span) -> House:
    """Return the sittings and the breaks of these days."""
    between = (span.first.isoformat(), span.last.isoformat())
    question = Question(
        Api.WHATSON,
        "/calendar/proceduraldates/Commons/sittingdates.json",
        (("startDate", between[0]), ("endDate", between[1])),
    )
    answer = await inquiry.ask(question, SITTING_DATES)
    days, odd = readable(answer.value.sitting_dates, Sitting)
    inquiry.note_odd(odd, "sitting days")
    sittings = sorted({each.date.date() for each in days})
    return House(tuple(sittings), await _breaks(inquiry, between))


async def _breaks(inquiry: Inquiry, between: tuple[str, str]) -> tuple[Break, ...]:
    question = Question(
        Api.WHATSON,
        "/calendar/events/nonsitting.json",
        (
            ("queryParameters.house", "Commons"),
            ("queryParameters.startDate", between[0]),
            ("queryParameters.endDate", between[1]),
        ),
    )
    answer = await inquiry.ask(question, LIST)
    breaks, odd = readable(answer.value, _NonSitting)
    inquiry.note_odd(odd, "breaks")
    return tuple(
        Break(Span(each.start_date.date(), day_of(each.end_date) or each.start_date.date()), name)
        for each in breaks
        if each.house == "Commons"
        for name in [_name(each)]
    )


def _name(period: _NonSitting) -> str:
    """Return what a break is called; what is no name but a kind of record is none."""
    texts = (period.description, period.summarised_details, period.category)
    names = (" ".join(plain(text).split()) for text in texts)
    return next((name for name in names if name.casefold() not in _UNNAMED), "")


async def next_sitting(inquiry: Inquiry, day: date) -> date:
    """Return the first day after `day` on which the House sits."""
    question = Question(
        Api.WHATSON,
        "/calendar/proceduraldates/Commons/nextsittingdate.json",
        (("dateToCheck", day.isoformat()),),
    )
    answer = await inquiry.ask(question, DAY)
    return answer.value.date()
