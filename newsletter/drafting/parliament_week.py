"""Say what happened in seven days of Parliament, and what could not be found out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from datetime import date, datetime, time

    from newsletter.authoring.blocks import Vote

Found_co = TypeVar("Found_co", covariant=True)

DAYS = 7


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last


def days_before(day: date) -> Span:
    """Return the seven days that an issue of `day` looks back on."""
    return Span(day - timedelta(days=DAYS), day - timedelta(days=1))


def days_after(day: date) -> Span:
    """Return the seven days that an issue of `day` looks forward to."""
    return Span(day + timedelta(days=1), day + timedelta(days=DAYS))


@dataclass(frozen=True, slots=True)
class Member:
    """Who sits for the constituency, as Parliament's own records have it."""

    number: int
    name: str
    constituency: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where readers find something on record, and when it was fetched from Parliament's data."""

    url: str
    fetched: datetime


@dataclass(frozen=True, slots=True)
class Division:
    """One vote in the House, and what is recorded of the member."""

    title: str
    day: date
    vote: Vote
    ayes: int
    noes: int
    source: Source
    explained: str = ""


class Reply(Enum):
    """What there is in reply to a question."""

    NONE = auto()
    HOLDING = auto()
    ANSWER = auto()
    CORRECTED = auto()
    SPOKEN = auto()
    """Asked aloud, and the words of the answer were not found."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a minister; `is_cut` says that its whole text could not be fetched."""

    number: str
    heading: str
    question: str
    to: str
    day: date
    reply: Reply
    answer: str
    replied: date | None
    source: Source
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """What the member said in one debate: the longest part of it, and how many there are."""

    debate: str
    day: date
    words: str
    parts: int
    source: Source


class Role(Enum):
    """What a member has to do with a motion."""

    TABLED = auto()
    SIGNED = auto()


@dataclass(frozen=True, slots=True)
class Motion:
    """An early day motion that the member tabled or signed on `day`."""

    number: str
    title: str
    text: str
    day: date
    role: Role
    source: Source


@dataclass(frozen=True, slots=True)
class Business:
    """One thing that the House is to do, or the member in it."""

    day: date
    starts: time | None
    words: str
    url: str
    source: Source


@dataclass(frozen=True, slots=True)
class Break:
    """Days on which the House does not sit, with what Parliament calls them, if it says."""

    span: Span
    name: str


_POSSIBLE = range(5)  # Monday to Friday: on a few Fridays the House sits, too


@dataclass(frozen=True, slots=True)
class House:
    """The days on which the House sits, those on which it does not, and when it is back."""

    sittings: tuple[date, ...]
    breaks: tuple[Break, ...]
    next_sitting: date | None = None

    def sits_within(self, span: Span) -> bool:
        """Whether there is a sitting on any of these days."""
        return any(day in span for day in self.sittings)

    def rests_within(self, span: Span) -> bool:
        """Whether it is certain that there is no sitting on these days.

        Breaks are published long before sittings are: where no later sitting is published, and
        no break covers every day on which it may sit, nobody has said so.
        """
        known = self.sitting_after(span.last) is not None or self._is_away(span)
        return known and not self.sits_within(span)

    def _is_away(self, span: Span) -> bool:
        days = (
            span.first + timedelta(number) for number in range((span.last - span.first).days + 1)
        )
        open_days = [day for day in days if day.weekday() in _POSSIBLE]
        return all(any(day in each.span for each in self.breaks) for day in open_days)

    def sitting_after(self, day: date) -> date | None:
        """Return the first sitting after a day, if that is known."""
        known = (*self.sittings, *([self.next_sitting] if self.next_sitting else []))
        return min((each for each in known if each > day), default=None)

    def name_of_break(self, day: date) -> str:
        """Return what the break on a day is called; empty where Parliament does not say."""
        return next((each.name for each in self.breaks if day in each.span and each.name), "")


@dataclass(frozen=True, slots=True)
class Gathered(Generic[Found_co]):
    """What was found of one kind, or None; `trouble` says what went wrong on the way."""

    found: Found_co | None
    trouble: str = ""
    fetched: datetime | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of Parliament as far as they are known, for one member."""

    day: date
    member: Member
    votes: Gathered[tuple[Division, ...]]
    written: Gathered[tuple[Asked, ...]]
    oral: Gathered[tuple[Asked, ...]]
    speeches: Gathered[tuple[Speech, ...]]
    motions: Gathered[tuple[Motion, ...]]
    business: Gathered[tuple[Business, ...]]
    house: Gathered[House]
    doubts: str = ""

    @property
    def counts(self) -> dict[str, int | None]:
        """Return how many of each kind there are; None where that is not known."""
        lists: dict[str, Gathered[tuple[object, ...]]] = {
            "votes": self.votes,
            "written_questions": self.written,
            "oral_questions": self.oral,
            "speeches": self.speeches,
            "motions": self.motions,
            "business": self.business,
        }
        return {
            name: None if each.found is None else len(each.found) for name, each in lists.items()
        }

    @property
    def fetched(self) -> datetime:
        """Return when the oldest part was fetched: there is no week without any."""
        return min(part.fetched for part in self._parts if part.fetched)

    @property
    def _parts(self) -> tuple[Gathered[object], ...]:
        return (
            self.votes,
            self.written,
            self.oral,
            self.speeches,
            self.motions,
            self.business,
            self.house,
        )

    @property
    def troubles(self) -> tuple[str, ...]:
        """Return a sentence for each thing that is missing or older than it should be."""
        troubles = [self.doubts, *(part.trouble for part in self._parts)]
        return tuple(dict.fromkeys(trouble for trouble in troubles if trouble))
