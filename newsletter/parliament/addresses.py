"""Know where Parliament's services answer, and where readers look the same things up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from newsletter.authoring.addresses import OWN_MACHINE
from newsletter.errors import ConfigurationError

if TYPE_CHECKING:
    from datetime import date

USUAL_BASE = "https://{api}.parliament.uk"
"""Where a service is found by its name, unless PARLIAMENT_API_BASE says otherwise."""


class Api(StrEnum):
    """The services that are asked, by the names that stand before .parliament.uk."""

    MEMBERS = "members-api"
    VOTES = "commonsvotes-api"
    QUESTIONS = "questions-statements-api"
    ORAL = "oralquestionsandmotions-api"
    HANSARD = "hansard-api"
    WHATSON = "whatson-api"
    BILLS = "bills-api"
    BANK_HOLIDAYS = "gov-uk"
    """The government's, not Parliament's: www.gov.uk."""


_ELSEWHERE = {Api.BANK_HOLIDAYS: "https://www.gov.uk"}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: a service, a path, and what is asked for in the order of the address."""

    api: Api
    path: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Addresses:
    """Turn questions into addresses below `base`.

    The base may hold {api}, which the service's name takes the place of; without it the name
    is the first part of the path: http://127.0.0.1:8000/members-api/api/Members/172.
    """

    base: str = USUAL_BASE

    def __post_init__(self) -> None:
        """Refuse what is no address. Raises ConfigurationError."""
        parts = urlsplit(self.base.replace("{api}", "api"))
        is_own = parts.scheme == "http" and parts.hostname in OWN_MACHINE
        if not parts.hostname or not (parts.scheme == "https" or is_own):
            raise ConfigurationError(
                "PARLIAMENT_API_BASE is no address that can be asked",
                hint="Write it as https://example.org or http://127.0.0.1:8000, or leave it "
                "empty to ask Parliament.",
            )

    def of(self, question: Question) -> str:
        """Return the whole address of a question."""
        query = f"?{urlencode(question.values)}" if question.values else ""
        return f"{self._root(question.api)}{quote(question.path)}{query}"

    def _root(self, api: Api) -> str:
        if self.base == USUAL_BASE and api in _ELSEWHERE:
            return _ELSEWHERE[api]
        base = self.base.rstrip("/")
        return base.replace("{api}", api) if "{api}" in base else f"{base}/{api}"


def division_page(number: int) -> str:
    """Return where a vote is on record."""
    return f"https://votes.parliament.uk/votes/commons/division/{number}"


def written_question_page(tabled: date, uin: str) -> str:
    """Return where a written question is on record."""
    return (
        "https://questions-statements.parliament.uk/written-questions/detail/"
        f"{tabled.isoformat()}/{quote(uin, safe='')}"
    )


def debate_page(day: date, debate: str, title: str, contribution: str) -> str:
    """Return where somebody's words in a debate are on record."""
    slug = re.sub(r"[^A-Za-z0-9]", "", title.title()) or "Debate"
    place = f"#contribution-{quote(contribution, safe='')}" if contribution else ""
    return (
        f"https://hansard.parliament.uk/Commons/{day.isoformat()}/debates/"
        f"{quote(debate, safe='')}/{slug}{place}"
    )


def hansard_page(day: date) -> str:
    """Return where all that was said on a day is on record."""
    return f"https://hansard.parliament.uk/Commons/{day.isoformat()}"


def motion_page(number: int) -> str:
    """Return where an early day motion is on record."""
    return f"https://edm.parliament.uk/early-day-motion/{number}"


def agenda_page(day: date) -> str:
    """Return where the House says what it does on a day."""
    return f"https://whatson.parliament.uk/commons/{day.isoformat()}/"


def bill_page(number: int) -> str:
    """Return where a bill is on record."""
    return f"https://bills.parliament.uk/bills/{number}"
