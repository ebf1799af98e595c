"""Name a person chosen to get an edition, with what their copy needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person, frozen when a dispatch starts.

    `key` is opaque (32 hexadecimal digits) and stands for the person in links and in the
    carrier's reports, so that no address need travel there. `consent_at` is in UTC.
    """

    key: str
    address: str
    first_name: str = ""
    consent_at: datetime | None = None
    consent_source: str = ""
