"""Make room for errata, schedules, approvals and the carrier's reports."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and make the tables."""
    columns: list[sa.Column[Any]] = [
        sa.Column("purpose", sa.Text, nullable=False, server_default="issue"),
        sa.Column("papers", sa.Text, nullable=False, server_default="{}"),
        sa.Column("send_at", _MOMENT),
        sa.Column("halt", sa.Text, nullable=False, server_default=""),
    ]
    for column in columns:
        op.add_column("dispatches", column)
    columns = [
        sa.Column("postponed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("slip", sa.Text, nullable=False, server_default=""),
    ]
    for column in columns:
        op.add_column("batches", column)
    op.create_index("ix_dispatch_recipients_key", "dispatch_recipients", ["key"])
    op.create_table(
        "slips",
        sa.Column("slip", sa.String(100), nullable=False),
        sa.Column("dispatch_id", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("slip", name="pk_slips"),
        sa.ForeignKeyConstraint(["dispatch_id"], ["dispatches.id"], name="fk_slips_dispatch_id"),
        sa.CheckConstraint("state IN ('open', 'cancelling', 'cancelled')", name="ck_slips_state"),
    )
    op.create_table(
        "approvals",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name_folded", sa.Text, nullable=False),
        sa.Column("issue", sa.String(10), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", "name_folded", name="pk_approvals"),
    )
    op.create_table(
        "events",
        sa.Column("dispatch", sa.String(64), nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("raw", sa.Text, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("dispatch", "recipient", "event", "at", name="pk_events"),
    )
