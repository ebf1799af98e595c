"""Keep what goes with an edition, and give the archive all that was sent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, insert, or_, select

from newsletter.archive.past import KeptFile, PastEdition, Sent
from newsletter.database.connections import Connections, Lock
from newsletter.database.dispatch import Kind, Purpose
from newsletter.database.editions import thaw
from newsletter.database.guards import CANCELLED
from newsletter.database.schema import (
    batches,
    contents,
    dispatches,
    edition_details,
    edition_files,
    recipient_outcomes,
)
from newsletter.database.slips import first_answer, late_start
from newsletter.delivery import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from newsletter.rendering.edition import Edition
    from newsletter.rendering.enclosures import Enclosures

PIECE = 1 << 20
"""Bytes of a file that are read at once."""

_FATES = ("accepted", "delivered", "deferred", "bounced", "complained")


def keep(connection: Connection, digest: str, enclosures: Enclosures | None) -> None:
    """Write down what goes with an edition, unless it is there; each file's bytes only once."""
    known = select(edition_details.c.digest).where(edition_details.c.digest == digest)
    if enclosures is None or connection.scalar(known) is not None:
        return
    connection.execute(
        insert(edition_details).values(
            digest=digest,
            number=enclosures.number,
            title=enclosures.title,
            language=enclosures.language,
        )
    )
    for file in enclosures.files:
        name = hashlib.sha256(file.data).hexdigest()
        is_there = select(contents.c.size).where(contents.c.hash == name)
        if connection.scalar(is_there) is None:
            connection.execute(
                insert(contents).values(hash=name, size=len(file.data), data=file.data)
            )
        connection.execute(
            insert(edition_files).values(
                digest=digest, name=file.name, media_type=file.media_type, hash=name
            )
        )


@dataclass(frozen=True, slots=True)
class DatabaseShelf:
    """The editions of which something has left the office, with their files."""

    connections: Connections
    now: Callable[[], datetime]

    def keep(self, edition: Edition, enclosures: Enclosures | None) -> None:
        """Keep what goes with an edition that is not to be sent yet, such as a test copy."""
        with self.connections.writing(Lock.DISPATCHES) as connection:
            keep(connection, edition.digest, enclosures)

    def sent_ids(self) -> list[int]:
        """Return the numbers of the dispatches that `sent` tells of.

        It looks into no row of theirs, and so says quickly whether there is anything new.
        """
        statement = select(dispatches.c.id).where(*_left(self.now())).order_by(dispatches.c.id)
        with self.connections.reading() as connection:
            return list(connection.scalars(statement))

    def sent(self) -> list[Sent]:
        """Return every dispatch of which something has left, by issue, oldest first."""
        with self.connections.reading() as connection:
            rows = connection.execute(_sent(self.now()))
            return [_told(row) for row in rows]

    def edition(self, sent: Sent) -> PastEdition:
        """Return what was sent. Raises NotAllowedError if somebody has changed it since."""
        with self.connections.reading() as connection:
            frozen = connection.scalar(
                select(dispatches.c.edition).where(dispatches.c.id == sent.id)
            )
            details = connection.execute(
                select(edition_details).where(edition_details.c.digest == sent.digest)
            ).one_or_none()
            files = connection.execute(
                select(edition_files, contents.c.size)
                # What a damaged database has lost is missed by whoever wants to write it.
                .outerjoin(contents, contents.c.hash == edition_files.c.hash)
                .where(edition_files.c.digest == sent.digest)
                .order_by(edition_files.c.name)
            )
            return PastEdition(
                edition=thaw(frozen or "", sent.digest),
                sent_at=sent.sent_at,
                reason=sent.reason,
                number=details.number if details else None,
                title=details.title if details else "",
                language=details.language if details else "",
                files=tuple(
                    KeptFile(row.name, row.media_type, row.hash, row.size or 0) for row in files
                ),
            )

    def picture(self, name: str) -> KeptFile | None:
        """Return a picture of any edition that was frozen, such as `pictures/hall-0a1b.jpg`."""
        statement = (
            select(edition_files, contents.c.size)
            .join(contents, contents.c.hash == edition_files.c.hash)
            .where(edition_files.c.name == name)
            .limit(1)
        )
        with self.connections.reading() as connection:
            row = connection.execute(statement).one_or_none()
        return KeptFile(row.name, row.media_type, row.hash, row.size) if row else None

    def content(self, file: KeptFile) -> bytes:
        """Return the bytes of a file."""
        return b"".join(self.pieces(file))

    def pieces(self, file: KeptFile) -> Iterator[bytes]:
        """Yield the bytes of a file, a piece at a time."""
        for start in range(1, file.size + 1, PIECE):  # SQL counts from 1
            yield self._piece(file.hash, start)

    def _piece(self, file: str, start: int) -> bytes:
        statement = select(func.substr(contents.c.data, start, PIECE, type_=contents.c.data.type))
        with self.connections.reading() as connection:
            return bytes(connection.scalar(statement.where(contents.c.hash == file)) or b"")


def _taken() -> tuple[ColumnElement[bool], ...]:
    """Say that the carrier has taken a batch of a dispatch."""
    return batches.c.dispatch_id == dispatches.c.id, batches.c.state == State.ACCEPTED.value


def _left(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Say that something of a dispatch has left, and that nobody has called it back.

    Of one that was cancelled part-way its correction tells, once that is out.
    """
    later = dispatches.alias()
    is_corrected = exists().where(
        later.c.issue == dispatches.c.issue,
        later.c.kind == dispatches.c.kind,
        later.c.serial > dispatches.c.serial,
        later.c.purpose == Purpose.ERRATUM.value,
        later.c.halt != CANCELLED,
        or_(later.c.send_at.is_(None), later.c.send_at <= now),
    )
    return (
        or_(dispatches.c.halt != CANCELLED, is_corrected),
        or_(dispatches.c.send_at.is_(None), dispatches.c.send_at <= now),
        or_(
            exists().where(*_taken()),
            exists().where(
                recipient_outcomes.c.dispatch_id == dispatches.c.id,
                recipient_outcomes.c.state.in_(_FATES),
            ),
        ),
    )


def _sent(now: datetime) -> Select[Any]:
    """Select the dispatches of which something has left, with the time when it began to."""
    return (
        select(
            dispatches.c.id,
            dispatches.c.issue,
            dispatches.c.kind,
            dispatches.c.digest,
            dispatches.c.purpose,
            dispatches.c.papers,
            func.coalesce(
                late_start(),
                dispatches.c.send_at,
                first_answer(),
                dispatches.c.opened_at,
                type_=dispatches.c.opened_at.type,
            ).label("sent_at"),
        )
        .where(*_left(now))
        .order_by(dispatches.c.issue, dispatches.c.kind, dispatches.c.serial)
    )


def _told(row: Row[Any]) -> Sent:
    is_correction = row.purpose == Purpose.ERRATUM
    return Sent(
        id=row.id,
        issue=date.fromisoformat(row.issue),
        digest=row.digest,
        sent_at=row.sent_at,
        is_rehearsal=row.kind == Kind.REHEARSAL,
        is_correction=is_correction,
        reason=str(json.loads(row.papers).get("reason", "")) if is_correction else "",
    )
