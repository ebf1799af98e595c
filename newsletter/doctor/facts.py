"""Say what can be asked about an office's readiness, and in which shape the facts come.

A probe returns facts; `newsletter.doctor.judging` decides what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta


class Verdict(StrEnum):
    """How ready one thing is: only a bad one keeps an office from sending."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one probe found, in one sentence, and what to do."""

    subject: str
    verdict: Verdict
    message: str
    hint: str = ""

    def as_data(self) -> dict[str, str]:
        """Return the answer as the JSON of `doctor --json` has it."""
        return {
            "subject": self.subject,
            "verdict": self.verdict.value,
            "message": self.message,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class Spf:
    """The record that says who may send for a domain; `problem` is what is wrong with it."""

    record: str = ""
    problem: str = ""
    lets_everybody: bool = False


@dataclass(frozen=True, slots=True)
class Dmarc:
    """What a domain asks of mail in its name that is not signed; `policy` is none or more."""

    record: str = ""
    problem: str = ""
    policy: str = ""


class Domain(Protocol):
    """The records of a domain. Raises UnavailableError if nobody can be asked."""

    def spf(self, domain: str) -> Spf: ...
    def dmarc(self, domain: str) -> Dmarc: ...
    def dkim(self, domain: str, selectors: Sequence[str]) -> Mapping[str, str]:
        """Return the key of each selector that has one."""
        ...


class Carrier(Protocol):
    """The account that carries the mail."""

    def try_out(self, sender: str) -> None:
        """Have a message to the sender itself checked and not sent. Raises TransportError."""
        ...


class Clock(Protocol):
    """Somebody else's clock."""

    def away(self) -> timedelta:
        """Return by how much this machine's is ahead. Raises UnavailableError."""
        ...


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a database; `version` is empty until it is made.

    `backup_age` is in days, None where there is none; `keeps_backups` is False where backups
    are somebody else's business.
    """

    name: str
    version: str
    newest: str
    keeps_backups: bool = True
    backup_age: float | None = None


class Store(Protocol):
    """The database. Raises ConfigurationError or StoppedError if it cannot be used."""

    def look(self) -> Health: ...


class Website(Protocol):
    """The office's public site. Raises UnavailableError if it cannot be asked."""

    def leave(self, token: str) -> int:
        """Make the POST of one click with a token, and return the status of the answer."""
        ...
