"""Show people what is held on them, and let them change, take or erase it.

The link in each email shows nothing: emails are passed on. It has a letter sent to the address
on record, whose link works for a few hours. That link, which nobody can guess and no browser
sends along by itself, is what protects the forms against requests that others forge.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from newsletter import wiring
from newsletter.audience.form import N_, Answers, read_answers
from newsletter.audience.subscriber import SubscriberState
from newsletter.database.disclosure import Extent
from newsletter.database.visitors import ACTOR, Details
from newsletter.delivery import State
from newsletter.errors import ExpiredError, NotAllowedError
from newsletter.events import RANKS
from newsletter.links import Purpose
from newsletter.rendering.invitation import choices
from newsletter.web.public.joining import TRAP
from newsletter.web.public.limits import FORMS
from newsletter.web.public.pages import Visit, form_of, on_the_beat, text_of, ticked_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from newsletter.database.held import Held
    from newsletter.web.public.house import House

GOOD_FOR = timedelta(hours=4)
"""How long the link in the letter opens somebody's data."""

_OFF = (SubscriberState.UNSUBSCRIBED.value, SubscriberState.SUPPRESSED.value)
_LEFT_OFFICE = frozenset({State.ACCEPTED.value, *RANKS})


def routes(house: House) -> list[Route]:
    """Return what is answered here."""
    opened = "/my-data/open/{token}"
    return [
        Route("/privacy", partial(_notice, house), methods=["GET"]),
        Route("/my-data", partial(_form, house), methods=["GET"]),
        Route("/my-data", partial(_ask_by_address, house), methods=["POST"]),
        Route("/my-data/sent", partial(_sent, house), methods=["GET"]),
        Route("/my-data/{token}", partial(_button, house), methods=["GET"]),
        Route("/my-data/{token}", partial(_ask_by_link, house), methods=["POST"]),
        Route(opened, partial(_show, house), methods=["GET"]),
        Route(opened, partial(_change, house), methods=["POST"]),
        Route(f"{opened}/download", partial(_download, house), methods=["GET"]),
        Route(f"{opened}/erase", partial(_sure, house), methods=["GET"]),
        Route(f"{opened}/erase", partial(_erase, house), methods=["POST"]),
    ]


def _notice(house: House, request: Request) -> Response:
    return Visit(house, request).page("privacy.html.j2")


def _form(house: House, request: Request) -> Response:
    return Visit(house, request).page("data-ask.html.j2", token="", email="", mistakes={})


