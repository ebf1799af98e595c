"""Read what a member said aloud: speeches, and oral questions with what the minister replied."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import dropwhile, groupby
from typing import TYPE_CHECKING

from pydantic import Field, TypeAdapter

from newsletter.authoring.addresses import link_problem
from newsletter.drafting.parliament_week import Asked, Reply, Source, Speech
from newsletter.errors import TransportError
from newsletter.parliament.addresses import Api, Question, debate_page, hansard_page
from newsletter.parliament.cleaning import plain
from newsletter.parliament.payloads import Moment, Pascal, Rows, Text, is_of, readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from newsletter.drafting.parliament_week import Span
    from newsletter.parliament.library import Answer, Inquiry

_PAGE = 50
_MOST = 400
_ENOUGH = 60  # letters and digits: no two questions of a day begin with so many alike


class _Results(Pascal):
    total_result_count: int = 0
    results: Rows


class _Spoken(Pascal):
    contribution_ext_id: Text = ""
    member_id: int | None = None
    debate_section: Text = ""
    debate_section_ext_id: Text = ""
    sitting_date: Moment
    contribution_text: Text = ""
    contribution_text_full: Text = ""


class _Debate(Pascal):
    items: Rows = Field(default_factory=list)


class _Item(Pascal):
    item_type: Text = ""
    member_id: int | None = None
    attributed_to: Text = ""
    value: Text = ""
    external_id: Text = ""
    uin: Text = Field("", alias="UIN")
    is_reiteration: bool | None = None


_RESULTS = TypeAdapter(_Results)
_DEBATE = TypeAdapter(_Debate)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What the member said at one time in a debate."""

    identity: str
    debate: str
    debate_title: str
    day: date
    words: str
    fetched: datetime

    @property
    def source(self) -> Source:
        """Return where it is on record."""
        page = debate_page(self.day, self.debate, self.debate_title, self.identity)
        return Source(page if self.debate else hansard_page(self.day), self.fetched)


async def contributions(inquiry: Inquiry, member: int, span: Span) -> tuple[Contribution, ...]:
    """Return all that the member said in these days."""
    found: list[Contribution] = []
    seen = 0
    while True:
        values = (
            ("queryParameters.memberId", str(member)),
            ("queryParameters.house", "Commons"),
            ("queryParameters.startDate", span.first.isoformat()),
            ("queryParameters.endDate", span.last.isoformat()),
            ("queryParameters.skip", str(seen)),
            ("queryParameters.take", str(_PAGE)),
        )
        question = Question(Api.HANSARD, "/search/contributions/Spoken.json", values)
        answer = await inquiry.ask(question, _RESULTS)
        spoken, odd = readable(answer.value.results, _Spoken)
        inquiry.note_odd(odd, "speeches")
        own = [each for each in spoken if is_of(each.member_id, member)]
        inquiry.note_foreign(len(spoken) - len(own), "speeches")
        found += [_contribution(each, answer.fetched) for each in own]
        seen += len(answer.value.results)  # a service may give fewer than were asked for
        if not answer.value.results or seen >= answer.value.total_result_count:
            break
        if seen >= _MOST:
            inquiry.note(f"There are more than {seen} contributions: the rest is left out.")
            break
    return tuple(each for each in found if each.day in span and each.words)


def _contribution(spoken: _Spoken, fetched: datetime) -> Contribution:
    return Contribution(
        identity=spoken.contribution_ext_id,
        debate=spoken.debate_section_ext_id,
        debate_title=plain(spoken.debate_section) or "Debate",
        day=spoken.sitting_date.date(),
        words=plain(spoken.contribution_text_full or spoken.contribution_text),
        fetched=fetched,
    )


def speeches(said: Sequence[Contribution], asked: Iterable[Asked]) -> tuple[Speech, ...]:
    """Return a speech for each debate, but for those in which an oral question was put."""
    shown = {each.source.url for each in asked}
    questioned = {(each.day, each.debate) for each in said if each.source.url in shown}
    apart = [each for each in said if (each.day, each.debate) not in questioned]
    ordered = sorted(apart, key=_debate_of)
    return tuple(_speech(list(group)) for _, group in groupby(ordered, key=_debate_of))


def _debate_of(each: Contribution) -> tuple[date, str, str]:
    return each.day, each.debate, each.debate_title


def _speech(parts: list[Contribution]) -> Speech:
    longest = max(parts, key=lambda each: len(each.words))
    return Speech(longest.debate_title, longest.day, longest.words, len(parts), longest.source)


