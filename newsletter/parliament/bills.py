"""Read which bills are before the House on which days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from newsletter.errors import TransportError
from newsletter.parliament.addresses import Api, Question
from newsletter.parliament.cleaning import plain
from newsletter.parliament.payloads import PAGE, Camel, Moment, Text, readable

if TYPE_CHECKING:
    from datetime import date, datetime

    from newsletter.drafting.parliament_week import Span
    from newsletter.parliament.library import Inquiry

_MOST = 40  # a week has a handful


class _Sitting(Camel):
    bill_id: int
    date: Moment


class _Bill(Camel):
    bill_id: int
    short_title: Text


_BILL = TypeAdapter(_Bill)


@dataclass(frozen=True, slots=True)
class BillDay:
    """A bill that is before the House on a day."""

    day: date
    number: int
    title: str
    fetched: datetime


async def bill_days(inquiry: Inquiry, span: Span) -> tuple[BillDay, ...]:
    """Return the bills of these days; where they cannot be had, that is only noted."""
    values = (
        ("House", "Commons"),
        ("DateFrom", span.first.isoformat()),
        ("DateTo", span.last.isoformat()),
        ("Take", str(_MOST)),
    )
    try:
        answer = await inquiry.ask(Question(Api.BILLS, "/api/v1/Sittings", values), PAGE)
    except TransportError as error:
        inquiry.note(f"{error.message}, so that bills may lack their links.")
        return ()
    listed, odd = readable(answer.value.items, _Sitting)
    inquiry.note_odd(odd, "sittings on bills")
    sittings = [each for each in listed if each.date.date() in span]
    titles = await _titles(inquiry, sorted({each.bill_id for each in sittings}))
    days = dict.fromkeys((each.date.date(), each.bill_id) for each in sittings)
    return tuple(
        BillDay(day, number, titles[number], answer.fetched)
        for day, number in days
        if titles.get(number)
    )


async def _titles(inquiry: Inquiry, numbers: list[int]) -> dict[int, str]:
    questions = [Question(Api.BILLS, f"/api/v1/Bills/{number}") for number in numbers]
    titles: dict[int, str] = {}
    for answer in await inquiry.ask_all(questions, _BILL):
        if isinstance(answer, TransportError):
            inquiry.note(f"{answer.message}, so that bills may lack their links.")
        else:
            titles[answer.value.bill_id] = plain(answer.value.short_title)
    return titles
