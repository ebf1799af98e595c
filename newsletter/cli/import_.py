"""`newsletter import`: start an issue from a draft in Word, HTML or plain text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.answers import console, failures, print_json, show_files
from newsletter.cli.options import HERE, IssueArgument, JsonOption, OfficeOption


def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The draft: .docx, .html or .txt.", readable=False),
    ],
    day: IssueArgument,
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Turn a draft into issue.md: every word is kept, and what cannot be is listed."""
    with failures(as_json=as_json):
        from newsletter import starting, wiring

        started = starting.import_issue(wiring.office_folder(office), day, file)
        if as_json:
            print_json(
                {
                    "issue": day.isoformat(),
                    "number": started.number,
                    "files": [str(path) for path in started.files],
                    "lost": list(started.lost),
                }
            )
        out = console(as_json=as_json)
        out.print(f"Issue {started.number} is started from {file.name}.", style="bold")
        show_files(out, started.files)
        for sentence in started.lost:
            out.print(f"Not kept: {sentence}", style="yellow")
        out.print(f"See it while you write: newsletter preview --issue {day}")
