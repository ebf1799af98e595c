"""Stand before the public service: limits on the way in, headers and a line of log on the way out."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from newsletter.rendering.view import FOLDER
from newsletter.web.public import bodies, health, limits, logs, webhook
from newsletter.web.public.signatures import claims_to_be_signed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from limits import RateLimitItem
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from newsletter.web.public.limits import Limiter

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load, unless its own header says otherwise: our style sheet and our pictures."""

_ALWAYS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
GONE = 499
"""What the log has of a request whose sender hung up before it was whole (as nginx says it)."""

_HSTS = "max-age=31536000"
_ONE_CLICK = re.compile(r"/unsubscribe/[^/]+")
_PICTURE = re.compile(rf"/\d{{4}}-\d{{2}}-\d{{2}}/([^/]+/)?{FOLDER}/[^/]+")


class Problems(Protocol):
    """Who draws the page of an error: newsletter/web/public/problems.py does."""

    def page(self, request: Request, error: Exception) -> Response: ...


class Guard:
    """Wrap the application of the public service.

    `root` gives the path below which the office's site lies: a proxy may pass it on, or not.
    """

    def __init__(
        self, app: ASGIApp, problems: Problems, limiter: Limiter, root: Callable[[], str]
    ) -> None:
        self._app = app
        self._problems = problems
        self._limiter = limiter
        self._root = root
        self._reports = bodies.Room(webhook.TOGETHER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        try:
            await self._pass_on(scope, receive, answer)
        except bodies.GoneError:
            answer.status = GONE
        except Exception as error:  # noqa: BLE001  # whoever visits gets a page all the same
            logs.failure(error)
            if answer.status:  # too late for another answer: the connection has to break off
                raise BrokenOffError from None
            await self._explain(scope, receive, answer, error)
        finally:
            answer.tell()

    async def _pass_on(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        root = scope["root_path"] = self._root()
        if root and scope["path"] == root:
            scope["path"] = f"{root}/"
        if (scope["method"], _path(scope)) != ("POST", webhook.PATH):
            # As many of these as there are connections fit into the memory.
            await self._let_in(scope, receive, answer, bodies.LARGEST, bodies.Room(bodies.LARGEST))
        elif claims_to_be_signed(Headers(scope=scope)):
            await self._let_in(scope, receive, answer, webhook.LARGEST, self._reports)
        else:
            answer.hang_up = True  # nor is anything read of what nobody claims to have signed
            await Response(status_code=403)(scope, receive, answer)

    async def _let_in(
        self, scope: Scope, receive: Receive, answer: _Answer, most: int, room: bodies.Room
    ) -> None:
        path = _path(scope)
        with room.share() as share:
            try:
                if not _is_free(scope["method"], path):
                    self._limiter.check(HTTPConnection(scope), *_counted(path))
                headers = Headers(scope=scope)
                body = await bodies.read_body(receive, headers, most=most, share=share)
            except HTTPException as error:
                answer.hang_up = True  # what they still send is not read
                await self._explain(scope, receive, answer, error)
            else:
                await self._app(scope, bodies.replay(body, receive), answer)

    async def _explain(
        self,
        scope: Scope,
        receive: Receive,
        send: Callable[[Message], Awaitable[None]],
        error: Exception,
    ) -> None:
        response = self._problems.page(Request(scope), error)
        await response(scope, receive, send)


class BrokenOffError(Exception):
    """An answer could not be finished; the server hangs up."""


class _Answer:
    """Put the headers that every answer has before it, and remember how it went."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._started = time.perf_counter()
        self._is_told = False
        self.status = 0
        self.hang_up = False

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _ALWAYS.items():
                headers.setdefault(name, value)
            # Emails show our pictures on other people's pages.
            is_picture = headers.get("content-type", "").startswith("image/")
            resource = "cross-origin" if is_picture else "same-origin"
            headers.setdefault("cross-origin-resource-policy", resource)
            if self._scope["scheme"] == "https":
                headers["strict-transport-security"] = _HSTS
            if self.hang_up:
                headers["connection"] = "close"
        elif not message.get("more_body", False):
            self.tell()  # whoever has the answer finds it in the log
        await self._send(message)

    def tell(self) -> None:
        """Write the line of the log, once."""
        if self._is_told:
            return
        self._is_told = True
        logs.request_line(self._scope, self.status, time.perf_counter() - self._started)


def _path(scope: Scope) -> str:
    """Return the path below the office's site."""
    path, root = str(scope["path"]), str(scope["root_path"])
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def _counted(path: str) -> tuple[str, RateLimitItem]:
    """Return as what a request counts: an email's pictures must not cost anybody the pages."""
    return ("picture", limits.PICTURES) if _PICTURE.fullmatch(path) else ("page", limits.PAGES)


def _is_free(method: str, path: str) -> bool:
    """Whether a request is answered however many there were.

    One-click opt-outs come from few addresses, those of the large mailbox providers, and none
    may be lost; the carrier signs what it reports.
    """
    if path in {webhook.PATH, *health.PATHS}:
        return True
    return method == "POST" and _ONE_CLICK.fullmatch(path) is not None
