"""Make the tables of the ledger: dispatches, their recipients, batches and leases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "dispatches",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("issue", sa.String(10), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("transport", sa.Text, nullable=False),
        sa.Column("batch_size", sa.Integer, nullable=False),
        sa.Column("recipients", sa.Integer, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dispatches"),
        sa.UniqueConstraint("key", name="uq_dispatches_key"),
        sa.UniqueConstraint("issue", "kind", "serial", name="uq_dispatches_issue_kind_serial"),
        sa.CheckConstraint("kind IN ('rehearsal', 'real')", name="ck_dispatches_kind"),
    )
    op.create_table(
        "dispatch_recipients",
        sa.Column("dispatch_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_folded", sa.Text, nullable=False),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("consent_at", _MOMENT),
        sa.Column("consent_source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("dispatch_id", "position", name="pk_dispatch_recipients"),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["dispatches.id"], name="fk_dispatch_recipients_dispatch_id"
        ),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("dispatch_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("first_recipient", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("claimed_at", _MOMENT),
        sa.Column("settled_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.ForeignKeyConstraint(["dispatch_id"], ["dispatches.id"], name="fk_batches_dispatch_id"),
        sa.UniqueConstraint("dispatch_id", "position", name="uq_batches_dispatch_id_position"),
        sa.CheckConstraint(
            "state IN ('waiting', 'claimed', 'accepted', 'refused', 'uncertain', 'empty')",
            name="ck_batches_state",
        ),
    )
    op.create_index(
        "ix_batches_dispatch_id_state_position", "batches", ["dispatch_id", "state", "position"]
    )
    op.create_table(
        "recipient_outcomes",
        sa.Column("dispatch_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("dispatch_id", "position", name="pk_recipient_outcomes"),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["dispatches.id"], name="fk_recipient_outcomes_dispatch_id"
        ),
    )
    op.create_table(
        "leases",
        sa.Column("dispatch_id", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("dispatch_id", name="pk_leases"),
        sa.ForeignKeyConstraint(["dispatch_id"], ["dispatches.id"], name="fk_leases_dispatch_id"),
    )
