"""Read issue.md: its front matter and its body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import Field

from newsletter.authoring import prose
from newsletter.authoring.blocks import Video
from newsletter.authoring.body import FILE, MOST_FINDINGS, Body, Part, Passage, Picture, Placed
from newsletter.authoring.fields import Line, Number, Written
from newsletter.authoring.mistakes import validate
from newsletter.authoring.text import with_plain_line_ends
from newsletter.authoring.yaml import read_mapping
from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = [
    "FILE",
    "FrontMatter",
    "Funding",
    "Issue",
    "Part",
    "Passage",
    "Picture",
    "Placed",
    "parse_issue",
]

_DASHES = "---"


class Funding(StrEnum):
    """Who pays for an issue, and so which rules it keeps."""

    PARLIAMENTARY = "parliamentary"
    PERSONAL = "personal"
    PARTY = "party"


class FrontMatter(Written):
    """What stands between the two lines of dashes."""

    number: Number = Field(description="The number of the issue")
    subject: Line = Field(description="What stands in the inbox")
    preheader: Line = Field(description="The line that an inbox shows after the subject")
    funding: Funding = Field(description="Who pays: parliamentary, personal or party")
    segment: Line = Field("all", description="Who gets it: all, a tag, or ward:Trumpington")


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue as it was written. `title` is the first heading as inline tokens."""

    date: date
    front: FrontMatter
    title: tuple[Token, ...]
    body: tuple[Part, ...]

    @property
    def title_words(self) -> str:
        """Return the title as plain words."""
        return prose.plain(self.title)

    @property
    def pictures(self) -> dict[str, int]:
        """Return the file of each picture with the line that asks for it first."""
        found: dict[str, int] = {}
        for part in self.body:
            if isinstance(part, Picture):
                found.setdefault(part.file, part.line)
            elif isinstance(part, Placed) and isinstance(part.block, Video):
                found.setdefault(part.block.picture, part.line)
        return found


def parse_issue(text: str, day: date) -> tuple[Issue | None, list[Finding]]:
    """Read an issue of `day`. Returns None when it has errors, and every finding."""
    lines = with_plain_line_ends(text).split("\n")
    if lines[0].rstrip() != _DASHES:
        return None, [_error("front-matter", *_NO_FRONT_MATTER, 1)]
    end = next((i for i, line in enumerate(lines) if i and line.rstrip() == _DASHES), None)
    if end is None:
        return None, [_error("front-matter", *_OPEN_FRONT_MATTER, 1)]
    begins = end + 1
    text_above = _text_within(lines, end)
    findings = []
    if text_above is not None:
        end = begins = text_above
        findings.append(_error("front-matter", *_CLOSING_MISSING, begins + 1))
    located, found = read_mapping("\n".join(lines[1:end]), file=FILE, first_line=2, opening=1)
    findings += found
    front = None
    if located is not None:
        front, mistakes = validate(FrontMatter, located, file=FILE)
        findings += mistakes
    reading = Body(lines[begins:], begins + 1)
    reading.read()
    findings = sorted([*findings, *reading.findings], key=lambda finding: finding.line or 0)
    if len(findings) > MOST_FINDINGS:
        findings[MOST_FINDINGS:] = [_error("more", *_MORE, findings[MOST_FINDINGS].line or 1)]
    if front is None or any(finding.severity is Severity.ERROR for finding in findings):
        return None, findings
    return Issue(day, front, tuple(reading.title), tuple(reading.parts)), findings


def _text_within(lines: list[str], end: int) -> int | None:
    """Return where the text begins if that is above the dashes at `end`, which are its own.

    Then the dashes that should close the front matter are missing, unless a title stands below.
    """
    below = next((line for line in lines[end + 1 :] if line.strip()), "")
    if below.startswith("# "):
        return None
    for place in range(1, end):
        is_apart = not lines[place - 1].strip() and not _OF_FRONT_MATTER.match(lines[place])
        if lines[place].startswith("# ") or is_apart:
            return place
    return None


_OF_FRONT_MATTER = re.compile(r"\s|#|-\s|[\w-]+\s*:(?:\s|$)|$")
_MORE = ("There are more mistakes from here on", "Mend those above, then run this again.")
_FRONT_MATTER = "number:, subject:, preheader: and funding:"
_NO_FRONT_MATTER = (
    "The issue does not begin with its number and subject",
    f"Begin the file with a line of three dashes, then {_FRONT_MATTER}, then three dashes again.",
)
_CLOSING_MISSING = (
    "The three dashes that end the number and subject are missing above this line",
    "Write a line of three dashes here, and an empty one below it.",
)
_OPEN_FRONT_MATTER = (
    "The number and subject of the issue have no end",
    f"Write a line of three dashes below {_FRONT_MATTER}",
)


def _error(code: str, message: str, hint: str, line: int) -> Finding:
    return Finding(code, Severity.ERROR, message, hint, FILE, line)
