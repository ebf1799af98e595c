"""Threads that write to SQLite take turns, and none waits for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from newsletter.database.connections import Lock
from newsletter.errors import StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.database.opening import Database


def test_who_waits_too_long_for_their_turn_is_told_so(
    opened: Callable[..., Database], url: str
) -> None:
    """A web page has to be answered, though an import goes on for minutes."""
    database = opened(url, patience=0.2)
    write = database.connections.writing
    with write(Lock.AUDIENCE), ThreadPoolExecutor(1) as pool:

        def wait() -> None:
            with write(Lock.AUDIENCE):
                pass

        with pytest.raises(StoppedError, match="The database is busy"):
            pool.submit(wait).result()
    with write(Lock.AUDIENCE):
        pass  # their turn is over, whatever came of it
