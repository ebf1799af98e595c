"""Read a member's written questions, and their whole texts where a list cuts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.drafting.parliament_week import Asked, Reply, Source
from newsletter.errors import TransportError
from newsletter.parliament.addresses import Api, Question, written_question_page
from newsletter.parliament.cleaning import plain
from newsletter.parliament.paging import pages
from newsletter.parliament.payloads import WRAPPED, Camel, Moment, Text, day_of, is_of, readable

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.drafting.parliament_week import Span
    from newsletter.parliament.library import Inquiry

_PATH = "/api/writtenquestions/questions"
_WHOLE = 240  # characters: lists cut texts at about 255
_CUT = ("...", "…")


class _Written(Camel):
    id: int
    asking_member_id: int | None = None
    uin: Text = ""
    heading: Text = ""
    date_tabled: Moment
    question_text: Text = ""
    answering_body_name: Text = ""
    is_withdrawn: bool | None = None
    answer_is_holding: bool | None = None
    answer_is_correction: bool | None = None
    date_answered: Moment | None = None
    date_holding_answer: Moment | None = None
    answer_text: Text = ""

    @property
    def may_be_cut(self) -> bool:
        texts = (self.question_text, self.answer_text)
        return any(len(text) >= _WHOLE or text.rstrip().endswith(_CUT) for text in texts)


class _Item(Camel):
    value: _Written


async def written_questions(inquiry: Inquiry, member: int, span: Span) -> tuple[Asked, ...]:
    """Return what was asked in these days, and what was answered in them."""
    found: dict[int, tuple[_Written, datetime]] = {}
    for name in ("tabledWhen", "answeredWhen"):
        values = (
            ("askingMemberId", str(member)),
            ("house", "Commons"),
            (f"{name}From", span.first.isoformat()),
            (f"{name}To", span.last.isoformat()),
        )
        rows = await pages(inquiry, Question(Api.QUESTIONS, _PATH, values))
        read = [(items[0].value, at) for row, at in rows if (items := readable([row], _Item)[0])]
        own = [each for each in read if is_of(each[0].asking_member_id, member)]
        inquiry.note_odd(len(rows) - len(read), "written questions")
        inquiry.note_foreign(len(read) - len(own), "written questions")
        found |= {each[0].id: each for each in own}
    listed = [each for each in found.values() if not each[0].is_withdrawn]
    whole = await _whole_texts(inquiry, [each for each, _ in listed if each.may_be_cut])
    return tuple(
        _asked(
            *whole.get(each.id, (each, fetched)), is_cut=each.may_be_cut and each.id not in whole
        )
        for each, fetched in listed
    )


async def _whole_texts(
    inquiry: Inquiry, cut: list[_Written]
) -> dict[int, tuple[_Written, datetime]]:
    """Fetch each question by itself; those that cannot be had are left out."""
    answers = await inquiry.ask_all(
        [Question(Api.QUESTIONS, f"{_PATH}/{each.id}") for each in cut], WRAPPED
    )
    whole: dict[int, tuple[_Written, datetime]] = {}
    for answer in answers:
        if isinstance(answer, TransportError):
            inquiry.note(f"{answer.message}, so that some questions are not whole.")
            continue
        read, _ = readable([answer.value.value], _Written)
        for one in read:
            whole[one.id] = one, answer.fetched
    return whole


def _asked(written: _Written, fetched: datetime, *, is_cut: bool) -> Asked:
    tabled = written.date_tabled.date()
    reply = _reply(written)
    replied = written.date_answered or written.date_holding_answer
    if reply is Reply.HOLDING:
        replied = written.date_holding_answer or written.date_answered
    return Asked(
        number=written.uin,
        heading=plain(written.heading),
        question=plain(written.question_text) or plain(written.heading) or "(no text)",
        to=written.answering_body_name or "the government",
        day=tabled,
        reply=reply,
        answer=plain(written.answer_text),
        replied=day_of(replied),
        source=Source(written_question_page(tabled, written.uin or str(written.id)), fetched),
        is_cut=is_cut,
    )


def _reply(written: _Written) -> Reply:
    is_on_hold = bool(written.date_holding_answer) and not written.date_answered
    if written.answer_is_holding or is_on_hold:
        return Reply.HOLDING
    if not written.answer_text.strip():
        return Reply.HOLDING if written.date_holding_answer else Reply.NONE
    return Reply.CORRECTED if written.answer_is_correction else Reply.ANSWER
