"""Decide when a delivery stops: what fails again and again wants to be looked at."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import dataclass
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from newsletter.delivery.words import State
from newsletter.errors import CulpritError, DeferredError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

MOST_FAILURES = 3
"""How many requests in a row may fail before the dispatch stops to be looked at."""

MOST_PERSONAL = 25
"""How many in a row may fail for somebody in them; halving down to one of 1,000 takes 11."""

MOST_PAUSES = 20
"""How often in a row the carrier may ask for patience before that is looked at."""

LONGEST_PAUSE = 60.0
"""Seconds to wait at most when the carrier asks for patience."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request; `pause` is in seconds, where the carrier asked for one."""

    state: State
    error: Exception | None = None
    pause: float | None = None


class InterruptedByHandError(StoppedError):
    """Somebody pressed Ctrl-C."""

    def __init__(self) -> None:
        super().__init__("Ctrl-C was pressed", hint="Run the same command again to go on.")


@contextmanager
def undisturbed() -> Iterator[Callable[[], None]]:
    """Hold Ctrl-C back until what is written is known here, too; a second one comes through.

    In the midst of it, a batch could be claimed that nobody knows of, and that would be uncertain
    though it was never posted; or the database would stay locked by a transaction cut in two.
    To call what this gives is to let one through that was held back: it does no harm there.
    """
    usual = signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or not callable(usual):
        yield lambda: None
        return
    pressed: list[int] = []

    def hold_back(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        if len(pressed) > 1:
            usual(number, frame)

    def let_through() -> None:
        if pressed:
            pressed.clear()
            usual(signal.SIGINT, None)

    signal.signal(signal.SIGINT, hold_back)
    try:
        yield let_through
    finally:
        signal.signal(signal.SIGINT, usual)
        let_through()


class Brake:
    """Watch the answers of one run. `reason` is why no batch may be claimed any more."""

    def __init__(self) -> None:
        self.reason: Exception | None = None
        self.pause: float | None = None
        self._is_noticed = False
        self._failures = 0
        self._personal = 0
        self._pauses = 0
        self._accepted = 0

    @property
    def is_on(self) -> bool:
        """Whether no batch may be claimed, for now or at all."""
        return self.reason is not None or self.pause is not None

    def stop(self, reason: Exception) -> None:
        """Have no more claimed; the first reason is the one that is told."""
        self.reason = self.reason or reason

    def note(self, answer: Answer) -> None:
        """Take an answer into account."""
        if answer.error is None:
            self._failures = self._pauses = self._personal = 0
            self._accepted += 1
        elif isinstance(answer.error, CulpritError | DeferredError):
            self._personal += 1
            if self._personal >= MOST_PERSONAL:
                self.stop(answer.error)
        elif answer.pause is not None:
            self.pause = max(answer.pause, self.pause or 0.0)
            if self._pauses >= MOST_PAUSES:
                self.stop(answer.error)
        elif self._is_grave(answer):
            self.stop(answer.error)

    def _is_grave(self, answer: Answer) -> bool:
        self._failures += 1
        is_first_refusal = answer.state is State.REFUSED and not self._accepted
        is_out_of_reach = answer.state is State.WAITING
        return is_first_refusal or is_out_of_reach or self._failures >= MOST_FAILURES

    def takes_notice_of_ctrl_c(self) -> bool:
        """Whether Ctrl-C was pressed, the first time this is asked after it was."""
        is_new = isinstance(self.reason, InterruptedByHandError) and not self._is_noticed
        self._is_noticed = self._is_noticed or is_new
        return is_new

    def take_pause(self) -> float:
        """Return for how many seconds to wait now: as asked, or twice as long as the last time."""
        seconds, self.pause = min(self.pause or 2.0**self._pauses, LONGEST_PAUSE), None
        self._pauses += 1
        return seconds
