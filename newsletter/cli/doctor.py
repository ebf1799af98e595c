"""`newsletter doctor`: is this office ready to send?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.answers import console, failures, print_json
from newsletter.cli.options import EXIT_CONFIGURATION, HERE, JsonOption, OfficeOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from newsletter.doctor.facts import Answer

DEADLINE = 20.0  # seconds for all of it


def doctor(
    office: OfficeOption = HERE,
    nameserver: Annotated[
        str | None,
        typer.Option(
            "--nameserver", metavar="ADDRESS", help="Ask this nameserver, such as 9.9.9.9."
        ),
    ] = None,
    selector: Annotated[
        list[str] | None,
        typer.Option("--selector", metavar="NAME", help="A DKIM key's name besides s1 and s2."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether this office is ready to send, and what to do where it is not."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.doctor.examining import examine, is_ready
        from newsletter.settings import from_environment

        settings = from_environment()
        found = wiring.office_folder(office).office()
        probes = wiring.checkup(
            found, office, settings, nameserver=nameserver, selectors=selector or []
        )
        answers = examine(probes, deadline=DEADLINE)
        ready = is_ready(answers)
        if as_json:
            print_json({"ready": ready, "answers": [answer.as_data() for answer in answers]})
        _show(console(as_json=as_json), answers)
        if not ready:
            raise typer.Exit(EXIT_CONFIGURATION)


def _show(out: Console, answers: Sequence[Answer]) -> None:
    """Print a line for each answer, and below it what to do."""
    signs = {"good": ("✓", "green"), "doubtful": ("!", "yellow"), "bad": ("✗", "bold red")}
    width = max(len(answer.subject) for answer in answers)
    for answer in answers:
        sign, style = signs[answer.verdict]
        out.print(sign, style=style, end=" ")
        out.print(f"{answer.subject:{width}}  {answer.message}")
        if answer.hint:
            out.print(f"    → {answer.hint}", style="dim")
