"""Open SQLite and PostgreSQL so that both keep what they were told, whatever happens."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, InvalidatePoolError

from newsletter.database.failures import busy, plain_failures
from newsletter.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 30.0
"""Seconds to wait for another program's transaction."""

_HINT = (
    "Set NEWSLETTER_DATABASE_URL to sqlite:///newsletter.db or "
    "postgresql://user:password@host/name."
)
_BEGIN = "newsletter_begin"
_POSTGRESQL = {"postgres", "postgresql", "postgresql+psycopg"}


class Lock(Enum):
    """What a writer changes; on PostgreSQL only writers of the same thing wait for each other."""

    STRUCTURE = 1
    AUDIENCE = 2
    DISPATCHES = 3
    LETTERS = 4


class Connections:
    """Transactions on one database. Everything raised is one of our own errors.

    On SQLite one transaction writes at a time, taken at its beginning (BEGIN IMMEDIATE), so
    that none fails half-way; on PostgreSQL an advisory lock does the same.
    """

    def __init__(self, url: str, *, folder: Path, patience: float = PATIENCE) -> None:
        """Open the database; a relative path of SQLite is taken from `folder`."""
        parsed = _parsed(url)
        self._patience = patience
        self._writing = threading.Lock()
        self.file: Path | None = None
        if parsed.drivername in _POSTGRESQL:
            self._engine = _postgresql(parsed, patience)
        else:
            self.file = _file(parsed, folder)
            self._engine = _sqlite(self.file, patience)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a transaction that sees one state of the database, and changes nothing."""
        with plain_failures(), self._engine.connect() as connection:
            if self.file is None:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self, *locks: Lock) -> Iterator[Connection]:
        """Give a transaction that is alone in changing what `locks` name; commit at the end.

        Several locks are taken in the order of their numbers, so that nobody waits in a circle.
        """
        with self._turn(), plain_failures(), self._engine.connect() as connection:
            connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
            with connection.begin():
                for lock in sorted(locks, key=lambda lock: lock.value):
                    if self.file is None:
                        connection.execute(
                            text("SELECT pg_advisory_xact_lock(hashtext('newsletter'), :lock)"),
                            {"lock": lock.value},
                        )
                yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the threads of this process write one after the other on SQLite.

        SQLite itself has those who wait look again after a while, each time after a longer one:
        under many clicks some would wait for seconds though each takes a few milliseconds.
        """
        if self.file is None:
            yield
            return
        if not self._writing.acquire(timeout=self._patience):
            raise busy()
        try:
            yield
        finally:
            self._writing.release()

    def forget(self) -> None:
        """Have SQLite overwrite its log, which still holds what was deleted.

        On PostgreSQL the server does so in its own time (autovacuum). Readers that hold the
        log make it wait for the next time, which is no failure.
        """
        if self.file is not None:
            with plain_failures(), self._engine.connect() as connection:
                connection.execution_options(**{_BEGIN: "SELECT 1"})
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give up all connections."""
        self._engine.dispose()


def create_private(path: Path) -> None:
    """Make an empty file that only its owner may read, unless it is there already."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Not chained: the library's message may quote the URL, and its password.
        raise ConfigurationError("The database's address cannot be read.", hint=_HINT) from None
    if parsed.drivername not in {"sqlite", *_POSTGRESQL}:
        raise ConfigurationError("Only SQLite and PostgreSQL can be used.", hint=_HINT)
    return parsed


def _file(url: URL, folder: Path) -> Path:
    if not url.database or url.database == ":memory:":
        raise ConfigurationError("The database's address names no file.", hint=_HINT)
    path = folder / url.database
    try:
        create_private(path)
    except OSError as error:
        raise ConfigurationError(
            f"The database file {path.name} cannot be opened.",
            hint="Check that its folder exists and that you may write there.",
        ) from error
    return path


def _sqlite(path: Path, patience: float) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": patience},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        _write_ahead(connection, time.monotonic() + patience)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA wal_autocheckpoint = 8000")
        connection.execute("PRAGMA cache_size = -16000")  # kB: a large import reads less again
        connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine


def _write_ahead(connection: sqlite3.Connection, until: float) -> None:
    """Turn on the write-ahead log; only this statement does not wait for others by itself."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _postgresql(url: URL, patience: float) -> Engine:
    arguments: dict[str, Any] = {} if "connect_timeout" in url.query else {"connect_timeout": 10}
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args=arguments,
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "PostgreSQL needs a package that is not installed.",
            hint='Install it: pip install "newsletter[postgresql]".',
        ) from error

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401  # psycopg is optional
        connection.execute(f"SET lock_timeout = {int(patience * 1000)}")
        connection.commit()

    # As pool_pre_ping does, for a service outlives its server's restarts; but that one tidies up
    # behind a Ctrl-C with an error of its own, and nobody would learn of the Ctrl-C.
    @event.listens_for(engine, "checkout")
    def still_there(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401  # the same
        try:
            connection.autocommit = True
            connection.execute("SELECT 1")
            connection.autocommit = False
        except connection.OperationalError as error:
            raise InvalidatePoolError from error

    return engine
