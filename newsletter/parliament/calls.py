"""Make requests as a polite guest does: few at once, and not again before the host likes it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from newsletter.errors import RefusedError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

AT_ONCE = 2  # requests to one host
TRIES = 4
PATIENCE = 15.0  # seconds for one answer, from its first byte to its last
DEADLINE = 60.0  # seconds for everything
LONGEST_WAIT = 20.0  # seconds: whoever asks for more is left alone
LARGEST = 5_000_000  # bytes: a week's votes have a few hundred thousand
_MOST_FAILURES = 2  # questions to one host that came to nothing: then it is asked no more
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
AGENT = "newsletter/1.0 (drafts an MP's newsletter from Parliament's open data)"


class _UnreachedError(UnavailableError):
    """The host was not there at all: it will not be a second later."""


class Caller:
    """Ask hosts for documents, until `deadline` seconds after it was made.

    `sleep` waits between two tries, `now` says what time it is.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        sleep: Callable[[float], Awaitable[None]],
        now: Callable[[], datetime],
        patience: float = PATIENCE,
        deadline: float = DEADLINE,
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._now = now
        self._patience = patience
        self._clock = asyncio.get_running_loop().time
        self._until = self._clock() + deadline
        self._gates: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._failures: Counter[str] = Counter()
        self._given_up: dict[str, str] = {}

    async def get(self, url: str) -> bytes:
        """Return the document at `url`.

        Raises RefusedError where asking again is of no use, else UnavailableError.
        """
        host = urlsplit(url).netloc
        async with self._gates[host]:
            if host in self._given_up:
                raise UnavailableError(self._given_up[host])
            try:
                return await self._patiently(url)
            except UnavailableError as error:
                self._failures[host] += 1
                is_hopeless = isinstance(error, _UnreachedError)
                if is_hopeless or self._failures[host] >= _MOST_FAILURES:
                    self._given_up[host] = error.message
                raise

    async def _patiently(self, url: str) -> bytes:
        """Try a few times, unless the host wants more time than there is."""
        for tried in range(1, TRIES):
            try:
                return await self._try(url)
            except _UnreachedError:
                raise
            except UnavailableError as error:
                wait = float(2 ** (tried - 1)) if error.retry_after is None else error.retry_after
                if wait > min(LONGEST_WAIT, self._until - self._clock()):
                    raise
            # Nobody else asks this host meanwhile but whoever stands beside us at the gate.
            await self._sleep(wait)
        return await self._try(url)

    async def _try(self, url: str) -> bytes:
        host = _name(url)
        patience = min(self._patience, self._until - self._clock())
        if patience <= 0:
            raise UnavailableError(f"There was no time left to ask {host}")
        try:
            async with (
                asyncio.timeout(patience),
                self._client.stream("GET", url, follow_redirects=False) as answer,
            ):
                self._judge(answer, host)
                return await _body(answer, host)
        except httpx.ConnectError as error:
            raise _UnreachedError(f"{host} could not be reached") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise UnavailableError(f"{host} did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnavailableError(f"{host} broke its answer off") from error

    def _judge(self, answer: httpx.Response, host: str) -> None:
        status = answer.status_code
        if status == HTTPStatus.OK:
            return
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise UnavailableError(
                f"{host} has been asked too much and wants a rest ({status})",
                retry_after=_retry_after(answer.headers.get("Retry-After", ""), self._now()),
            )
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise UnavailableError(f"{host} has trouble of its own ({status})")
        if answer.is_redirect:
            raise RefusedError(f"{host} sends one elsewhere ({status}), which is not followed")
        raise RefusedError(f"{host} refused the question ({status})")


def _name(url: str) -> str:
    return urlsplit(url).hostname or url


async def _body(answer: httpx.Response, host: str) -> bytes:
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > LARGEST:
            raise RefusedError(f"{host} sent more than {LARGEST // 1_000_000} MB")
    return bytes(body.removeprefix(_BYTE_ORDER_MARK))


def _retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that an answer asks to wait (RFC 9110, section 10.2.3), if it does."""
    if value.strip().isdecimal():
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())
