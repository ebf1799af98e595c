"""Look at a database without changing it: its version, whether it can be written, its backups."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from newsletter.database import schema
from newsletter.database.connections import Connections, Lock
from newsletter.database.failures import plain_failures
from newsletter.doctor.facts import Health
from newsletter.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

_NEWEST = schema.REVISIONS[-1]
_DAY = 86_400.0  # seconds


class DatabaseOfOffice:
    """The database that a URL names; a relative file is taken from `folder`."""

    def __init__(self, url: str, *, folder: Path) -> None:
        self._url = url
        self._folder = folder

    def look(self) -> Health:
        """Return its state. Raises ConfigurationError or StoppedError."""
        file = self._file()
        if file is not None and not file.exists():
            _need_folder(file)
            return Health(file.name, "", _NEWEST)
        connections = Connections(self._url, folder=self._folder, patience=5.0)
        try:
            version = _version(connections)
            if file is None:
                return Health("The database", version, _NEWEST, keeps_backups=False)
            return Health(file.name, version, _NEWEST, backup_age=_backup_age(file))
        finally:
            connections.close()

    def _file(self) -> Path | None:
        try:
            url = make_url(self._url)
        except (ArgumentError, ValueError):
            return None  # Connections says what is wrong with it
        is_file = url.drivername == "sqlite" and url.database not in {None, "", ":memory:"}
        return self._folder / str(url.database) if is_file else None


def _version(connections: Connections) -> str:
    """Return the version of the tables, having tried whether they could be changed."""
    with plain_failures(), connections.reading() as connection:
        if not inspect(connection).has_table(schema.VERSION_TABLE):
            return ""
        version = str(connection.scalar(select(schema.version.c.version_num)) or "")
    with connections.writing(Lock.STRUCTURE):
        pass  # to begin is enough: BEGIN IMMEDIATE fails where nothing can be written
    return version


def _need_folder(file: Path) -> None:
    if not file.parent.is_dir():
        raise ConfigurationError(
            f"The folder for the database {file.name} does not exist.",
            hint="Make it, or name another in NEWSLETTER_DATABASE_URL.",
        )


def _backup_age(file: Path) -> float | None:
    """Return how many days ago the newest copy beside the database was made."""
    copies = [path.stat().st_mtime for path in file.parent.glob(f"{file.name}.*backup")]
    return (time.time() - max(copies)) / _DAY if copies else None
