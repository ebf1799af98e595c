"""`newsletter new`: start an issue."""

from __future__ import annotations

from newsletter.cli.answers import console, failures, print_json, show_files
from newsletter.cli.options import HERE, IssueArgument, JsonOption, OfficeOption


def new(day: IssueArgument, office: OfficeOption = HERE, as_json: JsonOption = False) -> None:
    """Start an issue: the next number, last issue's readers, and what was left open."""
    with failures(as_json=as_json):
        from newsletter import starting, wiring

        started = starting.start_issue(wiring.office_folder(office), day)
        if as_json:
            print_json(
                {
                    "issue": day.isoformat(),
                    "number": started.number,
                    "files": [str(file) for file in started.files],
                    "reminders": list(started.reminders),
                }
            )
        out = console(as_json=as_json)
        out.print(f"Issue {started.number} is started.", style="bold")
        show_files(out, started.files)
        for reminder in started.reminders:
            out.print(f"Remember: {reminder}", style="yellow")
        out.print(f"See it while you write: newsletter preview --issue {day}")
