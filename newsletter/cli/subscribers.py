"""`newsletter subscribers`: take people in, and list them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.answers import console, failures, print_json
from newsletter.cli.options import HERE, JsonOption, OfficeOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.audience.subscriber import Subscriber

app = typer.Typer(help="Take subscribers in, and list them.", no_args_is_help=True)

_MOST_SHOWN = 20


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The spreadsheet, as CSV.")],
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Take in the subscribers of a spreadsheet; nobody who left comes back by it."""
    with failures(as_json=as_json):
        from newsletter import intake, wiring
        from newsletter.settings import from_environment

        wiring.office_folder(office)
        with wiring.database(office, from_environment()) as database:
            document = intake.import_file(database.subscribers, file)
        if as_json:
            print_json(document)
        _show_import(document, as_json=as_json)


def _show_import(document: dict[str, Any], *, as_json: bool) -> None:
    out = console(as_json=as_json)
    out.print(f"{document['rows']:,} rows", style="bold")
    for name in ("added", "updated", "unchanged", "suppressed", "rejected"):
        out.print(f"  {document[name]:>9,} {name}")
    problems = document["problems"]
    for problem in problems[:_MOST_SHOWN]:
        out.print(f"  line {problem['line']}: {problem['reason']}")
    if len(problems) > _MOST_SHOWN:
        out.print(f"  … and {len(problems) - _MOST_SHOWN:,} more: --json lists all of them")


@app.command("list")
def list_(office: OfficeOption = HERE, as_json: JsonOption = False) -> None:
    """List everybody on record, with the state they are in."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.settings import from_environment

        wiring.office_folder(office)
        with wiring.database(office, from_environment()) as database:
            counts = database.subscribers.counts()
            if as_json:
                _print_as_json(database.subscribers.listing(), counts)
            else:
                _print_table(database.subscribers.listing(), counts)


def _print_as_json(people: Iterator[Subscriber], counts: dict[str, int]) -> None:
    """Print one document, a person at a time: a list may be too long to hold."""
    import json

    typer.echo('{"subscribers": [', nl=False)
    for number, person in enumerate(people):
        row = {
            "email": person.email,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "postcode": person.postcode,
            "segments": list(person.segments),
            "state": person.state.value,
        }
        typer.echo(("," if number else "") + "\n" + json.dumps(row, ensure_ascii=False), nl=False)
    typer.echo(f'\n], "counts": {json.dumps(counts)}}}')


def _print_table(people: Iterator[Subscriber], counts: dict[str, int]) -> None:
    for person in people:
        name = f"{person.first_name} {person.last_name}".strip()
        segments = "; ".join(person.segments)
        typer.echo(f"{person.state.value:13} {person.email:36} {name:28} {segments}".rstrip())
    found = [f"{count:,} {state}" for state, count in counts.items() if count]
    console(as_json=True).print(", ".join(found) or "Nobody yet.", style="bold")
