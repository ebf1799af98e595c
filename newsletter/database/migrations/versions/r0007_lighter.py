"""Drop an index that every import paid for, and that made counting slower."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Drop it: whoever asks for a segment asks for each person's own, by the primary key."""
    op.drop_index(
        "ix_subscriber_segments_segment_folded_subscriber_id", table_name="subscriber_segments"
    )
