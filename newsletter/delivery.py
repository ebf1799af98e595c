"""Carry batches to a transport, and have the ledger remember each before and after."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from newsletter.errors import (
    NewsletterError,
    RefusedError,
    StoppedError,
    TransportError,
    UnavailableError,
    UncertainError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsletter.audience.recipient import Recipient
    from newsletter.personalization import Personalization
    from newsletter.rendering.edition import Edition


class State(StrEnum):
    """What is known of a batch, and so of the messages in it."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Batch:
    """Recipients whose messages travel in one request; `position` counts from 0."""

    id: int
    position: int
    recipients: tuple[Recipient, ...]


class Ledger(Protocol):
    """What a dispatch must remember, whatever happens to this process.

    Every call is committed when it returns. One ledger belongs to one process that holds
    the lease of one dispatch.
    """

    def claim(self) -> Batch | None:
        """Take the next waiting batch and commit that; None when none is waiting."""
        ...

    def settle(self, batch: Batch, state: State, reason: str = "") -> None:
        """Record what became of a claimed batch; WAITING gives it back untried."""
        ...


class Transport(Protocol):
    """A carrier. It sends one batch in one call, or says in which way that failed."""

    name: str
    batch_size: int

    def send(
        self, edition: Edition, batch: Sequence[Personalization], *, dispatch: str
    ) -> None:
        """Return when the carrier has accepted every message of `batch`.

        `dispatch` is an opaque name that the carrier's reports will carry. Raises
        RefusedError, UnavailableError or UncertainError, and nothing else.
        """
        ...
