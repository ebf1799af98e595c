"""Read the early day motions that a member tabled or signed, and not those since unsigned."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import Field, TypeAdapter

from newsletter.drafting.parliament_week import Motion, Role, Source
from newsletter.errors import TransportError
from newsletter.parliament.addresses import Api, Question, motion_page
from newsletter.parliament.cleaning import plain
from newsletter.parliament.payloads import Moment, Pascal, Rows, Text, readable

if TYPE_CHECKING:
    from datetime import date, datetime

    from newsletter.drafting.parliament_week import Span
    from newsletter.parliament.library import Inquiry

_LOOKED_BACK = timedelta(days=56)  # who signs a motion does so soon: most within a week
_MOST = 40  # motions that are looked at one by one


class _Listed(Pascal):
    response: Rows


class _Motion(Pascal):
    id: int
    status: Text = ""
    member_id: int | None = None
    title: Text = ""
    motion_text: Text = ""
    date_tabled: Moment
    sponsors: Rows = Field(default_factory=list)
    number: Text = Field("", alias="UINWithAmendmentSuffix")


class _Signature(Pascal):
    member_id: int
    created_when: Moment | None = None
    is_withdrawn: bool | None = None


class _Detail(Pascal):
    response: _Motion


_LISTED = TypeAdapter(_Listed)
_DETAIL = TypeAdapter(_Detail)


async def motions(inquiry: Inquiry, member: int, span: Span) -> tuple[Motion, ...]:
    """Return the motions that the member tabled or signed in these days."""
    values = (
        ("parameters.memberId", str(member)),
        ("parameters.includeSponsoredByMember", "true"),
        ("parameters.tabledStartDate", (span.first - _LOOKED_BACK).isoformat()),
        ("parameters.tabledEndDate", span.last.isoformat()),
        ("parameters.orderBy", "DateTabledDesc"),
        ("parameters.take", "100"),
    )
    answer = await inquiry.ask(Question(Api.ORAL, "/EarlyDayMotions/list", values), _LISTED)
    listed, odd = readable(answer.value.response, _Motion)
    inquiry.note_odd(odd, "motions")
    standing = [each for each in listed if each.status != "Withdrawn"]
    own = [_tabled(each, answer.fetched) for each in standing if each.member_id == member]
    others = [each for each in standing if each.member_id != member]
    if len(others) > _MOST:
        inquiry.note(f"Of the motions signed only the newest {_MOST} were looked at.")
    signed = await _signed(inquiry, others[:_MOST], member)
    return tuple(each for each in [*own, *signed] if each.day in span)


async def _signed(inquiry: Inquiry, listed: list[_Motion], member: int) -> list[Motion]:
    """Look at each motion by itself: only there it says who signed when, and who unsigned it."""
    answers = await inquiry.ask_all(
        [Question(Api.ORAL, f"/EarlyDayMotion/{each.id}") for each in listed], _DETAIL
    )
    found: list[Motion] = []
    for answer in answers:
        if isinstance(answer, TransportError):
            inquiry.note(f"{answer.message}, so that motions signed may be missing.")
            continue
        motion = answer.value.response
        day = _day_of_signature(motion, member)
        if day and motion.status != "Withdrawn":
            found.append(_made(motion, day, Role.SIGNED, answer.fetched))
    return found


def _day_of_signature(motion: _Motion, member: int) -> date | None:
    """Return when the member signed, unless the signature has been withdrawn."""
    signatures, _ = readable(motion.sponsors, _Signature)
    standing = (
        each.created_when.date()
        for each in signatures
        if each.member_id == member and not each.is_withdrawn and each.created_when
    )
    return next(standing, None)


def _tabled(motion: _Motion, fetched: datetime) -> Motion:
    return _made(motion, motion.date_tabled.date(), Role.TABLED, fetched)


def _made(motion: _Motion, day: date, role: Role, fetched: datetime) -> Motion:
    return Motion(
        number=motion.number or str(motion.id),
        title=plain(motion.title) or "(no title)",
        text=plain(motion.motion_text),
        day=day,
        role=role,
        source=Source(motion_page(motion.id), fetched),
    )
