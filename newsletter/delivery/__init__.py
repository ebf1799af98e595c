"""Carry batches to a transport, and have the ledger remember each before and after."""

from __future__ import annotations

from newsletter.delivery.brake import (
    LONGEST_PAUSE,
    MOST_FAILURES,
    MOST_PAUSES,
    MOST_PERSONAL,
    InterruptedByHandError,
)
from newsletter.delivery.courier import Courier
from newsletter.delivery.run import HEARTBEAT, MOST_ROUNDS
from newsletter.delivery.words import (
    Appointment,
    Batch,
    Holder,
    Ledger,
    Slip,
    Slips,
    SlipState,
    State,
    Transport,
    Watcher,
)

__all__ = [
    "HEARTBEAT",
    "LONGEST_PAUSE",
    "MOST_FAILURES",
    "MOST_PAUSES",
    "MOST_PERSONAL",
    "MOST_ROUNDS",
    "Appointment",
    "Batch",
    "Courier",
    "Holder",
    "InterruptedByHandError",
    "Ledger",
    "Slip",
    "SlipState",
    "Slips",
    "State",
    "Transport",
    "Watcher",
]
