"""Make the tables of the audience: subscribers, consents, suppressions, imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_folded", sa.Text, nullable=False),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("last_name", sa.Text, nullable=False),
        sa.Column("postcode", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
        sa.UniqueConstraint("key", name="uq_subscribers_key"),
        sa.UniqueConstraint("email_folded", name="uq_subscribers_email_folded"),
        sa.CheckConstraint(
            "state IN ('pending', 'confirmed', 'unsubscribed')", name="ck_subscribers_state"
        ),
    )
    op.create_table(
        "subscriber_segments",
        sa.Column("subscriber_id", sa.Integer, nullable=False),
        sa.Column("segment_folded", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subscriber_id", "segment_folded", name="pk_subscriber_segments"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name="fk_subscriber_segments_subscriber_id"
        ),
    )
    op.create_index(
        "ix_subscriber_segments_segment_folded_subscriber_id",
        "subscriber_segments",
        ["segment_folded", "subscriber_id"],
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subscriber_id", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name="fk_consents_subscriber_id"
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'confirmed', 'withdrawn')", name="ck_consents_state"
        ),
    )
    op.create_index("ix_consents_subscriber_id_id", "consents", ["subscriber_id", "id"])
    op.create_table(
        "suppressions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email_folded", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suppressions"),
        sa.UniqueConstraint("email_folded", name="uq_suppressions_email_folded"),
        sa.CheckConstraint(
            "reason IN ('unsubscribed', 'bounced', 'complained', 'invalid', 'erased', 'manual')",
            name="ck_suppressions_reason",
        ),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT),
        sa.Column("file_name", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("added", "updated", "unchanged", "suppressed", "rejected")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
