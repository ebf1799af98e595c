"""Make room for letters: what the web site owes to people who asked for something."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subscriber_key", sa.String(32), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("claimed_at", _MOMENT),
        sa.Column("settled_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.UniqueConstraint("key", name="uq_letters_key"),
        sa.CheckConstraint("kind IN ('confirm', 'known', 'data')", name="ck_letters_kind"),
        sa.CheckConstraint(
            "state IN ('waiting', 'claimed', 'accepted', 'refused', 'uncertain', 'nobody')",
            name="ck_letters_state",
        ),
    )
    op.create_index("ix_letters_state_due_at", "letters", ["state", "due_at"])
    op.create_index("ix_letters_subscriber_key", "letters", ["subscriber_key"])
