"""Answer the preview's page: one handler for each thing it asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

import jinja2
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.responses import StreamingResponse as Streaming
from starlette.routing import Mount, Route

from newsletter.errors import NewsletterError, NotAllowedError
from newsletter.web.preview import views
from newsletter.web.preview.documents import document
from newsletter.web.preview.guard import FRAME_POLICY, Guard, Keys
from newsletter.web.preview.schemes import Scheme
from newsletter.web.preview.stream import Bell, changes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from newsletter.audience.recipient import Recipient
    from newsletter.pipeline import Draft
    from newsletter.rendering.edition import Edition
    from newsletter.web.preview.issues import Shelf
    from newsletter.web.preview.studio import Studio

_HOUSE = files("newsletter.web.preview")
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_PICTURES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}
# Without a doctype a frame would be in quirks mode, which no mail program is in.
_EMPTY_FRAME = '<!doctype html><html lang="en"><head><title>Preview</title></head><body></body>'


class Action(Protocol):
    """What a button runs, and what it answers in a sentence."""

    def __call__(self, draft: Draft, words: Mapping[str, str], /) -> str: ...


class Found(Protocol):
    """Somebody who was searched for."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...


class Readers(Protocol):
    """Who knows the subscribers: newsletter/database/looking.py does."""

    def search(self, words: str) -> Iterable[Found]: ...
    def recipient(self, key: str) -> Recipient | None: ...


@dataclass(frozen=True, slots=True)
class Room:
    """All that the handlers work with; `actions` are what buttons run, by their names."""

    studio: Studio
    shelf: Shelf
    readers: Readers
    bell: Bell
    keys: Keys
    first: date
    actions: Mapping[str, Action]
    known: dict[str, Recipient] = field(default_factory=dict)


def application(room: Room) -> ASGIApp:
    """Return the preview as an ASGI application, guarded."""
    desk = _Desk(room)
    routes = [
        Route("/", desk.page),
        Route("/static/{name}", desk.static),
        Route("/frame", desk.frame),
        Route("/events", desk.events),
        Route("/view/{name}", desk.view),
        Route("/pictures/{day}/{name}", desk.picture),
        Route("/issues", desk.issues),
        Route("/readers", desk.search),
        Route("/do/{name}", desk.act, methods=["POST"]),
    ]
    inner = Starlette(
        routes=[Mount(f"/{room.keys.path}", routes=routes)],
        exception_handlers={NewsletterError: _explained},
    )
    return Guard(inner, room.keys)


async def _explained(_request: Request, error: Exception) -> Response:
    """Answer with the sentence of one of our own errors."""
    hint = getattr(error, "hint", "")
    return JSONResponse({"error": {"message": str(error), "hint": hint}}, status_code=409)


