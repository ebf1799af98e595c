"""`newsletter send`: freeze an edition and its audience, and deliver it once to each."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.answers import (
    console,
    failures,
    print_json,
    show_findings,
    show_in_browser,
)
from newsletter.cli.check import allowed_codes
from newsletter.cli.options import (
    EXIT_REFUSED,
    EXIT_STOPPED,
    HERE,
    AllowOption,
    IssueOption,
    JsonOption,
    OfficeOption,
    OpenOption,
    TransportOption,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path
    from typing import Any

    from rich.console import Console

    from newsletter.database.opening import Database
    from newsletter.pipeline import Audience, Plan
    from newsletter.settings import Settings


def send(
    issue: IssueOption,
    office: OfficeOption = HERE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything but the sending.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question with yes.")] = False,
    transport: TransportOption = None,
    resend_uncertain: Annotated[
        bool,
        typer.Option("--resend-uncertain", help="Send again what nobody knows the fate of."),
    ] = False,
    accept_uncertain: Annotated[
        bool,
        typer.Option("--accept-uncertain", help="Count as sent what nobody knows the fate of."),
    ] = False,
    allow: AllowOption = None,
    as_json: JsonOption = False,
    open_it: OpenOption = False,
) -> None:
    """Deliver an issue once to everyone who asked for it; run again, it goes on."""
    if resend_uncertain and accept_uncertain:
        raise typer.BadParameter("choose --resend-uncertain or --accept-uncertain, not both")
    allowed = allowed_codes(allow)
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.settings import from_environment

        settings = from_environment()
        name = wiring.transport_name(settings, transport)
        out = console(as_json=as_json)
        if dry_run:
            trial = _Trial(out, office, settings, issue, allowed)
            _try_out(trial, as_json=as_json, open_it=open_it)
            return
        wiring.office_folder(office)
        errand = _Errand(
            out,
            office,
            settings,
            issue,
            name,
            allowed,
            resend=resend_uncertain,
            accept=accept_uncertain,
        )
        with wiring.database(office, settings) as database:
            reason = _deliver(errand, database, yes=yes)
            document = database.dispatches.status(issue, transport=name)
        _tell(out, document, reason, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Trial:
    """What a dry run is asked to show."""

    out: Console
    office: Path
    settings: Settings
    issue: date
    allowed: Collection[str]


def _try_out(trial: _Trial, *, as_json: bool, open_it: bool) -> None:
    """Show the finished newsletter and who would get it; mail nobody, freeze nothing."""
    from newsletter import pipeline, wiring
    from newsletter.cli.summary import show_draft
    from newsletter.errors import NewsletterError

    out = trial.out
    desk = wiring.office_folder(trial.office)
    draft = pipeline.prepare(desk, trial.issue)
    files = pipeline.write(desk, draft)
    with wiring.database(trial.office, trial.settings) as database:
        audience = database.subscribers.audience(draft.segment)
    if as_json:
        counts = {"recipients": audience.recipients, "suppressed": audience.suppressed}
        files_made = {"files": [str(file) for file in files]}
        print_json({**draft.document(), "segment": draft.segment, **counts, **files_made})
    show_draft(out, draft, files, [("Recipients", _audience(draft.segment, audience))])
    if open_it and draft.edition:
        show_in_browser(out, desk.build(trial.issue) / "email.html")
    try:
        pipeline.sendable(draft, allowed=trial.allowed)
    except NewsletterError as error:
        # Its findings have been shown, and stdout has had its one document.
        out.print(f"{error.message}.", style="bold red")
        raise typer.Exit(EXIT_REFUSED) from error
    out.print("A dry run: nothing was sent.", style="green")


def _audience(segment: str, audience: Audience) -> str:
    left_out = [
        f"{count:,} {why}"
        for count, why in (
            (audience.suppressed, "must not be mailed"),
            (audience.unconfirmed, "not confirmed"),
        )
        if count
    ]
    more = f"; left out: {', '.join(left_out)}" if left_out else ""
    return f"{audience.recipients:,} ({segment}){more}"


@dataclass(frozen=True, slots=True)
class _Errand:
    """What was asked for on the command line."""

    out: Console
    office: Path
    settings: Settings
    issue: date
    transport: str
    allowed: Collection[str]
    resend: bool
    accept: bool


def _deliver(errand: _Errand, database: Database, *, yes: bool) -> Exception | None:
    from newsletter import pipeline, wiring
    from newsletter.cli.progress import Progress

    out, issue, transport = errand.out, errand.issue, errand.transport
    desk = wiring.office_folder(errand.office)
    base_url = desk.office().base_url
    carriage = wiring.carriage(errand.office, errand.settings, transport, base_url)
    plan = pipeline.plan(
        desk,
        database.dispatches,
        database.subscribers,
        day=issue,
        transport=transport,
        allowed=errand.allowed,
    )
    status = database.dispatches.status(issue, transport=transport) if plan.dispatch else None
    _introduce(out, plan, status, transport)
    if plan.is_finished:
        return None
    left = _left(plan, status, resend=errand.resend)
    if left:
        _ask(out, left, yes=yes)
    _decide(errand, database)
    with Progress(out, total=left) as progress:
        return pipeline.send(plan, database.dispatches, carriage=carriage, watcher=progress)


def _left(plan: Plan[Any], status: dict[str, Any] | None, *, resend: bool) -> int:
    """Return how many messages are to be sent now."""
    if status is None:
        return plan.recipients
    states = ("waiting", "refused", "uncertain") if resend else ("waiting", "refused")
    return sum(int(status["counts"][state]) for state in states)


def _decide(errand: _Errand, database: Database) -> None:
    """Do with those who are uncertain what was asked for, once that is confirmed."""
    from newsletter.database.dispatches import Decision

    if not (errand.resend or errand.accept):
        return
    decision = Decision.RESEND if errand.resend else Decision.ACCEPT
    count = database.dispatches.decide(errand.issue, decision, transport=errand.transport)
    verb = "will be sent again" if errand.resend else "count as accepted"
    errand.out.print(f"{count:,} uncertain {verb}.")


def _introduce(
    out: Console, plan: Plan[Any], status: dict[str, Any] | None, transport: str
) -> None:
    """Say what will be sent, to whom, and what has happened so far."""
    show_findings(out, plan.findings)
    if plan.waived:
        codes = ", ".join(dict.fromkeys(finding.code for finding in plan.waived))
        out.print(f"Allowed     {codes}", style="yellow")
    out.print(f"Subject     {plan.edition.subject}")
    if plan.audience is not None:
        out.print(f"Recipients  {_audience(plan.segment, plan.audience)}, by {transport}")
    if plan.is_finished:
        out.print("This issue has been sent; nobody gets it twice.", style="green")
        if plan.is_edited:
            out.print("It was edited since; what was sent stays as it was.", style="yellow")
    elif status is not None:
        counts = status["counts"]
        out.print(
            f"Resuming: {counts['accepted']:,} of {plan.recipients:,} accepted, "
            f"{counts['uncertain']:,} uncertain.",
            style="bold",
        )
        if plan.is_edited:
            out.print(
                "The issue was edited meanwhile: it goes on with the edition it began with.",
                style="yellow",
            )


def _ask(out: Console, count: int, *, yes: bool) -> None:
    """Have the number of recipients typed, which no slip of a finger does."""
    from newsletter.errors import NotAllowedError

    if yes:
        return
    if not sys.stdin.isatty():
        raise NotAllowedError(
            f"{count:,} messages are ready, and nobody is here to confirm them",
            hint="Add --yes to send without being asked.",
        )
    out.print(f"Type the number of recipients ({count}) to send: ", end="", style="bold")
    if sys.stdin.readline().replace(",", "").strip() != str(count):
        raise NotAllowedError("That is not the number: nothing was sent", hint="Try again.")


def _tell(
    out: Console, document: dict[str, Any], reason: Exception | None, *, as_json: bool
) -> None:
    """Say how it ended, and what to do now."""
    from newsletter.cli.status import show_counts
    from newsletter.errors import NewsletterError
    from newsletter.pipeline import is_settled

    if as_json:
        print_json(document)
    show_counts(out, document)
    if is_settled(document):
        return
    issue, counts = document["issue"], document["counts"]
    if document["unsettled"]:
        out.print(f"newsletter status --issue {issue} names whom that leaves open.")
    if isinstance(reason, NewsletterError):
        out.print(f"Stopped: {reason.message}", style="bold red")
        out.print(f"        → {reason.hint}", style="dim")
    if counts["waiting"] or counts["refused"]:
        out.print(f"To go on, run: newsletter send --issue {issue}", style="bold")
    if counts["uncertain"]:
        out.print(
            f"{counts['uncertain']:,} may be on their way; nobody knows. Decide with "
            "--resend-uncertain (some may get it twice) or --accept-uncertain.",
            style="yellow",
        )
    raise typer.Exit(EXIT_STOPPED)
