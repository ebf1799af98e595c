"""Read what services send as far as it is needed: names they add do no harm, nor does null."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)
from pydantic.alias_generators import to_camel, to_pascal

from newsletter.rendering.words import LONDON


def _as_text(value: object) -> object:
    """Return nothing for null, and the digits of a number: services are not of one mind."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else value


def _no_entries_for_null(value: object) -> object:
    return [] if value is None else value


def _in_london(value: datetime) -> datetime:
    """Return the time in London: where no zone is given, it is London's already."""
    return value.astimezone(LONDON) if value.tzinfo else value.replace(tzinfo=LONDON)


Text = Annotated[str, BeforeValidator(_as_text)]
Moment = Annotated[datetime, AfterValidator(_in_london)]
Rows = Annotated[list[Any], BeforeValidator(_no_entries_for_null)]
"""Entries that are read one by one, so that an odd one does not cost the others."""


class Camel(BaseModel):
    """Something whose names are written likeThis."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel)


class Pascal(BaseModel):
    """Something whose names are written LikeThis."""

    model_config = ConfigDict(frozen=True, alias_generator=to_pascal)


Model = TypeVar("Model", bound=BaseModel)


def readable(rows: list[Any], model: type[Model]) -> tuple[list[Model], int]:
    """Return the entries that can be read, and how many cannot."""
    found = [_read(row, model) for row in rows]
    entries = [entry for entry in found if entry is not None]
    return entries, len(found) - len(entries)


def _read(row: object, model: type[Model]) -> Model | None:
    try:
        return model.model_validate(row)
    except ValidationError:
        return None


class Page(Camel):
    """One page of a list, twenty entries long as a rule."""

    items: Rows = Field(default_factory=list)
    results: Rows = Field(default_factory=list)
    total_results: int = 0


class Wrapped(Camel):
    """What is held in `value`."""

    value: dict[str, Any]


LIST: TypeAdapter[list[Any]] = TypeAdapter(Rows)
PAGE = TypeAdapter(Page)
WRAPPED = TypeAdapter(Wrapped)
DAY: TypeAdapter[datetime] = TypeAdapter(Moment)
"""A bare string, such as "2026-10-12T00:00:00"."""


class Sitting(Pascal):
    """A day on which the House sits."""

    date: Moment


class SittingDates(Pascal):
    """The answer to when the House sits."""

    sitting_dates: Rows


SITTING_DATES = TypeAdapter(SittingDates)


def is_of(found: int | None, member: int) -> bool:
    """Whether an entry is the member's: a service that is asked in vain for one gives all."""
    return found is None or found == member


def day_of(moment: datetime | None) -> date | None:
    """Return the day of a moment, if there is one."""
    return moment.date() if moment else None
