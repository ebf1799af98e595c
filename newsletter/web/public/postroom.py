"""Have letters carried in the background, while the pages answer at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from newsletter.web.public import logs

if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL = 1.0
"""Seconds between two looks at what is due.

Nobody rings when something is written down: how busy the service is must not tell by its time
whether an address that was typed a moment ago is owed a letter.
"""

AFTER_FAILURE = 15.0
"""Seconds until the next look after one that failed, such as while the database is away."""

LOOKS = 3_600
"""How many looks there are between two times of tidying up: an hour's."""


class PostRoom:
    """A thread that looks for what is due, at the start and all the time, and carries it.

    It also tidies up, at the start and then every hour. What is written down and not carried
    when the service stops waits for the next start.
    """

    def __init__(
        self,
        carry_one: Callable[[], bool],
        *,
        tidy: Callable[[], object],
        close: Callable[[], None],
        interval: float = INTERVAL,
    ) -> None:
        """Take what carries one letter, what tidies up, and what takes leave of the carrier."""
        self._carry_one = carry_one
        self._tidy = tidy
        self._close = close
        self._interval = interval
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to carry."""
        self._thread = threading.Thread(target=self._run, name="letters", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the letter that is on its way be settled, and end."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self._close()

    def _run(self) -> None:
        looks = 0
        while not self._over.is_set():
            went_well = self._has_done(self._carry)
            if looks % LOOKS == 0:
                went_well = self._has_done(self._tidy) and went_well
            looks += 1
            self._over.wait(self._interval if went_well else AFTER_FAILURE)

    def _carry(self) -> None:
        while not self._over.is_set() and self._carry_one():
            pass

    def _has_done(self, work: Callable[[], object]) -> bool:
        """Return whether it went well."""
        try:
            work()
        except Exception as error:  # noqa: BLE001  # such as a database that is away for now
            logs.failure(error)
            return False
        return True
