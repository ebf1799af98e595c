"""`newsletter preview`: a page in the browser that follows the files."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli.answers import console, failures
from newsletter.cli.options import HERE, OfficeOption, OptionalIssueOption


def preview(
    issue: OptionalIssueOption = None,
    office: OfficeOption = HERE,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65_535, help="The port; if taken, the next.")
    ] = 8725,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Do not open the page in the browser.")
    ] = False,
) -> None:
    """Show an issue as readers will get it, and follow its files until Ctrl-C.

    Without --issue it is the newest. From another machine, forward the port first:
    ssh -L 8725:127.0.0.1:8725 HOST
    """
    with failures():
        from newsletter.settings import from_environment
        from newsletter.web.preview import opening

        out = console()

        def ready(address: str) -> None:
            out.print(f"Preview  {address}", style="bold")
            out.print("It follows your files. Ctrl-C ends it.", style="dim")
            if not no_open:
                _open(address)

        opening.run(office, from_environment(), issue, port=port, ready=ready)
        out.print("The preview has ended.")


def _open(address: str) -> None:
    """Open the page, without waiting for a browser that takes its time."""
    import webbrowser
    from threading import Thread

    Thread(target=webbrowser.open, args=(address,), daemon=True).start()
