"""List the blocks an issue may hold: a fence whose info word is a block's name."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from newsletter.authoring.fields import (
    ActionLink,
    Address,
    Clock,
    Day,
    Line,
    PictureName,
    Prose,
    WebLink,
    Written,
    mistake,
)

TO_BE_CONFIRMED = frozenset(
    {"", "tbc", "tba", "to be confirmed", "to be announced", "details to follow"}
)


class Block(Written):
    """A block of an issue; `kind` is its info word."""

    kind: ClassVar[str]


class _Appointment(Block):
    """Something at a place and a time."""

    date: Day = Field(description="The day, such as 2019-03-30")
    starts: Clock | None = Field(None, description='The time it starts, such as "14:00"')
    ends: Clock | None = Field(None, description='The time it ends, such as "16:00"')
    venue: Line | None = Field(None, description="The place, or “to be confirmed”")
    address: Line | None = Field(None, description="The place's postal address")
    note: Prose | None = Field(None, description="Anything else, in Markdown")

    @property
    def is_place_known(self) -> bool:
        """Whether the venue is named, rather than still to be confirmed."""
        return (self.venue or "").strip(" .").lower() not in TO_BE_CONFIRMED

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.starts and self.ends and self.ends <= self.starts:
            raise mistake(
                "“ends” is not later than “starts”", "Look at both times again.", at="ends"
            )
        if self.ends and not self.starts:
            raise mistake(
                "there is an “ends” without a “starts”", 'Add a line “starts: "14:00"”.', at="ends"
            )
        return self


class Event(_Appointment):
    """A public meeting or another date for the diary."""

    kind: ClassVar[str] = "event"
    title: Line = Field(description="What it is called")
    register_at: WebLink | None = Field(
        None, alias="register", description="Where to book a place"
    )
    thanks: Prose | None = Field(None, description="Thanks, shown once the day is past")


class Surgery(_Appointment):
    """A time when constituents can bring their problems in person."""

    kind: ClassVar[str] = "surgery"
    title: Line = Field("Advice surgery", description="What it is called")
    book: ActionLink | None = Field(None, description="Where to book: a web page, mailto: or tel:")


class Button(Block):
    """One thing to do, as a button."""

    kind: ClassVar[str] = "button"
    text: Line = Field(description="The words on the button")
    url: ActionLink = Field(description="Where it leads")


class Quote(Block):
    """Somebody's words, set apart, with who said them."""

    kind: ClassVar[str] = "quote"
    text: Prose = Field(description="The words, without quotation marks around them")
    by: Line | None = Field(None, description="Who said them")
    source: Line | None = Field(None, description="Where and when")
    url: WebLink | None = Field(None, description="Where to read the whole")


class NewsItem(Written):
    """One headline."""

    title: Line = Field(description="The headline")
    date: Day = Field(description="Its day, such as 2019-03-30")
    url: WebLink | None = Field(None, description="Where to read the whole")
    summary: Prose | None = Field(None, description="A sentence or two, in Markdown")


class News(Block):
    """Latest news: headlines over their dates, newest first."""

    kind: ClassVar[str] = "news"
    title: Line = Field("Latest news", description="The heading over the list")
    items: Annotated[list[NewsItem], Field(min_length=1, max_length=20)]


class Figure(Written):
    """One number and what it counts."""

    value: Line = Field(description="The number, such as 412 or 6 days")
    label: Line = Field(description="What it counts")


class Stats(Block):
    """Casework and other figures, big, with the words that explain them."""

    kind: ClassVar[str] = "stats"
    title: Line | None = None
    items: Annotated[list[Figure], Field(min_length=1, max_length=4)]
    note: Prose | None = Field(None, description="Where the figures come from")


class Vote(StrEnum):
    """How a member voted. Absence is no opinion, and is not called abstention."""

    AYE = "aye"
    NO = "no"
    TELLER_AYE = "teller for the ayes"
    TELLER_NO = "teller for the noes"
    BOTH = "both"
    ABSENT = "did not vote"
    NOT_RECORDED = "no vote recorded"


class Division(Written):
    """One vote in the House."""

    title: Line = Field(description="What was voted on")
    date: Day = Field(description="The day of the vote, such as 2019-03-30")
    vote: Vote = Field(description="How the member voted")
    result: Line | None = Field(None, description="How the House decided")
    why: Prose | None = Field(None, description="The member's reason, in Markdown")
    url: WebLink | None = Field(None, description="Where the vote is on record")


class Votes(Block):
    """How the member voted, with the sources."""

    kind: ClassVar[str] = "votes"
    title: Line = Field("How I voted", description="The heading over the list")
    items: Annotated[list[Division], Field(min_length=1, max_length=20)]


class Question(Written):
    """One question to a minister, and the answer if there is one."""

    question: Prose = Field(description="The question, in Markdown")
    to: Line = Field(description="Who was asked")
    asked: Day = Field(description="The day it was asked, such as 2019-03-30")
    answer: Prose | None = Field(None, description="The answer, in Markdown")
    answered: Day | None = Field(None, description="The day of the answer")
    url: WebLink | None = Field(None, description="Where both are on record")
    number: Line | None = Field(None, description="Its number in Parliament, such as 12345")

    @model_validator(mode="after")
    def _answered_after_it_was_asked(self) -> Self:
        if self.answered and self.answered < self.asked:
            raise mistake(
                "“answered” is before “asked”", "Look at both dates again.", at="answered"
            )
        return self


class Questions(Block):
    """What the member asked ministers, with the answers and sources."""

    kind: ClassVar[str] = "questions"
    title: Line = Field("Questions I asked", description="The heading over the list")
    items: Annotated[list[Question], Field(min_length=1, max_length=20)]


class Video(Block):
    """A still with a play mark that links to the film; never an embedded player."""

    kind: ClassVar[str] = "video"
    title: Line = Field(description="What the film is called")
    url: WebLink = Field(description="Where to watch it")
    picture: PictureName = Field(description="The still: a picture beside the issue")
    alt: Line = Field(description="What the still shows, for those who cannot see it")
    length: Line | None = Field(None, description="How long it is, such as 2 minutes")


class Notice(Block):
    """Something that must not be missed, in a box."""

    kind: ClassVar[str] = "notice"
    title: Line | None = Field(None, description="The heading")
    text: Prose = Field(description="The words, in Markdown")


class Contact(Block):
    """How to reach the office: what is not given here comes from office.yaml."""

    kind: ClassVar[str] = "contact"
    title: Line = Field("How to get help", description="The heading")
    text: Prose | None = None
    email: Address | None = None
    phone: Line | None = None
    post: Line | None = None


class Column(Written):
    """One of two or three columns."""

    title: Line | None = None
    text: Prose
    url: ActionLink | None = None
    link: Line | None = Field(None, description="The words of the link")

    @model_validator(mode="after")
    def _link_has_words_and_place(self) -> Self:
        if (self.url is None) != (self.link is None):
            raise mistake(
                "“url” and “link” belong together",
                "“url” is where the link leads, “link” the words one clicks on.",
            )
        return self


class Columns(Block):
    """Two or three short texts side by side, one over the other on a phone."""

    kind: ClassVar[str] = "columns"
    items: Annotated[list[Column], Field(min_length=2, max_length=3)]


BLOCKS: dict[str, type[Block]] = {
    block.kind: block
    for block in (
        Event,
        Surgery,
        Button,
        Quote,
        News,
        Stats,
        Votes,
        Questions,
        Video,
        Notice,
        Contact,
        Columns,
    )
}
