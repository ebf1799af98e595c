"""Show what `send` would do, and do none of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from newsletter.cli.answers import print_json, show_findings, show_in_browser
from newsletter.cli.options import EXIT_REFUSED
from newsletter.cli.telling import audience_words, seat_words

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path

    from rich.console import Console

    from newsletter.settings import Settings


@dataclass(frozen=True, slots=True)
class Trial:
    """What a dry run is asked to show."""

    out: Console
    office: Path
    settings: Settings
    issue: date
    allowed: Collection[str]


def try_out(trial: Trial, *, as_json: bool, open_it: bool) -> None:
    """Show the finished newsletter and who would get it; mail nobody, freeze nothing."""
    from newsletter import pipeline, proposal, wiring
    from newsletter.cli.summary import show_draft
    from newsletter.errors import NewsletterError

    out = trial.out
    desk = wiring.office_folder(trial.office)
    draft = pipeline.prepare(desk, trial.issue)
    files = pipeline.write(desk, draft)
    with wiring.database(trial.office, trial.settings) as database:
        audience, warnings = proposal.audience_of(desk, database.subscribers, draft)
        signed = database.approvals.of(draft.edition.digest) if draft.edition else []
    if as_json:
        counts = {"recipients": audience.recipients, "suppressed": audience.suppressed}
        more = {**counts, "seat": dict(audience.seat), "files": [str(file) for file in files]}
        print_json({**draft.document(), "segment": draft.segment, **more})
    out.print("A dry run: nothing is sent.", style="green")
    show_findings(out, warnings)
    rows = [("Recipients", audience_words(draft.segment, audience))]
    rows += [("Seat", seat_words(audience))] if audience.seat else []
    show_draft(out, draft, files, rows)
    if open_it and draft.edition:
        show_in_browser(out, desk.builds.of(trial.issue) / "email.html")
    try:
        pipeline.sendable(draft, allowed=trial.allowed, signed=[each.name for each in signed])
    except NewsletterError as error:
        # Its findings have been shown, and stdout has had its one document.
        out.print(f"{error.message}.", style="bold red")
        raise typer.Exit(EXIT_REFUSED) from error
