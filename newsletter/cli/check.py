"""`newsletter check`: say what is wrong, worst first."""

from __future__ import annotations

import typer

from newsletter.cli.answers import console, failures, print_json, show_findings
from newsletter.cli.options import EXIT_REFUSED, HERE, IssueOption, JsonOption, OfficeOption


def check(
    issue: IssueOption,
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say what has to be mended in an issue before it can be sent, worst first."""
    with failures(as_json=as_json):
        from newsletter import pipeline, wiring

        draft = pipeline.prepare(wiring.office_folder(office), issue)
        if as_json:
            print_json(draft.document())
        out = console(as_json=as_json)
        show_findings(out, draft.findings)
        if not draft.findings:
            out.print("Nothing to mend.", style="green")
        if draft.errors:
            raise typer.Exit(EXIT_REFUSED)
