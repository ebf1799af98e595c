"""Find out who the member is in Parliament's own records: never by a guess."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from newsletter.drafting.parliament_week import Member
from newsletter.errors import MistakeError, RefusedError
from newsletter.parliament.addresses import Api, Question
from newsletter.parliament.paging import pages
from newsletter.parliament.payloads import WRAPPED, Camel, Text, readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.parliament.library import Inquiry

_MOST_SHOWN = 10
_TITLES = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr|sir|dame|lord|lady|rt hon|the|mp|kc|qc)\b")
_MEMBER = "parliament: {status: sitting, member: NUMBER}"


class _Membership(Camel):
    membership_from: Text = ""
    house: int = 0


class _Person(Camel):
    id: int
    name_display_as: Text = ""
    latest_house_membership: _Membership | None = None

    @property
    def member(self) -> Member:
        seat = self.latest_house_membership
        return Member(self.id, self.name_display_as, seat.membership_from if seat else "")


class _Entry(Camel):
    value: _Person


async def by_number(inquiry: Inquiry, number: int) -> Member:
    """Return the member of a number. Raises MistakeError if there is none, or TransportError."""
    question = Question(Api.MEMBERS, f"/api/Members/{number}")
    try:
        answer = await inquiry.ask(question, WRAPPED)
    except RefusedError as error:
        raise MistakeError(
            f"Parliament’s records hold no member of the number {number}",
            hint="Look the number up at https://members.parliament.uk: it stands in the address "
            "of the member’s page.",
        ) from error
    people, _ = readable([answer.value.value], _Person)
    if not people:
        raise MistakeError(
            f"What Parliament’s records hold of member {number} cannot be understood",
            hint="Name the member with --member instead.",
        )
    return people[0].member


async def by_name(inquiry: Inquiry, name: str, constituency: str) -> Member:
    """Return the one member of this name who sits for the constituency.

    Raises MistakeError with those to choose from if there is none, or TransportError.
    """
    found = await _search(inquiry, (("Name", name),))
    of_name = [each for each in found if same(each.name, name)] or found
    of_seat = [each for each in found if same(each.constituency, constituency)]
    if len(of_seat) == 1:
        return of_seat[0]
    if not of_name:
        of_name = await _search(inquiry, (("Location", constituency),))
    raise _unsure(name, constituency, of_seat or of_name)


async def _search(inquiry: Inquiry, values: tuple[tuple[str, str], ...]) -> list[Member]:
    everything = (*values, ("House", "1"), ("IsCurrentMember", "true"))
    rows = await pages(inquiry, Question(Api.MEMBERS, "/api/Members/Search", everything))
    entries, _ = readable([row for row, _ in rows], _Entry)
    return [entry.value.member for entry in entries]


def same(one: str, other: str) -> bool:
    """Whether two names are one, but for titles, accents and signs."""
    return _key(one) == _key(other)


def _key(name: str) -> str:
    """Return a name without its titles, accents and signs."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", _TITLES.sub(" ", letters.replace("’", "'"))))


def _unsure(name: str, constituency: str, candidates: Sequence[Member]) -> MistakeError:
    who = f"{name}, {constituency}"
    if not candidates:
        return MistakeError(
            f"Parliament’s records hold no sitting member “{who}”",
            hint="Look the member up at https://members.parliament.uk, and give the number in the "
            f"page’s address: --member NUMBER, or in office.yaml {_MEMBER}.",
        )
    lines = [f"{each.number}: {each.name}, {each.constituency}" for each in candidates]
    more = len(lines) - _MOST_SHOWN
    shown = lines[:_MOST_SHOWN] + ([f"and {more} more"] if more > 0 else [])
    return MistakeError(
        f"It is not certain which member is meant by “{who}”",
        hint=f"Choose one with --member NUMBER, or write it into office.yaml as {_MEMBER}. "
        f"There are: {'; '.join(shown)}.",
    )
