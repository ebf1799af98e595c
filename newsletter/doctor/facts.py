"""Say what can be asked about an office's readiness, and in which shape the facts come.

A probe returns facts; `newsletter.doctor.judging` decides what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


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


class Carrier(Protocol):
    """The account that carries the mail."""

    def try_out(self, sender: str) -> None:
        """Have a message to the sender itself checked and not sent. Raises TransportError."""
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
