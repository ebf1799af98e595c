"""Keep connections to a carrier open between requests, and use none that was closed meanwhile."""

from __future__ import annotations

import select
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection, IncompleteRead
from threading import Lock
from typing import TYPE_CHECKING, Any

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHORTEST_REST = 0.05
LONGEST_REST = 5.0
"""Seconds for which an idle connection must and may rest to be used again.

Whoever closes one may do so in the moment in which we write; then nobody would know whether
the mail was taken. Some close right after an answer without having said so, and most after
some seconds: in between, a close is there to be seen before anything is written.
"""


@dataclass(frozen=True, slots=True)
class _Resting:
    line: HTTPConnection
    since: float


class Lines:
    """The connections to one host, each lent to one request at a time; any thread may ask."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._resting: deque[_Resting] = deque()

    @contextmanager
    def lend(self, scheme: str, place: str, timeout: float) -> Iterator[HTTPConnection]:
        """Give an open connection to `place` (host and port); `timeout` is in seconds.

        It is kept for the next request only if all went well. Raises OSError if no
        connection can be made: then nothing has left.
        """
        line = self._fresh() or _connected(scheme, place, timeout)
        try:
            yield line
        except BaseException:
            line.close()
            raise
        if line.sock is None:  # the other side said that it closes
            return
        with self._lock:
            self._resting.append(_Resting(line, self._now()))

    def __del__(self) -> None:
        """Leave no connection behind."""
        self.close()

    def close(self) -> None:
        """Close what rests."""
        with self._lock:
            resting, self._resting = self._resting, deque()
        for each in resting:
            each.line.close()

    def _fresh(self) -> HTTPConnection | None:
        """Return a connection that is still open, as far as can be known without writing."""
        while True:
            with self._lock:
                oldest = self._resting[0] if self._resting else None
                if oldest is None or self._now() - oldest.since < SHORTEST_REST:
                    return None
                self._resting.popleft()
            if self._now() - oldest.since <= LONGEST_REST and _is_quiet(oldest.line):
                return oldest.line
            oldest.line.close()


_END = (b"\r\n", b"\n")


class WholeResponse(HTTPResponse):
    """An answer whose yes counts only if its header was read to the empty line at its end.

    http.client takes the end of a line that was cut for that of the header, and makes up what
    is missing.
    """

    fp: Any

    @override
    def begin(self) -> None:
        source, watched = self.fp, _Watched(self.fp)
        self.fp = watched
        try:
            super().begin()
        finally:
            if self.fp is watched:
                self.fp = source
        if self.status < 300 and watched.last not in _END:  # noqa: PLR2004 -- the 2xx
            raise IncompleteRead(watched.last)


class _Watched:
    """Where the lines of a header are read from; `last` is the last of them."""

    def __init__(self, source: Any) -> None:  # noqa: ANN401 -- http.client does not say what
        self.last = b""
        self._source = source

    def readline(self, most: int) -> bytes:
        self.last = bytes(self._source.readline(most))
        return self.last

    def close(self) -> None:
        self._source.close()


def _connected(scheme: str, place: str, timeout: float) -> HTTPConnection:
    line = (HTTPSConnection if scheme == "https" else HTTPConnection)(place, timeout=timeout)
    line.response_class = WholeResponse
    try:
        line.connect()  # with https, up to the end of the handshake
    except BaseException:
        line.close()
        raise
    return line


def _is_quiet(line: HTTPConnection) -> bool:
    """Whether there is nothing to read: a line that was closed always has its end to read."""
    try:
        readable, _, _ = select.select([line.sock], [], [], 0)
    except (OSError, ValueError):
        return False
    return not readable
