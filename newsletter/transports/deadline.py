"""Stop waiting in time, and know whether what was given up had left already."""

from __future__ import annotations

import socket
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")


class DeadlinePassedError(Exception):
    """A call did not end in its time; it may still be running."""


class CalledOffError(Exception):
    """A request was about to leave, but nobody waits for it any longer."""


class Departure:
    """Settle once and for all whether a request left: its thread and the clock both ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._called_off = False
        self._line: socket.socket | None = None

    def leave(self, line: socket.socket) -> None:
        """Go past the point of no return: from here on bytes may reach the carrier.

        Raises CalledOffError if nobody waits any longer; then nothing may be written.
        """
        with self._lock:
            if self._called_off:
                raise CalledOffError
            self._line = line

    def call_off(self) -> bool:
        """Return True if the request has not left, and now never will.

        If it has left, its line is cut, so that its thread ends.
        """
        with self._lock:
            self._called_off = True
            line = self._line
        if line is None:
            return True
        with suppress(OSError):  # the line may be down already
            socket.socket.shutdown(line, socket.SHUT_RDWR)  # TLS would first say goodbye
        return False


def within(seconds: float, call: Callable[[], _Result]) -> _Result:
    """Return what `call` returns, or raise what it raises, if it does so in time.

    A socket's own timeout begins anew with every byte, so that a dripping server could
    hold it for hours. Raises DeadlinePassedError; the thread of `call` is left behind and
    does not keep the program from ending.
    """
    outcome: Future[_Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:  # noqa: BLE001 -- raised again by the thread that waits
            outcome.set_exception(error)

    Thread(target=run, name="carrier", daemon=True).start()
    try:
        outcome.exception(timeout=seconds)
    except TimeoutError as late:
        raise DeadlinePassedError from late
    return outcome.result()
