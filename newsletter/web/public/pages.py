"""Draw a page in the visitor's language, and serve what all pages need."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager
from mimetypes import guess_type
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from newsletter.errors import ConfigurationError, MistakeError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.datastructures import FormData
    from starlette.requests import Request

    from newsletter.web.public.house import House

MOST_FIELDS = 100

BEAT = 0.1
"""Seconds whose multiples an answer takes that must not tell by its time what was found."""

_DAY = "public, max-age=86400"
_FOR_EVER = "public, max-age=31536000, immutable"


def routes(house: House) -> list[Route]:
    """Return the style sheet and the logo."""

    def stylesheet(request: Request) -> Response:
        css = house.website().stylesheet().encode()
        tag = f'"{hashlib.sha256(css).hexdigest()[:32]}"'
        # Its name stays while the office may change its colours: so it is asked for again.
        headers = {"etag": tag, "cache-control": "public, max-age=300"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(css, media_type="text/css", headers=headers)

    def logo(request: Request) -> Response:
        found = house.website().logo
        if found is None or request.path_params["file"] != found.file:
            raise HTTPException(404)
        media_type, _ = guess_type(found.file)
        # Its name has its digest in it.
        return Response(found.data, media_type=media_type, headers={"cache-control": _FOR_EVER})

    return [Route("/site.css", stylesheet), Route("/logo/{file}", logo)]


class Visit:
    """One request for a page: in which language, and how its page is drawn."""

    def __init__(self, house: House, request: Request) -> None:
        self.house = house
        self.request = request
        self.website = house.website()
        asked = request.query_params.get("lang", "")
        self.language = self.website.languages.choose(
            asked=asked,
            accepted=request.headers.get("accept-language", ""),
            otherwise=self.website.office.language,
        )
        self.keep = f"?lang={self.language}" if asked else ""
        """What is added to links, so that a language that was chosen stays."""

    @property
    def token(self) -> str:
        """Return the token in the path."""
        return str(self.request.path_params["token"])

    def translate(self, sentence: str) -> str:
        """Return one of our sentences in the language of the page."""
        return self.website.languages.translations(self.language).gettext(sentence)

    def page(self, name: str, /, status: int = 200, **shown: object) -> Response:
        """Return the page that a template below templates/site/ draws."""
        try:
            html = self.website.page(
                name,
                language=self.language,
                today=self.house.now().date(),
                keep=self.keep,
                **shown,
            )
        except MistakeError as error:  # the office's mistake, and none of the visitor's
            raise ConfigurationError(
                error.message, hint=error.hint, file=error.file, line=error.line
            ) from error
        headers = {"content-language": self.language, "vary": "accept-language"}
        return HTMLResponse(html, status_code=status, headers=headers)

    def spent(self, title: str, sentence: str, *, path: str, button: str) -> Response:
        """Return the page behind a link that has had its day, with the way to a new one."""
        shown = {"title": title, "sentence": sentence, "button": button}
        words = {name: self.translate(text) for name, text in shown.items()}
        return self.page("expired.html.j2", 410, path=path, **words)

    def go_on(self, path: str) -> Response:
        """Send the browser to another page of ours, so that nothing is sent twice."""
        # Never to an address that the request names.
        return RedirectResponse(f"{self.website.root}{path}{self.keep}", status_code=303)


@asynccontextmanager
async def on_the_beat() -> AsyncIterator[None]:
    """Have what is done here take as long, whether somebody is on record or not.

    To write a stranger down takes a few milliseconds more than to find a subscriber, which
    whoever asks often enough could see.
    """
    clock = asyncio.get_running_loop().time
    started = clock()
    yield
    await asyncio.sleep(BEAT - (clock() - started) % BEAT)


async def form_of(request: Request) -> FormData:
    """Return the fields of a form. Raises HTTPException 400 for what is none."""
    return await request.form(max_files=0, max_fields=MOST_FIELDS)


def text_of(form: FormData, name: str) -> str:
    """Return what was typed into a field; a file is nothing."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def ticked_in(form: FormData, name: str) -> list[str]:
    """Return the values of the boxes that were ticked."""
    return [value for value in form.getlist(name) if isinstance(value, str)]
