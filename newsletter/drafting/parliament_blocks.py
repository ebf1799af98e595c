"""Write what happened in Parliament as blocks of an issue, each entry with its source."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Protocol, TypeVar

from newsletter.authoring.fields import LONGEST_PROSE
from newsletter.authoring.prose import problems_in_block
from newsletter.drafting.parliament_week import Reply, Role
from newsletter.drafting.quoting import line, link, literal, markdown, shorten, tidy
from newsletter.drafting.skeleton import TO_DO, quoted
from newsletter.rendering.words import clock, day, moment, weekday

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from newsletter.drafting.parliament_week import (
        Asked,
        Business,
        Division,
        Motion,
        Source,
        Speech,
    )


class _Dated(Protocol):
    """An entry of a block: something of a day."""

    @property
    def day(self) -> date: ...


_Entry = TypeVar("_Entry", bound=_Dated)

MOST_IN_A_BLOCK = 20  # entries: as many as a block may hold
LONGEST_COMMENT = 400  # characters: it is for the editor alone
LONGEST_WORDS = 600  # characters of a speech or a motion: two or three sentences


def votes(divisions: Sequence[Division]) -> str:
    """Return the blocks that say how the member voted, newest first."""
    return _blocks("votes", "How I voted", _by_day(divisions), _division)


def questions(asked: Sequence[Asked], title: str) -> str:
    """Return the blocks with questions and answers, newest first, and what is only on hold."""
    ordered = _by_day(asked)
    held = [each for each in ordered if each.reply is Reply.HOLDING and each.replied]
    notes = [f"{_holding(each)}\n" for each in held]
    return "\n".join([_blocks("questions", title, ordered, _question), *notes])


def speeches(said: Sequence[Speech]) -> str:
    """Return the blocks with the debates in which the member spoke, newest first."""
    return _blocks("news", "What I said", _by_day(said), _speech)


def motions(moved: Sequence[Motion]) -> str:
    """Return the blocks with the motions that the member put a name to, newest first."""
    tabled = _by_day([each for each in moved if each.role is Role.TABLED])
    signed = _by_day([each for each in moved if each.role is Role.SIGNED])
    return "\n".join(
        _blocks("news", title, some, _motion)
        for title, some in (("Motions I tabled", tabled), ("Motions I signed", signed))
        if some
    )


def business(planned: Sequence[Business]) -> str:
    """Return the week ahead as a list, a day an entry."""
    days = sorted({each.day for each in planned})
    return "".join(f"{_agenda(each, planned)}\n" for each in days)


def _by_day(entries: Sequence[_Entry]) -> list[_Entry]:
    return sorted(entries, key=lambda each: each.day, reverse=True)


def _blocks(
    kind: str, title: str, entries: Sequence[_Entry], write: Callable[[_Entry], Iterator[str]]
) -> str:
    """Return one block after the other, none with more entries than a block may hold."""
    blocks = []
    for start in range(0, len(entries), MOST_IN_A_BLOCK):
        name = f"{title}, continued" if start else title
        lines = [f"```{kind}", f"title: {name}", "items:"]
        for entry in entries[start : start + MOST_IN_A_BLOCK]:
            first, *rest = write(entry)
            lines += [f"  - {first}", *(f"    {each}" for each in rest)]
        blocks.append("\n".join([*lines, "```", ""]))
    return "\n".join(blocks)


def _division(division: Division) -> Iterator[str]:
    yield f"title: {_line(division.title)}"
    yield f"date: {division.day.isoformat()}"
    yield f"vote: {division.vote}"
    if result := _result(division):
        yield f"result: {result}"
    if division.explained:
        yield f"# Parliament explains: {shorten(tidy(division.explained), LONGEST_COMMENT)}"
    yield "# why: the reason, in a sentence or two; take the # away once it is written"
    yield from _source(division.source)


def _result(division: Division) -> str:
    more, fewer = max(division.ayes, division.noes), min(division.ayes, division.noes)
    if more == fewer:
        return f"Tied at {more} votes each" if more else ""
    verb = "Agreed to" if division.ayes == more else "Rejected"
    return f"{verb} by {more} votes to {fewer}"


def _question(asked: Asked) -> Iterator[str]:
    rest = f"\n\n{_REST}" if asked.is_cut else ""
    yield f"question: {_prose(f'{asked.question}{rest}')}"
    yield f"to: {_line(asked.to)}"
    yield f"asked: {asked.day.isoformat()}"
    if asked.number:
        yield f"number: {_line(asked.number)}"
    yield from _answer(asked)
    yield from _source(asked.source)


def _answer(asked: Asked) -> Iterator[str]:
    """Yield the answer; a holding reply is none, so that it is told to the editor alone."""
    if asked.reply is Reply.HOLDING:
        yield "# This has had a holding reply only, which is no answer:"
        yield f"# {shorten(tidy(asked.answer), LONGEST_COMMENT) or 'it has no words'}"
    elif asked.reply is Reply.SPOKEN:
        yield f"answer: {quoted(_WAS_IT_REACHED)}"
    elif asked.reply is not Reply.NONE:
        if asked.reply is Reply.CORRECTED:
            yield "# The minister has corrected this answer: these are the corrected words."
        yield f"answer: {_prose(asked.answer or _NO_WORDS)}"
        if asked.replied and asked.replied >= asked.day:
            yield f"answered: {asked.replied.isoformat()}"


_REST = f"{TO_DO}: the rest of this text, or of its answer, could not be fetched."
_SHORTEST = 100  # characters
_UNFIT = f"{TO_DO}: these words cannot be shown as they are. See the record."
_NO_WORDS = "(The answer holds no text: it is on record with the question.)"
_WAS_IT_REACHED = (
    f"{TO_DO}: was this question reached, and what did the minister say? See Hansard."
)


def _holding(asked: Asked) -> str:
    """Return the sentence that tells readers of a holding reply."""
    on = weekday(asked.replied) if asked.replied else ""
    about = markdown(tidy(asked.heading)) or "this"
    return (
        f"The question of {day(asked.day)} to the {markdown(tidy(asked.to)).removeprefix('the ')}"
        f" ({about}) has had only a holding reply, on {on}."
    )


def _speech(speech: Speech) -> Iterator[str]:
    yield f"title: {_line(speech.debate)}"
    yield f"date: {speech.day.isoformat()}"
    if speech.words:
        yield f"summary: {_prose(f'“{shorten(tidy(speech.words), LONGEST_WORDS)}”')}"
    if speech.parts > 1:
        yield f"# The longest of {speech.parts} contributions to this debate."
    yield from _source(speech.source)


def _motion(motion: Motion) -> Iterator[str]:
    yield f"title: {_line(f'Early day motion {motion.number}: {motion.title}')}"
    yield f"date: {motion.day.isoformat()}"
    if motion.text:
        yield f"summary: {_prose(shorten(tidy(motion.text), LONGEST_WORDS))}"
    yield from _source(motion.source)


def _line(text: str) -> str:
    """Return words as a value of one line, which may not be empty."""
    return quoted(line(text) or "(no name)")


def _source(source: Source) -> Iterator[str]:
    yield f"url: {quoted(source.url)}"
    yield f"# fetched on {moment(source.fetched)}"


def _prose(text: str) -> str:
    """Return words as a literal below a name, cut to what a block may hold."""
    cut, written = text, markdown(text)
    while len(cut) > _SHORTEST and not _fits(written):
        cut = shorten(cut, len(cut) * 9 // 10)
        written = markdown(cut)
    return literal(written if _fits(written) else _UNFIT, 6)


def _fits(written: str) -> bool:
    is_sound = not any(problems_in_block(written, file="", line=1))
    return 0 < len(written) <= LONGEST_PROSE and is_sound


def _agenda(on: date, planned: Sequence[Business]) -> str:
    """Return the entry of one day; the day itself leads to the House's own page of it."""
    of_day = sorted(
        (each for each in planned if each.day == on), key=lambda each: each.starts or time.max
    )
    things = [
        " ".join([f"{clock(each.starts)}," if each.starts else "", _thing(each)]).strip()
        for each in of_day
    ]
    return f"- {link(weekday(on), of_day[0].source.url)}: {'; '.join(things)}."


def _thing(planned: Business) -> str:
    words = tidy(planned.words).rstrip(". ")
    return link(words, planned.url) if planned.url else markdown(words)
