"""Gather the commands, and see to it that nobody ever meets a traceback."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from newsletter.cli import check, render, schema, send, status, subscribers
from newsletter.cli.options import EXIT_REFUSED

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


app.command("check", short_help="Say what has to be mended in an issue.")(check.check)
app.command("render", short_help="Write build/DATE/: email, text, web page.")(render.render)
app.command("send", short_help="Deliver an issue once to everyone who asked.")(send.send)
app.command("status", short_help="Say what became of every message.")(status.status)
app.add_typer(subscribers.app, name="subscribers")
app.command("schema", short_help="Print the JSON Schema of a file.")(schema.schema)


def run() -> int:
    """Run the command line, and return its exit code."""
    try:
        app(standalone_mode=True)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else EXIT_REFUSED
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("NEWSLETTER_TRACEBACK"):
            raise
        typer.echo(f"error: Something unforeseen happened ({type(error).__name__}).", err=True)
        return EXIT_REFUSED
    return 0
