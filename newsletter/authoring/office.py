"""Read office.yaml: who publishes, how it looks, and what the law wants to see."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from newsletter.authoring.fields import (
    MOST_ENTRIES,
    Address,
    Colour,
    Day,
    Language,
    Line,
    PictureName,
    Site,
    WebLink,
    Written,
    mistake,
)
from newsletter.authoring.invitation import Topics, Wording
from newsletter.authoring.mistakes import validate
from newsletter.authoring.moved import MovedIssues
from newsletter.authoring.text import with_plain_line_ends
from newsletter.authoring.yaml import read_mapping
from newsletter.findings import Finding, Severity

FILE = "office.yaml"


class Affiliation(Written):
    """The party a member sits for, from a day on."""

    party: Line
    since: Day


class From(Written):
    """What readers see as the sender, and where their replies go."""

    name: Line
    email: Address
    reply_to: Address


class ContactDetails(Written):
    """How constituents reach the office."""

    email: Address
    phone: Line
    post: Line


class SocialAccount(Written):
    """One account of the member's."""

    network: Line
    url: WebLink


class Share(StrEnum):
    """Where a reader can pass an issue on."""

    EMAIL = "email"
    WHATSAPP = "whatsapp"
    FACEBOOK = "facebook"
    BLUESKY = "bluesky"
    LINKEDIN = "linkedin"
    X = "x"


class Privacy(Written):
    """The privacy notice."""

    url: WebLink
    text: Line = "How we use your data"


class Party(Written):
    """Somebody named in the imprint: name and postal address."""

    name: Line
    address: Line


class Imprint(Written):
    """Who promotes and who publishes (Elections Act 2022, sections 41 to 48)."""

    promoter: Party
    publisher: Party


class Parliament(Written):
    """Whether there is a House: while it is dissolved nobody is an MP."""

    status: Literal["sitting", "dissolved"] = "sitting"
    since: Day | None = None
    member: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="The member’s number in Parliament’s records, such as 172"
    )

    @model_validator(mode="after")
    def _dissolved_since_when(self) -> Self:
        if self.status == "dissolved" and self.since is None:
            raise mistake(
                "the day of the dissolution is missing",
                "Write it as {status: dissolved, since: 2019-11-06}.",
                at="status",
            )
        return self


class Weekday(StrEnum):
    """A day on which a newsletter may come out."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """The number that `date.weekday` has for it."""
        return list(Weekday).index(self)


class Nation(StrEnum):
    """A part of the country with bank holidays of its own, as the government names them."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


class Plan(Written):
    """When issues come out."""

    day: Weekday = Field(Weekday.FRIDAY, description="The day on which issues come out")
    bank_holidays: Nation = Field(
        Nation.ENGLAND_AND_WALES, description="Whose bank holidays count"
    )


class Colours(Written):
    """The three colours everything is drawn in."""

    primary: Colour = "#1d4f91"
    text: Colour = "#1a1a1a"
    background: Colour = "#ffffff"


class Look(Written):
    """Colours and logo."""

    colours: Colours = Colours()
    logo: PictureName | None = None


class Office(Written):
    """An office as its office.yaml describes it."""

    name: Line = Field(description="The member's name")
    style: Line = Field("MP", description="What follows the name while there is a House")
    constituency: Line = Field(description="The seat")
    affiliations: Annotated[list[Affiliation], Field(min_length=1, max_length=MOST_ENTRIES)] = (
        Field(
            description="Each party with the day it began: an old issue keeps the party of its day"
        )
    )
    sender: From = Field(description="Who readers see as the sender")
    contact: ContactDetails = Field(description="How constituents reach the office")
    site: Site = Field(
        description="The address of the public website, such as https://update.example.org"
    )
    title: Line | None = Field(None, description="What the newsletter is called")
    language: Language = Field("en-GB", description="en-GB for English, cy-GB for Welsh")
    social: list[SocialAccount] = Field(
        default_factory=list,
        max_length=MOST_ENTRIES,
        description="The member's accounts elsewhere",
    )
    share: list[Share] = Field(
        default_factory=list, max_length=MOST_ENTRIES, description="Where readers can pass it on"
    )
    privacy: Privacy = Field(description="The privacy notice")
    imprint: Imprint = Field(description="Who promotes and who publishes")
    parliament: Parliament = Field(Parliament(), description="Whether there is a House")
    calendar: Plan = Field(Plan(), description="When issues come out")
    approvals: Annotated[int, Field(ge=0, le=2)] = Field(
        0, description="How many names must sign an edition off: 0, 1 or 2"
    )
    tracking: bool = Field(default=False, description="Whether to count opened emails and clicks")
    postcodes: Line | None = Field(None, description="A file with the seat's postcodes")
    look: Look = Field(Look(), description="Colours and logo")
    topics: Topics = Field(
        default_factory=list, description="What people can choose when they join, if anything"
    )
    consent: Wording | None = Field(
        None, description="The words that people agree to when they join, if not the usual ones"
    )

    moved: MovedIssues = Field(
        default_factory=list, description="Where issues stood before, so that old links work"
    )

    @property
    def base_url(self) -> str:
        """The public base URL without a slash at its end."""
        return self.site.rstrip("/")

    def affiliation(self, day: date) -> str:
        """Return the party of that day, or nothing before the first one began."""
        held = [item for item in self.affiliations if item.since <= day]
        return max(held, key=lambda item: item.since).party if held else ""

    def has_members(self, day: date) -> bool:
        """Whether there was a House that day, so that somebody could be an MP."""
        since = self.parliament.since
        return self.parliament.status == "sitting" or (since is not None and day < since)

    def styled_name(self, day: date) -> str:
        """Return the name with its style, which falls away while Parliament is dissolved."""
        return f"{self.name} {self.style}" if self.has_members(day) else self.name


def parse_office(text: str) -> tuple[Office | None, list[Finding]]:
    """Read office.yaml. Returns None when it has mistakes, and every finding."""
    located, findings = read_mapping(with_plain_line_ends(text), file=FILE)
    if located is None:
        return None, findings
    office, mistakes = validate(Office, located, file=FILE)
    findings = sorted([*findings, *mistakes], key=lambda finding: finding.line or 0)
    has_errors = any(finding.severity is Severity.ERROR for finding in findings)
    return (None if has_errors else office), findings
