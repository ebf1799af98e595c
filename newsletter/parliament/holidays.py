"""Read the bank holidays that the government publishes for each part of the country."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from newsletter.errors import UnavailableError
from newsletter.parliament.addresses import Api, Question
from newsletter.parliament.payloads import Camel, Rows, Text, readable

if TYPE_CHECKING:
    from newsletter.authoring.office import Nation
    from newsletter.parliament.library import Inquiry


class _Division(Camel):
    events: Rows


class _Holiday(Camel):
    title: Text = ""
    date: date


_SHAPE = TypeAdapter(dict[str, _Division])


async def bank_holidays(inquiry: Inquiry, nation: Nation) -> dict[date, str]:
    """Return the bank holidays of a nation by their day. Raises TransportError."""
    answer = await inquiry.ask(Question(Api.BANK_HOLIDAYS, "/bank-holidays.json"), _SHAPE)
    division = answer.value.get(nation)
    if division is None:
        raise UnavailableError(f"gov.uk names no bank holidays for {nation}")
    entries, odd = readable(division.events, _Holiday)
    inquiry.note_odd(odd, "bank holidays")
    return {each.date: each.title or "Bank holiday" for each in entries}
