"""Give every test of the store a real database of each kind, empty."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.database.connections import PATIENCE
from newsletter.database.opening import Database, open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NUMBERS = count(1)
_LONGEST = 60  # seconds


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    time: datetime = field(default_factory=lambda: datetime(2019, 2, 18, 17, 3, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL of our own; the URL of its first database."""
    # Not under pytest's own folder: the server opens the folders above it to its user.
    folder = tempfile.mkdtemp(prefix="newsletter-postgresql-")
    try:
        running = _started(folder)
    except Exception as error:  # noqa: BLE001  # whatever the reason, it is told
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"no PostgreSQL could be started: {error}")
    import psycopg  # noqa: PLC0415  # an optional dependency

    # By a connection, for the package's own psql would not be found below a folder with a blank.
    with psycopg.connect(running.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # no test pulls the plug on the server
        connection.execute("SELECT pg_reload_conf()")
    yield running.get_uri()
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _started(folder: str) -> Any:  # noqa: ANN401  # the package has no types
    """Start a server, one process after the other: as root, each would make the same user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs': there may be no login session
        servers: Any = import_module("pgserver.postgres_server")
    start = servers.pg_ctl

    def patiently(words: list[str], **more: object) -> object:
        return start(words, **{**more, "timeout": _LONGEST})  # ten seconds are few on a busy disk

    servers.pg_ctl = patiently
    lock = Path(tempfile.gettempdir()) / f"newsletter-postgresql-{os.geteuid()}.lock"
    try:
        with lock.open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            return servers.get_server(folder)
    finally:
        servers.pg_ctl = start


@pytest.fixture
def postgresql_url(server: str) -> Iterator[str]:
    """An empty database on the server."""
    import psycopg  # noqa: PLC0415  # as above

    name = f"test_{next(_NUMBERS)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'newsletter.db'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def opened(clock: Clock) -> Iterator[Callable[..., Database]]:
    """Open databases that are closed when the test is over."""
    databases: list[Database] = []

    def open_one(url: str, *, folder: Path | None = None, patience: float = PATIENCE) -> Database:
        database = open_database(url, folder=folder, now=clock, delay=timedelta, patience=patience)
        databases.append(database)
        return database

    yield open_one
    for database in databases:
        database.close()


@pytest.fixture
def database(opened: Callable[..., Database], url: str) -> Database:
    return opened(url)
