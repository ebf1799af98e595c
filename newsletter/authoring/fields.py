"""Say which kinds of value a file may hold, and refuse the others in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import Annotated
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from newsletter.authoring.addresses import (
    ACTION_SCHEMES,
    OWN_MACHINE,
    WEB_SCHEMES,
    link_problem,
    picture_problem,
)
from newsletter.authoring.words import Problem, reserved_problem, shortened

LONGEST_LINE = 500  # characters
LONGEST_PROSE = 5_000  # characters: 800 words
MOST_ENTRIES = 50  # lines of a list in office.yaml


class Written(BaseModel):
    """Something written by hand: unknown names are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def mistake(message: str, hint: str, *, at: str = "") -> PydanticCustomError:
    """Return an error for pydantic that carries our own words.

    `at` names the value within a model whose line the mistake stands in.
    """
    return PydanticCustomError(
        "written", "{message}", {"message": message, "hint": hint, "at": at}
    )


def _refusing(find: Callable[[str], Problem | None]) -> AfterValidator:
    """Return a validator that refuses what `find` finds a problem with."""

    def check(text: str) -> str:
        problem = find(text)
        if problem:
            raise mistake(*problem)
        return text

    return AfterValidator(check)


def _address_problem(text: str) -> Problem | None:
    try:
        validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return "this is not an email address", "Write it as name@example.org."
    return None


def _site_problem(link: str) -> Problem | None:
    parts = urlsplit(link)
    if parts.query or parts.fragment:
        return "this has a ? or # in it", "Write the address up to there."
    if parts.scheme == "http" and parts.hostname not in OWN_MACHINE:
        return "this does not start with https://", "Mail programs ask for https: add the s."
    return None


def _colour_problem(text: str) -> Problem | None:
    if re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        return None
    return (
        f"“{shortened(text)}” is not a colour",
        'Write six digits or letters from a to f after a #, in quotation marks: "#1d4f91".',
    )


def language_problem(text: str) -> Problem | None:
    if re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", text):
        return None
    return (
        f"“{shortened(text)}” is not the short name of a language",
        "Write en-GB for English or cy-GB for Welsh.",
    )


def _line_problem(text: str) -> Problem | None:
    if "\n" in text:
        return "this has more than one line", "Write it on one line."
    return reserved_problem(text)


def _day(value: object) -> object:
    """Return the date that a text spells; pydantic refuses what is no text."""
    if not isinstance(value, str) or not value:
        return value
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise mistake(
                f"there is no {value} in the calendar", "Look at the day and the month again."
            ) from None
    raise mistake(
        f"“{shortened(value)}” is not a date", "Write year, month and day, such as 2019-03-30."
    )


def _clock(value: object) -> object:
    """Return the time of day that a text spells; pydantic refuses what is no text."""
    if not isinstance(value, str) or not value:
        return value
    if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        return time.fromisoformat(value)
    raise mistake(
        f"“{shortened(value)}” is not a time",
        "Write hours and minutes with two digits each, such as 09:30 or 14:00.",
    )


class Prose(str):
    """Words in Markdown: paragraphs, links, emphasis and lists."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Tell pydantic to take a string of up to 5,000 characters."""
        del source
        text = Annotated[
            str,
            StringConstraints(min_length=1, max_length=LONGEST_PROSE, strip_whitespace=True),
            _refusing(reserved_problem),
        ]
        return core_schema.no_info_after_validator_function(cls, handler.generate_schema(text))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        """Tell editors the same; what is digits alone is a number to them."""
        del core, handler
        return {"type": ["string", "number"], "minLength": 1, "maxLength": LONGEST_PROSE}


_Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LINE)]

# Files are read as plain words, but an editor that reads `value: 412` sees a number there.
Line = Annotated[
    _Text,
    _refusing(_line_problem),
    WithJsonSchema({"type": ["string", "number"], "minLength": 1, "maxLength": LONGEST_LINE}),
]
"""Words on one line, shown as they are."""


WebLink = Annotated[
    _Text,
    _refusing(reserved_problem),
    _refusing(lambda link: link_problem(link, WEB_SCHEMES)),
]
ActionLink = Annotated[
    _Text,
    _refusing(reserved_problem),
    _refusing(lambda link: link_problem(link, ACTION_SCHEMES)),
]
Site = Annotated[WebLink, _refusing(_site_problem)]
Address = Annotated[_Text, _refusing(reserved_problem), _refusing(_address_problem)]
Colour = Annotated[_Text, _refusing(_colour_problem), AfterValidator(str.lower)]
Language = Annotated[_Text, _refusing(language_problem)]
PictureName = Annotated[_Text, _refusing(picture_problem), _refusing(reserved_problem)]
Day = Annotated[date, BeforeValidator(_day)]
Clock = Annotated[
    time,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}),
]
Number = Annotated[int, Field(ge=1, le=100_000)]
