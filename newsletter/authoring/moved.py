"""Read where issues stood before, so that old links to them go on working."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from newsletter.authoring.fields import Day, Line, Written, mistake

MOST = 2_000
_PATH = re.compile(r"(?:/[A-Za-z0-9._~+-]+)+/?")
_DAY = r"/\d{4}-\d{2}-\d{2}"
_OURS = re.compile(
    r"/(?:join|subscribe|unsubscribe|my-data|privacy|webhook|healthz|readyz|logo|index\.html)(?:/|$)"
    # Old sites have dates in their paths, too; these lie below the days of ours.
    rf"|{_DAY}/(?:pictures|edition-\d+)(?:/|$)"
)
_ISSUE = re.compile(rf"({_DAY})(?:/(?:index\.html/?)?)?")


def _path(text: str) -> str:
    """Refuse what is no path of a page, and what is one of the site's own."""
    if not _PATH.fullmatch(text) or any(part in {".", ".."} for part in text.split("/")):
        raise mistake(
            "this is not the path of a page",
            "Write what follows the website’s name, such as /newsletters/268.html, without ? or #.",
        )
    if _OURS.match(text):
        raise mistake(
            "this address is one of the new site’s own",
            "Take this line out: something else stands there now.",
        )
    return text


class Moved(Written):
    """One address at which an issue stood before."""

    path: Annotated[
        Line,
        AfterValidator(_path),
        WithJsonSchema({"type": "string", "pattern": f"^{_PATH.pattern}$"}),
    ] = Field(description="The old address, from the first / after the website’s name")
    issue: Day = Field(description="The day of the issue that stood there")

    @model_validator(mode="after")
    def _leads_elsewhere(self) -> Self:
        found = _ISSUE.fullmatch(self.path)
        if found and found[1] == f"/{self.issue.isoformat()}":
            raise mistake(
                "its path is where the issue stands now",
                "Take this line out: it needs no help.",
                at="path",
            )
        return self

    @property
    def paths(self) -> tuple[str, str]:
        """Return the address as it may be typed: without a slash at its end, and with one."""
        path = self.path.rstrip("/")
        return path, f"{path}/"


def without_doubles(moved: list[Moved]) -> list[Moved]:
    """Refuse an address that leads to two issues."""
    paths = [each.path.rstrip("/") for each in moved]
    double = next((path for path in paths if paths.count(path) > 1), None)
    if double:
        raise mistake(f"{double} stands here twice", "Keep the line with the right issue.")
    return moved


MovedIssues = Annotated[list[Moved], Field(max_length=MOST), AfterValidator(without_doubles)]
