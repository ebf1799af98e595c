"""Hang up on whoever takes too long: to ask, or to take the answer.

Uvicorn waits for a request's first lines as long as anybody likes; a few hundred connections
that say nothing would lock everybody else out. Bodies are timed by newsletter/web/public/bodies.py.
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

import h11
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

FOR_HEADERS = 15.0
"""Seconds in which a request's first line and headers have to have come."""

FOR_READING = 60.0
"""Seconds that a reader may take in none of an answer."""


_AT_ONCE = struct.pack("ii", 1, 0)  # to linger for no time at all


class PatientProtocol(H11Protocol):
    """One connection: Uvicorn's, with a clock."""

    _asking: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as Uvicorn's
        super().connection_made(transport)
        self._asking = self.loop.call_later(FOR_HEADERS, transport.abort)

    @override
    def data_received(self, data: bytes) -> None:
        """Take in a part of a request; the clock runs until its headers are there."""
        super().data_received(data)
        self._time_headers()

    @override
    def on_response_complete(self) -> None:
        """Have the clock run again where the next request has come in part."""
        super().on_response_complete()
        self._time_headers()

    def _time_headers(self) -> None:
        waits = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if waits and self._asking is None:
            self._asking = self.loop.call_later(FOR_HEADERS, self.transport.abort)
        elif not waits and self._asking is not None:
            self._asking.cancel()
            self._asking = None

    @override
    def pause_writing(self) -> None:
        """Have a clock run while nothing of an answer is taken in."""
        super().pause_writing()
        self._reading = self.loop.call_later(FOR_READING, self._break_off)

    def _break_off(self) -> None:
        """Hang up, and have the machine forget what was still to be sent."""
        line = self.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        for clock in (self._asking, self._reading):
            if clock is not None:
                clock.cancel()
        super().connection_lost(exc)

    @override
    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        answer = h11.Response(
            status_code=400,
            headers=[
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"cache-control", b"no-store"),
                (b"x-content-type-options", b"nosniff"),
                (b"connection", b"close"),
            ],
            reason=b"Bad Request",
        )
        for event in (answer, h11.Data(data=b"This is not a request.\n"), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