async def _ask_by_address(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    form = await form_of(request)
    if text_of(form, TRAP):
        return visit.go_on("/my-data/sent")
    answers = read_answers({"email": text_of(form, "email")}, (), offered=())
    if answers.mistakes:
        mistakes = {name: visit.translate(words) for name, words in answers.mistakes.items()}
        return visit.page(
            "data-ask.html.j2", 422, token="", email=answers.email, mistakes=mistakes
        )
    house.limiter.check(request, "my-data", FORMS)
    owe = house.database.visitors.owe_data_at
    async with on_the_beat():
        await run_in_threadpool(owe, answers.email, language=visit.language)
    return visit.go_on("/my-data/sent")


def _button(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    if _reader(visit) is None:
        return visit.page("broken.html.j2", 404)
    return visit.page("data-ask.html.j2", token=visit.token, email="", mistakes={})


async def _ask_by_link(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    key = _reader(visit)
    if key is None:
        return visit.page("broken.html.j2", 404)
    house.limiter.check(request, "my-data", FORMS)
    await run_in_threadpool(house.database.visitors.owe_data, key, language=visit.language)
    return visit.go_on("/my-data/sent")


def _sent(house: House, request: Request) -> Response:
    return Visit(house, request).page("sent.html.j2", kind="data")


def _show(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    try:
        return _page(visit, _key(visit))
    except NotAllowedError as error:
        return _no_key(visit, error)


async def _change(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    form = await form_of(request)
    return await run_in_threadpool(_changed, visit, form)


def _changed(visit: Visit, form: Any) -> Response:  # noqa: ANN401
    try:
        key = _key(visit)
    except NotAllowedError as error:
        return _no_key(visit, error)
    person = visit.house.database.signing_up.find(key)
    if person is None:
        return _nothing(visit)
    offered = [topic.tag for topic in visit.website.office.topics]
    typed = {name: text_of(form, name) for name in form} | {"email": person.email}
    answers = read_answers(typed, ticked_in(form, "topic"), offered=offered)
    if answers.mistakes:
        mistakes = {name: visit.translate(words) for name, words in answers.mistakes.items()}
        return _page(visit, key, answers=answers, mistakes=mistakes)
    details = Details(answers.first_name, answers.last_name, answers.postcode)
    visitors = visit.house.database.visitors
    visitors.correct(key, details, offered=offered, chosen=answers.topics)
    return _page(visit, key, saved=True)


def _download(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    house.limiter.check(request, "download", FORMS)  # all that was ever reported is read for it
    try:
        document = _document(visit, _key(visit), "export-person", Extent.EVERYTHING)
    except NotAllowedError as error:
        return _no_key(visit, error)
    if document is None:
        return _nothing(visit)
    return Response(
        json.dumps(document, ensure_ascii=False, indent=2) + "\n",
        media_type="application/json",
        headers={"content-disposition": 'attachment; filename="my-data.json"'},
    )


def _sure(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    try:
        _key(visit)
    except NotAllowedError as error:
        return _no_key(visit, error)
    return visit.page("erase.html.j2", token=visit.token)


async def _erase(house: House, request: Request) -> Response:
    return await run_in_threadpool(_erased, Visit(house, request))


def _erased(visit: Visit) -> Response:
    try:
        key = _key(visit)
    except NotAllowedError as error:
        return _no_key(visit, error)
    database = visit.house.database
    person = database.signing_up.find(key)
    if person is None:
        return _nothing(visit)
    held = database.visitors.held(key)  # asked later, nobody could say
    database.subscribers.erase(person.email, actor=ACTOR)
    return _nothing(visit, held)


def _nothing(visit: Visit, held: Sequence[Held] = ()) -> Response:
    return visit.page("erased.html.j2", held=held, is_last=True)


def _reader(visit: Visit) -> str | None:
    """Return whose email the link stood in, or None where it is none of ours."""
    try:
        return visit.house.signer.key(Purpose.MY_DATA, visit.token)
    except NotAllowedError:
        return None


def _key(visit: Visit) -> str:
    """Return whose data the link opens. Raises NotAllowedError, or ExpiredError."""
    house = visit.house
    return house.signer.passing_key(Purpose.DATA_ACCESS, visit.token, now=house.now, age=GOOD_FOR)


def _no_key(visit: Visit, error: NotAllowedError) -> Response:
    if not isinstance(error, ExpiredError):
        return visit.page("broken.html.j2", 404)
    return visit.spent(
        N_("This link has expired"),
        N_("It worked for 4 hours, so that nobody finds it later. Please ask for a new one."),
        path="/my-data",
        button=N_("Ask for a new link"),
    )


def _document(visit: Visit, key: str, action: str, extent: Extent) -> dict[str, Any] | None:
    """Return what is held on a person, and note that it was looked at."""
    database = visit.house.database
    person = database.signing_up.find(key)
    if person is None:
        return None
    return database.subscribers.disclose(person.email, actor=ACTOR, action=action, extent=extent)


def _page(
    visit: Visit,
    key: str,
    *,
    answers: Answers | None = None,
    mistakes: Mapping[str, str] | None = None,
    saved: bool = False,
) -> Response:
    document = _document(visit, key, "show-person", Extent.WITHOUT_REPORTS)
    if document is None:
        return _nothing(visit)
    person = document["subscriber"]
    offered = choices(visit.website.office, visit.language)
    tags = {choice.tag for choice in offered}
    return visit.page(
        "data.html.j2",
        422 if mistakes else 200,
        token=visit.token,
        held=visit.house.database.visitors.held_in_vain(key),
        is_last=person["state"] in _OFF,
        leave=visit.house.signer.token(Purpose.UNSUBSCRIBE, key),
        document=document,
        answers=answers or _answers(person),
        mistakes=mistakes or {},
        saved=saved,
        choices=offered,
        waiting=[
            choice
            for each in document["unconfirmed"]
            for choice in offered
            if choice.tag in each["topics"]
        ],
        others=[segment for segment in person["segments"] if segment not in tags],
        since=datetime.fromisoformat(person["created_at"]),
        steps=[_timed(step) for step in document["consents"]],
        stops=[_timed(stop) for stop in document["suppressions"]],
        issues=_issues_among(document["dispatches"]),
    )


def _answers(person: Mapping[str, Any]) -> Answers:
    return Answers(
        first_name=person["first_name"],
        last_name=person["last_name"],
        postcode=person["postcode"],
        topics=tuple(person["segments"]),
    )


def _issues_among(dispatches: Sequence[Mapping[str, Any]]) -> list[date]:
    """Return the issues that a carrier took for somebody, each once though it was corrected.

    What was rehearsed, called off or refused has never left the office.
    """
    days = [
        date.fromisoformat(each["issue"])
        for each in dispatches
        if each["transport"] != wiring.FOLDER and each["state"] in _LEFT_OFFICE
    ]
    return list(dict.fromkeys(days))


def _timed(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {**entry, "at": datetime.fromisoformat(entry["at"])}
