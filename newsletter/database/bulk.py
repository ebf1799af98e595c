"""Hand many rows to the driver at once, past what SQLAlchemy would do for each of them."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Column, Connection, Row, Table


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert `rows`, whose values stand in the order of `columns` as the driver wants them."""
    if rows:
        # Only names of our own tables and columns get into the text.
        statement = (
            f"INSERT INTO {table.name} ({', '.join(columns)}) "  # noqa: S608  # see above
            f"VALUES ({_marks(connection, len(columns))})"
        )
        connection.exec_driver_sql(statement, list(rows))


def rows_among(
    connection: Connection, columns: Sequence[Column[Any]], key: Column[Any], values: Sequence[Any]
) -> Sequence[Row[Any]]:
    """Return the rows whose `key` is one of `values`, as the driver gives them."""
    if not values:
        return []
    statement = (
        f"SELECT {', '.join(column.name for column in columns)} "  # noqa: S608  # our own names
        f"FROM {key.table.name} WHERE {key.name} IN ({_marks(connection, len(values))})"
    )
    return connection.exec_driver_sql(statement, tuple(values)).all()


def moments(connection: Connection) -> Callable[[datetime], Any]:
    """Return what turns a moment into what the driver keeps."""
    return _as_text if connection.dialect.name == "sqlite" else _in_utc


@lru_cache(maxsize=4096)
def _as_text(moment: datetime) -> str:
    # The form in which SQLAlchemy writes and reads a DateTime of SQLite.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


@lru_cache(maxsize=64)
def _row_of_marks(mark: str, number: int) -> str:
    return ", ".join([mark] * number)


def _marks(connection: Connection, number: int) -> str:
    return _row_of_marks("?" if connection.dialect.paramstyle == "qmark" else "%s", number)
