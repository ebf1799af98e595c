"""Take the last import back: all that came by it, and nothing that came after it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, not_, or_, select, update

from newsletter.audience.merging import state_after
from newsletter.audience.subscriber import ConsentState, SubscriberState
from newsletter.database.auditing import note
from newsletter.database.schema import (
    applications,
    consents,
    import_changes,
    imports,
    subscriber_segments,
    subscribers,
    suppressions,
)
from newsletter.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Row

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back; `kept` counts those who have acted themselves since."""

    file_name: str
    imported_at: datetime
    removed: int
    restored: int
    lifted: int
    kept: int

    def as_data(self) -> dict[str, Any]:
        """Return the document of `subscribers undo-import --json`."""
        return {
            "file": self.file_name,
            "imported_at": self.imported_at.isoformat(),
            "removed": self.removed,
            "restored": self.restored,
            "suppressions_lifted": self.lifted,
            "kept": self.kept,
        }


def last_import(connection: Connection) -> Row[Any]:
    """Return the row of the last import that stands. Raises NotAllowedError without one."""
    row = connection.execute(
        select(imports).where(imports.c.undone_at.is_(None)).order_by(imports.c.id.desc()).limit(1)
    ).one_or_none()
    if row is None:
        raise NotAllowedError(
            "There is no import to take back.",
            hint="Every import has been taken back already, or there was none.",
        )
    return row


def undo_import(connection: Connection, *, now: datetime, actor: str) -> Undone:
    """Take the last import back.

    People it added go, unless they have acted themselves since: of these only what they did
    stays. Others get back what they had before, where nobody has changed it since. Objections
    that came by the import are lifted with it; one that was made later never is.
    The caller's transaction must be alone in changing the audience.
    """
    found = last_import(connection)
    lifted = connection.execute(
        delete(suppressions).where(suppressions.c.import_id == found.id)
    ).rowcount
    connection.execute(delete(consents).where(consents.c.import_id == found.id))
    connection.execute(
        delete(subscriber_segments).where(subscriber_segments.c.import_id == found.id)
    )
    removed = _remove(connection, found.id)
    restored = _restore(connection, found.id)
    kept = _keep(connection, found.id)
    connection.execute(delete(import_changes).where(import_changes.c.import_id == found.id))
    connection.execute(update(imports).where(imports.c.id == found.id).values(undone_at=now))
    undone = Undone(found.file_name, found.started_at, removed, restored, lifted, kept)
    details: dict[str, str | int] = {"file": undone.file_name, "import": found.id}
    details |= {"removed": removed, "restored": restored, "lifted": lifted, "kept": kept}
    note(connection, now, actor, "undo-import", details=details)
    return undone


def _remove(connection: Connection, import_id: int) -> int:
    acted = or_(
        exists().where(consents.c.subscriber_id == subscribers.c.id),
        exists().where(subscriber_segments.c.subscriber_id == subscribers.c.id),
    )
    return connection.execute(
        delete(subscribers).where(subscribers.c.import_id == import_id, not_(acted))
    ).rowcount


def _keep(connection: Connection, import_id: int) -> int:
    """Leave of those who have acted since only what they did."""
    count = 0
    condition = subscribers.c.import_id == import_id
    for ids in _pages(connection, subscribers.c.id, condition):
        waits = exists().where(applications.c.subscriber_id == subscribers.c.id)
        asked = exists().where(
            consents.c.subscriber_id == subscribers.c.id,
            (consents.c.state == "confirmed") | ((consents.c.state == "pending") & ~waits),
        )
        among = subscribers.c.id.in_(ids)
        connection.execute(
            update(subscribers)
            .where(among, not_(asked))  # who confirmed has given their name themselves
            .values(first_name="", last_name="", postcode="")
        )
        connection.execute(update(subscribers).where(among).values(import_id=None))
        _settle(connection, ids)
        count += len(ids)
    return count


def _restore(connection: Connection, import_id: int) -> int:
    people: set[int] = set()
    changes = import_changes.c
    last = None
    while page := connection.execute(
        select(import_changes)
        .where(changes.import_id == import_id, *([changes.id < last] if last else []))
        .order_by(changes.id.desc())
        .limit(_PAGE)
    ).all():
        last = page[-1].id
        for row in page:
            _put_back(connection, row)
        ids = [row.subscriber_id for row in page]
        _settle(connection, ids)
        people.update(ids)
    return len(people)


def _put_back(connection: Connection, change: Row[Any]) -> None:
    before, after = json.loads(change.before), json.loads(change.after)
    for name in before.keys() - {"state"}:
        connection.execute(
            update(subscribers)
            .where(subscribers.c.id == change.subscriber_id, subscribers.c[name] == after[name])
            .values({name: before[name]})
        )


def _settle(connection: Connection, ids: list[int]) -> None:
    """Give people the state to which the history leads that is left of them."""
    history: dict[int, list[ConsentState]] = {subscriber: [] for subscriber in ids}
    for row in connection.execute(
        select(consents.c.subscriber_id, consents.c.state)
        .where(consents.c.subscriber_id.in_(ids))
        .order_by(consents.c.id)
    ):
        history[row.subscriber_id].append(ConsentState(row.state))
    for state in SubscriberState:
        who = [of for of, steps in history.items() if state_after(steps) is state]
        if who:
            connection.execute(
                update(subscribers).where(subscribers.c.id.in_(who)).values(state=state.value)
            )


def _pages(connection: Connection, column: Any, condition: Any) -> Iterator[list[int]]:  # noqa: ANN401  # SQLAlchemy's operators have no narrower type
    last = 0
    while page := list(
        connection.scalars(
            select(column).where(condition, column > last).order_by(column).limit(_PAGE)
        )
    ):
        yield page
        last = page[-1]
