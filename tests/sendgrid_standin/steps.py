"""Name what the stand-in may do with a request: answer, hang, break off, or take the mail.

A step is played once, for one request. `Taken(step)` takes the mail before it, so that
`Taken(Reset())` is a mail that is on its way though nobody was told.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from threading import Event


BROKEN_OFF = struct.pack("ii", 1, 0)  # to linger for no time at all makes closing a reset


class Exchange(Protocol):
    """One request that waits for its answer."""

    released: Event
    connection: socket.socket

    def take(self) -> None:
        """Put the mail into its inboxes."""
        ...

    def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Write a whole answer."""
        ...

    def write(self, raw: bytes) -> None:
        """Write bytes as they are."""
        ...


class Step(Protocol):
    """What to do with one request; the line is closed afterwards."""

    def play(self, exchange: Exchange) -> None:
        """Do it."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer, and take nothing."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def play(self, exchange: Exchange) -> None:
        exchange.answer(self.status, self.body, self.headers)


@dataclass(frozen=True, slots=True)
class Raw:
    """Write bytes as they are: half an answer, or none (`b""`)."""

    data: bytes = b""

    def play(self, exchange: Exchange) -> None:
        exchange.write(self.data)


@dataclass(frozen=True, slots=True)
class Reset:
    """Break the connection off without a word."""

    def play(self, exchange: Exchange) -> None:
        exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, BROKEN_OFF)


@dataclass(frozen=True, slots=True)
class Hang:
    """Say nothing until the stand-in is told to release it, then do something else."""

    then: Step = field(default_factory=Raw)

    def play(self, exchange: Exchange) -> None:
        exchange.released.wait()
        self.then.play(exchange)


@dataclass(frozen=True, slots=True)
class Drip:
    """Begin an answer and then send a byte of it now and then, until released."""

    every: float = 0.02  # seconds

    def play(self, exchange: Exchange) -> None:
        exchange.write(b"HTTP/1.1 202 Accepted\r\nX-Slow: ")
        while not exchange.released.wait(self.every):
            exchange.write(b".")


@dataclass(frozen=True, slots=True)
class Taken:
    """Take the mail, then go on with another step."""

    then: Step

    def play(self, exchange: Exchange) -> None:
        exchange.take()
        self.then.play(exchange)


ACCEPT = Taken(Answer(202))
CUT_SHORT = Taken(Raw(b"HTTP/1.1 202 Accepted\r\nContent-Length: 20\r\n\r\nhalf"))


def redirect(to: str, status: int = 307) -> Answer:
    """Point elsewhere."""
    return Answer(status, headers={"Location": to})


def rate_limited(reset: int) -> Answer:
    """Ask to wait until `reset`, in seconds since 1970."""
    return Answer(429, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{reset}"})
