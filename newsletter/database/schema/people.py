"""Lay out who asked for the newsletter, who must not get it, and the proof of both."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    event,
)

from newsletter.database.schema.ground import UtcDateTime, metadata

# Wherever `import_id` stands, it names the import that a row came by; empty if none did. It is
# no foreign key: a look-up for each of a million rows would prove what one program writes.
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
    Column("import_id", Integer),
    # Without IN: SQLite would make a table of its words anew for each row.
    CheckConstraint(
        "state = 'confirmed' OR state = 'pending' OR state = 'unsubscribed'", name="state"
    ),
)

subscriber_segments = Table(
    "subscriber_segments",
    metadata,
    Column("subscriber_id", ForeignKey("subscribers.id"), primary_key=True),
    Column("segment_folded", Text, primary_key=True),
    Column("segment", Text, nullable=False),
    Column("import_id", Integer),
    sqlite_with_rowid=False,  # each row would be kept twice
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
    Column("import_id", Integer),
    CheckConstraint(
        "state = 'confirmed' OR state = 'pending' OR state = 'withdrawn'", name="state"
    ),
    Index(None, "subscriber_id", "id"),
)

# Of an erased person `email_folded` holds the pseudonym, here and among the recipients.
suppressions = Table(
    "suppressions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email_folded", Text, nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
    Column("import_id", Integer),
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
    Column("recorded_by", Text, nullable=False, server_default="import"),
    Column("undone_at", UtcDateTime),
)

# What an import changed about somebody who was on record: columns as JSON, for the way back.
import_changes = Table(
    "import_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("import_id", Integer, nullable=False),
    Column("subscriber_id", Integer, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Index(None, "import_id", "id"),
    Index(None, "subscriber_id"),
)

keys = Table(
    "keys",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Text, nullable=False),
    CheckConstraint(
        "actor NOT LIKE '%@%' AND subject NOT LIKE '%@%' AND details NOT LIKE '%@%'",
        name="no_addresses",
    ),
)

ONLY_GROWS = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
        for act in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        (
            "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$"
        ),
        (
            "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
        ),
    ),
}
"""What has each kind of database refuse to change or drop an entry of the audit log."""


def _ddl(statement: str, dialect: str) -> Any:  # noqa: ANN401  # the library has it untyped
    """Return what runs a statement on one kind of database only."""
    return DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]  # as above


for dialect, statements in ONLY_GROWS.items():
    for statement in statements:
        event.listen(audit, "after_create", _ddl(statement, dialect))

# How far a list of the carrier's suppressions was read; `cursor` is empty once it is done, and
# `until` (in seconds since 1970) keeps the pages where they are while one reads.
pulls = Table(
    "pulls",
    metadata,
    Column("list", String(32), primary_key=True),
    Column("cursor", Integer),
    Column("until", Integer, nullable=False),
)
