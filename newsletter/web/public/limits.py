"""Count requests by where they come from, and ask those who make too many to wait."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from limits import RateLimitItem
    from starlette.requests import HTTPConnection

PAGES = RateLimitItemPerMinute(300)
"""Any pages: an office or a school shares one address."""

PICTURES = RateLimitItemPerMinute(3_000)
"""Pictures of issues: mailbox providers fetch those in emails for many of their readers."""

FORMS = RateLimitItemPerHour(30)
"""Forms that make the service write to somebody."""


class Limiter:
    """What counts, in the memory of one process: several workers each count for themselves."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._windows = FixedWindowRateLimiter(MemoryStorage())
        self._now = now

    def check(self, request: HTTPConnection, what: str, limit: RateLimitItem) -> None:
        """Count a request for `what`. Raises HTTPException 429 where there were too many.

        `what` is a word for what is counted, such as `join`; each has a count of its own.
        """
        who = origin(request)
        if not self._windows.hit(limit, what, who):
            reset = self._windows.get_window_stats(limit, what, who).reset_time
            wait = max(1, int(reset - self._now().timestamp()) + 1)
            raise HTTPException(429, headers={"retry-after": str(wait)})


def origin(request: HTTPConnection) -> str:
    """Return where a request comes from, as precisely as one visitor can be told from others.

    Whoever has an IPv6 address has a whole network of them (RFC 6177): its first 64 bits count.
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False))
    return str(address)
