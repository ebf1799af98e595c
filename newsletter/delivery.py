"""Carry batches to a transport, and have the ledger remember each before and after."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from newsletter.errors import RefusedError, UnavailableError, UncertainError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsletter.audience.recipient import Recipient
    from newsletter.personalization import Personalization
    from newsletter.rendering.edition import Edition

HEARTBEAT = 10.0
"""Seconds between two signs of life to the ledger while answers are slow to come."""

MOST_FAILURES = 3
"""How many requests in a row may fail before the dispatch stops to be looked at."""

MOST_PAUSES = 20
"""How often in a row the carrier may ask for patience before that is looked at."""

LONGEST_PAUSE = 60.0
"""Seconds to wait at most when the carrier asks for patience."""


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


class Watcher(Protocol):
    """Whoever wants to know how a dispatch is getting on."""

    def settled(self, batch: Batch, state: State) -> None:
        """Take note that a batch has been settled."""
        ...

    def pausing(self, seconds: float) -> None:
        """Take note that the carrier asked for patience."""
        ...


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of one request; `pause` is in seconds, where the carrier asked for one."""

    state: State
    error: Exception | None = None
    pause: float | None = None


class Courier:
    """Send one edition to the recipients of one dispatch, over `parallel` connections."""

    def __init__(
        self,
        edition: Edition,
        *,
        dispatch: str,
        transport: Transport,
        fit: Callable[[Recipient], Personalization],
        sleep: Callable[[float], None],
        parallel: int,
    ) -> None:
        self._edition = edition
        self._dispatch = dispatch
        self._transport = transport
        self._fit = fit
        self._sleep = sleep
        self._parallel = parallel

    def deliver(self, ledger: Ledger, watcher: Watcher) -> Exception | None:
        """Send what is waiting. Returns why it stopped early, or None when nothing waits.

        Each batch is claimed, and the claim committed, before its request. An answer is
        settled as soon as it is there, though other requests hang. Ctrl-C ends the claiming
        and lets the requests that are under way finish.
        """
        running: dict[Future[_Answer], Batch] = {}
        brake = _Brake()
        with ThreadPoolExecutor(self._parallel) as pool:
            while True:
                try:
                    self._start(ledger, brake, running, pool)
                    if not running:
                        return brake.reason
                    done, _ = wait(running, timeout=HEARTBEAT, return_when=FIRST_COMPLETED)
                    self._settle(ledger, watcher, brake, {f: running.pop(f) for f in done})
                    if not done:
                        ledger.renew()
                    self._pause(ledger, watcher, brake, running)
                except KeyboardInterrupt as interruption:
                    if isinstance(brake.reason, _InterruptedError):
                        raise
                    brake.reason = _InterruptedError(interruption)

    def _start(
        self,
        ledger: Ledger,
        brake: _Brake,
        running: dict[Future[_Answer], Batch],
        pool: ThreadPoolExecutor,
    ) -> None:
        while not brake.is_on and len(running) < self._parallel:
            batch = ledger.claim()
            if batch is None:
                return
            running[pool.submit(self._post, batch)] = batch

    def _post(self, batch: Batch) -> _Answer:
        """Make one request; whatever is not a clear answer is uncertain."""
        try:
            personal = [self._fit(recipient) for recipient in batch.recipients]
            self._transport.send(self._edition, personal, dispatch=self._dispatch)
        except RefusedError as error:
            return _Answer(State.REFUSED, error)
        except UnavailableError as error:
            return _Answer(State.WAITING, error, error.retry_after)
        except UncertainError as error:
            return _Answer(State.UNCERTAIN, error)
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not lose the batch
            return _Answer(State.UNCERTAIN, error)
        return _Answer(State.ACCEPTED)

    def _settle(
        self,
        ledger: Ledger,
        watcher: Watcher,
        brake: _Brake,
        done: dict[Future[_Answer], Batch],
    ) -> None:
        for future, batch in done.items():
            answer = future.result()
            ledger.settle(batch, answer.state, _reason(answer.error))
            watcher.settled(batch, answer.state)
            brake.note(answer)

    def _pause(
        self,
        ledger: Ledger,
        watcher: Watcher,
        brake: _Brake,
        running: dict[Future[_Answer], Batch],
    ) -> None:
        """Wait as long as the carrier asked, showing signs of life meanwhile."""
        if brake.pause is None or running:
            return
        left = brake.take_pause()
        watcher.pausing(left)
        while left > 0:
            self._sleep(min(left, HEARTBEAT))
            left -= HEARTBEAT
            ledger.renew()


class _InterruptedError(Exception):
    """Somebody pressed Ctrl-C."""


class _Brake:
    """Decide when to stop claiming: what fails again and again wants to be looked at."""

    def __init__(self) -> None:
        self.reason: Exception | None = None
        self.pause: float | None = None
        self._failures = 0
        self._pauses = 0
        self._accepted = 0

    @property
    def is_on(self) -> bool:
        """Whether no batch may be claimed, for now or at all."""
        return self.reason is not None or self.pause is not None

    def note(self, answer: _Answer) -> None:
        """Take an answer into account."""
        if answer.error is None:
            self._failures = self._pauses = 0
            self._accepted += 1
        elif answer.pause is not None:
            self.pause = max(answer.pause, self.pause or 0.0)
            if self._pauses >= MOST_PAUSES:
                self.reason = self.reason or answer.error
        else:
            self._failures += 1
            is_first_refusal = answer.state is State.REFUSED and not self._accepted
            is_out_of_reach = answer.state is State.WAITING
            if is_first_refusal or is_out_of_reach or self._failures >= MOST_FAILURES:
                self.reason = self.reason or answer.error

    def take_pause(self) -> float:
        """Return for how many seconds to wait now."""
        seconds, self.pause = min(self.pause or 0.0, LONGEST_PAUSE), None
        self._pauses += 1
        return seconds


def _reason(error: Exception | None) -> str:
    """Return the sentence of our own errors; a foreign one's may hold what is secret."""
    if error is None:
        return ""
    if isinstance(error, RefusedError | UnavailableError | UncertainError):
        return error.message
    return f"an error in this program ({type(error).__name__})"
