"""`newsletter render`: write build/DATE/."""

from __future__ import annotations

import typer

from newsletter.cli.answers import console, failures, print_json, show_in_browser
from newsletter.cli.options import (
    EXIT_REFUSED,
    HERE,
    IssueOption,
    JsonOption,
    OfficeOption,
    OpenOption,
)


def render(
    issue: IssueOption,
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
    open_it: OpenOption = False,
) -> None:
    """Write the email, its plain text, the web page and the findings to build/DATE/."""
    with failures(as_json=as_json):
        from newsletter import pipeline, wiring
        from newsletter.cli.summary import show_draft

        desk = wiring.office_folder(office)
        draft = pipeline.prepare(desk, issue)
        files = pipeline.write(desk, draft)
        if as_json:
            print_json({**draft.document(), "files": [str(file) for file in files]})
        out = console(as_json=as_json)
        show_draft(out, draft, files)
        if open_it and draft.edition:
            show_in_browser(out, desk.builds.of(issue) / "email.html")
        if draft.edition is None:
            raise typer.Exit(EXIT_REFUSED)
