"""Make room for how a letter was asked for: by a form, which anybody can fill in, or by a link."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; of what there is nobody knows, so it counts as what anybody could do."""
    op.add_column("letters", sa.Column("asked_by", sa.Text, nullable=False, server_default="form"))
