"""Name the options that several commands share, and the exit codes."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXIT_REFUSED = 1
EXIT_USAGE = 2
EXIT_CONFIGURATION = 3
EXIT_STOPPED = 4


_DATE = re.compile(r"(?:19|20|21)\d{2}-\d{2}-\d{2}")  # days on which a letter may come


class TransportName(StrEnum):
    """The carriers that --transport knows."""

    SENDGRID = "sendgrid"
    SMTP = "smtp"
    FOLDER = "folder"


def _issue_date(value: str) -> date:
    try:
        return date.fromisoformat(value if _DATE.fullmatch(value) else "")
    except ValueError:
        raise typer.BadParameter("write the issue's date, such as 2019-02-18") from None


def day_of_option(value: str) -> date:
    """Return the day that an option names."""
    try:
        return date.fromisoformat(value if _DATE.fullmatch(value) else "")
    except ValueError:
        raise typer.BadParameter("write a date, such as 2019-02-18") from None


IssueOption = Annotated[
    date,
    typer.Option(
        "--issue", parser=_issue_date, metavar="DATE", help="The issue, by its folder's name."
    ),
]
OptionalIssueOption = Annotated[
    date | None,
    typer.Option(
        "--issue", parser=_issue_date, metavar="DATE", help="The issue, by its folder's name."
    ),
]
IssueArgument = Annotated[
    date,
    typer.Argument(parser=_issue_date, metavar="DATE", help="The issue's day."),
]
# What may not be read is told by whoever reads it, with what to do; Typer calls it mistyped.
OfficeOption = Annotated[
    Path,
    typer.Option(
        "--office", metavar="DIR", help="The office's folder.", show_default=False, readable=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
OpenOption = Annotated[bool, typer.Option("--open", help="Show the email in the browser.")]
TransportOption = Annotated[
    TransportName | None,
    typer.Option("--transport", help="The carrier; without a key it is folder."),
]
AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="CODE",
        help="Send in spite of one finding, by its code; the record of the dispatch keeps it.",
    ),
]

HERE = Path()
