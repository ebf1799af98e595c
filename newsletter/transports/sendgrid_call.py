"""Make calls to SendGrid through its own package: no redirect, no log, no second try."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
import python_http_client
import sendgrid
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message
    from urllib.request import OpenerDirector, Request

    from newsletter.transports.deadline import Departure
    from newsletter.transports.lines import Lines

_READY = "application/json; ready"
_ENOUGH = 65_536  # bytes of an error's explanation


@dataclass(frozen=True, slots=True)
class Answer:
    """What SendGrid said, whatever the status; shaped as the package reads a response."""

    status: int
    headers: Message
    body: bytes

    def getcode(self) -> int:
        return self.status

    def info(self) -> Message:
        return self.headers

    def read(self) -> bytes:
        return self.body


@dataclass(frozen=True, slots=True)
class Account:
    """Whom we are to SendGrid, and how we reach it; `timeout` is in seconds a read or write."""

    api_key: str
    host: str
    timeout: float
    lines: Lines


def call(
    account: Account,
    method: str,
    path: str,
    body: Mapping[str, Any] | Ready | None,
    departure: Departure,
    *,
    query: Mapping[str, int] | None = None,
) -> Answer:
    """Ask SendGrid for `path` below /v3/, such as `mail/send`, and return its answer.

    Raises OSError or HTTPException when the line fails; `departure` knows whether that was
    before anything left.
    """
    # At DEBUG the package logs the key and every address, so it may log nothing at all.
    logging.getLogger("python_http_client.client").addFilter(_silence)
    api = sendgrid.SendGridAPIClient(account.api_key, host=account.host)
    client = _Client(
        host=account.host,
        request_headers=api.client.request_headers,
        version=3,
        timeout=account.timeout,
        departure=departure,
        lines=account.lines,
    )
    for part in path.split("/"):
        client = client._(part)
    # With a type of its own the package takes a body as it is: _make_request mends that.
    client.request_headers["Content-Type"] = _READY
    ready = body if body is None or isinstance(body, Ready) else Ready(orjson.dumps(body))
    response = getattr(client, method.lower())(request_body=ready, query_params=query)
    return Answer(response.status_code, response.headers, response.body)


class Ready(bytes):
    """A body that is JSON already.

    The package would make JSON of a document, and then a text of its whole JSON for a log
    that nobody reads: as much work again.
    """

    def encode(self, _encoding: str) -> Ready:
        return self

    @override
    def __format__(self, _spec: str) -> str:
        return "[body]"


def _silence(_: logging.LogRecord) -> bool:
    return False


class _Client(python_http_client.Client):  # type: ignore[misc]  # the package has no types
    """The package's client over connections that stay open.

    Its own opener makes a connection for each call, follows redirects with the key in hand,
    and asks the environment for proxies, which would read the key on an unencrypted line.
    """

    def __init__(self, *, departure: Departure, lines: Lines, **settings: Any) -> None:  # noqa: ANN401 -- as the package has it
        super().__init__(**settings)
        self._departure = departure
        self._lines = lines

    def _build_client(self, name: str | None = None) -> _Client:
        return _Client(
            host=self.host,
            request_headers=self.request_headers,
            version=self._version,
            url_path=[*self._url_path, *([name] if name else [])],
            timeout=self.timeout,
            departure=self._departure,
            lines=self._lines,
        )

    def _make_request(
        self, _opener: OpenerDirector, request: Request, timeout: float | None = None
    ) -> Answer:
        """Take the place of the package's method of that name, which calls `_opener`."""
        url = urlsplit(request.full_url)
        headers = {**dict(request.header_items()), "Content-type": "application/json"}
        with self._lines.lend(url.scheme, url.netloc, timeout or self.timeout) as line:
            self._departure.leave(line.sock)
            target = f"{url.path}?{url.query}" if url.query else url.path
            line.request(request.get_method(), target, request.data, headers)
            with line.getresponse() as response:
                answer = Answer(response.status, response.msg, _body(response))
                if not response.isclosed():  # what is left unread would be the next answer
                    line.close()
                return answer


def _body(response: HTTPResponse) -> bytes:
    """Read all of a yes, for half of one is none; of a no, what can be had."""
    if response.status < 300:  # noqa: PLR2004 -- the 2xx
        return response.read()
    try:
        return response.read(_ENOUGH)
    except (OSError, HTTPException):
        return b""
