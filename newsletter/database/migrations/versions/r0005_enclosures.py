"""Make room for what goes with an edition: its pictures, its calendars, its number and title."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_index("ix_dispatches_halt_send_at", "dispatches", ["halt", "send_at"])
    op.create_table(
        "edition_details",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_edition_details"),
    )
    op.create_table(
        "contents",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_contents"),
    )
    op.create_table(
        "edition_files",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("digest", "name", name="pk_edition_files"),
        sa.ForeignKeyConstraint(
            ["digest"], ["edition_details.digest"], name="fk_edition_files_digest"
        ),
        sa.ForeignKeyConstraint(["hash"], ["contents.hash"], name="fk_edition_files_hash"),
    )
