"""Find the next batches of a dispatch and who is in them, when one is claimed or ahead of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Text,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    select,
    type_coerce,
)

from newsletter.audience.recipient import Recipient
from newsletter.audience.subscriber import SuppressionReason
from newsletter.database.bulk import as_moment
from newsletter.database.counting import SUPPRESSED
from newsletter.database.pseudonyms import is_erased
from newsletter.database.schema import (
    UtcDateTime,
    batches,
    dispatch_recipients,
    recipient_outcomes,
    suppressions,
)
from newsletter.delivery import Batch, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, FromClause, Insert, Row, Select


@dataclass(frozen=True, slots=True)
class _Seen:
    """Who was in a batch when it was looked at; `apart` counts those with a fate of their own."""

    first: int
    size: int
    apart: int
    recipients: tuple[Recipient, ...]


class Lookout:
    """Reads who is in the batches of one dispatch, and remembers whom it has read ahead."""

    def __init__(self, dispatch: int) -> None:
        self._dispatch = dispatch
        self._seen: dict[int, _Seen] = {}

    def look_ahead(self, connection: Connection, most: int) -> Batch | None:
        """Return one of the next `most` waiting batches that has not been looked at yet."""
        rows = waiting(connection, self._dispatch, most)
        self._seen = {row.id: self._seen[row.id] for row in rows if row.id in self._seen}
        row = next((row for row in rows if row.id not in self._seen), None)
        if row is None:
            return None
        recipients = _recipients(connection, row)
        apart = _apart(connection, row)
        self._seen[row.id] = _Seen(row.first_recipient, row.size, apart, recipients)
        return Batch(row.id, row.position, recipients)

    def recipients(self, connection: Connection, row: Row[Any]) -> tuple[Recipient, ...]:
        """Return who is left in a batch that is being claimed.

        Who was read ahead still holds if nobody has been set apart since: frozen rows change
        only when somebody is erased, and whoever is erased is suppressed, and so set apart.
        """
        seen = self._seen.pop(row.id, None)
        if seen is None:
            return _recipients(connection, row)
        now = row.first_recipient, row.size, _apart(connection, row)
        if (seen.first, seen.size, seen.apart) == now:
            return seen.recipients
        return _recipients(connection, row)


def waiting(connection: Connection, dispatch: int, most: int) -> Sequence[Row[Any]]:
    """Return the batches that can be claimed, in their order."""
    return connection.execute(_WAITING, {"dispatch": dispatch, "most": most}).all()


def drop_suppressed(connection: Connection, batch: Row[Any], now: datetime) -> None:
    """Set apart whoever of a batch has been suppressed or erased since the audience was frozen.

    Somebody who was erased and came back is not suppressed any more; but their address is gone
    from here, and they are a newcomer.
    """
    connection.execute(_DROP_SUPPRESSED, {**_span(batch), "now": now})
    connection.execute(_DROP_ERASED, {**_span(batch), "now": now})


def left(connection: Connection, batch: Row[Any]) -> Sequence[Row[Any]]:
    """Return position and key of those in a batch who have no fate of their own yet."""
    return connection.execute(_LEFT, _span(batch)).all()


def _apart(connection: Connection, batch: Row[Any]) -> int:
    """Count who has a fate of their own."""
    return connection.scalar(_APART, _span(batch)) or 0


def _recipients(connection: Connection, batch: Row[Any]) -> tuple[Recipient, ...]:
    return tuple(
        Recipient(key, email, first_name, None if at is None else as_moment(at), source)
        for key, email, first_name, at, source in connection.execute(
            _RECIPIENTS, _span(batch)
        ).all()
    )


def _span(batch: Row[Any]) -> dict[str, int]:
    first = batch.first_recipient
    return {"dispatch": batch.dispatch_id, "first": first, "end": first + batch.size}


def _within(table: FromClause) -> ColumnElement[bool]:
    position = table.c.position
    return and_(
        table.c.dispatch_id == bindparam("dispatch"),
        position >= bindparam("first"),
        position < bindparam("end"),
    )


# The statements stand here, for to put them together takes longer than to carry them out.

_WAITING = (
    select(batches)
    .where(
        batches.c.dispatch_id == bindparam("dispatch"),
        batches.c.state == State.WAITING,
        batches.c.postponed == 0,
    )
    .order_by(batches.c.position)
    .limit(bindparam("most"))
)

_LEFT: Select[Any] = (
    select(dispatch_recipients.c.position, dispatch_recipients.c.key)
    .where(
        _within(dispatch_recipients),
        ~exists().where(
            recipient_outcomes.c.dispatch_id == dispatch_recipients.c.dispatch_id,
            recipient_outcomes.c.position == dispatch_recipients.c.position,
        ),
    )
    .order_by(dispatch_recipients.c.position)
)

_RECIPIENTS = _LEFT.with_only_columns(
    dispatch_recipients.c.key,
    dispatch_recipients.c.email,
    dispatch_recipients.c.first_name,
    # A moment as the driver has it: to have SQLAlchemy read it takes as long as all the rest.
    type_coerce(dispatch_recipients.c.consent_at, Text),
    dispatch_recipients.c.consent_source,
)

_APART = select(func.count()).where(_within(recipient_outcomes))


def _set_apart(who: Select[Any], reason: ColumnElement[str]) -> Insert:
    """Put together the statement by which `who` of a batch gets nothing, and why."""
    return insert(recipient_outcomes).from_select(
        ["dispatch_id", "position", "state", "reason", "at"],
        who.with_only_columns(
            dispatch_recipients.c.dispatch_id,
            dispatch_recipients.c.position,
            literal(SUPPRESSED),
            reason,
            bindparam("now", type_=UtcDateTime),
        ),
    )


_DROP_SUPPRESSED = _set_apart(
    _LEFT.join(suppressions, suppressions.c.email_folded == dispatch_recipients.c.email_folded),
    suppressions.c.reason,
)
_DROP_ERASED = _set_apart(
    _LEFT.where(is_erased(dispatch_recipients)), literal(SuppressionReason.ERASED.value)
)
