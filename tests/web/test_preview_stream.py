"""A stream tells what is newest, shows that it is alive, and ends when it is told to."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import pytest

from newsletter.web.preview import stream
from newsletter.web.preview.stream import Bell, changes

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


def alone(listen: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run in a thread of its own: the browser of other tests keeps a loop in this one."""
    with ThreadPoolExecutor() as pool:
        return pool.submit(lambda: asyncio.run(listen())).result()


def test_a_silent_stream_shows_that_it_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies end what says nothing."""
    monkeypatch.setattr(stream, "PULSE", 0.01)

    async def listen() -> list[str]:
        told = changes(Bell(), lambda: "1")
        return [await anext(told), await anext(told)]

    assert alone(listen) == ["data: 1\n\n", ": still here\n\n"]


def test_what_is_the_same_is_told_once_and_the_newest_last() -> None:
    """Somebody slow need not see every letter that was typed."""

    async def listen() -> list[str]:
        bell, states = Bell(), ["1"]
        found = []
        async for event in changes(bell, lambda: states[-1]):
            found.append(event)
            states.append("2")
            bell.ring()
            states.append("3")
            bell.ring()
            if len(found) > 1:
                bell.close()
        return found

    assert alone(listen) == ["data: 1\n\n", "data: 3\n\n"]


def test_a_bell_without_listeners_is_rung_in_vain() -> None:
    """Before the first page is opened, and after the last loop has ended."""
    bell = Bell()
    bell.ring()

    async def listen() -> str:
        return await anext(changes(bell, lambda: "1"))

    assert alone(listen) == "data: 1\n\n"
    bell.ring()
    bell.close()
    assert not bell.is_open
