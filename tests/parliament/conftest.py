"""Lend tests a week of Parliament, and ways to ask for it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import pytest

from newsletter.parliament.addresses import Addresses
from newsletter.parliament.calls import Caller
from newsletter.parliament.library import Inquiry, Library
from newsletter.parliament.shelf import Shelf
from newsletter.parliament.week import Parliament
from tests.parliament.standin import Standin, parliament

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator
    from pathlib import Path

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)

Found = TypeVar("Found")


def in_a_thread(work: Coroutine[Any, Any, Found]) -> Found:
    """Run work in a thread of its own.

    Connections are made by tasks that are cancelled, after which coverage.py, on Python 3.11,
    sees nothing more of the functions that were under way in that thread.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@dataclass(slots=True)
class Desk:
    """Somebody who asks: with a clock that stands still until it is moved."""

    standin: Standin
    folder: Path
    time: datetime = NOON
    waits: list[float] = field(default_factory=list)
    patience: float = 60.0
    deadline: float = 60.0

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Remember the wait, and let it be over."""
        self.waits.append(seconds)

    def later(self, hours: float) -> None:
        self.time += timedelta(hours=hours)

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.folder)

    def parliament(self, *, offline: bool = False) -> Parliament:
        return Parliament(
            Addresses(self.standin.url),
            self.shelf,
            self.now,
            is_offline=offline,
            deadline=self.deadline,
            sleep=self.sleep,
            run=in_a_thread,
        )

    def get(self, *paths: str) -> list[bytes]:
        """Fetch documents at once, past any shelf."""

        async def run() -> list[bytes]:
            async with httpx.AsyncClient(timeout=60) as client:
                caller = self.caller(client)
                urls = [f"{self.standin.url}{path}" for path in paths]
                return list(await asyncio.gather(*map(caller.get, urls)))

        return in_a_thread(run())

    def caller(self, client: httpx.AsyncClient) -> Caller:
        return Caller(
            client,
            sleep=self.sleep,
            now=self.now,
            patience=self.patience,
            deadline=self.deadline,
        )

    def ask(
        self, find: Callable[[Inquiry], Awaitable[Found]], *, offline: bool = False
    ) -> tuple[Found, str]:
        """Return what an inquiry finds, and what went wrong on the way."""

        async def run() -> tuple[Found, str]:
            async with httpx.AsyncClient(timeout=60) as client:
                caller = None if offline else self.caller(client)
                addresses = Addresses(self.standin.url)
                inquiry = Library(addresses, self.shelf, self.now, caller).inquiry()
                return await find(inquiry), inquiry.trouble

        return in_a_thread(run())


@pytest.fixture
def standin() -> Iterator[Standin]:
    """Parliament's services, on this machine."""
    with parliament() as served:
        yield served


@pytest.fixture
def desk(standin: Standin, tmp_path: Path) -> Desk:
    """Somebody who has never asked before."""
    return Desk(standin, tmp_path / "shelf")
