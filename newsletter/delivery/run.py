"""Claim, post and settle, batch after batch, until nothing waits or something stops it."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Protocol

from newsletter.delivery.brake import Answer, Brake, InterruptedByHandError, undisturbed
from newsletter.delivery.words import State
from newsletter.errors import (
    CulpritError,
    DeferredError,
    NewsletterError,
    RefusedError,
    UnavailableError,
    UncertainError,
)

if TYPE_CHECKING:
    from newsletter.delivery.words import Batch, Ledger, Watcher
    from newsletter.personalization import Personalization

HEARTBEAT = 10.0
"""Seconds between two signs of life to the ledger while answers are slow to come."""

MOST_ROUNDS = 3
"""How often a run comes back to those whom the carrier deferred."""

MOST_TRIES = 10
"""How often in all a run tries again to have an answer remembered; each may wait for its turn."""

BREATH = 0.1
LONGEST_BREATH = 1.0
"""Seconds before the first of these, and at most: each waits twice as long as the one before.

A database server that restarts refuses everybody for a while, at once each time.
"""

ROUND = 60.0
"""Seconds to wait before that: who greylists wants to see patience."""


class Poster(Protocol):
    """Who makes the requests of a run; a Courier does."""

    @property
    def parallel(self) -> int:
        """How many requests may be under way at once."""
        ...

    def fit(self, batch: Batch) -> list[Personalization]:
        """Make a batch out to its recipients."""
        ...

    def post(self, batch: Batch, personal: list[Personalization]) -> Answer:
        """Make one request; whatever is not a clear answer is uncertain."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


_Job = tuple[Future[Answer], "Batch", list["Personalization"]]


class Run:
    """One run of a courier: the requests under way, and whether more may follow."""

    def __init__(self, poster: Poster, ledger: Ledger, watcher: Watcher) -> None:
        self._poster = poster
        self._ledger = ledger
        self._watcher = watcher
        self._brake = Brake()
        self._running: dict[Future[Answer], Batch] = {}
        self._postponed = 0
        self._rounds = 0
        self._tries = 0
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._workers = 0
        self._ready: dict[int, tuple[Batch, list[Personalization]]] = {}

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
        while not self._brake.is_on and len(self._running) < self._poster.parallel:
            with undisturbed():
                batch = self._ledger.claim()
                if batch is None:
                    return
                self._post(batch)

    def _post(self, batch: Batch) -> None:
        """Have a request made in a thread of its own; what went wrong before is an answer too.

        The fitting is done here: in the threads it would compete with the ledger for Python's
        one lock, which makes a dispatch three times as long.
        """
        answer: Future[Answer] = Future()
        try:
            self._running[answer] = batch
            personal = self._made_out(batch)
            self._find_hands()
        except KeyboardInterrupt:  # it may come while a thread is waited for to begin
            answer.set_result(Answer(State.WAITING, InterruptedByHandError()))
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not lose the batch
            answer.set_result(Answer(State.UNCERTAIN, error))
            return
        self._jobs.put((answer, batch, personal))

    def _find_hands(self) -> None:
        """Have a thread for each request that is under way."""
        if self._workers < len(self._running):
            self._workers += 1
            # A daemon, so that no request keeps the program from ending. It stays for the
            # next request: to start one is to wait until it runs, while others compute.
            Thread(target=self._work, daemon=True).start()

    def _made_out(self, batch: Batch) -> list[Personalization]:
        """Return a claimed batch made out to its people, as was done ahead if they are the same."""
        ahead = self._ready.pop(batch.id, None)
        if ahead is not None and ahead[0].recipients == batch.recipients:
            return ahead[1]
        return self._poster.fit(batch)

    def _make_ready(self) -> bool:
        """Make one batch out while answers are waited for; return whether there was one.

        It is not claimed: that is done in the moment in which it can leave.
        """
        if self._brake.is_on or len(self._ready) >= self._poster.parallel:
            return False
        batch = self._ledger.look_ahead(self._poster.parallel)
        if batch is None:
            return False
        with suppress(Exception):  # what is wrong with it is an answer once it is claimed
            self._ready[batch.id] = batch, self._poster.fit(batch)
        return True

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            answer, batch, personal = job
            answer.set_result(self._poster.post(batch, personal))

    def _wait(self) -> None:
        """Wait for an answer, and use the time until it comes."""
        if not self._running:
            return
        while not any(answer.done() for answer in self._running) and self._make_ready():
            pass
        done, _ = wait(self._running, timeout=HEARTBEAT, return_when=FIRST_COMPLETED)
        for future in [each for each in self._running if each in done]:
            with undisturbed():
                self._settle(future)
            if future in self._running:
                self._breathe()
                return
        if not done:
            self._renew()

    def _breathe(self) -> None:
        """Give the ledger time before an answer is told to it once more."""
        self._poster.sleep(min(BREATH * 2.0 ** (self._tries - 1), LONGEST_BREATH))

    def _settle(self, future: Future[Answer]) -> None:
        """Have an answer remembered, and the next request made in its place."""
        answer, batch = future.result(), self._running[future]
        following = None
        try:
            if answer.state is State.ACCEPTED and not self._brake.is_on:
                following = self._relay(batch)
                settled: State = answer.state
            else:
                settled = self._record(batch, answer)
        except NewsletterError as error:
            self._brake.stop(error)
            if self._tries < MOST_TRIES:  # another program may only have it for a while
                self._tries += 1
                self._running[future] = self._running.pop(future)  # all others have a turn first
                return
            settled = State.UNCERTAIN
        # Only now: an interruption before this finds the answer still to be settled.
        del self._running[future]
        try:
            if following is not None:
                self._post(following)
        finally:
            self._brake.note(answer)
            self._watcher.settled(batch, settled)

    def _relay(self, batch: Batch) -> Batch | None:
        """Have a yes remembered and the next batch claimed, which takes the disk but once."""
        try:
            return self._ledger.relay(batch)
        except NewsletterError:
            # It may be the claim that fails, as on a disk that is all but full.
            self._ledger.settle(batch, State.ACCEPTED)
            return None

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
            self._poster.sleep(min(left, HEARTBEAT))
            left -= HEARTBEAT
            self._renew()

    def _renew(self) -> None:
        """Show a sign of life."""
        with undisturbed():
            self._ledger.renew()


def _reason(error: Exception | None) -> str:
    """Return the sentence of our own errors; a foreign one's may hold what is secret."""
    if error is None or isinstance(error, InterruptedByHandError):
        return ""
    if isinstance(error, RefusedError | UnavailableError | UncertainError):
        return error.message
    return f"an error in this program ({type(error).__name__})"
