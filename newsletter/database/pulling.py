"""Take over whom the carrier does not mail any more, page by page, and go on after a stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import delete, insert, select, update

from newsletter.audience.address import fold, parse_address
from newsletter.audience.subscriber import SuppressionReason
from newsletter.database.auditing import note
from newsletter.database.connections import Lock
from newsletter.database.recording import Pen
from newsletter.database.schema import pulls
from newsletter.database.suppressing import suppress_all
from newsletter.errors import MistakeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from newsletter.database.subscribers import Subscribers

_STALE = 24 * 3600  # seconds after which one had better begin anew
_REASONS = {
    "bounces": SuppressionReason.BOUNCED,
    "spam_reports": SuppressionReason.COMPLAINED,
    "invalid_emails": SuppressionReason.INVALID,
    "unsubscribes": SuppressionReason.UNSUBSCRIBED,
    "global": SuppressionReason.UNSUBSCRIBED,
}


class Carrier(Protocol):
    """Who keeps lists of suppressions; newsletter/transports/sendgrid_suppressions.py does."""

    @property
    def lists(self) -> Sequence[str]: ...
    @property
    def page_size(self) -> int: ...
    def page(self, name: str, *, offset: int, until: int) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Pulled:
    """How many each list held this time, and how many of them were not suppressed yet."""

    lists: tuple[tuple[str, int, int], ...]

    def as_data(self) -> dict[str, Any]:
        """Return the document of `subscribers sync --json`."""
        return {
            "read": sum(read for _, read, _ in self.lists),
            "new": sum(new for _, _, new in self.lists),
            "lists": {name: {"read": read, "new": new} for name, read, new in self.lists},
        }


def pull(subscribers: Subscribers, carrier: Carrier, *, actor: str) -> Pulled:
    """Suppress everybody whom the carrier has suppressed; a run that stopped is gone on with.

    How far it came is kept in the transaction of each page. Whatever the carrier raises
    passes through.
    """
    until = _begin(subscribers, carrier)
    counts = []
    for name in carrier.lists:
        read, new = _pull_list(subscribers, carrier, name, until)
        counts.append((name.rpartition("/")[2], read, new))
    pulled = Pulled(tuple(counts))
    with subscribers.connections.writing(Lock.AUDIENCE) as connection:
        connection.execute(delete(pulls))
        data = pulled.as_data()
        details = {"read": data["read"], "new": data["new"]}
        note(connection, subscribers.now(), actor, "sync", details=details)
    return pulled


def _begin(subscribers: Subscribers, carrier: Carrier) -> int:
    """Return up to when the lists are read: as a run that has stopped has it, or up to now."""
    now = int(subscribers.now().timestamp())
    with subscribers.connections.writing(Lock.AUDIENCE) as connection:
        begun = connection.scalar(select(pulls.c.until).limit(1))
        if begun is not None and now - begun < _STALE:
            return int(begun)
        connection.execute(delete(pulls))
        rows = [{"list": name, "cursor": 0, "until": now} for name in carrier.lists]
        connection.execute(insert(pulls), rows)
    return now


def _pull_list(
    subscribers: Subscribers, carrier: Carrier, name: str, until: int
) -> tuple[int, int]:
    """Return how many the list held now, and how many of them were new."""
    read = new = 0
    with subscribers.connections.reading() as connection:
        offset = _cursor(connection, name)
    while offset is not None:
        page = carrier.page(name, offset=offset, until=until)
        is_last = len(page) < carrier.page_size
        pen = _pen(subscribers, name)
        with subscribers.connections.writing(Lock.AUDIENCE) as connection:
            new += suppress_all(connection, [a for a in map(_folded, page) if a], pen)
            offset = None if is_last else offset + len(page)
            connection.execute(update(pulls).where(pulls.c.list == name).values(cursor=offset))
        read += len(page)
    return read, new


def _cursor(connection: Connection, name: str) -> int | None:
    return connection.scalar(select(pulls.c.cursor).where(pulls.c.list == name))


def _pen(subscribers: Subscribers, name: str) -> Pen:
    reason = _REASONS[name.rpartition("/")[2]]
    return Pen(subscribers.now(), subscribers.token, "sendgrid", reason, "sendgrid")


def _folded(address: str) -> str:
    """Return what is compared, of an invalid address, too; nothing of what is none at all."""
    try:
        return fold(parse_address(address))
    except MistakeError:
        trimmed = address.strip()
        return fold(trimmed) if "@" in trimmed and trimmed.isprintable() else ""
