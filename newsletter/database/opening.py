"""Open the office's database, whatever its kind and age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from newsletter.database.approvals import Approvals
from newsletter.database.connections import PATIENCE, Connections
from newsletter.database.dispatches import Dispatches
from newsletter.database.events import Events
from newsletter.database.letters import Letters
from newsletter.database.reports import Reports
from newsletter.database.shelf import DatabaseShelf
from newsletter.database.signing_up import SigningUp
from newsletter.database.subscribers import Subscribers
from newsletter.database.tokens import Tokens
from newsletter.database.upgrading import prepare, require_newest
from newsletter.database.visitors import Visitors

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Database:
    """What an office remembers: its subscribers and its dispatches."""

    connections: Connections
    subscribers: Subscribers
    signing_up: SigningUp
    visitors: Visitors
    letters: Letters
    dispatches: Dispatches
    approvals: Approvals
    events: Events
    shelf: DatabaseShelf
    reports: Reports

    def __enter__(self) -> Self:
        """Return itself, open."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    def look(self) -> None:
        """Raise ConfigurationError or StoppedError unless it can be worked with."""
        require_newest(self.connections)

    def close(self) -> None:
        """Give up all connections."""
        self.connections.close()


def _now() -> datetime:
    return datetime.now(UTC)


def open_database(
    url: str,
    *,
    folder: Path | None = None,
    now: Callable[[], datetime] = _now,
    token: Callable[[], str] | None = None,
    patience: float = PATIENCE,
) -> Database:
    """Open a database, making its tables or bringing them up to date.

    `url` is `sqlite:///FILE`, taken from `folder` if it is relative, or
    `postgresql://USER:PASSWORD@HOST/NAME`. `now` gives the time in UTC, `token` 32
    hexadecimal digits that nobody can guess, as `Tokens` does; `patience` is in seconds, for
    other programs' transactions. Raises ConfigurationError, or StoppedError if trying again may help.
    """
    token = token or Tokens()
    connections = Connections(url, folder=folder or Path(), patience=patience)
    try:
        prepare(connections, now=now())
    except BaseException:
        connections.close()
        raise
    signing_up = SigningUp(connections, now, token)
    letters = Letters(connections, now, token)
    return Database(
        connections=connections,
        subscribers=Subscribers(connections, now, token),
        signing_up=signing_up,
        visitors=Visitors(connections, signing_up, letters),
        letters=letters,
        dispatches=Dispatches(connections, now, token),
        approvals=Approvals(connections, now),
        events=Events(connections, now),
        shelf=DatabaseShelf(connections, now),
        reports=Reports(connections, now),
    )
