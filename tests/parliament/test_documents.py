"""Our questions and readers agree with Parliament's own documents and samples, where at hand."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from newsletter.authoring.blocks import Vote
from newsletter.authoring.office import Nation
from newsletter.drafting.parliament_week import Reply, Role, Span
from newsletter.parliament import chamber, diary, holidays, identity
from newsletter.parliament.motions import motions
from newsletter.parliament.questions import written_questions
from newsletter.parliament.votes import divisions
from tests.parliament.test_week import FULL, office

if TYPE_CHECKING:
    from tests.parliament.conftest import Desk
    from tests.parliament.standin import Standin

SHARED = Path(__file__).parents[3] / "shared" / "reference" / "parliament"
pytestmark = pytest.mark.skipif(
    not SHARED.exists(), reason="../shared/reference/parliament is not part of a clone"
)
SPECS = {
    "members-api": "members-api",
    "commonsvotes-api": "commonsvotes-api",
    "questions-statements-api": "writtenquestions-api",
    "oralquestionsandmotions-api": "oralquestions-api",
    "hansard-api": "hansard-api",
    "whatson-api": "whatson-api",
    "bills-api": "bills-api",
}


def sample(name: str) -> Any:  # noqa: ANN401  # any JSON
    return json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8"))


@cache
def paths(service: str) -> dict[str, set[str]]:
    """Return the paths of a service as patterns, with the names of their parameters."""
    document = sample(f"specs/{SPECS[service]}")
    return {
        re.sub(r"\{[^}]+\}", "[^/]+?", path.replace(".", r"\.")): {
            parameter["name"] for parameter in operations["get"].get("parameters", [])
        }
        for path, operations in document["paths"].items()
        if "get" in operations
    }


def is_described(target: str) -> bool:
    _, service, path = urlsplit(target).path.split("/", 2)
    names = {name for name, _ in parse_qsl(urlsplit(target).query)}
    return any(
        re.fullmatch(pattern, f"/{path}") and names <= parameters
        for pattern, parameters in paths(service).items()
    )


def test_every_question_is_one_that_the_services_describe(desk: Desk, standin: Standin) -> None:
    """Its path and each of its parameters stand in the service's own OpenAPI document."""
    week = desk.parliament().week(office(), date(2026, 11, 27), None)
    desk.parliament().week(office(), date(2026, 11, 28), "99001")
    desk.ask(lambda inquiry: diary.next_sitting(inquiry, date(2026, 12, 17)))
    assert week.counts == FULL
    assert [target for target in standin.asked if not is_described(target)] == []
    assert not is_described("/members-api/api/Members/Search?Nom=Robin")
    assert {urlsplit(target).path.split("/")[1] for target in standin.asked} == set(SPECS)


def test_the_sample_of_a_member_is_understood(desk: Desk, standin: Standin) -> None:
    """The record of a real one, with all its fields."""
    record = sample("members_Members_172.observed")
    standin.answers["/members-api/api/Members/172"] = record
    found, _ = desk.ask(lambda inquiry: identity.by_number(inquiry, 172))
    assert (found.number, found.name) == (172, record["value"]["nameDisplayAs"])
    assert found.constituency == record["value"]["latestHouseMembership"]["membershipFrom"]


def test_the_samples_of_votes_are_understood(desk: Desk, standin: Standin) -> None:
    """The same division in both lists."""
    standin.answers["/commonsvotes-api/data/divisions.json/search"] = sample(
        "commonsvotes_search_item.observed"
    )
    standin.answers["/commonsvotes-api/data/divisions.json/membervoting"] = sample(
        "commonsvotes_membervoting.shape"
    )
    span = Span(date(2021, 4, 28), date(2021, 4, 28))
    (found,), trouble = desk.ask(lambda inquiry: divisions(inquiry, 999_999, span))
    assert (found.vote, found.ayes, found.noes, trouble) == (Vote.NO, 358, 269, "")
    assert found.source.url.endswith("/1025")


