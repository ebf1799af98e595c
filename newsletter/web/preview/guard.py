"""Let in only whoever was given this session's address, from this machine and this page.

Any page in the same browser may try to reach 127.0.0.1. It cannot know the key in the path; the
Host check ends DNS rebinding; and an action needs our own Origin and a token, too.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER = "x-newsletter-token"  # noqa: S105 - the header's name, no secret
# Any port: through SSH's forwarding the browser's is another than ours.
_OWN_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE)

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
_ALWAYS = {
    "content-security-policy": PAGE_POLICY,
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_NO_KEY = (
    "This is a newsletter preview, and this address lacks its key.\n"
    "Open the whole address that the terminal shows.\n"
)
_NO_WAY = "This request does not come from the preview's own page.\n"


@dataclass(frozen=True, slots=True)
class Keys:
    """What one session of the preview is opened with; neither can be guessed."""

    path: str
    token: str


class Guard:
    """Stand before an application that is reached below `/KEY/`."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or turn it away."""
        refusal = self._refusal(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        if refusal is None:
            await self._app(scope, receive, send_guarded)
        else:
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not _OWN_HOST.fullmatch(host):
            return _NO_WAY
        given = str(scope["path"]).split("/", 2)[1]
        if not hmac.compare_digest(given.encode(), self._keys.path.encode()):
            return _NO_KEY
        if scope["method"] not in {"GET", "HEAD"} and not self._is_ours(headers, host):
            return _NO_WAY
        return None

    def _is_ours(self, headers: Headers, host: str) -> bool:
        token = headers.get(TOKEN_HEADER, "")
        is_from_here = headers.get("origin", "").lower() == f"http://{host.lower()}"
        return is_from_here and hmac.compare_digest(token.encode(), self._keys.token.encode())
