"""Carry one edition to the recipients of one dispatch, and know what became of each request."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from newsletter.delivery.brake import Answer
from newsletter.delivery.run import Run
from newsletter.delivery.words import Appointment, State
from newsletter.errors import RefusedError, UnavailableError, UncertainError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsletter.audience.recipient import Recipient
    from newsletter.delivery.words import Batch, Holder, Ledger, Transport, Watcher
    from newsletter.personalization import Personalization
    from newsletter.rendering.edition import Edition


class Courier:
    """Send one edition to the recipients of one dispatch, over `parallel` connections.

    With `at` the carrier is asked to hold the messages until then; it must be a Holder.
    """

    def __init__(
        self,
        edition: Edition,
        *,
        dispatch: str,
        transport: Transport,
        fit: Callable[[Recipient], Personalization],
        sleep: Callable[[float], None],
        parallel: int,
        at: datetime | None = None,
    ) -> None:
        self._edition = edition
        self._dispatch = dispatch
        self._transport = transport
        self._fit = fit
        self._sleep = sleep
        self._parallel = parallel
        self._at = at

    def deliver(self, ledger: Ledger, watcher: Watcher) -> Exception | None:
        """Send what is waiting. Returns why it stopped early, or None when nothing waits.

        Each batch is claimed, and the claim committed, before its request. An answer is
        settled as soon as it is there, though other requests hang. Ctrl-C ends the claiming
        and lets the requests that are under way finish; a second one leaves them unanswered.
        """
        return Run(self, ledger, watcher).deliver()

    def fit(self, batch: Batch) -> list[Personalization]:
        """Make a batch out to its recipients."""
        return [self._fit(recipient) for recipient in batch.recipients]

    def post(self, batch: Batch, personal: list[Personalization]) -> Answer:
        """Make one request; whatever is not a clear answer is uncertain."""
        try:
            self._send(batch, personal)
        except RefusedError as error:
            return Answer(State.REFUSED, error)
        except UnavailableError as error:
            return Answer(State.WAITING, error, error.retry_after)
        except UncertainError as error:
            return Answer(State.UNCERTAIN, error)
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not lose the batch
            return Answer(State.UNCERTAIN, error)
        return Answer(State.ACCEPTED)

    def _send(self, batch: Batch, personal: list[Personalization]) -> None:
        if self._at is None:
            self._transport.send(self._edition, personal, dispatch=self._dispatch)
            return
        appointment = Appointment(self._at, batch.slip)
        cast("Holder", self._transport).schedule(
            self._edition, personal, dispatch=self._dispatch, appointment=appointment
        )

    @property
    def parallel(self) -> int:
        """How many requests may be under way at once."""
        return self._parallel

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._sleep(seconds)
