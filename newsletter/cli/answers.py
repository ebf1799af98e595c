"""Print results and failures: people read stderr or stdout, programs read JSON on stdout."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import typer

from newsletter.cli.options import EXIT_CONFIGURATION, EXIT_REFUSED, EXIT_STOPPED
from newsletter.errors import (
    ConfigurationError,
    FoundError,
    MistakeError,
    NewsletterError,
    StoppedError,
    TransportError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from rich.console import Console

    from newsletter.database.opening import Database
    from newsletter.findings import Finding

_MOST_SHOWN = 50


def console(*, as_json: bool = False) -> Console:
    """Return where words for people go: stderr when stdout is for JSON."""
    from rich.console import Console
    from typing_extensions import override

    class PatientConsole(Console):
        """Say no more to a pipe that was closed, where Rich would end the program."""

        @override
        def on_broken_pipe(self) -> None:
            # A dispatch must not stop half-way because nobody reads along any more.
            self.quiet = True
            hush(self.file)

    return PatientConsole(
        stderr=as_json, highlight=False, soft_wrap=True, emoji=False, markup=False
    )


def hush(stream: IO[str]) -> None:
    """Send what is still to be said to nowhere: Python would complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def print_json(document: dict[str, Any]) -> None:
    """Print one document, and nothing else, on stdout."""
    import json

    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


@contextmanager
def failures(*, as_json: bool = False) -> Iterator[None]:
    """Say what went wrong in words, and exit with the code of the design."""
    try:
        yield
    except NewsletterError as error:
        show_error(error, as_json=as_json)
        raise typer.Exit(exit_code(error)) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        # Whoever opens files says more; this is for the odd folder that nobody may enter.
        name = f"{error.filename}: " if error.filename else ""
        refusal = MistakeError(
            f"{name}{error.strerror or error}",
            hint="Look whether it is there, and whether you may read and write it.",
        )
        show_error(refusal, as_json=as_json)
        raise typer.Exit(EXIT_REFUSED) from error


def exit_code(error: Exception) -> int:
    """Return what the design says a failure exits with."""
    if isinstance(error, ConfigurationError):
        return EXIT_CONFIGURATION
    if isinstance(error, StoppedError | TransportError):
        return EXIT_STOPPED
    return EXIT_REFUSED


def attested(office: Path, database: Database, issue: date) -> NewsletterError | None:
    """Write the certificate; return why that failed, if it did."""
    from newsletter import wiring

    try:
        wiring.attest(office, database, issue)
    except NewsletterError as error:
        return error
    return None


@contextmanager
def then_say(unattested: NewsletterError | None) -> Iterator[None]:
    """Have said first what matters more; a certificate that is missing ends the command after it.

    It is said in words alone: where JSON is asked for, its one document is there already.
    """
    if unattested is None:
        yield
        return
    try:
        yield
    finally:
        show_error(unattested, as_json=False)
    raise typer.Exit(exit_code(unattested))


def show_error(error: NewsletterError, *, as_json: bool) -> None:
    """Print a failure, with the findings that it brings."""
    place = error.file
    if place and error.line:
        place = f"{place}:{error.line}"
    if as_json:
        print_json({"error": _as_data(error)})
    out = console(as_json=True)
    if isinstance(error, FoundError) and error.findings:
        show_findings(out, error.findings)
    elif place:
        out.print(f"{place}: {error.message}")
        _hint(out, error.hint)
        return
    out.print(f"error: {error.message}", style="bold red")
    _hint(out, error.hint)


def _as_data(error: NewsletterError) -> dict[str, Any]:
    findings = error.findings if isinstance(error, FoundError) else ()
    data = {
        "message": error.message,
        "hint": error.hint,
        "file": error.file,
        "line": error.line,
    }
    return {**data, "findings": [finding.as_data() for finding in findings]} if findings else data


def show_findings(out: Console, findings: Sequence[Finding]) -> None:
    """Print each finding on a line of its own, with what to do below it."""
    styles = {"error": "bold red", "warning": "yellow", "note": "cyan"}
    for finding in findings[:_MOST_SHOWN]:
        place = f"{finding.place}: " if finding.place else ""
        out.print(f"{finding.severity.value:8}", style=styles[finding.severity], end="")
        out.print(f"{place}{finding.message}", end=" ")
        out.print(f"[{finding.code}]", style="dim")
        _hint(out, finding.hint)
    if len(findings) > _MOST_SHOWN:
        out.print(f"        … and {len(findings) - _MOST_SHOWN} more")


def show_files(out: Console, files: Iterable[Path]) -> None:
    """Print where the results are."""
    for file in files:
        out.print(f"  {_relative(file)}")


def show_in_browser(out: Console, page: Path) -> None:
    """Open a file in the browser that BROWSER names, or that is there."""
    import webbrowser

    if not webbrowser.open(page.resolve().as_uri()):
        out.print(f"No browser was found: open {_relative(page)} yourself.", style="yellow")


def _relative(path: Path) -> str:
    from pathlib import Path as RealPath

    here = RealPath.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _hint(out: Console, hint: str) -> None:
    if hint:
        out.print(f"        → {hint}", style="dim")
