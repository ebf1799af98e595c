"""Divide only by what is known, and say by what; judge complaints as the large providers do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.report.facts import IssueLine

WATCH, ALARM = 0.001, 0.003
"""Complaints a delivered message: Google and Yahoo ask for less than the first, and never the
second (https://support.google.com/a/answer/81126, https://senders.yahooinc.com/best-practices).
"""

_LEFT_OFFICE = ("accepted", "delivered", "deferred", "bounced", "complained")


class Level(StrEnum):
    """How a rate of complaints stands."""

    UNKNOWN = "not known"
    FINE = "fine"
    WATCH = "watch"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share, and what it is a share of."""

    count: int
    of: int
    base: str

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else 0.0

    def as_data(self) -> dict[str, Any]:
        percent = round(self.share * 100, 3) if self.of else None
        return {"count": self.count, "of": self.of, "base": self.base, "percent": percent}


def arrived(people: Mapping[str, int]) -> int:
    """Return how many it has reached: whoever complained has got it, too."""
    return people.get("delivered", 0) + people.get("complained", 0)


def left_office(people: Mapping[str, int]) -> int:
    """Return how many messages the carrier has taken."""
    return sum(people.get(fate, 0) for fate in _LEFT_OFFICE)


def of_those_reached(count: int, line: IssueLine) -> Rate:
    """Return a share of those it was delivered to, or of the accepted where that is not known."""
    if line.is_known:
        return Rate(count, arrived(line.people), "delivered")
    return Rate(count, left_office(line.people), "accepted")


def complaints_data(line: IssueLine) -> dict[str, Any]:
    """Return the complaints as data; without reports of the carrier their number is not known."""
    rate = of_those_reached(line.people.get("complained", 0), line).as_data()
    unknown = {} if line.is_known else {"count": None, "percent": None}
    return {**rate, **unknown, "level": complaint_level(line).value}


def complaint_level(line: IssueLine) -> Level:
    """Return how the rate of complaints stands; without reports it is not known."""
    rate = of_those_reached(line.people.get("complained", 0), line)
    if not line.is_known or not rate.of:
        return Level.UNKNOWN
    if rate.share < WATCH:
        return Level.FINE
    return Level.WATCH if rate.share < ALARM else Level.ALARM


def percent(share: float, *, exactly: int = 1) -> str:
    """Return `12.5 %`; what is there, but too little to be shown, is `under 0.1 %`."""
    smallest = 10**-exactly
    if 0 < share * 100 < smallest:
        return f"under {smallest:.{exactly}f} %"
    return f"{share * 100:.{exactly}f} %"
