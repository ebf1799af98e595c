"""Put what pydantic refuses into words that a newcomer understands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from newsletter.authoring.words import sentence, shortened
from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from newsletter.authoring.words import Problem
    from newsletter.authoring.yaml import Located, Path

ModelT = TypeVar("ModelT", bound=BaseModel)
Fields = dict[str, "FieldInfo"]

_ALIKE = 0.6  # how alike two words must be for one to be meant by the other, from 0 to 1


def validate(
    model: type[ModelT], located: Located, *, file: str
) -> tuple[ModelT | None, list[Finding]]:
    """Return the model's value, or None and a finding for each mistake."""
    try:
        return model.model_validate(located.data), []
    except ValidationError as error:
        refusals = [
            _Refusal(details["loc"], details, _fields(model, details["loc"][:-1]), model)
            for details in error.errors(include_url=False)
        ]
        meant = {refusal.meant for refusal in refusals if refusal.is_unknown}
        return None, [
            _finding(refusal, located, file)
            for refusal in refusals
            if not (refusal.is_missing and refusal.path in meant)  # it is there, but misspelt
        ]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` was probably meant to be."""
    found = get_close_matches(shortened(word).lower(), list(known), n=1, cutoff=_ALIKE)
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What pydantic refused, where, and what may stand there."""

    path: Path
    details: ErrorDetails
    siblings: Fields
    model: type[BaseModel]

    @property
    def is_unknown(self) -> bool:
        return self.details["type"] == "extra_forbidden"

    @property
    def is_missing(self) -> bool:
        return self.details["type"] == "missing"

    @property
    def name(self) -> str:
        """The name that leads to the value, or nothing for the whole."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def subject(self) -> str:
        """What a sentence about the value begins with, such as `item 2 of “share”`."""
        name = f"“{shortened(self.name)}”"
        last = self.path[-1]
        return f"item {last + 1} of {name}" if isinstance(last, int) else name

    @property
    def meant(self) -> Path:
        """The path that the writer of an unknown name probably meant."""
        return (*self.path[:-1], nearest(self.name, self.siblings) or "")

    @property
    def is_empty(self) -> bool:
        given = self.details["input"]
        return given is None or (isinstance(given, str) and not given.strip())

    @property
    def is_spoilt_by_curly_quotes(self) -> bool:
        given = self.details["input"]
        if not isinstance(given, str) or self.details["type"] in _WHATEVER_ITS_QUOTES:
            return False
        return re.fullmatch(r"[“”„‘’].*[“”‘’]", given) is not None

    @property
    def context(self) -> dict[str, Any]:
        return self.details.get("ctx", {})


# What is wrong with a value whatever stands around it.
_WHATEVER_ITS_QUOTES = {"string_too_long", "list_type", "model_type"}


def _finding(refusal: _Refusal, located: Located, file: str) -> Finding:
    place = refusal.path
    if refusal.is_unknown:
        code, problem = "unknown-key", _unknown(refusal)
    else:
        code, problem = "value", _describe(refusal)
        if refusal.context.get("at"):
            place = (*place, refusal.context["at"])
    message, hint = problem
    if code == "value" and refusal.is_spoilt_by_curly_quotes:
        hint = 'Write straight quotation marks (") around it: curly ones belong to the words.'
    return Finding(code, Severity.ERROR, sentence(message), hint, file, located.line(place))


def _describe(refusal: _Refusal) -> Problem:
    kind = refusal.details["type"]
    if kind in ("missing", "written"):
        return _missing(refusal) if kind == "missing" else _written(refusal)
    if refusal.is_empty:
        return _empty(refusal)
    return _WORDS.get(kind, _other)(refusal)


def _fields(model: type[BaseModel], path: Path) -> Fields:
    """Return the fields, by the names they have in a file, of the model that `path` leads to."""
    found: type[BaseModel] | None = model
    for part in path:
        if isinstance(part, str) and found is not None:
            info = _by_name(found).get(part)
            found = _model_within(info.annotation) if info else None
    return _by_name(found) if found else {}


def _by_name(model: type[BaseModel]) -> Fields:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _model_within(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_within(argument) for argument in get_args(annotation))
    return next((model for model in found if model), None)


def _unknown(refusal: _Refusal) -> Problem:
    meant = nearest(refusal.name, refusal.siblings)
    hint = f"Did you mean “{meant}”?" if meant else f"Use one of: {', '.join(refusal.siblings)}."
    if not refusal.name:
        return "there is nothing before the colon", hint
    return f"there is no “{shortened(refusal.name)}” here", hint


def _missing(refusal: _Refusal) -> Problem:
    inner = _fields(refusal.model, refusal.path)
    if inner:
        below = f"and below it, two spaces further in, {', '.join(inner)}"
        return f"{refusal.subject} is missing", f"Add a line “{refusal.name}:” {below}."
    meaning = refusal.siblings[refusal.name].description or ""
    explained = f" ({meaning[:1].lower()}{meaning[1:]})" if meaning else ""
    return f"{refusal.subject} is missing", f"Add a line “{refusal.name}: …”{explained}."


def _written(refusal: _Refusal) -> Problem:
    message, hint = refusal.context["message"], refusal.context["hint"]
    return (f"{refusal.subject}: {message}" if refusal.path else message), hint


def _empty(refusal: _Refusal) -> Problem:
    info = refusal.siblings.get(refusal.name)
    is_needed = info is not None and info.is_required()
    hint = "Write it after the colon, in quotes if it begins with #."
    if refusal.details["type"] in ("list_type", "model_type"):
        hint = _WORDS[refusal.details["type"]](refusal)[1]
    elif isinstance(refusal.path[-1], int):
        hint = "Write it after the dash, or delete the line."
    elif not is_needed:
        hint = "Write it after the colon (in quotes if it begins with #), or delete the line."
    return f"{refusal.subject} is empty", hint


def _choice(refusal: _Refusal) -> Problem:
    given = refusal.details["input"]
    if not isinstance(given, str):
        return _text(refusal)
    choices = re.findall(r"'([^']*)'", refusal.context["expected"])
    meant = nearest(given, choices)
    hint = f"Did you mean “{meant}”? " if meant else ""
    return (
        f"{refusal.subject} cannot be “{shortened(given)}”",
        f"{hint}Write one of: {', '.join(choices)}.",
    )


def _text(refusal: _Refusal) -> Problem:
    return (
        f"{refusal.subject} has to be words",
        "Write them after the colon, in quotation marks if they begin with [, { or a dash.",
    )


def _group(refusal: _Refusal) -> Problem:
    first, *others = _fields(refusal.model, refusal.path)
    hint = f"Write “{first}: …” on a line of its own below it, two spaces further in."
    if isinstance(refusal.path[-1], int):
        hint = f"Write “- {first}: …”, and the others below it, two spaces further in."
    return f"{refusal.subject} has to be made of {', '.join([first, *others])}", hint


def _list(refusal: _Refusal) -> Problem:
    return (
        f"{refusal.subject} has to be a list",
        "Begin each item with “- ” on a line of its own, two spaces further in.",
    )


def _too_few(refusal: _Refusal) -> Problem:
    return (
        f"{refusal.subject} has too few items",
        f"Write {refusal.context['min_length']} or more.",
    )


def _too_many(refusal: _Refusal) -> Problem:
    return (
        f"{refusal.subject} has too many items",
        f"Write {refusal.context['max_length']} or fewer.",
    )


def _too_long(refusal: _Refusal) -> Problem:
    given, most = len(str(refusal.details["input"])), refusal.context["max_length"]
    return (
        f"{refusal.subject} is {given:,} characters long",
        f"Shorten it: {most:,} are the most.",
    )


def _number(refusal: _Refusal) -> Problem:
    return f"{refusal.subject} is not a whole number", "Write a number such as 2, in digits."


def _too_low(refusal: _Refusal) -> Problem:
    return f"{refusal.subject} is too low a number", f"Write {refusal.context['ge']} or more."


def _too_high(refusal: _Refusal) -> Problem:
    return f"{refusal.subject} is too high a number", f"Write {refusal.context['le']:,} or less."


def _boolean(refusal: _Refusal) -> Problem:
    return f"{refusal.subject} is neither true nor false", "Write true or false."


def _date(refusal: _Refusal) -> Problem:
    return (
        f"{refusal.subject} has to be a date",
        "Write year, month and day after the colon, such as 2019-03-30.",
    )


def _time(refusal: _Refusal) -> Problem:
    return f"{refusal.subject} has to be a time", "Write it after the colon, such as 14:00."


def _other(refusal: _Refusal) -> Problem:
    return f"{refusal.subject} cannot be used as it is", "Compare it with the sample issues."


_WORDS: dict[str, Callable[[_Refusal], Problem]] = {
    "enum": _choice,
    "literal_error": _choice,
    "string_type": _text,
    "string_too_long": _too_long,
    "model_type": _group,
    "list_type": _list,
    "too_short": _too_few,
    "too_long": _too_many,
    "int_parsing": _number,
    "int_type": _number,
    "int_parsing_size": _number,
    "greater_than_equal": _too_low,
    "less_than_equal": _too_high,
    "bool_parsing": _boolean,
    "bool_type": _boolean,
    "date_type": _date,
    "time_type": _time,
}
