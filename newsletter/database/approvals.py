"""Remember who has signed off which edition."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from newsletter.database.connections import Connections, Lock
from newsletter.database.schema import approvals
from newsletter.errors import MistakeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsletter.rendering.edition import Edition

LONGEST_NAME = 200  # characters


@dataclass(frozen=True, slots=True)
class Approval:
    """One name under one edition."""

    name: str
    at: datetime

    def as_data(self) -> dict[str, str]:
        return {"name": self.name, "at": self.at.isoformat()}


@dataclass(frozen=True, slots=True)
class Approvals:
    """The approvals in one database; each is bound to the digest of an edition."""

    connections: Connections
    now: Callable[[], datetime]

    def sign(self, edition: Edition, name: str) -> None:
        """Put a name under exactly this edition; the same name again changes nothing.

        Raises MistakeError for what is no name.
        """
        written = " ".join(unicodedata.normalize("NFC", name).split())
        if not written.isprintable() or not 0 < len(written) <= LONGEST_NAME:
            raise MistakeError("That is not a name", hint='Write it as --by "Ann Example".')
        folded = unicodedata.normalize("NFKC", written).casefold()
        with self.connections.writing(Lock.DISPATCHES) as connection:
            known = select(approvals.c.name).where(
                approvals.c.digest == edition.digest, approvals.c.name_folded == folded
            )
            if connection.scalar(known) is None:
                connection.execute(
                    insert(approvals).values(
                        digest=edition.digest,
                        name_folded=folded,
                        issue=edition.issue.isoformat(),
                        name=written,
                        at=self.now(),
                    )
                )

    def of(self, digest: str) -> list[Approval]:
        """Return who has signed an edition, in the order in which they did."""
        statement = (
            select(approvals.c.name, approvals.c.at)
            .where(approvals.c.digest == digest)
            .order_by(approvals.c.at, approvals.c.name_folded)
        )
        with self.connections.reading() as connection:
            return [Approval(row.name, row.at) for row in connection.execute(statement)]
