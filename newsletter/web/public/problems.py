"""Draw the page of whatever went wrong: what it is and what to do, and nothing internal."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match

from newsletter.errors import NewsletterError, NotAllowedError
from newsletter.web.public import logs
from newsletter.web.public.pages import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.routing import Route

    from newsletter.web.public.house import House


def N_(text: str) -> str:  # noqa: N802  # the name by which gettext's tools find what is translated
    """Mark a sentence as one that is translated where it is shown."""
    return text


_WORDS: Mapping[int, tuple[str, Sequence[str]]] = {
    400: (
        N_("This address cannot be understood"),
        [N_("Please go back and try again, or copy the whole link from the email.")],
    ),
    404: (
        N_("This page does not exist"),
        [N_("The address may have been cut off: please copy the whole link from the email.")],
    ),
    405: (
        N_("This page cannot be used like that"),
        [N_("Please go back and use the button on the page.")],
    ),
    408: (
        N_("The connection was too slow"),
        [N_("What you sent did not reach us. Please try again.")],
    ),
    413: (
        N_("That was more than we can take"),
        [N_("Please go back and write less.")],
    ),
    429: (
        N_("Please wait a little"),
        [N_("There were very many requests from where you are. Please try again later.")],
    ),
    500: (
        N_("Something went wrong here"),
        [N_("It is not your fault. Please try again later.")],
    ),
    503: (
        N_("We cannot do this at the moment"),
        [N_("It is not your fault. Please try again in a few minutes.")],
    ),
}
_SOON = {"retry-after": "60"}


class Problems:
    """What answers in place of a page that cannot be shown, in the office's look."""

    def __init__(self, house: House, routes: Sequence[Route]) -> None:
        self._house = house
        self._routes = routes

    def page(self, request: Request, error: Exception) -> Response:
        """Return the answer for what was raised."""
        status, headers = self._meaning(request, error)
        title, sentences = _WORDS.get(status) or _WORDS[HTTPStatus.BAD_REQUEST]
        try:
            response = self._drawn(request, status, title, sentences)
        except Exception as second:  # noqa: BLE001  # a page that cannot be drawn is told plainly
            logs.failure(second)
            text = "\n".join([f"{title}.", *sentences, ""])
            response = PlainTextResponse(text, status_code=status)
        response.headers.update(headers)
        return response

    async def handle(self, request: Request, error: Exception) -> Response:
        """Answer for a handler that raised: one of our own errors, or an HTTPException."""
        if not isinstance(error, HTTPException | NotAllowedError):
            logs.failure(error)
        return self.page(request, error)

    def _meaning(self, request: Request, error: Exception) -> tuple[int, dict[str, str]]:
        """Return the status and the headers that an error stands for."""
        if isinstance(error, HTTPException):
            if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                return error.status_code, {"allow": self._allowed(request)}
            return error.status_code, dict(error.headers or {})
        if isinstance(error, NotAllowedError):
            return HTTPStatus.BAD_REQUEST, {}
        if isinstance(error, NewsletterError):  # such as the database's
            return HTTPStatus.SERVICE_UNAVAILABLE, dict(_SOON)
        return HTTPStatus.INTERNAL_SERVER_ERROR, {}

    def _allowed(self, request: Request) -> str:
        """Return the methods of every route that the path fits, where several share it."""
        fitting = (
            route.methods or set()
            for route in self._routes
            if route.matches({**request.scope, "method": "-"})[0] is not Match.NONE
        )
        return ", ".join(sorted(set().union(*fitting)))

    def _drawn(
        self, request: Request, status: int, title: str, sentences: Sequence[str]
    ) -> Response:
        visit = Visit(self._house, request)
        return visit.page(
            "problem.html.j2",
            status,
            title=visit.translate(title),
            words=[visit.translate(sentence) for sentence in sentences],
        )
