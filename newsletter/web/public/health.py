"""Answer those who watch over the service: is it alive, and can it work?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from newsletter.web.public.house import House

PATHS = ("/healthz", "/readyz")


def routes(house: House) -> list[Route]:
    """Return what is answered here."""

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    def ready(_request: Request) -> Response:
        """Look into the database; what it raises becomes a 503."""
        house.database.look()
        return PlainTextResponse("ready\n")

    return [Route("/healthz", alive), Route("/readyz", ready)]
