"""Tell of requests and failures in one line each, naming nobody: no address, no token, no query."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from starlette.types import Scope

_LOGGER = logging.getLogger("newsletter.service")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}


def set_up() -> None:
    """Write our lines to stderr, and keep the libraries' to themselves: they may quote requests."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
    _LOGGER.handlers = [handler]
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False
    for name in ("uvicorn.error", "uvicorn.access", "python_multipart"):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False


def note(sentence: str) -> None:
    """Write one line that somebody has seen to be harmless."""
    _LOGGER.info("%s", sentence)


def request_line(scope: Scope, status: int, seconds: float) -> None:
    """Tell of one request by the pattern that it fits, such as /unsubscribe/{token}."""
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    route = getattr(scope.get("route"), "path", "-")
    _LOGGER.info("%s %s %d %d ms", method, route, status, round(seconds * 1000))


def failure(error: BaseException) -> None:
    """Tell what went wrong, and in which line of ours; never in whose request.

    Our own failures are sentences that name nobody. What others' say may quote what they were
    given, so only its kind and its places are told.
    """
    if isinstance(error, NewsletterError):
        place = f"{error.file}:{error.line or 1}: " if error.file else ""
        _LOGGER.error("failed: %s%s", place, error.message)
        return
    places = traceback.extract_tb(error.__traceback__)[-8:]
    where = " < ".join(f"{place.filename}:{place.lineno}" for place in reversed(places))
    _LOGGER.error("failed: %s at %s", type(error).__name__, where or "no place")
