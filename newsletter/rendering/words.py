"""Write dates, times and sizes as people in Britain read them, on any machine alike."""

from __future__ import annotations

import re
from textwrap import shorten
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.authoring import prose

LONDON = ZoneInfo("Europe/London")

_BEGINNING = 40  # characters of a quotation: enough to know it by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, time

    from newsletter.authoring.blocks import Question, Quote

# strftime's names depend on the machine's locale, and its %-d on the machine's C library.
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day(value: date) -> str:
    """Return `30 March 2019`."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def weekday(value: date) -> str:
    """Return `Saturday 30 March 2019`."""
    return f"{_WEEKDAYS[value.weekday()]} {day(value)}"


def month(value: date) -> str:
    """Return `Mar`, for the leaf of a calendar."""
    return _MONTHS[value.month - 1][:3]


def clock(value: time) -> str:
    """Return `2 pm`, `2.30 pm`, `noon` or `midnight`."""
    if value.minute == 0 and value.hour in (0, 12):
        return "noon" if value.hour else "midnight"
    minutes = f".{value.minute:02}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes} {'pm' if value.hour >= 12 else 'am'}"  # noqa: PLR2004 - noon


def moment(value: datetime) -> str:
    """Return `30 March 2019 at 2.30 pm`, by the clocks of London."""
    there = value.astimezone(LONDON)
    return f"{day(there.date())} at {clock(there.time())}"


def span(starts: time | None, ends: time | None) -> str:
    """Return `2 pm to 4 pm`, `2 pm`, or nothing."""
    if starts is None:
        return ""
    return f"{clock(starts)} to {clock(ends)}" if ends else clock(starts)


def listing(items: list[str]) -> str:
    """Return `a, b and c`."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def either(items: list[str]) -> str:
    """Return `a, b or c`."""
    return " or ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def size(count: int) -> str:
    """Return a number of bytes as `38 kB` (of 1,000 bytes, as mail programs count)."""
    return f"{count / 1000:,.0f} kB" if count >= 1000 else f"{count} bytes"  # noqa: PLR2004 - kilo


_VOTES = {
    "aye": "Voted Aye",
    "no": "Voted No",
    "teller for the ayes": "Teller for the Ayes",
    "teller for the noes": "Teller for the Noes",
    "both": "Voted both Aye and No",
    "did not vote": "Did not vote",
    "no vote recorded": "No vote recorded",
}


def vote(value: str) -> str:
    """Return `Voted Aye`. Absence is no opinion: `Did not vote`."""
    return _VOTES[value]


def to_question(item: Question, among: Sequence[Question] = ()) -> str:
    """Return the words of the link to a question; no two links to different ones are alike."""
    words = _to_question(item)
    alike = dict.fromkeys(
        other.url for other in among if other.url and _to_question(other) == words
    )
    if item.url not in alike or len(alike) == 1:
        return words
    return f"{words} ({[*alike].index(item.url) + 1} of {len(alike)})"


def _to_question(item: Question) -> str:
    if item.number:
        number = f"question {item.number}"
        return f"Read {number} and its answer" if item.answer else f"Follow {number}"
    words = "Read the question and answer" if item.answer else "Follow the question"
    return f"{words} of {day(item.asked)}"


def to_quote(quote: Quote) -> str:
    """Return the words of the link to where a quotation is from, which begin as it does."""
    if quote.source:
        return quote.source
    said = " ".join(prose.plain(token.children or ()) for token in prose.read(quote.text))
    beginning = shorten(said, _BEGINNING, placeholder="…")
    return f"Read the whole of “{beginning}”"


_NATIONAL = re.compile(r"(?:\+44|0)([1-9][0-9]{9})")
_GROUPS = (  # of the digits after the 0, as Ofcom's numbering plan has them
    (re.compile("2"), (2, 6)),
    (re.compile("11|1.1|[389]"), (3, 6)),
    (re.compile(""), (4,)),
)


def number(address: str) -> str:
    """Return the number that a `tel:` address rings as people here write it: `01632 960123`."""
    bare = re.sub(r"[-.() ]", "", address.removeprefix("tel:"))
    found = _NATIONAL.fullmatch(bare)
    if not found:
        return address.removeprefix("tel:")
    digits = found[1]
    ends = next(ends for start, ends in _GROUPS if start.match(digits))
    parts = [digits[start:end] for start, end in zip([0, *ends], [*ends, None], strict=True)]
    return "0" + "\N{NO-BREAK SPACE}".join(parts)


_NETWORKS = {
    "github": "GitHub",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "whatsapp": "WhatsApp",
    "youtube": "YouTube",
}


def network(name: str) -> str:
    """Return a network's name as the network spells it, or as the office did."""
    if name != name.lower():
        return name
    return _NETWORKS.get(name, name[:1].upper() + name[1:])
