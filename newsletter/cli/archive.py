"""`newsletter archive`: the web site of past issues."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.answers import console, failures, print_json
from newsletter.cli.options import HERE, JsonOption, OfficeOption

if TYPE_CHECKING:
    from rich.console import Console

    from newsletter.archive.past import Past
    from newsletter.publishing import Published


def archive(
    office: OfficeOption = HERE,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where to write it; without this it is public in the office's folder.",
        ),
    ] = None,
    rehearsals: Annotated[
        bool,
        typer.Option("--rehearsals", help="Show issues, too, that only the folder has got."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the web site of all sent issues into a folder that any web server can show."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.archive.past import Wanted
        from newsletter.settings import from_environment

        desk = wiring.office_folder(office)
        desk.office()
        wanted = Wanted.EVERYTHING if rehearsals else Wanted.FIRST_STEPS
        folder = out or office / "public"
        with wiring.database(office, from_environment()) as database:
            past, published = wiring.publish_archive(desk, database, wanted, folder)
        if as_json:
            print_json(_document(past, published, folder))
        _warn(console(as_json=True), past)
        _tell(console(as_json=as_json), past, published, folder)


def _document(past: Past, published: Published, folder: Path) -> dict[str, Any]:
    return {
        "folder": str(folder),
        "issues": [issue.day.isoformat() for issue in past.issues],
        "corrected": [issue.day.isoformat() for issue in past.issues if issue.is_corrected],
        "rehearsed": [day.isoformat() for day in past.rehearsed],
        "without_files": [day.isoformat() for day in past.without_files],
        "written": list(published.written),
        "removed": list(published.removed),
        "unchanged": published.unchanged,
    }


def _warn(out: Console, past: Past) -> None:
    """Say on stderr what is not as one might think."""
    for days, sentence in (
        (past.rehearsed, "Rehearsed in outbox/ and mailed to nobody"),
        (past.without_files, "Sent by a version that kept no pictures, so shown without them"),
    ):
        if days:
            named = ", ".join(day.isoformat() for day in days)
            out.print(f"{sentence}: {named}", style="yellow")


def _tell(out: Console, past: Past, published: Published, folder: Path) -> None:
    count = len(past.issues)
    out.print(f"{count} issue{'s' * (count != 1)} in {folder}", style="bold")
    out.print(
        f"  {len(published.written):,} files written, {published.unchanged:,} unchanged, "
        f"{len(published.removed):,} removed"
    )
