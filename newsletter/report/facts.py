"""Name what a database counts for a report: nobody's address is among it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from newsletter.report.reasons import Reason

Counts = dict[str, int]

WINDOW = timedelta(days=7)
"""How long after an issue somebody's leaving is told with it, unless the next comes sooner."""

HOURS = 24
"""Hours after the start that are told one by one; whatever comes later is told as one."""

RECENT = 10
"""How many of the last issues the providers are counted over: those that were reported on."""

STREAK, FAILURES = 5, 3
"""Somebody is out of reach who was, in this many of that many last issues, and had none."""

MONTHS = 12
"""How many months the growth of the list is told of."""

AGES = (1, 2, 3, 5)
"""Where the bands of a consent's age end, in years."""

RANKED = (
    "suppressed", "waiting", "claimed", "refused", "bounced", "uncertain", "deferred",
    "accepted", "delivered", "complained",
)  # fmt: skip
"""Fates in rising order of what they prove: of several dispatches each person's best one counts.

A complaint proves that the message came.
"""


@dataclass(frozen=True, slots=True)
class DispatchFacts:
    """One dispatch; `began` is when its messages were to leave.

    `is_reported` says whether the carrier has told what became of any of them.
    """

    issue: date
    subject: str
    kind: str
    purpose: str
    serial: int
    transport: str
    state: str
    began: datetime
    recipients: int
    counts: Mapping[str, int]
    is_reported: bool

    @property
    def is_rehearsal(self) -> bool:
        """Whether nobody was mailed."""
        return self.kind == "rehearsal"


@dataclass(frozen=True, slots=True)
class Readers:
    """How many people opened an issue and clicked in it, as far as that was told.

    `machines` are those of whom only a machine is known to have opened it.
    """

    opened: int
    clicked: int
    machines: int


@dataclass(frozen=True, slots=True)
class IssueLine:
    """How an issue went, in short: its dispatches, and each person once."""

    dispatches: tuple[DispatchFacts, ...]
    people: Mapping[str, int]
    left: int
    until: datetime

    @property
    def first(self) -> DispatchFacts:
        """Return the dispatch that it began with."""
        return self.dispatches[0]

    @property
    def is_known(self) -> bool:
        """Whether the carrier has reported anything of it."""
        return any(dispatch.is_reported for dispatch in self.dispatches)


@dataclass(frozen=True, slots=True)
class HourFacts:
    """What was reported in one hour after the start; the last is all that came later."""

    delivered: int
    bounced: int
    complained: int


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """All that is told of one issue."""

    line: IssueLine
    bounced: Mapping[Reason, int] = field(default_factory=dict)
    deferred: Mapping[Reason, int] = field(default_factory=dict)
    refused: Mapping[Reason, int] = field(default_factory=dict)
    providers: Mapping[str, Counts] = field(default_factory=dict)
    segments: Mapping[str, Counts] = field(default_factory=dict)
    hours: Sequence[HourFacts] = ()
    readers: Readers = Readers(0, 0, 0)
    rehearsals: int = 0


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """Who joined and who left in a month; `start` is its first moment in London."""

    start: datetime
    joined: int
    unsubscribed: int
    lost: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """Who may be mailed and has not been reached; None where that cannot be told."""

    issues: int
    failing: int | None
    silent: int | None


@dataclass(frozen=True, slots=True)
class OverallFacts:
    """All that is told of all issues and of the list."""

    issues: Sequence[IssueLine]
    rehearsals: int
    providers: Mapping[str, Counts]
    months: Sequence[MonthFacts]
    ages: Sequence[int]
    undated: int
    standing: Mapping[str, int]
    erased: int
    unreached: Unreached


class Records(Protocol):
    """Who counts: newsletter/database/reports.py does."""

    def issue(self, day: date) -> IssueFacts | None:
        """Count what became of an issue; None if it was never sent."""
        ...

    def overall(self) -> OverallFacts:
        """Count what became of all issues, and how the list fares."""
        ...