def test_the_sample_of_a_question_is_understood(desk: Desk, standin: Standin) -> None:
    """Cut, and not answered."""
    listed = sample("questions_list.shape")
    standin.answers["/questions-statements-api/api/writtenquestions/questions"] = listed
    span = Span(date(2026, 7, 13), date(2026, 7, 19))
    (found,), _ = desk.ask(lambda inquiry: written_questions(inquiry, 999_999, span))
    assert (found.number, found.to, found.reply, found.is_cut) == (
        "12345",
        "Department for Education",
        Reply.NONE,
        True,
    )


def test_the_sample_of_a_speech_is_understood(desk: Desk, standin: Standin) -> None:
    """Its HTML is gone, and its words are there."""
    page = sample("hansard_contributions_Spoken.observed-modelled")
    standin.answers["/hansard-api/search/contributions/Spoken.json"] = {
        **page,
        "TotalResultCount": 1,
    }
    span = Span(date(2024, 12, 19), date(2024, 12, 19))
    (found,), _ = desk.ask(lambda inquiry: chamber.contributions(inquiry, 4493, span))
    assert found.words.startswith("Flooding has devastated")
    assert "<" not in found.words
    assert found.debate_title == "Flood Protection"


def test_the_sample_of_a_motion_is_understood(desk: Desk, standin: Standin) -> None:
    """Who has withdrawn a signature has not signed."""
    detail = sample("edm_detail.shape")
    listed = {**detail, "Response": [detail["Response"]]}
    standin.answers["/oralquestionsandmotions-api/EarlyDayMotions/list"] = listed
    standin.answers["/oralquestionsandmotions-api/EarlyDayMotion/10001"] = detail
    span = Span(date(2026, 9, 1), date(2026, 9, 7))
    (own,), _ = desk.ask(lambda inquiry: motions(inquiry, 999_991, span))
    assert own.role is Role.TABLED
    assert desk.ask(lambda inquiry: motions(inquiry, 999_992, span))[0] == ()


def test_the_samples_of_the_calendar_are_understood(desk: Desk, standin: Standin) -> None:
    """Sittings, breaks and the bare string of the next sitting."""
    start = "/whatson-api/calendar"
    dates = f"{start}/proceduraldates/Commons"
    standin.answers[f"{dates}/sittingdates.json"] = sample("whatson_sittingdates.shape")
    standin.answers[f"{dates}/nextsittingdate.json"] = sample(
        "whatson_nextsittingdate.observed-form"
    )
    standin.answers[f"{start}/events/nonsitting.json"] = sample(
        "whatson_nonsitting.shape-from-notes"
    )
    diaries = sample("whatson_diary.shape-from-notes")
    standin.answers[f"{start}/events/list.json"] = [
        event for day in diaries for house in day["Houses"] for event in house["Events"]
    ]
    span = Span(date(2026, 5, 13), date(2026, 10, 13))
    house, _ = desk.ask(lambda inquiry: diary.house(inquiry, span))
    assert house.sittings == (date(2026, 10, 12), date(2026, 10, 13))
    assert house.name_of_break(date(2026, 5, 12)) == "Prorogation"
    again, _ = desk.ask(lambda inquiry: diary.next_sitting(inquiry, span.first))
    assert again == date(2026, 10, 12)
    standin.answers["/bills-api/api/v1/Sittings"] = sample("bills_Sittings.shape")
    (planned, bill), _ = desk.ask(lambda inquiry: diary.business(inquiry, 1, span))
    assert planned.words == "State Opening of Parliament"
    assert (bill.day, bill.words) == (date(2026, 10, 13), "Station Access Bill")


def test_the_sample_of_bank_holidays_is_understood(desk: Desk, standin: Standin) -> None:
    """As www.gov.uk publishes them."""
    standin.answers["/gov-uk/bank-holidays.json"] = sample("bank-holidays.observed-trimmed")
    found, _ = desk.ask(lambda one: holidays.bank_holidays(one, Nation.ENGLAND_AND_WALES))
    assert found[date(2026, 4, 3)] == "Good Friday"
