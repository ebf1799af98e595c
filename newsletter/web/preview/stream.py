"""Tell open pages of changes, as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

PULSE = 15.0
"""Seconds after which a stream shows that it is alive; proxies end what is silent."""


class Bell:
    """Wake streams from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ears: set[asyncio.Event] = set()
        self.is_open = True

    def ring(self) -> None:
        """Wake every stream that waits."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            # The loop may end between the question and the call; then nobody listens.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._wake)

    def close(self) -> None:
        """Have every stream end."""
        self.is_open = False
        self.ring()

    @contextmanager
    def heard(self) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever the bell rings."""
        self._loop = asyncio.get_running_loop()
        ear = asyncio.Event()
        self._ears.add(ear)
        try:
            yield ear
        finally:
            self._ears.discard(ear)

    def _wake(self) -> None:
        for ear in self._ears:
            ear.set()


async def changes(bell: Bell, document: Callable[[], str]) -> AsyncIterator[str]:
    """Yield `document` now and whenever it is another, until the bell is closed.

    Somebody slow gets the newest, not all that there was in between.
    """
    last = ""
    with bell.heard() as ear:
        while bell.is_open:
            ear.clear()
            newest = document()
            if newest != last:
                last = newest
                yield f"data: {newest}\n\n"
            try:
                await asyncio.wait_for(ear.wait(), PULSE)
            except TimeoutError:
                yield ": still here\n\n"
