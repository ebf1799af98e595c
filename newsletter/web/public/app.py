"""Join what the public service answers, and put its guard before it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from newsletter.errors import NewsletterError
from newsletter.web.public import health, joining, leaving, mydata, pages, past, webhook
from newsletter.web.public.guard import Guard
from newsletter.web.public.problems import Problems

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.routing import Route
    from starlette.types import ASGIApp

    from newsletter.web.public.house import House

THREADS = 12
"""How many handlers work at once; the database has a few connections more than that."""

_ROOMS = (health, webhook, pages, leaving, joining, mydata, past)


def routes(house: House) -> list[Route]:
    """Return all that the service answers; the first that fits a path is asked."""
    return [route for room in _ROOMS for route in room.routes(house)]


def application(house: House) -> ASGIApp:
    """Return the public service as an ASGI application, guarded."""
    known = routes(house)
    problems = Problems(house, known)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        house.post_room.start()
        try:
            yield
        finally:
            # It may take a minute until the carrier has answered; what is under way goes on.
            await anyio.to_thread.run_sync(house.post_room.stop)
            house.database.close()

    inner = Starlette(
        routes=known,
        exception_handlers={HTTPException: problems.handle, NewsletterError: problems.handle},
        lifespan=lifespan,
    )
    # A redirect would be to wherever the request's Host header says.
    inner.router.redirect_slashes = False
    return Guard(inner, problems, house.limiter, lambda: house.website().root)
