"""Take in what the carrier reports: signed, stored, and only then answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import MistakeError
from newsletter.events import parse_events, take_in
from newsletter.rendering.edition import Tracking
from newsletter.web.public.logs import note

if TYPE_CHECKING:
    from starlette.requests import Request

    from newsletter.web.public.house import House

PATH = "/webhook"
LARGEST = 2_000_000
"""The longest report that is read, in bytes; SendGrid sends one at 768 kB at the latest."""

TOGETHER = 32_000_000
"""How many bytes of reports are held at once; SendGrid comes again with what there is no room for."""


def routes(house: House) -> list[Route]:
    """Return what is answered here."""

    async def receive(request: Request) -> Response:
        body = await request.body()
        # Before a signature is known to be right, nothing of a body is looked at.
        if not house.verifier.is_signed(request.headers, body):
            return Response(status_code=403)
        return await run_in_threadpool(_take_in, house, body)

    return [Route(PATH, receive, methods=["POST"])]


def _take_in(house: House, body: bytes) -> Response:
    """Store a report, and say so only then: whatever is no 2xx the carrier sends again."""
    try:
        raw = parse_events(body.decode())
    except (UnicodeDecodeError, RecursionError, MistakeError):
        return Response(status_code=400)
    tracking = Tracking.ON if house.office.tracking else Tracking.OFF
    report = take_in(raw, house.database.events, house.database.subscribers, tracking=tracking)
    note(", ".join(f"{count} {name}" for name, count in report.as_data().items() if count))
    return Response(status_code=204)
