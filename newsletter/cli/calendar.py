"""`newsletter calendar`: when issues come out, and when they do not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.answers import console, failures, print_json, show_files
from newsletter.cli.options import HERE, JsonOption, OfficeOption, day_of_option

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from newsletter.drafting.timetable import Week
    from newsletter.planning import Timetable

WEEKS = 12


def calendar(
    first: Annotated[
        date | None,
        typer.Option(
            "--from",
            parser=day_of_option,
            metavar="DATE",
            help="The first day; today if not given.",
        ),
    ] = None,
    weeks: Annotated[
        int, typer.Option("--weeks", min=1, max=104, help="For how many weeks.")
    ] = WEEKS,
    until: Annotated[
        date | None,
        typer.Option(
            "--until",
            parser=day_of_option,
            metavar="DATE",
            help="The last day, instead of --weeks.",
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: use what was fetched before.")
    ] = False,
    ics: Annotated[
        Path | None,
        typer.Option("--ics", metavar="FILE", help="Write the plan for a calendar program, too."),
    ] = None,
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Plan the issues: sitting weeks, recesses, bank holidays, and each issue's number."""
    with failures(as_json=as_json):
        from newsletter import settings, wiring

        plan = wiring.timetable(
            office,
            settings.from_environment(),
            first=first,
            length=timedelta(weeks=weeks),
            last=until,
            offline=offline,
        )
        if as_json:
            print_json(_document(plan))
        else:
            _show(console(), plan)
        if ics is not None:
            show_files(console(as_json=as_json), [wiring.plan_file(plan, ics)])


def _document(plan: Timetable) -> dict[str, Any]:
    facts = plan.facts
    return {
        "from": plan.span.first.isoformat(),
        "until": plan.span.last.isoformat(),
        "day": plan.office.calendar.day.value,
        "bank_holidays": plan.office.calendar.bank_holidays.value,
        "next_number": facts.next_number,
        "sittings_known_until": facts.known_until and facts.known_until.isoformat(),
        "weeks": [
            {
                "usual": week.usual.isoformat(),
                "day": week.day.isoformat(),
                "standing": week.standing.value,
                "number": week.number,
                "moved": week.is_moved,
                "reason": week.reason,
            }
            for week in plan.weeks
        ],
        "problems": list(plan.troubles),
    }


def _show(out: Console, plan: Timetable) -> None:
    from newsletter.rendering.words import day

    out.print(_table(plan))
    out.print(f"The next new issue is number {plan.facts.next_number}.")
    if plan.facts.known_until:
        out.print(f"Sitting days are published up to {day(plan.facts.known_until)}.")
    for trouble in plan.troubles:
        out.print(f"Careful: {trouble}", style="yellow")


def _table(plan: Timetable) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from newsletter.rendering.words import weekday

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Day")
    table.add_column("No.", justify="right")
    table.add_column("What")
    table.add_column("Why", overflow="fold")
    for week in plan.weeks:
        number = str(week.number) if week.number else ""
        table.add_row(weekday(week.day), number, _what(week), week.reason, style=_style(week))
    return table


_WHAT = {
    "issue": "issue to come",
    "started": "in issues/ already",
    "recess": "recess, no issue",
    "dissolved": "no issue",
    "none": "no issue",
    "not known": "not known yet",
}


def _what(week: Week) -> str:
    return f"{_WHAT[week.standing.value]}{', moved' if week.is_moved else ''}"


def _style(week: Week) -> str:
    return {"issue": "bold", "started": "green"}.get(week.standing.value, "dim")
