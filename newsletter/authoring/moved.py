"""Read where issues stood before, so that old links to them go on working."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from newsletter.authoring.fields import Day, Line, Written, mistake

MOST = 2_000
_PATH = re.compile(r"(?:/[A-Za-z0-9._~+-]+)+/?")
_OURS = re.compile(
    r"/(?:\d{4}-\d{2}-\d{2}|join|unsubscribe|my-data|webhook|healthz|readyz|logo|index\.html)(?:/|$)"
)


def _path(text: str) -> str:
    """Refuse what is no path of a page, and what is one of the site's own."""
    if not _PATH.fullmatch(text) or any(part in {".", ".."} for part in text.split("/")):
        raise mistake(
            "this is not the path of a page",
            "Write what follows the website’s name, such as /newsletters/268.html, without ? or #.",
        )
    if _OURS.match(text):
        raise mistake(
            "this address is one of the new site’s own", "Take this line out: it needs no help."
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


def without_doubles(moved: list[Moved]) -> list[Moved]:
    """Refuse an address that leads to two issues."""
    paths = [each.path.rstrip("/") for each in moved]
    double = next((path for path in paths if paths.count(path) > 1), None)
    if double:
        raise mistake(f"{double} stands here twice", "Keep the line with the right issue.")
    return moved


MovedIssues = Annotated[list[Moved], Field(max_length=MOST), AfterValidator(without_doubles)]
