"""Answer a question from the shelf while that is fresh, else from Parliament, else from the shelf."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from newsletter.errors import TransportError, UnavailableError
from newsletter.parliament.shelf import Kept
from newsletter.rendering.words import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newsletter.parliament.addresses import Addresses, Question
    from newsletter.parliament.calls import Caller
    from newsletter.parliament.shelf import Shelf

FRESH = timedelta(hours=3)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Answer(Generic[Value]):
    """What a service said, and when it was asked."""

    value: Value
    fetched: datetime


@dataclass(frozen=True, slots=True)
class Library:
    """Where answers come from; without a `caller` they come from the shelf alone."""

    addresses: Addresses
    shelf: Shelf
    now: Callable[[], datetime]
    caller: Caller | None = None

    def inquiry(self) -> Inquiry:
        """Return what asks for one part of a week, and remembers what went wrong with it."""
        return Inquiry(self)


class Inquiry:
    """Some questions that belong together."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._troubles: dict[str, None] = {}
        self.fetched: datetime | None = None

    @property
    def trouble(self) -> str:
        """Return what went wrong, as sentences; empty if nothing did."""
        return " ".join(self._troubles)

    def note(self, trouble: str) -> None:
        """Remember a sentence about what went wrong."""
        self._troubles[trouble] = None

    def note_odd(self, count: int, name: str) -> None:
        """Remember that some entries of a list could not be read, if so."""
        if count:
            are = "is" if count == 1 else "are"
            self.note(f"{count} of the {name} could not be understood and {are} left out.")

    def note_foreign(self, count: int, name: str) -> None:
        """Remember that some entries of a list were not the member's, if so."""
        if count:
            are = "was" if count == 1 else "were"
            self.note(f"{count} of the {name} {are} not the member’s, and left out.")

    async def ask(self, question: Question, shape: TypeAdapter[Value]) -> Answer[Value]:
        """Return the answer in its shape. Raises TransportError if there is none."""
        url = self._library.addresses.of(question)
        kept = self._library.shelf.find(url)
        held = _read(kept, shape)
        if held and self._library.now() - held.fetched < FRESH:
            return self._taken(held)
        try:
            return self._taken(await self._call(url, shape))
        except TransportError as error:
            if held is None:
                raise
            reason = f"{error.message}, so that" if self._library.caller else "Offline,"
            self.note(f"{reason} what was fetched on {moment(held.fetched)} was used.")
            return self._taken(held)

    async def ask_all(
        self, questions: Iterable[Question], shape: TypeAdapter[Value]
    ) -> list[Answer[Value] | TransportError]:
        """Return an answer or a failure for each question, in their order."""
        return await asyncio.gather(*(self._ask_safely(each, shape) for each in questions))

    async def _ask_safely(
        self, question: Question, shape: TypeAdapter[Value]
    ) -> Answer[Value] | TransportError:
        try:
            return await self.ask(question, shape)
        except TransportError as error:
            return error

    async def _call(self, url: str, shape: TypeAdapter[Value]) -> Answer[Value]:
        library = self._library
        if library.caller is None:
            raise UnavailableError(
                "This has never been fetched, and so cannot be had offline",
                hint="Leave --offline out while there is a connection.",
            )
        kept = Kept(library.now(), await library.caller.get(url))
        answer = _read(kept, shape)
        if answer is None:
            host = urlsplit(url).hostname
            raise UnavailableError(f"{host} gave an answer that cannot be understood")
        library.shelf.put(url, kept)
        return answer

    def _taken(self, answer: Answer[Value]) -> Answer[Value]:
        self.fetched = min(self.fetched or answer.fetched, answer.fetched)
        return answer


def _read(kept: Kept | None, shape: TypeAdapter[Value]) -> Answer[Value] | None:
    if kept is None:
        return None
    try:
        return Answer(shape.validate_json(kept.body), kept.fetched)
    except ValidationError:
        return None
