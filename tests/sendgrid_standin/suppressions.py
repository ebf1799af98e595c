"""Keep the account's lists of suppressions, and give them out a page at a time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from tests.sendgrid_standin.steps import Step

LARGEST_PAGE = 500
PATHS = (
    "suppression/bounces",
    "suppression/blocks",
    "suppression/spam_reports",
    "suppression/invalid_emails",
    "suppression/unsubscribes",
    "asm/suppressions/global",
)


@dataclass(slots=True)
class Suppressions:
    """`lists` holds the entries of each list as (address, created); `plan` is for requests.

    `asked` is every page that was asked for, as (list, offset), whatever became of it.
    """

    lists: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    plan: deque[Step | None] = field(default_factory=deque)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def put(self, name: str, *addresses: str, created: int = 1_500_000_000) -> None:
        """Put addresses on a list."""
        self.lists.setdefault(name, []).extend((address, created) for address in addresses)

    def next_step(self) -> Step | None:
        """Return what becomes of the next request; None answers it."""
        return self.plan.popleft() if self.plan else None

    def page(self, target: str) -> list[dict[str, str | int]] | None:
        """Return what a target shows, or None where there is nothing."""
        url = urlsplit(target)
        name = url.path.removeprefix("/v3/")
        if name not in PATHS:
            return None
        query = {key: int(value) for key, value in parse_qsl(url.query)}
        offset, limit = query.get("offset", 0), min(query.get("limit", 500), LARGEST_PAGE)
        until = query.get("end_time", 1 << 40)
        self.asked.append((name, offset))
        found = [(who, at) for who, at in self.lists.get(name, []) if at <= until]
        return [{"email": who, "created": at} for who, at in found[offset : offset + limit]]
