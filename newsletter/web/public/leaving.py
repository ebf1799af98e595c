"""Let people go with one click, and never by accident.

RFC 8058: a POST to the address of List-Unsubscribe is all that it takes, from a program that
knows no cookies, whatever its body. A GET changes nothing, for scanners follow links.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from newsletter.errors import NotAllowedError
from newsletter.links import Purpose
from newsletter.rendering.invitation import choices
from newsletter.web.public.joining import consent, digest, used, wording
from newsletter.web.public.limits import FORMS
from newsletter.web.public.pages import Visit, form_of, ticked_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from newsletter.database.held import Held
    from newsletter.web.public.house import House

ONE_CLICK = "unsubscribe link"
"""What the record of somebody who left says of how they did."""


def routes(house: House) -> list[Route]:
    """Return what is answered here."""
    return [
        Route("/unsubscribe/{token}", partial(_show, house), methods=["GET"]),
        Route("/unsubscribe/{token}", partial(_leave, house), methods=["POST"]),
        Route("/unsubscribe/{token}/topics", partial(_fewer, house), methods=["POST"]),
        Route("/unsubscribe/{token}/back", partial(_back, house), methods=["POST"]),
    ]


def _show(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    if _key(visit) is None:
        return _broken(visit)
    offered = choices(visit.website.office, visit.language)
    return visit.page("leave.html.j2", token=visit.token, choices=offered)


async def _leave(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    key = _key(visit)
    if key is None:
        return _broken(visit)
    # A link of ours is good even if nobody has that key: whoever was erased has left, too.
    held = await run_in_threadpool(house.database.visitors.leave, key, source=ONE_CLICK)
    return _left(visit, held, {})


async def _fewer(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    key = _key(visit)
    if key is None:
        return _broken(visit)
    ticked = ticked_in(await form_of(request), "topic")
    offered = choices(visit.website.office, visit.language)
    dropped = [choice for choice in offered if choice.tag in ticked]
    topics = [choice.tag for choice in dropped]
    held = await run_in_threadpool(house.database.visitors.drop_topics, key, topics)
    return visit.page(
        "fewer.html.j2", token=visit.token, dropped=dropped, held=held, is_last=False
    )


async def _back(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    key = _key(visit)
    if key is None:
        return _broken(visit)
    given = consent(visit, await form_of(request))
    visitors = house.database.visitors
    if isinstance(given, str):
        held = await run_in_threadpool(visitors.held_in_vain, key)
        return _left(visit, held, {"agree": given})
    house.limiter.check(request, "join", FORMS)
    if await run_in_threadpool(visitors.come_back, key, given, language=visit.language):
        return visit.go_on("/join/sent")
    return used(visit)


def _key(visit: Visit) -> str | None:
    """Return whose link it is, however old, or None where it is none of ours."""
    try:
        return visit.house.signer.key(Purpose.UNSUBSCRIBE, visit.token)
    except NotAllowedError:
        return None


def _broken(visit: Visit) -> Response:
    return visit.page("broken.html.j2", 404)


def _left(visit: Visit, held: Sequence[Held], mistakes: Mapping[str, str]) -> Response:
    words = wording(visit)
    return visit.page(
        "left.html.j2",
        422 if mistakes else 200,
        token=visit.token,
        held=held,
        is_last=True,
        mistakes=mistakes,
        agreement=words,
        digest=digest(words),
    )
