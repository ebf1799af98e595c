"""Say what has been sent, issue by issue, with every correction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from newsletter.rendering.edition import Edition


class Wanted(Enum):
    """Which dispatches make an archive.

    A rehearsal went to a folder and to nobody else. `FIRST_STEPS` shows rehearsals as long as
    nothing has been sent at all; `EVERYTHING` shows those of issues that were not sent, too.
    """

    SENT = "sent"
    FIRST_STEPS = "first steps"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Sent:
    """One dispatch of which something has left.

    `id` is its number in the database. `reason` says why it corrects the one before it.
    """

    id: int
    issue: date
    digest: str
    sent_at: datetime
    is_rehearsal: bool
    is_correction: bool
    reason: str


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file beside an edition's page; `hash` is the SHA-256 of its bytes."""

    name: str
    media_type: str
    hash: str
    size: int


@dataclass(frozen=True, slots=True)
class PastEdition:
    """An edition as it was sent. `number` is None where it is not known any more."""

    edition: Edition
    sent_at: datetime
    reason: str = ""
    number: int | None = None
    title: str = ""
    language: str = ""
    files: tuple[KeptFile, ...] = ()


@dataclass(frozen=True, slots=True)
class PastIssue:
    """An issue that was sent: its first edition, then each that corrected it."""

    editions: tuple[PastEdition, ...]

    @property
    def first(self) -> PastEdition:
        """Return the edition that everybody got."""
        return self.editions[0]

    @property
    def newest(self) -> PastEdition:
        """Return the edition that holds now."""
        return self.editions[-1]

    @property
    def day(self) -> date:
        """Return the date of the issue."""
        return self.first.edition.issue

    @property
    def is_corrected(self) -> bool:
        """Whether the first edition does not hold any more."""
        return len(self.editions) > 1


@dataclass(frozen=True, slots=True)
class Past:
    """Past issues, newest first. `rehearsed` are the days of those that nobody was sent."""

    issues: tuple[PastIssue, ...]
    rehearsed: tuple[date, ...] = ()

    @property
    def without_files(self) -> tuple[date, ...]:
        """Return the days of issues whose pictures and calendars nobody kept."""
        return tuple(issue.day for issue in self.issues if issue.newest.number is None)


class Shelf(Protocol):
    """Where sent editions are kept: newsletter/database/shelf.py does."""

    def sent(self) -> Sequence[Sent]: ...
    def edition(self, sent: Sent) -> PastEdition: ...


def chosen(dispatches: Iterable[Sent], wanted: Wanted) -> list[list[Sent]]:
    """Return, newest issue first, the dispatches whose editions its page tells of.

    They come by issue in the order in which they were opened. A rehearsal gives way to the next
    one: only what was corrected in public has a history.
    """
    counting = _counting(list(dispatches), wanted)
    groups = groupby(counting, key=lambda sent: sent.issue)
    histories = [_history(list(group)) for _, group in groups]
    return sorted(histories, key=lambda history: history[0].issue, reverse=True)


def _counting(dispatches: list[Sent], wanted: Wanted) -> list[Sent]:
    real = [sent for sent in dispatches if not sent.is_rehearsal]
    match wanted:
        case Wanted.SENT:
            return real
        case Wanted.FIRST_STEPS:
            return real or dispatches
        case Wanted.EVERYTHING:
            return dispatches


def _history(group: list[Sent]) -> list[Sent]:
    candidates = [sent for sent in group if not sent.is_rehearsal] or group
    starts = [place for place, sent in enumerate(candidates) if not sent.is_correction]
    return candidates[starts[-1] :] if starts else candidates


def gather(shelf: Shelf, histories: Iterable[Sequence[Sent]]) -> Past:
    """Take from the shelf what the histories name."""
    named = list(histories)
    return Past(
        tuple(PastIssue(tuple(map(shelf.edition, history))) for history in named),
        tuple(history[0].issue for history in named if history[0].is_rehearsal),
    )
