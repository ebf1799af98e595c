"""Read what the office has written again when it has changed, and not before."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError
from newsletter.web.public import logs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from newsletter.rendering.website import Website

_Stamp = tuple[object, ...]


class WebsiteOnFile:
    """The office's web site as its files have it now.

    A mistake in office.yaml must not close the service: the last office without one stays,
    and the log says so, once for each time that the file is written.
    """

    def __init__(self, files: Sequence[Path], read: Callable[[], Website]) -> None:
        """Read for the first time. Whatever `read` raises passes through."""
        self._files = files
        self._read = read
        self._lock = threading.Lock()
        self._stamp = self._now()
        self._website = read()

    def __call__(self) -> Website:
        """Return what draws the pages."""
        stamp = self._now()
        if stamp != self._stamp:
            with self._lock:
                self._read_again(stamp)
        return self._website

    def _read_again(self, stamp: _Stamp) -> None:
        if stamp == self._stamp:
            return  # another thread was quicker
        try:
            self._website = self._read()
        except NewsletterError as error:
            logs.note(f"office.yaml has changed, and is not used: {error.message}")
        self._stamp = stamp

    def _now(self) -> _Stamp:
        return tuple(_stamp(file) for file in self._files)


def _stamp(file: Path) -> _Stamp:
    try:
        known = file.stat()
    except OSError:
        return ()
    return known.st_mtime_ns, known.st_size, known.st_ino
