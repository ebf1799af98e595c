"""Open the office's database, whatever its kind and age."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from newsletter.database.approvals import Approvals
from newsletter.database.connections import PATIENCE, Connections
from newsletter.database.dispatches import Dispatches
from newsletter.database.events import Events
from newsletter.database.signing_up import SigningUp
from newsletter.database.subscribers import Subscribers
from newsletter.database.upgrading import prepare

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Database:
    """What an office remembers: its subscribers and its dispatches."""

    connections: Connections
    subscribers: Subscribers
    signing_up: SigningUp
    dispatches: Dispatches
    approvals: Approvals
    events: Events

    def __enter__(self) -> Self:
        """Return itself, open."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give up all connections."""
        self.connections.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _token() -> str:
    """Return 32 hexadecimal digits: the time in milliseconds, then 84 bits nobody can guess.

    Keys that begin with the time stand side by side in an index, which makes a large import
    twice as fast as keys that are random altogether.
    """
    return f"{time.time_ns() // 1_000_000:011x}{secrets.token_hex(11)[1:]}"


def open_database(
    url: str,
    *,
    folder: Path | None = None,
    now: Callable[[], datetime] = _now,
    token: Callable[[], str] = _token,
    patience: float = PATIENCE,
) -> Database:
    """Open a database, making its tables or bringing them up to date.

    `url` is `sqlite:///FILE`, taken from `folder` if it is relative, or
    `postgresql://USER:PASSWORD@HOST/NAME`. `now` gives the time in UTC, `token` 32
    hexadecimal digits that nobody can guess; `patience` is in seconds, for other programs'
    transactions. Raises ConfigurationError, or StoppedError if trying again may help.
    """
    connections = Connections(url, folder=folder or Path(), patience=patience)
    try:
        prepare(connections, now=now())
    except BaseException:
        connections.close()
        raise
    return Database(
        connections=connections,
        subscribers=Subscribers(connections, now, token),
        signing_up=SigningUp(connections, now, token),
        dispatches=Dispatches(connections, now, token),
        approvals=Approvals(connections, now),
        events=Events(connections, now),
    )
