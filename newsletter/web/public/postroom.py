"""Have letters carried in the background, while the pages answer at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from newsletter.web.public import logs

if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL = 15.0
"""Seconds between two looks at what waits, such as what another process has written down."""

LOOKS = 240
"""How many such looks there are between two times of tidying up: an hour's."""


class PostRoom:
    """A thread that carries what waits: at the start, when it is woken, and now and then.

    It also tidies up, at the start and then every hour. What is written down and not carried
    when the service stops waits for the next start.
    """

    def __init__(
        self,
        carry_one: Callable[[], bool],
        *,
        tidy: Callable[[], object],
        close: Callable[[], None],
    ) -> None:
        """Take what carries one letter, what tidies up, and what takes leave of the carrier."""
        self._carry_one = carry_one
        self._tidy = tidy
        self._close = close
        self._bell = threading.Event()
        self._is_over = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to carry."""
        self._thread = threading.Thread(target=self._run, name="letters", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that there is something to carry."""
        self._bell.set()

    def stop(self) -> None:
        """Let the letter that is on its way be settled, and end."""
        self._is_over = True
        self._bell.set()
        if self._thread is not None:
            self._thread.join()
        self._close()

    def _run(self) -> None:
        looks = 0
        while not self._is_over:
            self._bell.clear()
            if self._is_done(self._carry_one):
                continue
            if looks % LOOKS == 0:
                self._is_done(self._tidy)
            # Bells do not count, or a busy day would have it tidy up all the time.
            looks += not self._bell.wait(INTERVAL) or looks == 0

    def _is_done(self, work: Callable[[], object]) -> bool:
        """Return whether there was something to do, and it went well."""
        try:
            return bool(work())
        except Exception as error:  # noqa: BLE001  # such as a database that is away for now
            logs.failure(error)
            return False
