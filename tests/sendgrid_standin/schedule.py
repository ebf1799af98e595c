"""Hold mail until its time, and drop it if its batch was cancelled, as SendGrid does."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

MOST_HALTED = 10
"""How many batches may be cancelled or paused at once."""

Reply = tuple[int, Any]


@dataclass
class Schedule:
    """Batch IDs and what is held; times are in seconds since 1970."""

    known: set[str] = field(default_factory=set)
    halted: dict[str, str] = field(default_factory=dict)
    held: list[dict[str, Any]] = field(default_factory=list)

    def new(self) -> Reply:
        """Answer POST /v3/mail/batch."""
        batch = secrets.token_urlsafe(24)
        self.known.add(batch)
        return HTTPStatus.CREATED, {"batch_id": batch}

    def halt(self, wish: Any) -> Reply:  # noqa: ANN401 -- any JSON
        """Answer POST /v3/user/scheduled_sends."""
        batch, status = wish.get("batch_id"), wish.get("status")
        if batch not in self.known or status not in {"cancel", "pause"}:
            return _wrong("There is no such batch or status.")
        if batch in self.halted:
            return _wrong("This batch has a status: change that.")
        if len(self.halted) >= MOST_HALTED:
            return _wrong("No more than ten may be halted at once.")
        self.halted[batch] = status
        return HTTPStatus.CREATED, {"batch_id": batch, "status": status}

    def change(self, batch: str, wish: Any) -> Reply:  # noqa: ANN401 -- any JSON
        """Answer PATCH /v3/user/scheduled_sends/ID."""
        if batch not in self.halted:
            return HTTPStatus.NOT_FOUND, {"errors": [{"message": "It has no status."}]}
        self.halted[batch] = wish["status"]
        return HTTPStatus.NO_CONTENT, None

    def status(self, batch: str) -> Reply:
        """Answer GET /v3/user/scheduled_sends/ID."""
        if batch not in self.halted:
            return HTTPStatus.OK, []
        return HTTPStatus.OK, [{"batch_id": batch, "status": self.halted[batch]}]

    def lift(self, batch: str) -> Reply:
        """Answer DELETE /v3/user/scheduled_sends/ID: the mail is live again."""
        self.halted.pop(batch, None)
        return HTTPStatus.NO_CONTENT, None

    def due(self, now: float) -> list[dict[str, Any]]:
        """Return what leaves now, and forget it; what was cancelled never does."""
        due = [mail for mail in self.held if mail["send_at"] <= now]
        self.held = [mail for mail in self.held if mail["send_at"] > now]
        return [mail for mail in due if mail.get("batch_id") not in self.halted]


def _wrong(message: str) -> Reply:
    return HTTPStatus.BAD_REQUEST, {"errors": [{"message": message, "field": None}]}
