"""Lay out the tables, as the newest migration leaves them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

REVISIONS = ("0001", "0002")
"""Every revision there has been, oldest first; the last is the one laid out here."""

VERSION_TABLE = "newsletter_version"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its time zone, kept in UTC; SQLite keeps no time zone itself."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

version = Table(
    VERSION_TABLE,
    metadata,
    # The shape that Alembic gives to its own table.
    Column("version_num", String(32), primary_key=True),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("email_folded", Text, nullable=False, unique=True),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("state IN ('pending', 'confirmed', 'unsubscribed')", name="state"),
)

subscriber_segments = Table(
    "subscriber_segments",
    metadata,
    Column("subscriber_id", ForeignKey("subscribers.id"), primary_key=True),
    Column("segment_folded", Text, primary_key=True),
    Column("segment", Text, nullable=False),
    Index(None, "segment_folded", "subscriber_id"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", ForeignKey("subscribers.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
    Column("wording", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    CheckConstraint("state IN ('pending', 'confirmed', 'withdrawn')", name="state"),
    Index(None, "subscriber_id", "id"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email_folded", Text, nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
    CheckConstraint(
        "reason IN ('unsubscribed', 'bounced', 'complained', 'invalid', 'erased', 'manual')",
        name="reason",
    ),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("file_name", Text, nullable=False),
    Column("added", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("suppressed", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
)

dispatches = Table(
    "dispatches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("issue", String(10), nullable=False),
    Column("kind", Text, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("edition", Text, nullable=False),
    Column("segment", Text, nullable=False),
    Column("transport", Text, nullable=False),
    Column("batch_size", Integer, nullable=False),
    Column("recipients", Integer, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('rehearsal', 'real')", name="kind"),
    UniqueConstraint("issue", "kind", "serial"),
)

# Positions count from 0 through the whole dispatch; rows here are never changed.
dispatch_recipients = Table(
    "dispatch_recipients",
    metadata,
    Column("dispatch_id", ForeignKey("dispatches.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("key", String(32), nullable=False),
    Column("email", Text, nullable=False),
    Column("email_folded", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("consent_at", UtcDateTime),
    Column("consent_source", Text, nullable=False),
)

# `owner` is the lease under which a batch was claimed: only its answer counts.
batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dispatch_id", ForeignKey("dispatches.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("first_recipient", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("owner", String(32), nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    CheckConstraint(
        "state IN ('waiting', 'claimed', 'accepted', 'refused', 'uncertain', 'empty')",
        name="state",
    ),
    UniqueConstraint("dispatch_id", "position"),
    Index(None, "dispatch_id", "state", "position"),
)

# A row for each person who fared otherwise than their batch.
recipient_outcomes = Table(
    "recipient_outcomes",
    metadata,
    Column("dispatch_id", ForeignKey("dispatches.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("dispatch_id", ForeignKey("dispatches.id"), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
