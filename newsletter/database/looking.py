"""Look into a database without changing it: who could read an issue, and what has been sent."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, make_url, or_, select
from sqlalchemy.exc import ArgumentError

from newsletter.audience.recipient import Recipient
from newsletter.database import counting
from newsletter.database.audience import may_be_mailed
from newsletter.database.connections import Connections
from newsletter.database.guards import CANCELLED
from newsletter.database.schema import approvals, consents, dispatches, subscribers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Connection, Row, Select

MOST_FOUND = 8
SHORTEST_SEARCH = 2  # characters


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was searched for."""

    key: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class LookingGlass:
    """An office's database, which need not be there yet; `url` is as for open_database."""

    url: str
    folder: Path

    def search(self, words: str) -> list[Person]:
        """Return a few who may be mailed and whose name or address holds `words`."""
        wanted = " ".join(words.split()).lower()
        if len(wanted) < SHORTEST_SEARCH:
            return []
        name = func.lower(subscribers.c.first_name + " " + subscribers.c.last_name)
        statement = (
            select(subscribers)
            .where(may_be_mailed())
            .where(
                or_(
                    name.contains(wanted, autoescape=True),
                    subscribers.c.email_folded.contains(wanted, autoescape=True),
                )
            )
            .order_by(name, subscribers.c.id)
            .limit(MOST_FOUND)
        )
        with self._reading() as connection:
            rows = connection.execute(statement).all() if connection else []
        return [
            Person(row.key, f"{row.first_name} {row.last_name}".strip(), row.email) for row in rows
        ]

    def recipient(self, key: str) -> Recipient | None:
        """Return the recipient whom a key stands for, or None if nobody has it."""
        with self._reading() as connection:
            row = connection.execute(_recipient(key)).one_or_none() if connection else None
        if row is None:
            return None
        return Recipient(row.key, row.email, row.first_name, row.at, row.source or "")

    def states(self, now: datetime) -> dict[str, str]:
        """Return how far each issue is that was dispatched for real.

        That is `scheduled`, `sending`, `sent` or `cancelled`; the newest dispatch counts.
        """
        statement = (
            select(dispatches).where(dispatches.c.kind == "real").order_by(dispatches.c.serial)
        )
        with self._reading() as connection:
            if connection is None:
                return {}
            rows = connection.execute(statement).all()
            return {row.issue: _state(connection, row, now) for row in rows}

    def signatures(self) -> dict[str, dict[str, int]]:
        """Return how many have signed each edition: by the issue, then by its digest."""
        statement = select(approvals.c.issue, approvals.c.digest, func.count()).group_by(
            approvals.c.issue, approvals.c.digest
        )
        found: dict[str, dict[str, int]] = {}
        with self._reading() as connection:
            rows = connection.execute(statement).all() if connection else []
        for issue, digest, count in rows:
            found.setdefault(issue, {})[digest] = count
        return found

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        """Give a transaction that changes nothing, or None where there is no database yet."""
        if not self._is_there():
            yield None
            return
        connections = Connections(self.url, folder=self.folder)
        try:
            with connections.reading() as connection:
                has_tables = inspect(connection).has_table(subscribers.name)
                yield connection if has_tables else None
        finally:
            connections.close()

    def _is_there(self) -> bool:
        try:
            url = make_url(self.url)
        except (ArgumentError, ValueError):
            return False
        is_file = url.drivername == "sqlite"
        return not is_file or (bool(url.database) and (self.folder / str(url.database)).is_file())


def _recipient(key: str) -> Select[Any]:
    """Return the statement for one person and their newest consent."""
    newest = (
        select(func.max(consents.c.id))
        .where(consents.c.subscriber_id == subscribers.c.id, consents.c.state == "confirmed")
        .correlate(subscribers)
        .scalar_subquery()
    )
    return (
        select(
            subscribers.c.key,
            subscribers.c.email,
            subscribers.c.first_name,
            consents.c.at,
            consents.c.source,
        )
        .select_from(subscribers.outerjoin(consents, consents.c.id == newest))
        .where(subscribers.c.key == key)
    )


def _state(connection: Connection, row: Row[Any], now: datetime) -> str:
    if row.halt == CANCELLED:
        return "cancelled"
    if not counting.is_finished(counting.count(connection, row.id)):
        return "sending"
    return "scheduled" if row.send_at is not None and row.send_at > now else "sent"
