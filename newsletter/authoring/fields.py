"""Say which kinds of value a file may hold, and refuse the others in plain words."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

LINK_SCHEMES = ("https", "http")
ACTION_SCHEMES = (*LINK_SCHEMES, "mailto", "tel")


class Written(BaseModel):
    """Something written by hand: unknown keys are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def mistake(message: str, hint: str) -> PydanticCustomError:
    """Return an error for pydantic that carries our own words."""
    return PydanticCustomError("written", "{message}", {"message": message, "hint": hint})


def link_problem(link: str, schemes: tuple[str, ...] = ACTION_SCHEMES) -> tuple[str, str] | None:
    """Return what is wrong with a link and what to do, or None if a reader can follow it."""
    if not link:
        return "a link leads nowhere", "Put the address between the round brackets."
    if re.search(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]", link):
        return "a link has a space or a character that no address has", "Paste it again."
    try:
        parts = urlsplit(link)
        _ = parts.port
    except ValueError:
        return f"“{_short(link)}” is not an address", "Copy it from the browser again."
    if not parts.scheme:
        return (
            f"“{_short(link)}” does not say where it is",
            "Start it with https:// so that it works from an email.",
        )
    if parts.scheme.lower() not in schemes:
        return (
            f"a link may not start with “{_short(parts.scheme)}:”",
            f"Use one of {', '.join(schemes)}.",
        )
    if parts.scheme.lower() in LINK_SCHEMES:
        return _host_problem(link, parts.hostname, has_password=parts.password is not None)
    if not parts.path:
        return f"“{_short(link)}” has nothing after “{parts.scheme}:”", "Add the address."
    return None


def _host_problem(link: str, host: str | None, *, has_password: bool) -> tuple[str, str] | None:
    if link.startswith(("http://127.0.0.1", "http://localhost")):
        return None  # the office's own service, when it is tried out on one machine
    if not host or "." not in host or ".." in host or host.startswith("."):
        return f"“{_short(link)}” names no website", "Copy it from the browser again."
    if has_password:
        return "a link holds a password", "Readers would see it: link to a public page."
    return None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _checked_link(*schemes: str) -> AfterValidator:
    def check(link: str) -> str:
        problem = link_problem(link, schemes)
        if problem:
            raise mistake(*problem)
        return link

    return AfterValidator(check)


def _printable(text: str) -> str:
    for character in text:
        if character not in "\n\t" and unicodedata.category(character) in {"Cc", "Cs"}:
            raise mistake(
                f"there is an invisible control character (U+{ord(character):04X}) in the text",
                "Delete it; it often comes along when pasting.",
            )
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise mistake("this has more than one line", "Write it on one line.")
    return _printable(text)


def _address(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - 60 ms

    try:
        validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise mistake("this is not an email address", "Write it as name@example.org.") from None
    return text


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise mistake(
            f"“{_short(text)}” is not a colour", 'Write six digits after a #, such as "#1d4f91".'
        )
    return text.lower()


def _picture_name(name: str) -> str:
    problem = picture_problem(name)
    if problem:
        raise mistake(*problem)
    return name


def picture_problem(name: str) -> tuple[str, str] | None:
    """Return what is wrong with the name of a picture beside the issue, or None."""
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", name):
        return (
            "a picture must be a file beside the issue, not an address",
            "Save it in the issue's folder and write its file name.",
        )
    if name.startswith(("/", "~")) or "\\" in name or ".." in name.split("/"):
        return (
            f"the picture “{_short(name)}” is outside the issue's folder",
            "Copy it beside the issue and write its file name alone.",
        )
    if not re.search(r"\.(?:png|jpe?g|gif)$", name, re.IGNORECASE) or "\x00" in name:
        return (
            f"the picture “{_short(name)}” is of a kind that many mail programs do not show",
            "Save it as .jpg, .png or .gif.",
        )
    return None


def _day(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise mistake(f"“{_short(value)}” is not a date", "Write it as 2019-03-30.")
    return value


def _clock(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise mistake(f"“{_short(value)}” is not a time", "Write it as 14:00.")
    return value


class Prose(str):
    """Words in Markdown: paragraphs, links, emphasis and lists."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Tell pydantic to take a string of up to 20,000 printable characters."""
        del source, handler
        text = core_schema.str_schema(min_length=1, max_length=20_000, strip_whitespace=True)
        return core_schema.no_info_after_validator_function(lambda t: cls(_printable(t)), text)


Line = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_one_line)]
"""Words on one line, shown as they are."""


WebLink = Annotated[str, _checked_link(*LINK_SCHEMES)]
ActionLink = Annotated[str, _checked_link(*ACTION_SCHEMES)]
Address = Annotated[str, AfterValidator(_address)]
Colour = Annotated[str, AfterValidator(_colour)]
PictureName = Annotated[str, AfterValidator(_picture_name)]
Day = Annotated[date, BeforeValidator(_day)]
Clock = Annotated[time, BeforeValidator(_clock)]
Number = Annotated[int, Field(ge=1, le=100_000)]
