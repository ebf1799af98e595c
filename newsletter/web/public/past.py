"""Serve the archive: past issues, their pictures and feeds."""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from newsletter.archive import diary, feeds, robots
from newsletter.archive.past import KeptFile
from newsletter.rendering.view import FOLDER
from newsletter.web.public.pages import Visit
from newsletter.web.public.past_site import PastSite, Served

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from newsletter.web.public.house import House

HOME_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The home page searches by a script of ours, which fetches the index."""

ISSUE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The page of an issue is shown as it was sent, with its style in it, and has no script."""

_SOON = "public, max-age=60"
_FOR_EVER = "public, max-age=31536000, immutable"
_PLAIN = (
    feeds.ATOM,
    feeds.JSON_FEED,
    diary.CALENDAR,
    robots.ROBOTS,
    robots.SITEMAP,
    "archive.css",
    "search.js",
    "search.json",
)


class _Day(StringConvertor):
    """The date of an issue in a path."""

    regex = r"\d{4}-\d{2}-\d{2}"


register_url_convertor("issue_day", _Day())


def routes(house: House) -> list[Route]:
    """Return what is answered here."""
    desk = _Desk(house)
    return [
        Route("/", desk.home),
        *(Route(f"/{name}", desk.plain) for name in _PLAIN),
        Route("/{day:issue_day}", desk.without_slash),
        Route("/{day:issue_day}/", desk.issue),
        Route("/{day:issue_day}/" + FOLDER + "/{name}", desk.picture),
        Route("/{day:issue_day}/{edition}/" + FOLDER + "/{name}", desk.picture),
        Route("/{day:issue_day}/{below:path}", desk.issue),
        *(Route(path, partial(desk.moved, path)) for path in desk.old),
    ]


class _Desk:
    """Hand out what is asked for."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._site = PastSite(house)
        self._shelf = house.database.shelf
        # Those of the office as it is when the service starts.
        self.old = {path: each.issue for each in house.office.moved for path in each.paths}

    def home(self, request: Request) -> Response:
        visit = Visit(self._house, request)
        headers = {
            "content-security-policy": HOME_POLICY,
            "content-language": visit.language,
            "vary": "accept-language",
        }
        return self._answer(request, self._site.home(visit.language, visit.keep), headers)

    def plain(self, request: Request) -> Response:
        return self._answer(request, self._file(request.url.path.rpartition("/")[2]), {})

    def without_slash(self, request: Request) -> Response:
        return self._below(request, request.path_params["day"])

    def issue(self, request: Request) -> Response:
        below = request.path_params.get("below", "")
        return self._below(request, f"{request.path_params['day']}/{below}")

    def moved(self, path: str, _request: Request) -> Response:
        """Lead on from an old address, if the issue that stood there is shown."""
        if path not in self.old:
            raise HTTPException(404)
        day = self.old[path].isoformat()
        self._file(f"{day}/index.html")
        return self._moved(f"{day}/")

    def _below(self, request: Request, path: str) -> Response:
        """Answer for what begins with a day: a page of ours goes before an old address."""
        if self._site.file(f"{path}/index.html"):
            return self._moved(f"{path}/")
        name = f"{path}index.html" if path.endswith("/") else path
        served = self._site.file(name)
        if served is None:
            return self.moved(f"/{path}", request)
        policy = {"content-security-policy": ISSUE_POLICY} if name.endswith(".html") else {}
        return self._answer(request, served, policy)

    def picture(self, request: Request) -> Response:
        file = self._site.picture(f"{FOLDER}/{request.path_params['name']}")
        if file is None:
            raise HTTPException(404)
        headers = {"cache-control": _FOR_EVER, "etag": f'"{file.hash[:32]}"'}
        if _is_known(request, headers["etag"], None):
            return Response(status_code=304, headers=headers)
        return self._streamed(request, file, headers)

    def _file(self, path: str) -> Served:
        served = self._site.file(path)
        if served is None:
            raise HTTPException(404)
        return served

    def _moved(self, path: str) -> Response:
        return RedirectResponse(f"{self._house.website().root}/{path}", status_code=301)

    def _answer(self, request: Request, served: Served, more: dict[str, str]) -> Response:
        headers = {
            "cache-control": _SOON,
            "etag": served.tag,
            "last-modified": format_datetime(served.since.astimezone(UTC), usegmt=True),
            **more,
        }
        if _is_known(request, served.tag, served.since):
            return Response(status_code=304, headers=headers)
        if isinstance(served.file, KeptFile):
            return self._streamed(request, served.file, headers)
        headers["content-type"] = served.file.media_type
        if request.method == "HEAD":
            return Response(headers={**headers, "content-length": str(len(served.file.data))})
        return Response(served.file.data, headers=headers)

    def _streamed(self, request: Request, file: KeptFile, more: dict[str, str]) -> Response:
        headers = {**more, "content-type": file.media_type, "content-length": str(file.size)}
        if request.method == "HEAD":
            return Response(headers=headers)
        return StreamingResponse(self._shelf.pieces(file), headers=headers)


def _is_known(request: Request, tag: str, since: datetime | None) -> bool:
    """Whether the browser has it already (RFC 9110, sections 13.1.2 and 13.1.3)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {each.strip().removeprefix("W/") for each in tags.split(",")}
        return tag in known or "*" in known
    try:
        last = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except (ValueError, TypeError):
        return False
    # A time without a zone is none of HTTP's.
    return since is not None and last.tzinfo is not None and since <= last
