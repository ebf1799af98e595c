"""Lay out what people asked for on the web site, until it is done."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from newsletter.database.schema.ground import UtcDateTime, metadata

# What somebody typed into the form about a person on record, whoever it was: it waits there for
# that person's own click. Topics are JSON.
applications = Table(
    "applications",
    metadata,
    Column("subscriber_id", ForeignKey("subscribers.id"), primary_key=True),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("offered", Text, nullable=False),
    Column("chosen", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# What the web site owes to people who asked for something; `nobody` stands for an address that
# is not on record, so that it costs as much time to answer as one that is.
letters = Table(
    "letters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("subscriber_key", String(32), nullable=False),
    Column("language", String(35), nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("asked_by", Text, nullable=False),  # a form or a link
    CheckConstraint("kind IN ('confirm', 'known', 'data')", name="kind"),
    CheckConstraint(
        "state IN ('waiting', 'claimed', 'accepted', 'refused', 'uncertain', 'nobody')",
        name="state",
    ),
    Index(None, "state", "due_at"),
    Index(None, "subscriber_key"),
)
