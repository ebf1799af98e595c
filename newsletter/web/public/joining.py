"""Answer those who want the newsletter: the form, the letter, and the last click.

No form here needs a token against forged requests: there is no session that could be ridden,
and what a form brings about is a letter to the address itself.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from newsletter.audience.form import N_, Answers, read_answers
from newsletter.audience.subscriber import Consent, Subscriber, SubscriberState
from newsletter.database.visitors import ACTOR
from newsletter.errors import ExpiredError, NotAllowedError
from newsletter.links import Purpose
from newsletter.rendering.invitation import agreement, choices
from newsletter.web.public.limits import FORMS
from newsletter.web.public.pages import Visit, form_of, on_the_beat, text_of, ticked_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData
    from starlette.requests import Request

    from newsletter.database.visitors import Question
    from newsletter.rendering.invitation import Words
    from newsletter.web.public.house import House

GOOD_FOR = timedelta(days=7)
"""How long the link in the letter works."""

SOURCE = "website form"
"""What the record of a consent, and each email, says of where it was given."""

TRAP = "comment"
"""A field that nobody sees; what fills it in is a program."""

NOT_AGREED = N_("Please tick the box, so that we may write to you.")
CHANGED = N_("These words have changed meanwhile. Please read them, and tick the box again.")


def routes(house: House) -> list[Route]:
    """Return what is answered here."""
    return [
        Route("/join", partial(_show, house), methods=["GET"]),
        Route("/join", partial(_apply, house), methods=["POST"]),
        Route("/join/sent", partial(_sent, house), methods=["GET"]),
        Route("/join/confirm/{token}", partial(_ask, house), methods=["GET"]),
        Route("/join/confirm/{token}", partial(_confirm, house), methods=["POST"]),
        # The pages of past issues have led here since before there was a form.
        Route("/subscribe", partial(_moved, house), methods=["GET"]),
    ]


def wording(visit: Visit) -> Words:
    """Return the words that people agree to on this page."""
    website = visit.website
    today = visit.house.now().date()
    member = website.office.styled_name(today)
    return agreement(website.office, website.languages, visit.language, member=member)


def digest(words: Words) -> str:
    """Name the words that were shown, so that others are not taken for agreed to."""
    return hashlib.sha256(words.text.encode()).hexdigest()[:16]


def consent(visit: Visit, form: FormData) -> Consent | str:
    """Return the consent that a form gives, or the sentence that says why it gives none."""
    words, agreed = wording(visit), text_of(form, "agree")
    if agreed != digest(words):
        return visit.translate(CHANGED if agreed else NOT_AGREED)
    return Consent(visit.house.now(), SOURCE, words.text)


def form_page(
    visit: Visit, answers: Answers, mistakes: Mapping[str, str], *, ticked: bool = False
) -> Response:
    """Return the form, with what was typed and what is wrong with it."""
    words = wording(visit)
    return visit.page(
        "join.html.j2",
        422 if mistakes else 200,
        answers=answers,
        mistakes=mistakes,
        choices=choices(visit.website.office, visit.language),
        agreement=words,
        digest=digest(words),
        ticked=ticked,
    )


def _show(house: House, request: Request) -> Response:
    return form_page(Visit(house, request), Answers(), {})


async def _apply(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    form = await form_of(request)
    if text_of(form, TRAP):
        return visit.go_on("/join/sent")
    offered = [topic.tag for topic in visit.website.office.topics]
    typed = {name: text_of(form, name) for name in form}
    answers = read_answers(typed, ticked_in(form, "topic"), offered=offered)
    mistakes = {name: visit.translate(words) for name, words in answers.mistakes.items()}
    given = consent(visit, form)
    if isinstance(given, str):
        mistakes["agree"] = given
    if mistakes or isinstance(given, str):
        return form_page(visit, answers, mistakes, ticked="agree" not in mistakes)
    house.limiter.check(request, "join", FORMS)
    person = Subscriber(
        answers.email,
        first_name=answers.first_name,
        last_name=answers.last_name,
        postcode=answers.postcode,
        segments=answers.topics,
    )
    write = partial(house.database.visitors.apply, offered=offered, language=visit.language)
    async with on_the_beat():
        await run_in_threadpool(write, person, given)
    return visit.go_on("/join/sent")


def _sent(house: House, request: Request) -> Response:
    return Visit(house, request).page("sent.html.j2", kind="join")


def _ask(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    try:
        key = _key(visit)
    except NotAllowedError as error:
        return _no_key(visit, error)
    question = house.database.visitors.asked(key)
    if question is None:
        person = house.database.signing_up.find(key)
        is_on = person is not None and person.state is SubscriberState.CONFIRMED
        return visit.page("welcome.html.j2") if is_on else used(visit)
    return _question_page(visit, question)


def _question_page(visit: Visit, question: Question, *, is_new: bool = False) -> Response:
    """Return the page with the button, and with all that will be true once it is pressed."""
    person = question.person
    offered = choices(visit.website.office, visit.language)
    return visit.page(
        "confirm.html.j2",
        409 if is_new else 200,
        token=visit.token,
        person=person,
        name=f"{person.first_name} {person.last_name}".strip(),
        chosen=[choice for choice in offered if choice.tag in person.segments],
        wording=question.consent.wording,
        shown=_name_of(question),
        is_new=is_new,
    )


def _name_of(question: Question) -> str:
    """Name what a page shows, so that nothing is confirmed that somebody typed since."""
    person = question.person
    details = [person.first_name, person.last_name, person.postcode, *person.segments]
    packed = json.dumps([*details, question.consent.wording])
    return hashlib.sha256(packed.encode()).hexdigest()[:16]


async def _confirm(house: House, request: Request) -> Response:
    shown = text_of(await form_of(request), "shown")
    return await run_in_threadpool(_confirmed, Visit(house, request), shown)


def _confirmed(visit: Visit, shown: str) -> Response:
    house = visit.house
    try:
        key = _key(visit)
    except NotAllowedError as error:
        return _no_key(visit, error)
    question = house.database.visitors.asked(key)
    if question and shown and shown != _name_of(question):
        return _question_page(visit, question, is_new=True)
    words = question.consent.wording if question else ""
    try:
        given = Consent(house.now(), SOURCE, words)
        house.database.signing_up.confirm(key, given, recorded_by=ACTOR)
    except NotAllowedError:
        return used(visit)
    return visit.page("welcome.html.j2")


def _moved(house: House, request: Request) -> Response:
    visit = Visit(house, request)
    return RedirectResponse(f"{visit.website.root}/join{visit.keep}", status_code=301)


def _key(visit: Visit) -> str:
    """Return whose link it is. Raises NotAllowedError, or ExpiredError."""
    house = visit.house
    return house.signer.passing_key(Purpose.CONFIRM, visit.token, now=house.now, age=GOOD_FOR)


def _no_key(visit: Visit, error: NotAllowedError) -> Response:
    if not isinstance(error, ExpiredError):
        return visit.page("broken.html.j2", 404)
    return visit.spent(
        N_("This link has expired"),
        N_("It worked for 7 days. Please ask for a new one."),
        path="/join",
        button=N_("Join"),
    )


def used(visit: Visit) -> Response:
    """Return the page behind a link that brings nobody back any more, with the way to the form."""
    return visit.spent(
        N_("This link is no longer valid"),
        N_("Something newer took its place. If you want the newsletter, please join again."),
        path="/join",
        button=N_("Join"),
    )
