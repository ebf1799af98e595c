"""Gather a week of Parliament at once; what one service does not give, the others do not lose."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from newsletter.authoring.words import sentence
from newsletter.drafting.parliament_week import (
    Gathered,
    Member,
    Span,
    Week,
    days_after,
    days_before,
)
from newsletter.drafting.timetable import Known
from newsletter.errors import TransportError, UnavailableError
from newsletter.parliament import chamber, diary, holidays, identity
from newsletter.parliament.calls import AGENT, DEADLINE, Caller
from newsletter.parliament.library import Library
from newsletter.parliament.motions import motions
from newsletter.parliament.questions import written_questions
from newsletter.parliament.votes import divisions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
    from datetime import date, datetime

    from newsletter.authoring.office import Nation, Office
    from newsletter.drafting.parliament_week import Asked, House
    from newsletter.parliament.addresses import Addresses
    from newsletter.parliament.library import Inquiry
    from newsletter.parliament.shelf import Shelf

_CONNECT = 5.0  # seconds
_SILENCE = 10.0  # seconds between two pieces of an answer
_BREAKS_AHEAD = timedelta(days=63)  # the longest recess that is not the summer's, twice

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Parliament:
    """Parliament's open data, by way of a shelf of what was fetched before."""

    addresses: Addresses
    shelf: Shelf
    now: Callable[[], datetime]
    is_offline: bool = False
    deadline: float = DEADLINE
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    run: Callable[[Coroutine[Any, Any, Any]], Any] = asyncio.run

    def week(self, office: Office, day: date, member: str | None) -> Week:
        """Return the week before `day` for the office's member, or the one named.

        Raises MistakeError if it is not certain who that is, TransportError if nothing is known.
        """
        found: Week = self.run(self._week(office, day, member))
        return found

    def known(self, span: Span, nation: Nation) -> Known:
        """Return the sittings and bank holidays of these days, as far as they are known."""
        found: Known = self.run(self._known(span, nation))
        return found

    async def _week(self, office: Office, day: date, name: str | None) -> Week:
        async with self._library() as library:
            member, doubt = await _member(library, office, name)
            week = await _gathered(library, day, member)
        if all(count is None for count in week.counts.values()):
            raise UnavailableError(
                f"Nothing could be fetched from Parliament. {week.votes.trouble}".strip(),
                hint="Run the same command again in a while, or leave --from-parliament out.",
            )
        return replace(week, doubts=doubt)

    async def _known(self, span: Span, nation: Nation) -> Known:
        async with self._library() as library:
            return Known(
                *await asyncio.gather(
                    _part(library, lambda inquiry: diary.house(inquiry, span)),
                    _part(library, lambda inquiry: holidays.bank_holidays(inquiry, nation)),
                )
            )

    @asynccontextmanager
    async def _library(self) -> AsyncIterator[Library]:
        if self.is_offline:
            yield Library(self.addresses, self.shelf, self.now)
            return
        self.shelf.clear(self.now())
        async with httpx.AsyncClient(
            headers={"User-Agent": AGENT, "Accept": "application/json"},
            timeout=httpx.Timeout(_SILENCE, connect=_CONNECT),
            verify=ssl.create_default_context(),
            trust_env=True,
        ) as client:
            caller = Caller(client, sleep=self.sleep, now=self.now, deadline=self.deadline)
            yield Library(self.addresses, self.shelf, self.now, caller)


async def _member(library: Library, office: Office, name: str | None) -> tuple[Member, str]:
    """Return the member, and a doubt where a number could not be looked up."""
    inquiry = library.inquiry()
    chosen = name or office.parliament.member or office.name
    is_number = str(chosen).isdecimal()
    try:
        if is_number:
            member = await identity.by_number(inquiry, int(chosen))
        else:
            member = await identity.by_name(inquiry, str(chosen), office.constituency)
    except TransportError as error:
        if is_number:
            doubt = f"{error.message}, so that the name of member {chosen} was not looked up."
            return Member(int(chosen), office.name, office.constituency), sentence(doubt)
        raise UnavailableError(
            f"{sentence(error.message)}, so that the member’s number in Parliament’s records "
            "could not be found out",
            hint="Give the number with --member, or run the same command again in a while.",
        ) from error
    if not identity.same(member.constituency, office.constituency):
        inquiry.note(
            f"Member {member.number} is {member.name}, {member.constituency}, and office.yaml "
            f"names {office.name}, {office.constituency}."
        )
    return member, inquiry.trouble


async def _gathered(library: Library, day: date, member: Member) -> Week:
    """Ask for everything at once, but for what needs an answer before it can be asked."""
    back, ahead, number = days_before(day), days_after(day), member.number
    said = asyncio.ensure_future(
        _part(library, lambda one: chamber.contributions(one, number, back))
    )

    async def oral(inquiry: Inquiry) -> tuple[Asked, ...]:
        spoken = await asyncio.shield(said)
        return await chamber.oral_questions(inquiry, number, back, spoken.found or ())

    found = await asyncio.gather(
        _part(library, lambda one: divisions(one, number, back)),
        _part(library, lambda one: written_questions(one, number, back)),
        _part(library, oral),
        _part(library, lambda one: motions(one, number, back)),
        _part(library, lambda one: diary.business(one, number, ahead)),
        _part(library, lambda one: _house(one, Span(back.first, ahead.last), day)),
    )
    votes, written, asked, moved, planned, house = found
    spoken = await said
    words = None if spoken.found is None else chamber.speeches(spoken.found, asked.found or ())
    return Week(
        day=day,
        member=member,
        votes=votes,
        written=written,
        oral=asked,
        speeches=Gathered(words, spoken.trouble, spoken.fetched),
        motions=moved,
        business=planned,
        house=house,
    )


async def _house(inquiry: Inquiry, span: Span, day: date) -> House:
    """Return when the House sits around a day, and when it is back if it rises."""
    wide = Span(span.first, span.last + _BREAKS_AHEAD)
    found = await diary.house(inquiry, wide)
    again = next((each for each in found.sittings if each >= day), None)
    return replace(found, next_sitting=again or await _much_later(inquiry, wide.last))


async def _much_later(inquiry: Inquiry, day: date) -> date | None:
    """Return the first sitting after `day`; where nobody knows it, the rest is known still."""
    try:
        return await diary.next_sitting(inquiry, day)
    except TransportError:
        return None


async def _part(library: Library, find: Callable[[Inquiry], Awaitable[Found]]) -> Gathered[Found]:
    """Return one part of the week, or why there is none."""
    inquiry = library.inquiry()
    try:
        found = await find(inquiry)
    except TransportError as error:
        return Gathered(None, f"{sentence(error.message)}.")
    return Gathered(found, inquiry.trouble, inquiry.fetched)
