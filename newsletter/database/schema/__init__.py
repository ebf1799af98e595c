"""Lay out the tables, as the newest migration leaves them."""

from __future__ import annotations

from newsletter.database.schema.ground import (
    REVISIONS,
    VERSION_TABLE,
    UtcDateTime,
    metadata,
    version,
)
from newsletter.database.schema.people import (
    ONLY_GROWS,
    audit,
    consents,
    import_changes,
    imports,
    keys,
    pulls,
    subscriber_segments,
    subscribers,
    suppressions,
)
from newsletter.database.schema.sendings import (
    approvals,
    batches,
    contents,
    dispatch_recipients,
    dispatches,
    edition_details,
    edition_files,
    events,
    leases,
    recipient_outcomes,
    slips,
)
from newsletter.database.schema.website import (
    applications,
    letters,
)

__all__ = [
    "ONLY_GROWS",
    "REVISIONS",
    "VERSION_TABLE",
    "UtcDateTime",
    "applications",
    "approvals",
    "audit",
    "batches",
    "consents",
    "contents",
    "dispatch_recipients",
    "dispatches",
    "edition_details",
    "edition_files",
    "events",
    "import_changes",
    "imports",
    "keys",
    "leases",
    "letters",
    "metadata",
    "pulls",
    "recipient_outcomes",
    "slips",
    "subscriber_segments",
    "subscribers",
    "suppressions",
    "version",
]
