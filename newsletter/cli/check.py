"""`newsletter check`: say what is wrong, worst first; list what is looked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.answers import console, failures, print_json, show_findings
from newsletter.cli.options import (
    EXIT_REFUSED,
    HERE,
    JsonOption,
    OfficeOption,
    OptionalIssueOption,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from newsletter.checks.registry import Material
    from newsletter.findings import Finding


def check(
    issue: OptionalIssueOption = None,
    office: OfficeOption = HERE,
    online: Annotated[
        bool, typer.Option("--online", help="Ask for every link, too, whether it is there.")
    ] = False,
    list_them: Annotated[
        bool, typer.Option("--list", help="Print every check with its reason and source.")
    ] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="With --list: as the page of the documentation.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what has to be mended in an issue before it can be sent, worst first."""
    if list_them:
        _list(as_json=as_json, as_markdown=as_markdown)
        return
    if issue is None:
        raise typer.BadParameter("name an issue with --issue, or ask for --list")
    with failures(as_json=as_json):
        from newsletter import pipeline, wiring

        out = console(as_json=as_json)
        desk = wiring.office_folder(office)
        if online:
            draft = pipeline.prepare(desk, issue, also=partial(_ask_links, out))
        else:
            draft = pipeline.prepare(desk, issue)
        if as_json:
            print_json(draft.document())
        show_findings(out, draft.findings)
        if not draft.findings:
            out.print("Nothing to mend.", style="green")
        if draft.errors:
            raise typer.Exit(EXIT_REFUSED)


def allowed_codes(codes: Sequence[str] | None) -> frozenset[str]:
    """Return the codes given to --allow. Raises BadParameter if there is no such check."""
    if not codes:
        return frozenset()
    from newsletter import checks
    from newsletter.authoring.mistakes import nearest

    known = [rule.code for rule in checks.rules()]
    for code in codes:
        if code not in known:
            meant = nearest(code, known)
            hint = f"did you mean “{meant}”?" if meant else "newsletter check --list names all"
            raise typer.BadParameter(f"there is no check “{code}”: {hint}")
    return frozenset(codes)


def _ask_links(out: Console, material: Material) -> list[Finding]:
    """Ask for every link of the issue, with a bar on a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from newsletter import online
    from newsletter.checks.reader import links

    columns = (TextColumn("Asking for links"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=out, disable=not out.is_terminal, transient=True) as bar:
        task = bar.add_task("links", total=None)

        def answered(count: int, total: int) -> None:
            bar.update(task, completed=count, total=total)

        return online.ask(links(material), answered=answered)


def _list(*, as_json: bool, as_markdown: bool) -> None:
    from newsletter import checks, online
    from newsletter.checks import guide
    from newsletter.checks.registry import in_order

    rules = in_order([*checks.rules(), *online.RULES])
    if as_json:
        print_json({"checks": guide.data(rules)})
    else:
        typer.echo(guide.markdown(rules) if as_markdown else guide.plain(rules), nl=False)
