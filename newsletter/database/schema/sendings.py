"""Lay out what was sent, to whom, and what became of it."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from newsletter.database.schema.ground import UtcDateTime, metadata

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
    # `issue`, or `erratum` for those who got the dispatch before it.
    Column("purpose", Text, nullable=False, server_default="issue"),
    # What the certificate tells besides: JSON of commit, approvals and waivers.
    Column("papers", Text, nullable=False, server_default="{}"),
    # When the carrier is to send what it holds; empty for at once.
    Column("send_at", UtcDateTime),
    # `cancelling` once somebody asked for it, `cancelled` once it is proved.
    Column("halt", Text, nullable=False, server_default=""),
    CheckConstraint("kind IN ('rehearsal', 'real')", name="kind"),
    UniqueConstraint("issue", "kind", "serial"),
    # Rows are long by their editions: the archive asks at every turn what there is of them.
    Index(None, "halt", "send_at"),
)

# What the archive needs besides the editions, by their digests: it outlives their folders.
edition_details = Table(
    "edition_details",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("language", String(35), nullable=False),
)

# The bytes of files, each once, by their SHA-256: every issue shows the same logo.
contents = Table(
    "contents",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

edition_files = Table(
    "edition_files",
    metadata,
    Column("digest", ForeignKey("edition_details.digest"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("media_type", String(100), nullable=False),
    Column("hash", ForeignKey("contents.hash"), nullable=False),
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
    Index(None, "key"),
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
    # Whether it waits until all others have been tried, and the carrier's slip it went under.
    Column("postponed", Integer, nullable=False, server_default="0"),
    Column("slip", Text, nullable=False, server_default=""),
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

# A slip is the carrier's batch ID, under which what it holds can be called back until it leaves.
slips = Table(
    "slips",
    metadata,
    Column("slip", String(100), primary_key=True),
    Column("dispatch_id", ForeignKey("dispatches.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("state IN ('open', 'cancelling', 'cancelled')", name="state"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name_folded", Text, primary_key=True),
    Column("issue", String(10), nullable=False),
    Column("name", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Reports of the carrier, each once however often it was told; `raw` is what it said.
events = Table(
    "events",
    metadata,
    Column("dispatch", String(64), primary_key=True),
    Column("recipient", String(320), primary_key=True),
    Column("event", String(64), primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("raw", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)
