"""`newsletter approve`: put a name under exactly this edition."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli.answers import console, failures, print_json, show_findings
from newsletter.cli.check import allowed_codes
from newsletter.cli.options import HERE, AllowOption, IssueOption, JsonOption, OfficeOption


def approve(
    issue: IssueOption,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who signs it off.")],
    office: OfficeOption = HERE,
    allow: AllowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign off exactly this edition; one changed byte, and it wants to be signed anew."""
    allowed = allowed_codes(allow)
    with failures(as_json=as_json):
        from newsletter import pipeline, wiring
        from newsletter.settings import from_environment

        desk = wiring.office_folder(office)
        draft = pipeline.prepare(desk, issue)
        wanted = draft.office.approvals
        edition = pipeline.sendable(draft, allowed=allowed, signed=[""] * wanted)
        with wiring.database(office, from_environment()) as database:
            database.approvals.sign(edition, by)
            signed = database.approvals.of(edition.digest)
        out = console(as_json=as_json)
        if as_json:
            print_json(
                {
                    "issue": issue.isoformat(),
                    "digest": edition.digest,
                    "approvals": [approval.as_data() for approval in signed],
                    "wanted": wanted,
                }
            )
        show_findings(out, draft.findings)
        out.print(f"Subject     {edition.subject}")
        out.print(f"Digest      {edition.digest[:16]}")
        out.print(f"Approved by {', '.join(approval.name for approval in signed)}", style="green")
        if len(signed) < wanted:
            out.print(f"{wanted - len(signed)} more to go before it may be sent.")
