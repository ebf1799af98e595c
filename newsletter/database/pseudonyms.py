"""Know an erased person again when they come back, without knowing who they are.

The pseudonym of an address is its keyed hash (HMAC-SHA-256). The key is 32 random bytes that
lie in the database itself: whoever restores a backup has the key with it, so that an erased
person can never be mailed because a key was lost, and no two offices have the same hashes. It
does not hide from somebody who holds the whole database whether an address that they guess is
among the erased; nothing that is still to recognise the address can.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from newsletter.database.schema import keys

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, FromClause

PREFIX = "erased:"
"""What every pseudonym begins with, and no address can: it has no @."""

_NAME = "pseudonyms"


@dataclass(frozen=True, slots=True, repr=False)
class Pseudonyms:
    """Turn addresses into their pseudonyms."""

    key: bytes

    def of(self, folded: str) -> str:
        """Return the pseudonym of a folded address."""
        return PREFIX + hmac.digest(self.key, folded.encode(), hashlib.sha256).hex()


def is_erased(table: FromClause) -> ColumnElement[bool]:
    """Say of a row that it holds a pseudonym in the place of an address."""
    return table.c.email_folded.startswith(PREFIX)


def find_pseudonyms(connection: Connection) -> Pseudonyms | None:
    """Return the pseudonyms of this database, or None if it has never needed any."""
    value = connection.scalar(select(keys.c.value).where(keys.c.name == _NAME))
    return None if value is None else Pseudonyms(bytes.fromhex(value))


def pseudonyms(connection: Connection) -> Pseudonyms:
    """Return the pseudonyms of this database, with a new key if it has none yet.

    The caller's transaction must be alone in changing the audience.
    """
    found = find_pseudonyms(connection)
    if found is None:
        found = Pseudonyms(secrets.token_bytes(32))
        connection.execute(insert(keys).values(name=_NAME, value=found.key.hex()))
    return found
