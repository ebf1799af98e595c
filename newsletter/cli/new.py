"""`newsletter new`: start an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.answers import console, failures, print_json, show_files
from newsletter.cli.options import HERE, IssueArgument, JsonOption, OfficeOption

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console

    from newsletter.drafting.parliament_week import Week
    from newsletter.starting import Started


def new(
    day: IssueArgument,
    from_parliament: Annotated[
        bool,
        typer.Option(
            "--from-parliament",
            help="Begin with the seven days before it in Parliament, as a draft to be mended.",
        ),
    ] = False,
    member: Annotated[
        str | None,
        typer.Option(
            "--member",
            metavar="NAME|NUMBER",
            help="Whose votes and questions, if not office.yaml’s member.",
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: use what was fetched before.")
    ] = False,
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Start an issue: the next number, last issue's readers, and what was left open."""
    if not from_parliament and (member or offline):
        raise typer.BadParameter("--member and --offline go with --from-parliament")
    with failures(as_json=as_json):
        from newsletter import settings, starting, wiring

        desk = wiring.office_folder(office)
        if from_parliament:
            console(as_json=True).print("Looking at the week in Parliament …")
            source = wiring.parliament(office, settings.from_environment(), offline=offline)
            started, week = starting.start_from_parliament(
                desk, day, lambda described: source.week(described, day, member)
            )
        else:
            started, week = starting.start_issue(desk, day), None
        if as_json:
            print_json(_document(day, started, week))
        _tell(console(as_json=as_json), day, started, week)


def _document(day: date, started: Started, week: Week | None) -> dict[str, Any]:
    document = {
        "issue": day.isoformat(),
        "number": started.number,
        "files": [str(file) for file in started.files],
        "reminders": list(started.reminders),
    }
    return {**document, "parliament": _as_data(week)} if week else document


def _as_data(week: Week) -> dict[str, Any]:
    return {
        "member": {
            "number": week.member.number,
            "name": week.member.name,
            "constituency": week.member.constituency,
        },
        "fetched": week.fetched.isoformat(),
        "counts": week.counts,
        "problems": list(week.troubles),
    }


def _tell(out: Console, day: date, started: Started, week: Week | None) -> None:
    out.print(f"Issue {started.number} is started.", style="bold")
    show_files(out, started.files)
    if week:
        _tell_of_parliament(out, week)
    for reminder in started.reminders:
        out.print(f"Remember: {reminder}", style="yellow")
    out.print(f"See it while you write: newsletter preview --issue {day}")


def _tell_of_parliament(out: Console, week: Week) -> None:
    from newsletter.rendering.words import moment

    out.print(f"In Parliament, for {week.member.name} ({week.member.constituency}):")
    for name, count in week.counts.items():
        told = "could not be fetched" if count is None else str(count)
        out.print(f"  {name.replace('_', ' ')}: {told}")
    for trouble in week.troubles:
        out.print(f"Careful: {trouble}", style="yellow")
    out.print(f"Fetched from Parliament’s open data on {moment(week.fetched)}, or later.")
    out.print("It is a draft: it cannot be sent before each TODO in it is gone.")
