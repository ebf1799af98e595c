"""Keep the log of who did what with people's data, and when; it only ever grows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from newsletter.database.schema import audit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

_ADDRESS = re.compile(r"\S*@\S*")
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One act; `subject` is the pseudonym of the person it was about, if it was about one."""

    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]

    def as_data(self) -> dict[str, Any]:
        """Return the entry for JSON."""
        return {
            "at": self.at.isoformat(),
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "details": self.details,
        }


def without_addresses(text: str) -> str:
    """Return a text in which nothing is left that could be an address."""
    return _ADDRESS.sub("[address]", text)


def note(
    connection: Connection,
    at: datetime,
    actor: str,
    action: str,
    *,
    subject: str = "",
    details: Mapping[str, str | int] | None = None,
) -> None:
    """Write one entry, in the transaction of the act itself."""
    shown = {
        name: without_addresses(value) if isinstance(value, str) else value
        for name, value in (details or {}).items()
    }
    connection.execute(
        insert(audit).values(
            at=at,
            actor=without_addresses(actor),
            action=action,
            subject=subject,
            details=json.dumps(shown, ensure_ascii=False),
        )
    )


def entries(connection: Connection, *, subject: str | None = None) -> Iterator[Entry]:
    """Yield the log from its beginning, or only what is about one person."""
    last = 0
    wanted = [] if subject is None else [audit.c.subject == subject]
    while page := connection.execute(
        select(audit).where(audit.c.id > last, *wanted).order_by(audit.c.id).limit(_PAGE)
    ).all():
        last = page[-1].id
        for row in page:
            yield Entry(row.at, row.actor, row.action, row.subject, json.loads(row.details))
