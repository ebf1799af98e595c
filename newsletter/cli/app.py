"""Gather the commands, and see to it that nobody ever meets a traceback."""

from __future__ import annotations

import os
import sys
from copy import copy
from typing import Annotated

import typer

from newsletter.cli import (
    approve,
    archive,
    calendar,
    cancel,
    check,
    doctor,
    events,
    import_,
    init,
    new,
    preview,
    render,
    report,
    schema,
    send,
    serve,
    status,
    subscribers,
    trial,
)
from newsletter.cli.options import EXIT_REFUSED, EXIT_STOPPED, EXIT_USAGE

app = typer.Typer(
    name="newsletter",
    help="Write an MP's newsletter, look at it, and send it once to everyone who asked for it.",
    rich_markup_mode=None,  # Rich would treble the time that --help takes
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from newsletter import __version__

        typer.echo(f"newsletter {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say which version."),
    ] = False,
) -> None:
    """Hold the options that belong to no command."""


app.command("new", short_help="Start an issue.")(new.new)
app.command("calendar", short_help="Plan when issues come out, and when not.")(calendar.calendar)
app.command("import", short_help="Start an issue from Word, HTML or text.")(import_.import_)
app.command("preview", short_help="Show an issue in the browser, and follow its files.")(
    preview.preview
)
app.command("check", short_help="Say what has to be mended in an issue.")(check.check)
app.command("render", short_help="Write build/DATE/: email, text, web page.")(render.render)
app.command("send", short_help="Deliver an issue once to everyone who asked.")(send.send)
app.command("test", short_help="Send one copy to a colleague.")(trial.trial)
app.command("approve", short_help="Sign off exactly this edition.")(approve.approve)
app.command("cancel", short_help="Stop a dispatch, and prove it.")(cancel.cancel)
app.command("report", short_help="Say how issues went, and how the list fares.")(report.report)
app.command("status", short_help="Say what became of every message.")(status.status)
app.add_typer(subscribers.app, name="subscribers")
app.add_typer(events.app, name="events")
app.command("serve", short_help="Run the public pages: join, leave, archive, webhook.")(
    serve.serve
)
app.command("archive", short_help="Write the web site of past issues.")(archive.archive)
app.command("doctor", short_help="Say whether this office is ready to send.")(doctor.doctor)
app.command("init", short_help="Make a new office.")(init.init)
app.command("schema", short_help="Print the JSON Schema of a file.")(schema.schema)


def run() -> int:
    """Run the command line, and return its exit code."""
    try:
        _for(sys.argv[1:2])(standalone_mode=True)
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else EXIT_REFUSED
        if code == _CTRL_C:
            return stopped_by_hand()
        if code == EXIT_USAGE:
            _tell_programs("The command was not typed as it should be", "Add --help to it.")
        return code
    except Exception as error:
        if os.environ.get("NEWSLETTER_TRACEBACK"):
            raise
        message = f"Something unforeseen happened ({type(error).__name__})"
        typer.echo(f"error: {message}", err=True)
        _tell_programs(message, _REPORT)
        return EXIT_REFUSED
    return 0


_CTRL_C = 130
"""What Typer exits with once Ctrl-C was pressed, without a word."""


def stopped_by_hand() -> int:
    """Say that Ctrl-C was heard, and that nothing is the worse for it."""
    from newsletter.delivery.brake import InterruptedByHandError

    error = InterruptedByHandError()
    typer.echo(f"error: {error.message}\n        → {error.hint}", err=True)
    _tell_programs(error.message, error.hint)
    return EXIT_STOPPED


def _for(typed: list[str]) -> typer.Typer:
    """Return the commands that are needed: the one that was typed first, else all.

    Typer takes apart the options of each command it is given, whichever was typed.
    """
    commands = [command for command in app.registered_commands if command.name in typed]
    groups = [group for group in app.registered_groups if group.name in typed]
    if not commands and not groups:
        return app
    alone = copy(app)
    alone.registered_commands, alone.registered_groups = commands, groups
    return alone


_REPORT = "Set NEWSLETTER_TRACEBACK=1, run it again, and report what it says."


def _tell_programs(message: str, hint: str) -> None:
    """Print the document of an error where --json was asked for; people have read theirs."""
    from newsletter.cli.answers import print_json

    if "--json" in sys.argv:
        print_json({"error": {"message": message, "hint": hint, "file": None, "line": None}})
