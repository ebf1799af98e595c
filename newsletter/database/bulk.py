"""Hand many rows to the driver at once, past what SQLAlchemy would do for each of them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer

from newsletter.database.schema import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Column, Connection, Table

_MOST_MARKS = 900  # in one INSERT: no SQLite allows fewer than 999, and more gain nothing


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert `rows`, whose values stand in the order of `columns` as the driver wants them."""
    if not rows:
        return
    # Only names of our own tables and columns get into the text.
    into = f"INSERT INTO {table.name} ({', '.join(columns)})"
    if connection.dialect.name == "sqlite":
        for statement, parameters in _statements(into, rows):
            connection.exec_driver_sql(statement, parameters)
    else:
        # Each column goes as one list, so that all rows take a single message to the server.
        lists = ", ".join(f"%s::{_kind(table.c[name])}[]" for name in columns)
        statement = f"{into} SELECT * FROM unnest({lists})"  # noqa: S608  # see above
        connection.exec_driver_sql(statement, tuple(map(list, zip(*rows, strict=True))))


def _statements(
    into: str, rows: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Yield what inserts the rows many at a time, as often as need be, and then the rest.

    SQLite does for each statement what it would do for each row else, such as looking for the
    place in every index from its root, and laying out the words that a CHECK allows.
    """
    many = _MOST_MARKS // len(rows[0])
    whole = len(rows) - len(rows) % many
    for start, end, size in ((0, whole, many), (whole, len(rows), len(rows) - whole)):
        if start < end:
            parameters = [
                tuple(chain.from_iterable(rows[at : at + size])) for at in range(start, end, size)
            ]
            yield f"{into} VALUES {_groups(size, len(rows[0]))}", parameters


def _kind(column: Column[Any]) -> str:
    if isinstance(column.type, Integer):
        return "integer"
    return "timestamptz" if isinstance(column.type, UtcDateTime) else "text"


def rows_among(
    connection: Connection, columns: Sequence[Column[Any]], key: Column[Any], values: Sequence[Any]
) -> Sequence[tuple[Any, ...]]:
    """Return the rows whose `key` is one of `values`, as the driver gives them."""
    if not values:
        return []
    # PostgreSQL plans thousands of marks one by one, but takes a list as one value.
    is_sqlite = connection.dialect.name == "sqlite"
    among = f"IN ({_marks(len(values))})" if is_sqlite else "= ANY(%s)"
    statement = (
        f"SELECT {', '.join(column.name for column in columns)} "  # noqa: S608  # our own names
        f"FROM {key.table.name} WHERE {key.name} {among}"
    )
    parameters = tuple(values) if is_sqlite else (list(values),)
    return connection.exec_driver_sql(statement, parameters).all()


def moments(connection: Connection) -> Callable[[datetime], Any]:
    """Return what turns a moment into what the driver keeps."""
    return _as_text if connection.dialect.name == "sqlite" else _in_utc


def as_moment(value: str | datetime) -> datetime:
    """Return the moment in UTC of what the driver gave back."""
    if isinstance(value, str):
        return datetime.fromisoformat(
            value + "+00:00"
        )  # to replace its zone takes 8 times as long
    return value.astimezone(UTC)


@lru_cache(maxsize=4096)
def _as_text(moment: datetime) -> str:
    # The form in which SQLAlchemy writes and reads a DateTime of SQLite.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


@lru_cache(maxsize=64)
def _marks(number: int) -> str:
    return ", ".join("?" * number)


@lru_cache(maxsize=64)
def _groups(size: int, width: int) -> str:
    return ", ".join([f"({_marks(width)})"] * size)
