"""`newsletter cancel`: stop a dispatch, and prove that nothing of it will leave."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.answers import attested, console, failures, print_json, then_say
from newsletter.cli.options import EXIT_STOPPED, HERE, IssueOption, JsonOption, OfficeOption

if TYPE_CHECKING:
    from typing import Any

    from rich.console import Console

    from newsletter.database.halting import Halt
    from newsletter.settings import Settings

PATIENCE = 75
"""Seconds to wait for a send that is running: a dead one's lease ends within 45."""


def cancel(
    issue: IssueOption,
    office: OfficeOption = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question with yes.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Stop a dispatch that is scheduled or under way; exit 0 only if nothing of it will leave."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.cli.status import show_counts
        from newsletter.settings import from_environment

        settings = from_environment()
        out = console(as_json=as_json)
        wiring.office_folder(office)
        _confirm(yes=yes)
        with wiring.database(office, settings) as database:
            halt = database.dispatches.halt(issue)
            _wait(halt)
            is_proven = _call_back(halt, settings)
            is_clean = is_proven and halt.finish()
            document = database.dispatches.status(issue)
            unattested = attested(office, database, issue)
        with then_say(unattested):
            if as_json:
                print_json(document)
            show_counts(out, document)
            if not is_clean:
                out.print("Some of it has left, or may leave: see above.", style="bold red")
                if is_proven:
                    _say_what_next(out, document)
                raise typer.Exit(EXIT_STOPPED)
            out.print("Cancelled: nothing of it will leave.", style="green")


def _say_what_next(out: Console, document: dict[str, Any]) -> None:
    """Say how the others get it: as it was, or as it should have been."""
    send = f"newsletter send --issue {document['issue']}"
    out.print(f"To go on with it as it is, run: {send}", style="bold")
    out.print(
        f"To mend it first, edit the issue. Then {send} --erratum gives it to those who have "
        f"got this one, and {send} --new-only to the others.",
        style="bold",
    )


def _confirm(*, yes: bool) -> None:
    from newsletter.errors import NotAllowedError

    if yes:
        return
    if sys.stdin.isatty() and typer.confirm("Cancel this dispatch?", err=True):
        return
    raise NotAllowedError("Nothing was cancelled", hint="Add --yes to cancel without being asked.")


def _wait(halt: Halt) -> None:
    """Wait until whoever is sending has noticed."""
    import time

    from newsletter.errors import BusyError, StoppedError

    for _ in range(PATIENCE):
        try:
            halt.stop_sending()
        except BusyError:
            time.sleep(1)
        else:
            return
    raise StoppedError(
        "The send that is running has not ended yet",
        hint="It claims no more. Run newsletter cancel again in a minute.",
    )


def _call_back(halt: Halt, settings: Settings) -> bool:
    """Have the carrier drop what it holds; return whether that is certain."""
    from datetime import UTC, datetime

    from newsletter import wiring
    from newsletter.delivery.timetable import drop_all

    if not halt.is_held or halt.send_at is None:
        return True
    return drop_all(
        wiring.holder(settings), halt.slips, at=halt.send_at, now=lambda: datetime.now(UTC)
    )
