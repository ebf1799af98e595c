"""Lay out the tables, as the newest migration leaves them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
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
    CheckConstraint("kind IN ('confirm', 'known', 'data')", name="kind"),
    CheckConstraint(
        "state IN ('waiting', 'claimed', 'accepted', 'refused', 'uncertain', 'nobody')",
        name="state",
    ),
    Index(None, "state", "due_at"),
    Index(None, "subscriber_key"),
)
