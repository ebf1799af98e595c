"""Read the body of a request in whole: if it is short enough, quick enough, and there is room."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.datastructures import Headers
    from starlette.types import Message, Receive

LARGEST = 64_000
"""The longest body of a form, in bytes."""

PATIENCE = 20.0
"""Seconds in which a body has to have come."""

_SOON = {"retry-after": "10"}
_TOLERANCE = 1_000_000  # bytes that are read and dropped, so that the sender gets to the answer


class GoneError(Exception):
    """Whoever asked has hung up."""


class Room:
    """How many bytes of bodies are held in memory at once, by one event loop."""

    def __init__(self, most: int) -> None:
        """Begin empty."""
        self.left = most

    @contextmanager
    def share(self) -> Iterator[Share]:
        """Give a part of the room to one body, and take it back when its request is answered."""
        share = Share(self)
        try:
            yield share
        finally:
            share.give_back()


class Share:
    """What one body takes up of a room: as much of it as has come."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._held = 0

    def take(self, size: int) -> bool:
        """Take up more, and return whether there was room."""
        if size > self._room.left:
            return False
        self._room.left -= size
        self._held += size
        return True

    def give_back(self) -> None:
        """Leave the room to others."""
        self._room.left += self._held
        self._held = 0


async def read_body(receive: Receive, headers: Headers, *, most: int, share: Share) -> bytes:
    """Return the body. Raises HTTPException 413, 408, or 503 without room for it; or GoneError."""
    if headers.get("expect", "").lower() == "100-continue" and _declared(headers) > most:
        raise HTTPException(413)  # they wait for a word before they send anything
    body = bytearray()
    length = 0
    is_kept = True
    try:
        async with asyncio.timeout(PATIENCE):
            more = True
            while more and length <= most + _TOLERANCE:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise GoneError
                part = message.get("body", b"")
                length += len(part)
                is_kept = is_kept and length <= most and share.take(len(part))
                if is_kept:
                    body += part
                else:
                    body.clear()
                    share.give_back()
                more = message.get("more_body", False)
    except TimeoutError as error:
        raise HTTPException(408) from error
    if length > most:
        raise HTTPException(413)
    if not is_kept:
        raise HTTPException(503, headers=_SOON)
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
