"""Make one call to SendGrid through its own package: no redirect, no log, no second try."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import python_http_client
import sendgrid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message
    from urllib.request import OpenerDirector, Request

    from newsletter.transports.deadline import Departure

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


def post_mail(
    body: Mapping[str, Any], *, api_key: str, host: str, timeout: float, departure: Departure
) -> Answer:
    """Ask SendGrid to send `body` and return its answer.

    `timeout` is in seconds, for each socket operation. Raises OSError or HTTPException when
    the line fails; `departure` knows whether that was before anything left.
    """
    # At DEBUG the package logs the key and every address, so it may log nothing at all.
    logging.getLogger("python_http_client.client").addFilter(_silence)
    api = sendgrid.SendGridAPIClient(api_key, host=host)
    api.client = _Client(
        host=host,
        request_headers=api.client.request_headers,
        version=3,
        timeout=timeout,
        departure=departure,
    )
    response = api.send(body)
    return Answer(response.status_code, response.headers, response.body)


def _silence(_: logging.LogRecord) -> bool:
    return False


class _Client(python_http_client.Client):  # type: ignore[misc]  # the package has no types
    """The package's client over one plain connection.

    Its own opener follows redirects with the key in hand, and asks the environment for
    proxies, which would read the key on an unencrypted line. This one does neither.
    """

    def __init__(self, *, departure: Departure, **settings: Any) -> None:  # noqa: ANN401 -- as the package has it
        super().__init__(**settings)
        self._departure = departure

    def _build_client(self, name: str | None = None) -> _Client:
        return _Client(
            host=self.host,
            request_headers=self.request_headers,
            version=self._version,
            url_path=[*self._url_path, *([name] if name else [])],
            timeout=self.timeout,
            departure=self._departure,
        )

    def _make_request(
        self, _opener: OpenerDirector, request: Request, timeout: float | None = None
    ) -> Answer:
        """Take the place of the package's method of that name, which calls `_opener`."""
        url = urlsplit(request.full_url)
        carrier = HTTPSConnection if url.scheme == "https" else HTTPConnection
        headers = dict(request.header_items())
        with closing(carrier(url.netloc, timeout=timeout or self.timeout)) as connection:
            connection.connect()  # with https, up to the end of the handshake
            self._departure.leave(connection.sock)
            connection.request("POST", url.path, request.data, headers | {"Connection": "close"})
            with connection.getresponse() as response:
                return Answer(response.status, response.msg, _body(response))


def _body(response: HTTPResponse) -> bytes:
    """Read all of a yes, for half of one is none; of a no, what can be had."""
    if response.status < 300:  # noqa: PLR2004 -- the 2xx
        return response.read()
    try:
        return response.read(_ENOUGH)
    except (OSError, HTTPException):
        return b""
