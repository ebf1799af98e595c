"""Describe a person on record, and the proof that they asked for the newsletter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


class SubscriberState(StrEnum):
    """Whether a person may be mailed: only the confirmed may."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


class ConsentState(StrEnum):
    """How far a consent has come."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class SuppressionReason(StrEnum):
    """Why a person must never be mailed."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    INVALID = "invalid"
    ERASED = "erased"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Consent:
    """Proof that somebody asked: when (UTC), from where, and to which words they agreed."""

    at: datetime
    source: str
    wording: str


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One person on record; `segments` holds tags as they are and wards as `ward:Name`."""

    email: str
    first_name: str = ""
    last_name: str = ""
    postcode: str = ""
    segments: tuple[str, ...] = ()
    state: SubscriberState = SubscriberState.PENDING

    def as_data(self) -> dict[str, Any]:
        """Return the person as the JSON of `subscribers list --json` has them."""
        return {
            "email": self.email,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "postcode": self.postcode,
            "segments": list(self.segments),
            "state": self.state.value,
        }
