"""`newsletter report`: how an issue went, or all of them, and how the list fares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.answers import (
    console,
    failures,
    print_json,
    show_files,
    show_in_browser,
)
from newsletter.cli.options import HERE, JsonOption, OfficeOption, OptionalIssueOption

if TYPE_CHECKING:
    from rich.console import Console

    from newsletter.report.tables import Document


def report(
    issue: OptionalIssueOption = None,
    office: OfficeOption = HERE,
    html: Annotated[
        bool,
        typer.Option("--html", help="Write it as a page, build/DATE/report.html."),
    ] = False,
    open_: Annotated[
        bool, typer.Option("--open", help="Write the page, and show it in the browser.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print it as a spreadsheet.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say how an issue went; without --issue, how all went and how the list fares."""
    if as_csv and as_json:
        raise typer.BadParameter("choose one of --csv and --json")
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.settings import from_environment

        told = wiring.told(office, from_environment(), issue)
        out = console(as_json=as_json or as_csv)
        if as_json:
            print_json(told.data)
        elif as_csv:
            from newsletter.report.sheet import sheet

            typer.echo(sheet(told.document), nl=False)
        elif not (html or open_):
            _show(out, told.document)
        if html or open_:
            page = wiring.write_report(office, told, issue)
            show_files(out, [page])
            if open_:
                show_in_browser(out, page)


def _show(out: Console, document: Document) -> None:
    from newsletter.cli.reporting import show

    show(out, document)
