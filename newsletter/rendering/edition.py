"""Hold what an issue becomes: immutable, and named by its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Tracking(Enum):
    """Whether the office counts who opens its emails and clicks in them."""

    OFF = "off"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who an edition is from, and where replies go."""

    name: str
    email: str
    reply_to: str

    @property
    def domain(self) -> str:
        """Return the domain that mail is sent from."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Edition:
    """One rendered issue, the same for everybody: personal places hold `-nl_…-` tags.

    `html` and `text` are the two parts of the email, `web` is the page for the archive,
    which never holds a tag. `list_id` is the value of the List-Id header (RFC 2919). `tracking`
    says whether the carrier may count opens and clicks.
    """

    issue: date
    subject: str
    preheader: str
    html: str
    text: str
    web: str
    sender: Sender
    list_id: str
    tracking: Tracking = Tracking.OFF
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        """Name the edition by the SHA-256 of everything that a reader receives."""
        content = [
            self.issue.isoformat(),
            self.subject,
            self.preheader,
            self.html,
            self.text,
            self.web,
            [self.sender.name, self.sender.email, self.sender.reply_to],
            self.list_id,
            *([self.tracking.value] if self.tracking is Tracking.ON else []),
        ]
        packed = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
        object.__setattr__(self, "digest", hashlib.sha256(packed).hexdigest())
