"""Start an issue where the last one ended: its number, its readers, and what it left open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.authoring.blocks import Event, Surgery
from newsletter.authoring.issue import Funding, Placed
from newsletter.rendering.words import day as written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from newsletter.authoring.issue import Issue

TO_DO = "TODO"
"""What `newsletter check` stops at, so that nothing unfinished is ever sent."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The text of a new issue; `reminders` are sentences about what the last ones left open."""

    number: int
    text: str
    reminders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """What an issue begins with besides: `notes` for its editor, words, and whose data it is."""

    notes: tuple[str, ...] = ()
    body: str = ""
    credit: str = ""


def skeleton(
    day: date, earlier: Iterable[Issue], extra: Extra = Extra(), *, numbers: Iterable[int] = ()
) -> Skeleton:
    """Return the beginnings of the issue of `day`; `earlier` are issues in any order.

    `numbers` are those of issues that could not be read as a whole.
    """
    before = sorted((issue for issue in earlier if issue.date < day), key=lambda i: i.date)
    still_open = list(_still_open(day, before))
    number = next_number(before, numbers)
    parts = [front_matter(number, before, notes=extra.notes), _STORY]
    parts += [extra.body] if extra.body else []
    parts.append(_CONTACT)
    if still_open:
        parts += ["## Dates for your diary\n", *map(_block, still_open)]
    parts += [extra.credit] if extra.credit else []
    reminders = tuple(
        f"“{item.title}” on {written(item.date)}: its place was still to be confirmed."
        for item in still_open
    )
    return Skeleton(number, "\n".join(parts), reminders)


def next_number(before: Sequence[Issue], others: Iterable[int] = ()) -> int:
    """Return the number that follows the highest one."""
    return max([*(issue.front.number for issue in before), *others], default=0) + 1


def front_matter(
    number: int,
    before: Sequence[Issue],
    *,
    subject: str = f"{TO_DO}: what this issue is about",
    notes: Sequence[str] = (),
) -> str:
    """Return an issue's front matter; who gets it and who pays is as it was last time."""
    last = before[-1].front if before else None
    lines = [
        "---",
        f"number: {number}",
        f"subject: {quoted(subject)}",
        f'preheader: "{TO_DO}: the line that an inbox shows after the subject"',
        f"funding: {last.funding if last else Funding.PARLIAMENTARY}",
    ]
    if last and last.segment != "all":
        lines.append(f"segment: {quoted(last.segment)}")
    lines += [f"# {note}" for note in notes]
    return "\n".join([*lines, "---", ""])


def quoted(words: str) -> str:
    """Return words as YAML reads them, whatever they hold (YAML 1.2, section 7.3.1)."""
    return json.dumps(words, ensure_ascii=False)


_STORY = f"""\
# {TO_DO}: the title

{TO_DO}: the news in two or three sentences. What happened, and what it means for people here?

## {TO_DO}: a heading

{TO_DO}: the rest of the story.
"""
_CONTACT = """\
```contact
title: How to get help
text: My team and I are here to help, whatever your question.
```
"""


def _still_open(day: date, before: Sequence[Issue]) -> Iterable[Event | Surgery]:
    """Yield what is yet to come and had no place when it was last spoken of."""
    newest: dict[tuple[str, date], Event | Surgery] = {}
    for issue in before:
        for part in issue.body:
            if isinstance(part, Placed) and isinstance(part.block, Event | Surgery):
                newest[part.block.title, part.block.date] = part.block
    upcoming = (item for item in newest.values() if item.date >= day)
    return sorted((item for item in upcoming if not item.is_place_known), key=lambda i: i.date)


def _block(item: Event | Surgery) -> str:
    """Return the block as it was, with its place to be filled in."""
    values = {
        "title": quoted(item.title),
        "date": item.date.isoformat(),
        "starts": item.starts and f'"{item.starts:%H:%M}"',
        "ends": item.ends and f'"{item.ends:%H:%M}"',
        "venue": "to be confirmed   # is it known by now?",
        "address": item.address and quoted(item.address),
        "register": isinstance(item, Event) and item.register_at and quoted(item.register_at),
        "book": isinstance(item, Surgery) and item.book and quoted(item.book),
        "note": item.note and quoted(item.note),
    }
    lines = [f"{name}: {value}" for name, value in values.items() if value]
    return "\n".join([f"```{item.kind}", *lines, "```", ""])
