"""Carry batches to a transport, and have the ledger remember each before and after."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, wait
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, cast

from newsletter.delivery.brake import (
    LONGEST_PAUSE,
    MOST_FAILURES,
    MOST_PAUSES,
    MOST_PERSONAL,
    Answer,
    Brake,
    InterruptedByHandError,
)
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
from newsletter.errors import (
    CulpritError,
    DeferredError,
    NewsletterError,
    RefusedError,
    UnavailableError,
    UncertainError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsletter.audience.recipient import Recipient
    from newsletter.personalization import Personalization
    from newsletter.rendering.edition import Edition

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

HEARTBEAT = 10.0
"""Seconds between two signs of life to the ledger while answers are slow to come."""

MOST_ROUNDS = 3
"""How often a run comes back to those whom the carrier deferred."""

ROUND = 60.0
"""Seconds to wait before that: who greylists wants to see patience."""


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
        return _Run(self, ledger, watcher).deliver()

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


_Job = tuple[Future[Answer], Batch, list["Personalization"]]


class _Run:
    """One run of a courier: the requests under way, and whether more may follow."""

    def __init__(self, courier: Courier, ledger: Ledger, watcher: Watcher) -> None:
        self._courier = courier
        self._ledger = ledger
        self._watcher = watcher
        self._brake = Brake()
        self._running: dict[Future[Answer], Batch] = {}
        self._postponed = 0
        self._rounds = 0
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._workers = 0

    def deliver(self) -> Exception | None:
        """Carry what is waiting, then let the threads go home."""
        try:
            return self._deliver()
        finally:
            for _ in range(self._workers):
                self._jobs.put(None)

    def _deliver(self) -> Exception | None:
        brake = self._brake
        while True:
            try:
                self._start()
                if not self._running and not self._comes_back():
                    return brake.reason
                if brake.takes_notice_of_ctrl_c():
                    self._watcher.stopping()
                self._wait()
                self._pause()
            except KeyboardInterrupt:
                if isinstance(brake.reason, InterruptedByHandError):
                    return brake.reason
                brake.reason = InterruptedByHandError()
            except NewsletterError as error:
                # The ledger fails us, or another process has it: claim no more, and still
                # record the answers that are on their way.
                brake.stop(error)

    def _start(self) -> None:
        while not self._brake.is_on and len(self._running) < self._courier.parallel:
            batch = self._ledger.claim()
            if batch is None:
                return
            answer: Future[Answer] = Future()
            self._running[answer] = batch
            self._post(answer, batch)

    def _post(self, answer: Future[Answer], batch: Batch) -> None:
        """Have a request made in a thread of its own; what went wrong before is an answer too.

        The fitting is done here: in the threads it would compete with the ledger for Python's
        one lock, which makes a dispatch three times as long.
        """
        try:
            personal = self._courier.fit(batch)
        except KeyboardInterrupt:
            answer.set_result(Answer(State.WAITING, InterruptedByHandError()))
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not lose the batch
            answer.set_result(Answer(State.UNCERTAIN, error))
            return
        if self._workers < len(self._running):
            self._workers += 1
            # A daemon, so that no request keeps the program from ending. It stays for the
            # next request: to start one is to wait until it runs, while others compute.
            Thread(target=self._work, daemon=True).start()
        self._jobs.put((answer, batch, personal))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            answer, batch, personal = job
            answer.set_result(self._courier.post(batch, personal))

    def _wait(self) -> None:
        if not self._running:
            return
        done, _ = wait(self._running, timeout=HEARTBEAT, return_when=FIRST_COMPLETED)
        for future in done:
            self._settle(future)
        if not done:
            self._ledger.renew()

    def _settle(self, future: Future[Answer]) -> None:
        answer, batch = future.result(), self._running[future]
        try:
            settled = self._record(batch, answer)
        except NewsletterError as error:
            self._brake.stop(error)
            settled = answer.state
        # Only now: an interruption before this finds the answer still to be settled.
        del self._running[future]
        self._brake.note(answer)
        self._watcher.settled(batch, settled)

    def _record(self, batch: Batch, answer: Answer) -> State:
        """Have the ledger remember an answer; return what its batch has become."""
        error = answer.error
        if isinstance(error, CulpritError) and len(batch.recipients) > 1:
            self._single_out(batch, error)
            return State.WAITING
        if isinstance(error, DeferredError):
            self._ledger.postpone(batch, _reason(error))
            self._postponed += 1
            return State.WAITING
        self._ledger.settle(batch, answer.state, _reason(error))
        return answer.state

    def _single_out(self, batch: Batch, error: CulpritError) -> None:
        """Keep the culprits back; where the carrier named none, halve until one is alone."""
        reasons = {
            recipient.key: error.culprits[place]
            for place, recipient in enumerate(batch.recipients)
            if place in error.culprits
        }
        if reasons:
            self._ledger.exclude(batch, reasons)
        else:
            self._ledger.split(batch)

    def _pause(self) -> None:
        """Wait as long as the carrier asked."""
        if self._brake.pause is not None and not self._running:
            self._rest(self._brake.take_pause())

    def _comes_back(self) -> bool:
        """Whether some whom the carrier deferred can be tried once more."""
        if self._brake.pause is not None and self._brake.reason is None:
            return True
        if self._brake.is_on or not self._postponed or self._rounds >= MOST_ROUNDS:
            return False
        self._postponed = 0
        self._rounds += 1
        self._rest(ROUND)
        return self._ledger.recall() > 0

    def _rest(self, seconds: float) -> None:
        """Wait, showing signs of life meanwhile."""
        self._watcher.pausing(seconds)
        left = seconds
        while left > 0:
            self._courier.sleep(min(left, HEARTBEAT))
            left -= HEARTBEAT
            self._ledger.renew()


def _reason(error: Exception | None) -> str:
    """Return the sentence of our own errors; a foreign one's may hold what is secret."""
    if error is None or isinstance(error, InterruptedByHandError):
        return ""
    if isinstance(error, RefusedError | UnavailableError | UncertainError):
        return error.message
    return f"an error in this program ({type(error).__name__})"
