"""Read the body of a request in whole, if it is not too long and does not take too long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Message, Receive

LARGEST = 64_000
"""The longest body of a form, in bytes."""

PATIENCE = 20.0
"""Seconds in which a body has to have come."""

_TOLERANCE = 1_000_000  # bytes that are read and dropped, so that the sender gets to the answer


class GoneError(Exception):
    """Whoever asked has hung up."""


async def read_body(receive: Receive, headers: Headers, *, most: int) -> bytes:
    """Return the body. Raises HTTPException 413 or 408, or GoneError."""
    if headers.get("expect", "").lower() == "100-continue" and _declared(headers) > most:
        raise HTTPException(413)  # they wait for a word before they send anything
    body = bytearray()
    length = 0
    try:
        async with asyncio.timeout(PATIENCE):
            more = True
            while more and length <= most + _TOLERANCE:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise GoneError
                part = message.get("body", b"")
                length += len(part)
                if length <= most:
                    body += part
                more = message.get("more_body", False)
    except TimeoutError as error:
        raise HTTPException(408) from error
    if length > most:
        raise HTTPException(413)
    return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that has been read, and then whatever else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0
