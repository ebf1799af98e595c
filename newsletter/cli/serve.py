"""`newsletter serve`: the pages that constituents and the carrier meet."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli.answers import console, failures
from newsletter.cli.options import HERE, OfficeOption, TransportOption


def serve(
    office: OfficeOption = HERE,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen at; 0.0.0.0 is every one.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help="The port; 0 is any that is free.")
    ] = 8726,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="Processes; several need PostgreSQL.")
    ] = 1,
    behind_proxy: Annotated[
        list[str] | None,
        typer.Option(
            "--behind-proxy",
            metavar="ADDRESS",
            help="Where a proxy calls from; it is believed who asks, and whether by https.",
        ),
    ] = None,
    transport: TransportOption = None,
) -> None:
    """Let people join, leave and see their data; take in the carrier's reports; show the archive.

    It runs until SIGTERM or Ctrl-C, and finishes then what is under way.
    """
    with failures():
        from newsletter.settings import from_environment
        from newsletter.web.public import opening
        from newsletter.web.public.server import Address, proxies

        out = console()
        address = Address(host, port, workers, proxies(behind_proxy or []))
        opening.run(
            office,
            from_environment(),
            address,
            carrier=transport,
            ready=lambda url: out.print(f"Service  {url}", style="bold"),
            warn=lambda sentence: out.print(sentence, style="yellow"),
        )
        out.print("The service has ended.")
