"""`newsletter test`: one copy of an issue to a colleague."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli.answers import console, failures, print_json, show_findings
from newsletter.cli.check import allowed_codes
from newsletter.cli.options import (
    HERE,
    AllowOption,
    IssueOption,
    JsonOption,
    OfficeOption,
    TransportOption,
)


def trial(
    issue: IssueOption,
    to: Annotated[list[str], typer.Option("--to", metavar="A@B", help="Who gets a copy.")],
    office: OfficeOption = HERE,
    transport: TransportOption = None,
    allow: AllowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send one copy to a colleague, marked as a test; it never counts as sent."""
    allowed = allowed_codes(allow)
    with failures(as_json=as_json):
        from newsletter import pipeline, wiring
        from newsletter.audience.address import parse_address
        from newsletter.sending import send_trial
        from newsletter.settings import from_environment

        settings = from_environment()
        name = wiring.letter_transport_name(settings, transport)
        desk = wiring.office_folder(office)
        draft = pipeline.prepare(desk, issue)
        addresses = list(dict.fromkeys(parse_address(address) for address in to))
        out = console(as_json=as_json)
        show_findings(out, draft.findings)
        wanted = [""] * draft.office.approvals  # a test is what one approves by
        edition = pipeline.sendable(draft, allowed=allowed, signed=wanted)
        carriage = wiring.carriage(office, settings, name, draft.office.base_url)
        if name != wiring.FOLDER:
            # The copy loads its pictures from the service, which has them from here.
            with wiring.database(office, settings) as database:
                database.shelf.keep(edition, draft.enclosures)
        try:
            send_trial(edition, addresses, carriage=carriage)
        finally:
            carriage.close()
        if as_json:
            print_json(
                {
                    "issue": issue.isoformat(),
                    "digest": edition.digest,
                    "transport": name,
                    "sent": len(addresses),
                }
            )
        count = len(addresses)
        out.print(
            f"{count} test {'copy' if count == 1 else 'copies'} sent, by {name}.", style="green"
        )
