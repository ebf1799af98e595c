"""Read the House's votes of some days, and what is recorded of one member in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.authoring.blocks import Vote
from newsletter.drafting.parliament_week import Division, Source
from newsletter.parliament.addresses import Api, Question, division_page
from newsletter.parliament.payloads import LIST, Model, Moment, Pascal, Text, readable

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.drafting.parliament_week import Span
    from newsletter.parliament.library import Inquiry

_PAGE = 25  # what this service gives at once
_MOST = 200
_LOBBIES = {
    (True, False): Vote.AYE,
    (False, False): Vote.NO,
    (True, True): Vote.TELLER_AYE,
    (False, True): Vote.TELLER_NO,
}


class _Published(Pascal):
    division_id: int
    date: Moment
    title: Text = ""
    aye_count: int | None = None
    no_count: int | None = None
    friendly_title: Text = ""
    friendly_description: Text = ""


class _Recorded(Pascal):
    member_voted_aye: bool
    member_was_teller: bool = False
    published_division: _Published


async def divisions(inquiry: Inquiry, member: int, span: Span) -> tuple[Division, ...]:
    """Return every vote of these days: where nothing is recorded of the member, it says so."""
    between = (
        ("queryParameters.startDate", span.first.isoformat()),
        ("queryParameters.endDate", span.last.isoformat()),
    )
    own = (
        ("queryParameters.memberId", str(member)),
        ("queryParameters.includeWhenMemberWasTeller", "true"),
    )
    everything = await _all(inquiry, "search", between, _Published)
    recorded = await _all(inquiry, "membervoting", (*own, *between), _Recorded)
    lobbies: dict[int, list[Vote]] = {}
    for record, _ in recorded:
        lobby = _LOBBIES[record.member_voted_aye, record.member_was_teller]
        lobbies.setdefault(record.published_division.division_id, []).append(lobby)
    # A vote that is in one of the two lists alone was published between two requests.
    known = {division.division_id: (division, fetched) for division, fetched in everything}
    for record, fetched in recorded:
        division = record.published_division
        known.setdefault(division.division_id, (division, fetched))
    return tuple(
        _division(division, lobbies.get(number, []), fetched)
        for number, (division, fetched) in sorted(known.items(), reverse=True)
        if division.date.date() in span
    )


def _division(division: _Published, lobbies: list[Vote], fetched: datetime) -> Division:
    # Who does not appear was not there, or was there and did not vote: the record does not say.
    vote = lobbies[0] if lobbies else Vote.NOT_RECORDED
    return Division(
        title=division.friendly_title or division.title or f"Division {division.division_id}",
        day=division.date.date(),
        vote=Vote.BOTH if {Vote.AYE, Vote.NO} <= set(lobbies) else vote,
        ayes=division.aye_count or 0,
        noes=division.no_count or 0,
        source=Source(division_page(division.division_id), fetched),
        explained=division.friendly_description,
    )


async def _all(
    inquiry: Inquiry, name: str, values: tuple[tuple[str, str], ...], model: type[Model]
) -> list[tuple[Model, datetime]]:
    """Return all entries of a list that has no total: a page that is not full is the last one."""
    found: list[tuple[Model, datetime]] = []
    for skip in range(0, _MOST, _PAGE):
        paging = (("queryParameters.skip", str(skip)), ("queryParameters.take", str(_PAGE)))
        question = Question(Api.VOTES, f"/data/divisions.json/{name}", (*values, *paging))
        answer = await inquiry.ask(question, LIST)
        entries, odd = readable(answer.value, model)
        inquiry.note_odd(odd, "votes")
        found += [(entry, answer.fetched) for entry in entries]
        if len(answer.value) < _PAGE:
            return found
    inquiry.note(f"There are {_MOST} votes or more: the rest is left out.")
    return found
