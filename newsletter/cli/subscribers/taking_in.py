"""`newsletter subscribers import`, `undo-import` and `opt-in`: take people in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.answers import console, failures, print_json
from newsletter.cli.options import EXIT_REFUSED, HERE, JsonOption, OfficeOption
from newsletter.cli.subscribers.options import ByOption, YesOption, actor, ask

if TYPE_CHECKING:
    from rich.console import Console

    from newsletter.database.importing import ImportResult
    from newsletter.database.subscribers import Subscribers
    from newsletter.intake import Intake, Order

_MOST_SHOWN = 20


def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE.csv", help="The spreadsheet, as CSV.", readable=False),
    ],
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OURS=THEIRS", help="What the list calls a column of ours."),
    ] = None,
    fixed: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="OURS=TEXT", help="What holds for every row of the list."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Store nothing at all if one row is bad.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would become of each row.")
    ] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Where to write the rejected rows, to mend them."),
    ] = None,
    by: ByOption = None,
) -> None:
    """Take in the subscribers of a spreadsheet; nobody who left comes back by it."""
    with failures(as_json=as_json):
        from newsletter import intake, wiring
        from newsletter.settings import from_environment

        order = intake.Order(
            actor(by),
            _manner(strict=strict, dry_run=dry_run),
            intake.wishes(mapped or (), fixed or ()),
            rejects,
        )
        wiring.office_folder(office)
        out = console(as_json=as_json)
        with wiring.database(office, from_environment()) as database:
            taken = _import_with_bar(out, database.subscribers, file, order)
    failed = strict and bool(taken.result.problems)
    if as_json:
        _print_document(taken, dry_run=dry_run, failed=failed)
    _show(out, taken, dry_run=dry_run, failed=failed)
    if rejects and taken.result.problems:
        out.print(f"  The rejected rows are in {rejects}.")
    if failed:
        raise typer.Exit(EXIT_REFUSED)


def _manner(*, strict: bool, dry_run: bool) -> Any:  # noqa: ANN401  # imported late
    from newsletter.database.importing import Manner

    if dry_run:
        return Manner.NOTHING
    return Manner.ALL_OR_NOTHING if strict else Manner.EVERY_GOOD_ROW


def _import_with_bar(out: Console, subscribers: Subscribers, file: Path, order: Order) -> Intake:
    from rich.progress import Progress

    from newsletter import intake

    size = file.stat().st_size if file.is_file() else 0
    with Progress(console=out, disable=not out.is_terminal, transient=True) as bar:
        task = bar.add_task("Importing", total=size)
        return intake.import_file(
            subscribers, file, order, lambda done: bar.update(task, completed=done)
        )


def _print_document(taken: Intake, *, dry_run: bool, failed: bool) -> None:
    """Print one document, a problem at a time: there may be too many to hold."""
    import json

    head: dict[str, Any] = {}
    if failed:
        head["error"] = {"message": _refusal(taken.result), "hint": _MEND, "file": None} | {
            "line": taken.result.problems[0].line
        }
    else:
        head = {**taken.summary(), "dry_run": dry_run}
    typer.echo(
        json.dumps(head, ensure_ascii=False, indent=2)[:-2] + ',\n  "problems": [', nl=False
    )
    for number, problem in enumerate(taken.result.problems):
        row = json.dumps(problem.as_data(), ensure_ascii=False)
        typer.echo(("," if number else "") + f"\n    {row}", nl=False)
    typer.echo("\n  ]\n}" if taken.result.problems else "]\n}")


_MEND = "Mend them, or leave out --strict to take in all the others."


def _refusal(result: ImportResult) -> str:
    number = len(result.problems)
    return f"Nothing was stored: {number:,} row{'s have' if number > 1 else ' has'} mistakes."


def _show(out: Console, taken: Intake, *, dry_run: bool, failed: bool) -> None:
    document = taken.summary()
    out.print(f"{document['rows']:,} rows", style="bold")
    for name in ("added", "updated", "unchanged", "suppressed", "rejected"):
        out.print(f"  {document[name]:>9,} {name}")
    for number, problem in enumerate(taken.result.problems):
        if number == _MOST_SHOWN:
            more = len(taken.result.problems) - _MOST_SHOWN
            out.print(f"  … and {more:,} more: --json lists all of them")
            break
        out.print(f"  line {problem.line}: {problem.reason}")
    if taken.ignored:
        out.print(f"  Columns left out: {', '.join(taken.ignored)}")
    if failed:
        out.print(f"error: {_refusal(taken.result)}", style="bold red")
        out.print(f"        → {_MEND}", style="dim")
    elif dry_run:
        out.print("A dry run: nothing was stored.", style="green")


def undo_import(
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
    yes: YesOption = False,
    by: ByOption = None,
) -> None:
    """Take back all that came by the last import; objections made since then stay."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.settings import from_environment

        wiring.office_folder(office)
        with wiring.database(office, from_environment()) as database:
            last = database.subscribers.last_import()
            ask(
                f"Take back the import of {last['file']} "
                f"({last['added']:,} added, {last['updated']:,} updated)?",
                yes=yes,
            )
            undone = database.subscribers.undo_import(actor=actor(by))
        if as_json:
            print_json(undone.as_data())
        out = console(as_json=as_json)
        out.print(f"Taken back: {undone.file_name}", style="bold")
        out.print(f"  {undone.removed:>9,} removed")
        out.print(f"  {undone.restored:>9,} as they were before")
        out.print(f"  {undone.lifted:>9,} suppressions of that list lifted")
        if undone.kept:
            out.print(f"  {undone.kept:>9,} kept, for what they did themselves since")


def opt_in(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Who asked.")],
    source: Annotated[
        str, typer.Option("--source", help="Where they asked, e.g. “signed card, surgery”.")
    ],
    wording: Annotated[str, typer.Option("--wording", help="The words they agreed to.")],
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
    by: ByOption = None,
) -> None:
    """Record that a person has explicitly asked anew; only this lifts a suppression."""
    with failures(as_json=as_json):
        from datetime import UTC, datetime

        from newsletter import wiring
        from newsletter.audience.subscriber import Subscriber
        from newsletter.settings import from_environment

        consent = _consent(datetime.now(UTC), source, wording)
        wiring.office_folder(office)
        with wiring.database(office, from_environment()) as database:
            database.signing_up.opt_in(Subscriber(address), consent, recorded_by=actor(by))
        if as_json:
            print_json({"state": "confirmed"})
        console(as_json=as_json).print("Recorded: this person gets the newsletter.")


def _consent(now: Any, source: str, wording: str) -> Any:  # noqa: ANN401  # imported late
    from newsletter.audience.spreadsheet import prove

    return prove(now, source, wording)
