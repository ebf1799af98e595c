"""Put what pydantic refuses into words that a newcomer understands."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic_core import ErrorDetails

    from newsletter.authoring.yaml import Located

ModelT = TypeVar("ModelT", bound=BaseModel)
Words = tuple[str, str]

_SHOWN = 60


def validate(
    model: type[ModelT], located: Located, *, file: str
) -> tuple[ModelT | None, list[Finding]]:
    """Return the model's value, or None and a finding for each mistake."""
    try:
        return model.model_validate(located.data), []
    except ValidationError as error:
        return None, [
            _finding(model, located, details, file)
            for details in _without_echoes(model, error.errors(include_url=False))
        ]


def _without_echoes(model: type[BaseModel], errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a key is missing where it is there, but misspelt."""
    meant = {
        (
            *details["loc"][:-1],
            nearest(_name(details["loc"]), _known_keys(model, details["loc"][:-1])),
        )
        for details in errors
        if details["type"] == "extra_forbidden"
    }
    return [
        details
        for details in errors
        if not (details["type"] == "missing" and details["loc"] in meant)
    ]


def _finding(
    model: type[BaseModel], located: Located, details: ErrorDetails, file: str
) -> Finding:
    path = details["loc"]
    name = _name(path)
    known = _known_keys(model, path[:-1])
    describe = _WORDS.get(details["type"], _other)
    message, hint = describe(name, details, known)
    line = located.line(path)
    code = "unknown-key" if details["type"] == "extra_forbidden" else "value"
    return Finding(code, Severity.ERROR, message[:1].upper() + message[1:], hint, file, line)


def nearest(word: str, known: Mapping[str, str] | list[str]) -> str | None:
    """Return the known word that `word` was probably meant to be."""
    found = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def _name(path: tuple[str | int, ...]) -> str:
    words = [str(part) for part in path if isinstance(part, str)]
    return words[-1][:_SHOWN] if words else ""


def _known_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> dict[str, str]:
    """Return the keys, with their descriptions, that belong where `path` leads."""
    for part in path:
        if isinstance(part, int):
            continue
        field = next(
            (info for name, info in model.model_fields.items() if part in (name, info.alias)),
            None,
        )
        inner = _model_within(field.annotation) if field else None
        if inner is None:
            return {}
        model = inner
    return {
        info.alias or name: info.description or "" for name, info in model.model_fields.items()
    }


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_within(argument) for argument in get_args(annotation))
    return next((model for model in found if model), None)


def _missing(name: str, _: ErrorDetails, known: dict[str, str]) -> Words:
    meaning = known.get(name)
    hint = f"Add a line “{name}: …” ({meaning[:1].lower()}{meaning[1:]})." if meaning else ""
    return f"“{name}” is missing", hint or f"Add a line “{name}: …”."


def _unknown(name: str, _: ErrorDetails, known: dict[str, str]) -> Words:
    meant = nearest(name, known)
    hint = f"Did you mean “{meant}”?" if meant else f"Known here: {', '.join(known)}."
    return f"there is no “{name}” here", hint


def _written(name: str, details: ErrorDetails, _: dict[str, str]) -> Words:
    message, hint = details["ctx"]["message"], details["ctx"]["hint"]
    return (f"“{name}”: {message}" if name else message), hint


def _choice(name: str, details: ErrorDetails, _: dict[str, str]) -> Words:
    expected = str(details["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
    choices = [choice.strip() for choice in expected.split(",")]
    meant = nearest(str(details["input"]), choices)
    hint = f"Did you mean “{meant}”? " if meant else ""
    return (
        f"“{name}” cannot be “{str(details['input'])[:_SHOWN]}”",
        f"{hint}Write one of: {', '.join(choices)}.",
    )


def _empty_or_wrong(name: str, details: ErrorDetails, _: dict[str, str]) -> Words:
    if details["input"] in (None, ""):
        return f"“{name}” is empty", "Write something after the colon, or delete the line."
    return f"“{name}” has to be words", "Write them after the colon, on the same line."


def _keys(name: str, _: ErrorDetails, known: dict[str, str]) -> Words:
    del known
    return (
        f"“{name}” has to hold keys with values",
        "Write each on a line of its own below it, two spaces further in.",
    )


def _list(name: str, _: ErrorDetails, known: dict[str, str]) -> Words:
    del known
    return f"“{name}” has to be a list", "Start each item with “- ” on a line of its own."


def _too_many(name: str, details: ErrorDetails, _: dict[str, str]) -> Words:
    context = details["ctx"]
    most = context.get("max_length")
    if most is None:
        return f"“{name}” has too few items", f"It needs at least {context['min_length']}."
    return f"“{name}” has too many items", f"{most} is the most."


def _too_long(name: str, details: ErrorDetails, _: dict[str, str]) -> Words:
    return f"“{name}” is too long", f"{details['ctx']['max_length']} characters are the most."


def _number(name: str, _: ErrorDetails, known: dict[str, str]) -> Words:
    del known
    return f"“{name}” is not a whole number in its range", "Write a number such as 268."


def _bounds(name: str, details: ErrorDetails, _: dict[str, str]) -> Words:
    bounds = details["ctx"]
    limit = f"at least {bounds['ge']}" if "ge" in bounds else f"at most {bounds['le']}"
    return f"“{name}” is out of range", f"It has to be {limit}."


def _boolean(name: str, _: ErrorDetails, known: dict[str, str]) -> Words:
    del known
    return f"“{name}” is neither true nor false", "Write true or false."


def _date(name: str, details: ErrorDetails, _: dict[str, str]) -> Words:
    given = str(details["input"] or "")[:_SHOWN]
    return f"“{name}”: “{given}” is not a date", "Write it as 2019-03-30."


def _time(name: str, _: ErrorDetails, known: dict[str, str]) -> Words:
    del known
    return f"“{name}” is not a time", "Write it as 14:00."


def _other(name: str, _: ErrorDetails, known: dict[str, str]) -> Words:
    del known
    return f"“{name}” cannot be used as it is", "Compare it with the sample in issues/."


_WORDS: dict[str, Callable[[str, ErrorDetails, dict[str, str]], Words]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "written": _written,
    "enum": _choice,
    "literal_error": _choice,
    "string_type": _empty_or_wrong,
    "string_too_short": _empty_or_wrong,
    "string_too_long": _too_long,
    "model_type": _keys,
    "dict_type": _keys,
    "list_type": _list,
    "too_short": _too_many,
    "too_long": _too_many,
    "int_parsing": _number,
    "int_type": _number,
    "int_parsing_size": _number,
    "greater_than_equal": _bounds,
    "less_than_equal": _bounds,
    "bool_parsing": _boolean,
    "bool_type": _boolean,
    "date_type": _date,
    "date_parsing": _date,
    "date_from_datetime_parsing": _date,
    "date_from_datetime_inexact": _date,
    "time_type": _time,
    "time_parsing": _time,
}
