"""Make the tables of a new database, and bring those of an older one up to date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, inspect, select

from newsletter.database import schema
from newsletter.database.connections import Connections, Lock, create_private
from newsletter.errors import ConfigurationError, StoppedError

if TYPE_CHECKING:
    from datetime import datetime

_MIGRATIONS = Path(__file__).parent / "migrations"
_HEAD = schema.REVISIONS[-1]


def prepare(connections: Connections, *, now: datetime) -> None:
    """Leave the database with the tables of this version of the program.

    Several processes may do so at once. Raises ConfigurationError for a database that a
    newer version has changed.
    """
    with connections.reading() as connection:
        found = _version(connection)
    if found == _HEAD:
        return
    with connections.writing(Lock.STRUCTURE) as connection:
        found = _version(connection)  # another process may have been quicker
        if found is None:
            _create(connection)
        elif found not in schema.REVISIONS:
            raise ConfigurationError(
                "The database was made by a newer version of this program.",
                hint="Install the newest version of newsletter.",
            )
        elif found != _HEAD:
            if connections.file is not None:
                _back_up(connections.file, found, now)
            upgrade(connection, _HEAD)


def require_newest(connections: Connections) -> None:
    """Look whether the database answers, with the tables of this version of the program.

    Raises ConfigurationError or StoppedError if not. Nothing is changed or waited for.
    """
    with connections.reading() as connection:
        found = _version(connection)
    if found != _HEAD:
        raise ConfigurationError(
            "The database is not that of this version of the program.",
            hint="Start the program again: it brings an older database up to date.",
        )


def upgrade(connection: Connection, revision: str) -> None:
    """Run the migrations up to `revision` in the transaction that `connection` has open."""
    # Alembic takes as long to import as all else together, and is needed once a version.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(schema.VERSION_TABLE):
        return None
    return connection.scalar(select(schema.version.c.version_num))


def _create(connection: Connection) -> None:
    if inspect(connection).has_table(schema.subscribers.name):
        raise ConfigurationError(
            "The database belongs to another program: it has a table of subscribers.",
            hint="Name another database in NEWSLETTER_DATABASE_URL.",
        )
    schema.metadata.create_all(connection, checkfirst=False)
    connection.execute(insert(schema.version).values(version_num=_HEAD))


def _back_up(file: Path, version: str, now: datetime) -> None:
    """Copy the file beside itself: `newsletter.db.0001-20190218T170000Z.backup`."""
    target = file.with_name(f"{file.name}.{version}-{now:%Y%m%dT%H%M%SZ}.backup")
    try:
        create_private(target)
        with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(target)) as copy:
            old.backup(copy)
    except (OSError, sqlite3.Error) as error:
        raise StoppedError(
            "The database must be upgraded, and its backup could not be written.",
            hint="Free some space beside the database, then run this again.",
        ) from error
