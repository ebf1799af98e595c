"""Name what a delivery is about: states, batches, and whom it works with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

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
    """Recipients whose messages travel in one request; `position` counts from 0.

    `slip` is what the carrier can call a scheduled request back by; empty without a schedule.
    """

    id: int
    position: int
    recipients: tuple[Recipient, ...]
    slip: str = ""


class Ledger(Protocol):
    """What a dispatch must remember, whatever happens to this process.

    Every call is committed when it returns. One ledger belongs to one process that holds
    the lease of one dispatch.
    """

    def claim(self) -> Batch | None:
        """Take the next waiting batch and commit that; None when none is waiting."""
        ...

    def look_ahead(self, most: int) -> Batch | None:
        """Return one of the next `most` batches that has not been looked at; claim nothing.

        Whether its recipients are still the same shows when it is claimed.
        """
        ...

    def settle(self, batch: Batch, state: State, reason: str = "") -> None:
        """Record what became of a claimed batch; WAITING gives it back untried."""
        ...

    def relay(self, batch: Batch) -> Batch | None:
        """Settle a batch as accepted and claim the next one, in one commit.

        None if none is waiting, and if none may be claimed; why, `claim` says. If this raises
        an error, nothing was recorded.
        """
        ...

    def split(self, batch: Batch) -> None:
        """Give a claimed batch back in two halves, for somebody in it is why it was refused."""
        ...

    def exclude(self, batch: Batch, reasons: Mapping[str, str]) -> None:
        """Refuse those whose keys are in `reasons`, and give the rest of the batch back."""
        ...

    def postpone(self, batch: Batch, reason: str) -> None:
        """Give a claimed batch back, to be claimed only after `recall`."""
        ...

    def recall(self) -> int:
        """Let what was postponed be claimed again; return how many batches that are."""
        ...

    def renew(self) -> None:
        """Keep the lease. Raises StoppedError if another process has it."""
        ...


class Transport(Protocol):
    """A carrier. It sends one batch in one call, or says in which way that failed."""

    name: str
    batch_size: int

    def send(self, edition: Edition, batch: Sequence[Personalization], *, dispatch: str) -> None:
        """Return when the carrier has accepted every message of `batch`.

        `dispatch` is an opaque name that the carrier's reports will carry. Raises
        RefusedError, UnavailableError or UncertainError, and nothing else.
        """
        ...


@dataclass(frozen=True, slots=True)
class Appointment:
    """When the carrier is to send what it holds, and the slip to call it back by."""

    at: datetime
    slip: str


class SlipState(StrEnum):
    """Whether what went under a slip will leave."""

    OPEN = "open"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Slip:
    """What a carrier can call messages back by; doubtful if some of its requests are."""

    name: str
    state: SlipState
    is_doubtful: bool


class Slips(Protocol):
    """The slips of one dispatch, as its ledger remembers them."""

    def all(self) -> list[Slip]:
        """Return every slip there has been."""
        ...

    def elsewhere(self) -> int:
        """Count the slips of other dispatches whose time has not come."""
        ...

    def add(self, slip: str) -> None:
        """Remember a new slip before anything is sent under it."""
        ...

    def cancelling(self, slip: str) -> None:
        """Remember that the carrier is asked to drop it: nothing more may go under it.

        What it had accepted is in doubt until it has confirmed that it dropped it.
        """
        ...

    def cancelled(self, slip: str) -> None:
        """Remember that the carrier has dropped it: all that went under it waits again."""
        ...


class Holder(Transport, Protocol):
    """A carrier that holds messages until a time, and can be told to drop them."""

    def schedule(
        self,
        edition: Edition,
        batch: Sequence[Personalization],
        *,
        dispatch: str,
        appointment: Appointment,
    ) -> None:
        """Do as `send` does, but have the messages held until their time."""
        ...

    def new_slip(self) -> str:
        """Ask for a new slip. Raises as `send` does."""
        ...

    def drop(self, slip: str) -> None:
        """Return once the carrier has confirmed that nothing under `slip` will leave.

        Raises TransportError if it has not.
        """
        ...


class Watcher(Protocol):
    """Whoever wants to know how a dispatch is getting on."""

    def settled(self, batch: Batch, state: State) -> None:
        """Take note that a batch has been settled."""
        ...

    def pausing(self, seconds: float) -> None:
        """Take note that the carrier asked for patience."""
        ...

    def stopping(self) -> None:
        """Take note that somebody pressed Ctrl-C: what is under way is waited for."""
        ...
