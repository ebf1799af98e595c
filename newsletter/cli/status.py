"""`newsletter status`: what became of every message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.cli.answers import console, failures, print_json
from newsletter.cli.options import HERE, IssueOption, JsonOption, OfficeOption

if TYPE_CHECKING:
    from rich.console import Console

_MOST_SHOWN = 20


def status(
    issue: IssueOption,
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say how far a dispatch is and what became of every message."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.settings import from_environment

        wiring.office_folder(office)
        with wiring.database(office, from_environment()) as database:
            document = database.dispatches.status(issue)
        if as_json:
            print_json(document)
        else:
            out = console()
            show_counts(out, document)
            _show_unsettled(out, document)


def show_counts(out: Console, document: dict[str, Any]) -> None:
    """Print how many share each fate, and nobody's address."""
    out.print(f"Issue {document['issue']}: {document['state']}", style="bold")
    if document["state"] == "none":
        return
    for state, count in document["counts"].items():
        if count:
            out.print(f"  {count:>9,} {state}")
    out.print(f"  {document['recipients']:>9,} recipients, by {document['transport']}")


def _show_unsettled(out: Console, document: dict[str, Any]) -> None:
    """Print everyone of whom something has to be decided."""
    unsettled = document["unsettled"]
    for person in unsettled[:_MOST_SHOWN]:
        out.print(f"  {person['state']}: {person['email']} ({person['reason'].rstrip('.')})")
    if len(unsettled) > _MOST_SHOWN:
        rest = len(unsettled) - _MOST_SHOWN
        out.print(f"  … and {rest:,} more: newsletter status --json lists all of them")
