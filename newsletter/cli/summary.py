"""Show a draft at a glance: subject, size, findings, recipients and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.cli.answers import show_files, show_findings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rich.console import Console

    from newsletter.pipeline import Draft


def show_draft(
    out: Console, draft: Draft, files: Iterable[Path], more: Iterable[tuple[str, str]] = ()
) -> None:
    """Print what an issue has become; `more` are further rows of name and value."""
    from rich.table import Table

    from newsletter.rendering.words import size, weekday

    show_findings(out, draft.findings)
    if draft.edition is None:
        out.print(f"The issue of {weekday(draft.day)} cannot be rendered yet.", style="bold red")
        return
    edition = draft.edition
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    pictures = sum(len(picture.data) for picture in draft.pictures)
    rows = [
        ("Issue", f"{weekday(draft.day)}"),
        ("Subject", edition.subject),
        ("Preheader", edition.preheader),
        ("From", f"{edition.sender.name} <{edition.sender.email}>"),
        *more,
        (
            "Size",
            ", ".join(
                (
                    f"{size(len(edition.html.encode()))} HTML",
                    f"{size(len(edition.text.encode()))} text",
                    f"{size(pictures)} pictures",
                )
            ),
        ),
        ("Findings", _counted(draft)),
        ("Digest", edition.digest[:16]),
    ]
    for name, value in rows:
        table.add_row(name, value)
    out.print(table)
    out.print("Files", style="bold")
    show_files(out, files)


def _counted(draft: Draft) -> str:
    counts = draft.document()["counts"]
    found = [f"{count} {name}{'s' * (count != 1)}" for name, count in counts.items() if count]
    return ", ".join(found) or "none"
