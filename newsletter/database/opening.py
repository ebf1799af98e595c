"""Open the office's database, whatever its kind and age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from newsletter.database.approvals import Approvals
from newsletter.database.connections import PATIENCE, Connections
from newsletter.database.dispatches import Dispatches
from newsletter.database.shelf import DatabaseShelf
from newsletter.database.subscribers import Subscribers
from newsletter.database.tokens import Tokens
from newsletter.database.upgrading import prepare, require_newest

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.database.events import Events
    from newsletter.database.letters import Letters
    from newsletter.database.reports import Reports
    from newsletter.database.signing_up import SigningUp
    from newsletter.database.visitors import Visitors


@dataclass(frozen=True)
class Database:
    """What an office remembers: its subscribers and its dispatches.

    What `send` has no use for is imported when somebody asks for it.
    """

    connections: Connections
    now: Callable[[], datetime]
    token: Callable[[], str]
    delay: Callable[[], timedelta]
    subscribers: Subscribers
    dispatches: Dispatches
    approvals: Approvals
    shelf: DatabaseShelf

    @cached_property
    def signing_up(self) -> SigningUp:
        """Return what takes in those who join on the web site."""
        from newsletter.database.signing_up import SigningUp  # noqa: PLC0415 - see above

        return SigningUp(self.connections, self.now, self.token)

    @cached_property
    def visitors(self) -> Visitors:
        """Return what answers the public pages."""
        from newsletter.database.visitors import Visitors  # noqa: PLC0415 - the same

        return Visitors(self.connections, self.signing_up, self.letters)

    @cached_property
    def letters(self) -> Letters:
        """Return the letters that people asked for."""
        from newsletter.database.letters import Letters  # noqa: PLC0415 - the same

        return Letters(self.connections, self.now, self.token, self.delay)

    @cached_property
    def events(self) -> Events:
        """Return what takes in the carrier's reports."""
        from newsletter.database.events import Events  # noqa: PLC0415 - the same

        return Events(self.connections, self.now)

    @cached_property
    def reports(self) -> Reports:
        """Return what counts how issues went."""
        from newsletter.database.reports import Reports  # noqa: PLC0415 - the same

        return Reports(self.connections, self.now)

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


def _some_seconds() -> timedelta:
    """Return how long a letter waits before it leaves, which nobody can tell beforehand."""
    from secrets import randbelow  # noqa: PLC0415 - the same

    return timedelta(milliseconds=1_000 + randbelow(9_000))


def open_database(
    url: str,
    *,
    folder: Path | None = None,
    now: Callable[[], datetime] = _now,
    token: Callable[[], str] | None = None,
    delay: Callable[[], timedelta] = _some_seconds,
    patience: float = PATIENCE,
) -> Database:
    """Open a database, making its tables or bringing them up to date.

    `url` is `sqlite:///FILE`, taken from `folder` if it is relative, or
    `postgresql://USER:PASSWORD@HOST/NAME`. `now` gives the time in UTC, `token` 32
    hexadecimal digits that nobody can guess, as `Tokens` does; `delay` says how long a letter
    waits before it leaves; `patience` is in seconds, for other programs' transactions. Raises
    ConfigurationError, or StoppedError if trying again may help.
    """
    token = token or Tokens()
    connections = Connections(url, folder=folder or Path(), patience=patience)
    try:
        prepare(connections, now=now())
    except BaseException:
        connections.close()
        raise
    return Database(
        connections=connections,
        now=now,
        token=token,
        delay=delay,
        subscribers=Subscribers(connections, now, token),
        dispatches=Dispatches(connections, now, token),
        approvals=Approvals(connections, now),
        shelf=DatabaseShelf(connections, now),
    )
