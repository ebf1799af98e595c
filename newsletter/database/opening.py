"""Open the office's database, whatever its kind and age."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from newsletter.database.connections import PATIENCE, Connections
from newsletter.database.dispatches import Dispatches
from newsletter.database.subscribers import Subscribers
from newsletter.database.upgrading import prepare

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Database:
    """What an office remembers: its subscribers and its dispatches."""

    connections: Connections
    subscribers: Subscribers
    dispatches: Dispatches

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
    return secrets.token_hex(16)


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
        dispatches=Dispatches(connections, now, token),
    )
