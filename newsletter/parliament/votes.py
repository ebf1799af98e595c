"""Read the House's votes of some days, and what is recorded of one member in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Generic

from newsletter.authoring.blocks import Vote
from newsletter.drafting.parliament_week import Division, Source
from newsletter.parliament.addresses import Api, Question, division_page
from newsletter.parliament.payloads import LIST, Model, Moment, Pascal, Text, is_of, readable

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.drafting.parliament_week import Span
    from newsletter.parliament.library import Inquiry

_PAGE = 25  # what this service gives at once
_MOST = 200
_PUBLISHED = timedelta(days=1)  # after a vote at most, as a rule within the hour
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
    member_id: int | None = None
    member_voted_aye: bool
    member_was_teller: bool = False
    published_division: _Published


@dataclass(frozen=True, slots=True)
class _Entries(Generic[Model]):
    """The entries of a list; `fetched` is when its oldest page was, `odd` are not among them."""

    found: list[tuple[Model, datetime]]
    fetched: datetime
    odd: int


async def divisions(inquiry: Inquiry, member: int, span: Span) -> tuple[Division, ...]:
    """Return the votes of these days; where nothing is recorded of the member, it says so.

    A vote of which that cannot be known is left out, and noted.
    """
    between = (
        ("queryParameters.startDate", span.first.isoformat()),
        ("queryParameters.endDate", span.last.isoformat()),
    )
    own = (
        ("queryParameters.memberId", str(member)),
        ("queryParameters.includeWhenMemberWasTeller", "true"),
    )
    everything = await _all(inquiry, "search", between, _Published)
    told = await _all(inquiry, "membervoting", (*own, *between), _Recorded)
    recorded = [each for each in told.found if is_of(each[0].member_id, member)]
    foreign = len(told.found) - len(recorded)
    inquiry.note_foreign(foreign, "votes")
    lobbies: dict[int, list[Vote]] = {}
    for record, _ in recorded:
        lobby = _LOBBIES[record.member_voted_aye, record.member_was_teller]
        lobbies.setdefault(record.published_division.division_id, []).append(lobby)
    # A vote that is in one of the two lists alone was published between two requests.
    known = {division.division_id: (division, fetched) for division, fetched in everything.found}
    for record, fetched in recorded:
        division = record.published_division
        known.setdefault(division.division_id, (division, fetched))
    newest_first = (pair for _, pair in sorted(known.items(), reverse=True))
    listed = [pair for pair in newest_first if pair[0].date.date() in span]
    certain = [
        (division, fetched)
        for division, fetched in listed
        if division.division_id in lobbies
        or not (foreign or told.odd or _is_newer(division, fetched, told.fetched))
    ]
    if left := len(listed) - len(certain):
        inquiry.note(f"How the member voted could not be found out for {left} of the votes.")
    return tuple(
        _division(division, lobbies.get(division.division_id, []), fetched)
        for division, fetched in certain
    )


def _is_newer(division: _Published, fetched: datetime, asked: datetime) -> bool:
    """Whether a vote may have been published only after the member's votes were `asked` for."""
    return fetched > asked and division.date > asked - _PUBLISHED


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
) -> _Entries[Model]:
    """Return all entries of a list that has no total: a page that is not full is the last one."""
    found: list[tuple[Model, datetime]] = []
    times: list[datetime] = []
    left = 0
    for skip in range(0, _MOST, _PAGE):
        paging = (("queryParameters.skip", str(skip)), ("queryParameters.take", str(_PAGE)))
        question = Question(Api.VOTES, f"/data/divisions.json/{name}", (*values, *paging))
        answer = await inquiry.ask(question, LIST)
        entries, odd = readable(answer.value, model)
        inquiry.note_odd(odd, "votes")
        found += [(entry, answer.fetched) for entry in entries]
        times.append(answer.fetched)
        left += odd
        if len(answer.value) < _PAGE:
            break
    else:
        inquiry.note(f"There are {_MOST} votes or more: the rest is left out.")
    return _Entries(found, min(times), left)
