"""Services that cannot start, for processes that are to find out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


def stumbling() -> ASGIApp:
    """Make an application that fails before it serves anybody."""

    async def application(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise LookupError

    return application