class _OralPage(Pascal):
    response: Rows = Field(default_factory=list)


class _Oral(Pascal):
    id: int
    question_text: Text = ""
    status: Text = ""
    hansard_link: Text = ""
    uin: Text = Field("", alias="UIN")
    asking_member_id: int | None = None
    answering_when: Moment
    answering_body: Text = ""
    answering_minister_title: Text = ""


_ORAL_PAGE = TypeAdapter(_OralPage)
_QUESTION = re.compile(r"^T?\d{1,2}\.\s|[\[(]9\d{5}[\])]$")
"""How a question is printed, `3. What steps … (901001)`: with its place, its number or both."""

_PUT = ("ToBeAsked", "Carded", "Submitted")


async def oral_questions(
    inquiry: Inquiry, member: int, span: Span, said: Sequence[Contribution]
) -> tuple[Asked, ...]:
    """Return the questions that were down to be asked aloud, with the answers found in Hansard."""
    values = (
        ("parameters.askingMemberIds", str(member)),
        ("parameters.answeringDateStart", span.first.isoformat()),
        ("parameters.answeringDateEnd", span.last.isoformat()),
        ("parameters.take", "100"),
    )
    answer = await inquiry.ask(Question(Api.ORAL, "/oralquestions/list", values), _ORAL_PAGE)
    listed, odd = readable(answer.value.response, _Oral)
    inquiry.note_odd(odd, "oral questions")
    own = [each for each in listed if is_of(each.asking_member_id, member)]
    inquiry.note_foreign(len(listed) - len(own), "oral questions")
    put = [each for each in own if each.status in _PUT and each.answering_when.date() in span]
    found = [_match(each, said) for each in put]
    debates = await _debates(inquiry, [each for each in found if each])
    return tuple(
        _asked(each, _replied(match, member, debates), match, answer.fetched)
        for each, match in zip(put, found, strict=True)
    )


def _match(oral: _Oral, said: Sequence[Contribution]) -> Contribution | None:
    """Return where the question was put, if Hansard has its words on the day."""
    begins = _letters(oral.question_text)[:_ENOUGH]
    return next(
        (
            each
            for each in said
            if begins and each.day == oral.answering_when.date() and begins in _letters(each.words)
        ),
        None,
    )


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", plain(text)).casefold()


async def _debates(
    inquiry: Inquiry, matches: Sequence[Contribution]
) -> dict[str, Answer[_Debate]]:
    names = list(dict.fromkeys(each.debate for each in matches if each.debate))
    answers = await inquiry.ask_all(
        [Question(Api.HANSARD, f"/debates/debate/{name}.json") for name in names], _DEBATE
    )
    found: dict[str, Answer[_Debate]] = {}
    for name, answer in zip(names, answers, strict=True):
        if isinstance(answer, TransportError):
            inquiry.note(f"{answer.message}, so that some spoken answers are missing.")
        else:
            found[name] = answer
    return found


def _replied(match: Contribution | None, member: int, debates: dict[str, Answer[_Debate]]) -> str:
    """Return what somebody else said next after the question; empty if that is not known.

    Questions that are answered together stand before their answer, and the Speaker may call
    for order: neither is the minister's word.
    """
    debate = debates.get(match.debate) if match else None
    if match is None or debate is None:
        return ""
    items, _ = readable(debate.value.items, _Item)
    after = dropwhile(lambda item: item.external_id != match.identity, items)
    others = (item for item in after if _may_be_answer(item, member))
    following = next(others, None)
    return plain(following.value) if following and following.member_id else ""


def _may_be_answer(item: _Item, member: int) -> bool:
    return (
        item.item_type == "Contribution"
        and item.member_id != member
        and not item.uin
        and not item.is_reiteration
        and "Speaker" not in item.attributed_to
        and not _QUESTION.search(plain(item.value))
    )


def _asked(oral: _Oral, answer: str, match: Contribution | None, fetched: datetime) -> Asked:
    day = oral.answering_when.date()
    is_sound = link_problem(oral.hansard_link, ("https",)) is None
    page = oral.hansard_link if is_sound else hansard_page(day)
    return Asked(
        number=oral.uin,
        heading="",
        question=plain(oral.question_text) or "(no text)",
        to=oral.answering_minister_title or oral.answering_body or "the government",
        day=day,
        reply=Reply.ANSWER if answer else Reply.SPOKEN,
        answer=answer,
        replied=day if answer else None,
        source=match.source if match else Source(page, fetched),
    )
