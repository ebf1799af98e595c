"""Run the revisions inside the transaction that the program has open."""

from __future__ import annotations

from alembic import context

from newsletter.database import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    version_table=schema.VERSION_TABLE,
)
context.run_migrations()