class _Desk:
    """The handlers. Those that are no coroutines may take their time: each has a thread."""

    def __init__(self, room: Room) -> None:
        self._room = room
        template = (_HOUSE / "templates" / "page.html").read_text("utf-8")
        self._page = jinja2.Environment(autoescape=True).from_string(template)

    def page(self, request: Request) -> Response:
        day = self._day(request)
        html = self._page.render(
            issue=day.isoformat(),
            token=self._room.keys.token,
            actions=sorted(self._room.actions),
        )
        return HTMLResponse(html)

    def static(self, request: Request) -> Response:
        name = request.path_params["name"]
        known = {file.name: file for file in (_HOUSE / "static").iterdir()}
        if name not in known:
            raise HTTPException(404)
        kind = _KINDS.get(f".{name.rpartition('.')[2]}", "text/plain")
        return Response(known[name].read_bytes(), media_type=kind)

    async def frame(self, _request: Request) -> Response:
        return HTMLResponse(_EMPTY_FRAME, headers={"content-security-policy": FRAME_POLICY})

    async def events(self, request: Request) -> Response:
        day, studio = self._day(request), self._room.studio

        def newest() -> str:
            return json.dumps(document(studio.screen(day)), ensure_ascii=False)

        async def stream() -> AsyncIterator[str]:
            with studio.follow(day):
                async for event in changes(self._room.bell, newest):
                    yield event

        return Streaming(stream(), media_type="text/event-stream")

    def view(self, request: Request) -> Response:
        """Answer with what a view shows, as text: only the page makes a document of it."""
        name = request.path_params["name"]
        day = self._day(request)
        if name == "source":
            return PlainTextResponse(self._room.studio.screen(day).source)
        if name not in _VIEWS:
            raise HTTPException(404)
        draft, edition = self._shown(day)
        query = request.query_params
        try:
            program = views.Program(
                scheme=Scheme(query.get("scheme", Scheme.LIGHT)),
                pictures=views.Pictures(query.get("pictures", views.Pictures.SHOWN)),
                styles=views.Styles(query.get("styles", views.Styles.KEPT)),
            )
        except ValueError as error:
            raise HTTPException(400) from error
        reader = self._reader(query.get("reader", ""), edition)
        shown = _VIEWS[name](draft, edition, reader, program)
        told = BackgroundTask(self._room.studio.fetched)
        return PlainTextResponse(shown, background=told)

    def picture(self, request: Request) -> Response:
        draft, _ = self._shown(_date(request.path_params["day"]))
        name = request.path_params["name"]
        for picture in draft.pictures:
            if picture.file == name:
                kind = _PICTURES[name.rpartition(".")[2]]
                # Its name holds its digest, so it never changes.
                headers = {"cache-control": "private, max-age=86400, immutable"}
                return Response(picture.data, media_type=kind, headers=headers)
        raise HTTPException(404)

    def issues(self, _request: Request) -> Response:
        return JSONResponse({"issues": self._room.shelf.listing(self._room.studio.newest)})

    def search(self, request: Request) -> Response:
        found = self._room.readers.search(request.query_params.get("search", ""))
        people = [{"key": p.key, "name": p.name, "address": p.address} for p in found]
        return JSONResponse({"readers": people})

    async def act(self, request: Request) -> Response:
        action = self._room.actions.get(request.path_params["name"])
        if action is None:
            raise HTTPException(404)
        try:
            body = await request.json()
        except ValueError as error:
            raise HTTPException(400) from error
        if not isinstance(body, dict):
            raise HTTPException(400)
        words = {name: value for name, value in body.items() if isinstance(value, str)}
        return await run_in_threadpool(self._acted, action, self._day(request), words)

    def _acted(self, action: Action, day: date, words: Mapping[str, str]) -> Response:
        draft = self._room.studio.newest(day)
        if draft.edition is None or draft.edition.digest != words.get("digest"):
            raise NotAllowedError(
                "The issue is not the one that you saw",
                hint="Look at it once more, and try again.",
            )
        return JSONResponse({"done": action(draft, words)})

    def _day(self, request: Request) -> date:
        given = request.query_params.get("issue")
        return self._room.first if given is None else _date(given)

    def _shown(self, day: date) -> tuple[Draft, Edition]:
        draft = self._room.studio.screen(day).draft
        if draft is None or draft.edition is None:
            raise HTTPException(404)
        return draft, draft.edition

    def _reader(self, key: str, edition: Edition) -> Recipient:
        if not key:
            return views.anybody(edition.sender.domain)
        known = self._room.known
        if key not in known:
            found = self._room.readers.recipient(key)
            if found is None:
                raise HTTPException(404)
            known[key] = found
        return known[key]


_VIEWS: dict[str, Callable[[Draft, Edition, Recipient, views.Program], str]] = {
    "email": views.email,
    "text": lambda draft, edition, reader, _program: views.text(draft, edition, reader),
    "web": lambda draft, edition, _reader, program: views.web_page(draft, edition, program),
    "raw": lambda draft, edition, reader, _program: views.message(draft, edition, reader),
    "subject": lambda draft, edition, reader, _program: views.subject(draft, edition, reader),
}


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise HTTPException(404) from error
