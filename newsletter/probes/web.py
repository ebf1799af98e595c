"""Ask websites: for the time, and whether one click unsubscribes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx

from newsletter.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE = 8.0  # seconds for one answer


class PublicSite:
    """The office's own website, as a mail program meets it: no cookies, no redirects."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def leave(self, token: str) -> int:
        """Make the POST of RFC 8058 with a token, and return the status of the answer."""
        url = f"{self._base_url}/unsubscribe/{token}"
        return _answer("POST", url, {"List-Unsubscribe": "One-Click"}).status_code


class OthersClock:
    """The clock of a web server, by the Date of its answer."""

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        self._url = url
        self._now = now

    def away(self) -> timedelta:
        """Return by how much this machine's clock is ahead, to a second or two."""
        before = self._now()
        answer = _answer("HEAD", self._url)
        middle = before + (self._now() - before) / 2
        try:
            theirs = parsedate_to_datetime(answer.headers["Date"])
        except (KeyError, ValueError) as error:
            raise UnavailableError("the server does not say what time it is") from error
        return middle - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))


def _answer(method: str, url: str, data: dict[str, str] | None = None) -> httpx.Response:
    try:
        return httpx.request(method, url, data=data, timeout=_PATIENCE, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise UnavailableError("the website gives no answer") from error
