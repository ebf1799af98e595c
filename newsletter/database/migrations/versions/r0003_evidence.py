"""Note by which import everything came, who did what, and keep erased people unrecognisable."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the new tables, and widen those of the audience."""
    for table in ("subscribers", "consents", "suppressions"):
        op.add_column(table, sa.Column("import_id", sa.Integer))
    if op.get_bind().dialect.name == "sqlite":
        _move_segments()
    else:
        op.add_column("subscriber_segments", sa.Column("import_id", sa.Integer))
    op.add_column(
        "imports", sa.Column("recorded_by", sa.Text, nullable=False, server_default="import")
    )
    op.add_column("imports", sa.Column("undone_at", _MOMENT))
    # What earlier imports brought is not marked as theirs, so they cannot be taken back.
    op.execute("UPDATE imports SET undone_at = started_at")
    op.create_table(
        "import_changes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("import_id", sa.Integer, nullable=False),
        sa.Column("subscriber_id", sa.Integer, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_changes"),
    )
    op.create_index("ix_import_changes_import_id_id", "import_changes", ["import_id", "id"])
    op.create_index("ix_import_changes_subscriber_id", "import_changes", ["subscriber_id"])
    op.create_table(
        "keys",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_keys"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.CheckConstraint(
            "actor NOT LIKE '%@%' AND subject NOT LIKE '%@%' AND details NOT LIKE '%@%'",
            name="ck_audit_no_addresses",
        ),
    )
    op.create_table(
        "pulls",
        sa.Column("list", sa.String(32), nullable=False),
        sa.Column("cursor", sa.Integer),
        sa.Column("until", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("list", name="pk_pulls"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)
    else:
        for statement in _POSTGRESQL:
            op.execute(statement)


def _move_segments() -> None:
    """Give SQLite's table the shape without row numbers, which spares a third of each insert."""
    op.rename_table("subscriber_segments", "old_segments")
    op.drop_index("ix_subscriber_segments_segment_folded_subscriber_id", "old_segments")
    op.create_table(
        "subscriber_segments",
        sa.Column("subscriber_id", sa.Integer, nullable=False),
        sa.Column("segment_folded", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("import_id", sa.Integer),
        sa.PrimaryKeyConstraint("subscriber_id", "segment_folded", name="pk_subscriber_segments"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name="fk_subscriber_segments_subscriber_id"
        ),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO subscriber_segments (subscriber_id, segment_folded, segment) "
        "SELECT subscriber_id, segment_folded, segment FROM old_segments"
    )
    op.drop_table("old_segments")
    op.create_index(
        "ix_subscriber_segments_segment_folded_subscriber_id",
        "subscriber_segments",
        ["segment_folded", "subscriber_id"],
    )


_SQLITE = tuple(
    f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
    for act in ("UPDATE", "DELETE")
)
_POSTGRESQL = (
    (
        "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$"
    ),
    (
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
    ),
)
