"""Write an edition down as JSON, and read back exactly the same one."""

from __future__ import annotations

import json
from datetime import date

from newsletter.errors import NotAllowedError
from newsletter.rendering.edition import Edition, Sender, Tracking


def freeze(edition: Edition) -> str:
    """Return the edition as JSON that any database can hold (ASCII only)."""
    return json.dumps(
        {
            "issue": edition.issue.isoformat(),
            "subject": edition.subject,
            "preheader": edition.preheader,
            "html": edition.html,
            "text": edition.text,
            "web": edition.web,
            "sender": {
                "name": edition.sender.name,
                "email": edition.sender.email,
                "reply_to": edition.sender.reply_to,
            },
            "list_id": edition.list_id,
            "tracking": edition.tracking.value,
        }
    )


def thaw(frozen: str, digest: str) -> Edition:
    """Return the edition. Raises NotAllowedError unless it has the digest it had."""
    try:
        fields = json.loads(frozen)
        edition = Edition(
            issue=date.fromisoformat(fields.pop("issue")),
            sender=Sender(**fields.pop("sender")),
            tracking=Tracking(fields.pop("tracking", Tracking.OFF.value)),
            **fields,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _altered() from error
    if edition.digest != digest:
        raise _altered()
    return edition


def _altered() -> NotAllowedError:
    return NotAllowedError(
        "The edition in the database is not the one that was frozen for sending.",
        hint="Somebody or something has changed the database: restore a backup.",
    )
