"""`newsletter send`: freeze an edition and its audience, and deliver it once to each."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.answers import attested, console, failures, then_say
from newsletter.cli.check import allowed_codes
from newsletter.cli.options import (
    HERE,
    AllowOption,
    IssueOption,
    JsonOption,
    OfficeOption,
    OpenOption,
    TransportOption,
)
from newsletter.cli.telling import ask, introduce, say_rehearsal, tell

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from rich.console import Console

    from newsletter.database.dispatches import Dispatch
    from newsletter.database.opening import Database
    from newsletter.errors import BusyError
    from newsletter.order import Order
    from newsletter.proposal import Plan
    from newsletter.settings import Settings


def send(
    issue: IssueOption,
    office: OfficeOption = HERE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything but the sending.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question with yes.")] = False,
    transport: TransportOption = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help='When it is to leave: "2019-02-22 17:00".'),
    ] = None,
    late: Annotated[
        bool, typer.Option("--late", help="Send now what missed its time by more than an hour.")
    ] = False,
    new_only: Annotated[
        bool, typer.Option("--new-only", help="Send it to those who have had none of it.")
    ] = False,
    erratum: Annotated[
        bool,
        typer.Option("--erratum", help="Send the edited issue to those who got the first."),
    ] = False,
    correction: Annotated[
        str,
        typer.Option(
            "--reason",
            metavar="WORDS",
            help="What --erratum corrects: the archive tells it.",
            show_default=False,
        ),
    ] = "",
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
    if new_only and erratum:
        raise typer.BadParameter("choose --new-only or --erratum, not both")
    if correction and not erratum:
        raise typer.BadParameter("--reason says what --erratum corrects: add that, too")
    allowed = allowed_codes(allow)
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.cli.trying import Trial, try_out
        from newsletter.delivery.timetable import parse_local
        from newsletter.order import Errand, Order
        from newsletter.settings import from_environment

        settings = from_environment()
        out = console(as_json=as_json)
        moment = parse_local(at) if at else None
        if dry_run:
            trial = Trial(out, office, settings, issue, allowed)
            try_out(trial, as_json=as_json, open_it=open_it)
            return
        errand = Errand.NEWCOMERS if new_only else Errand.ERRATUM if erratum else Errand.ISSUE
        name = wiring.transport_name(settings, transport)
        wiring.office_folder(office)
        if transport is None and name == wiring.FOLDER:
            say_rehearsal(out, server=settings.smtp_url)
        with wiring.database(office, settings) as database:
            order = Order(
                issue,
                name,
                errand,
                allowed,
                lambda digest: [each.name for each in database.approvals.of(digest)],
                moment,
                " ".join(correction.split()),
            )
            desk = _Desk(out, office, settings, order, resend_uncertain, accept_uncertain)
            reason = _deliver(desk, database, yes=yes, late=late)
            unattested = attested(office, database, issue)
            document = _status(desk, database, reason)
        with then_say(None if reason else unattested):  # why it stopped must not be hidden
            tell(out, document, reason, chosen=transport, is_late=late, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What was asked for on the command line, and where."""

    out: Console
    office: Path
    settings: Settings
    order: Order
    resend: bool
    accept: bool


def _deliver(desk: _Desk, database: Database, *, yes: bool, late: bool) -> Exception | None:
    from newsletter import proposal, sending, wiring
    from newsletter.cli.progress import Progress

    out, order = desk.out, desk.order
    folder = wiring.office_folder(desk.office)
    turns: list[BusyError] = []

    def queue(error: BusyError) -> None:
        turns.append(error)
        out.print(f"{error.message} It goes on when that ends.", style="yellow")

    carriage = wiring.carriage(
        desk.office, desk.settings, order.transport, folder.office().base_url, queue
    )
    if desk.accept:  # this mails nobody, and counts for whom an erratum goes to
        _decide(desk, database)
    plan = proposal.plan(
        folder,
        database.dispatches,
        database.subscribers,
        day=order.day,
        transport=order.transport,
        order=order,
    )
    begun = plan.dispatch is not None
    status = database.dispatches.status(order.day, transport=order.transport) if begun else None
    introduce(out, plan, status, order.transport)
    reason = None
    if not plan.is_finished:
        left = _left(plan, status, resend=desk.resend)
        _ask_again(out, plan, yes=yes, late=late)
        if left:
            ask(out, left, yes=yes)
        if desk.resend:
            _decide(desk, database)
        _let_rest()
        try:
            with Progress(
                out, total=left, recount=lambda: _left_now(desk, database) if turns else None
            ) as progress:
                reason = sending.send(
                    plan,
                    database.dispatches,
                    carriage=carriage,
                    watcher=progress,
                    papers=wiring.papers(desk.office, database, plan),
                )
        finally:
            carriage.close()
    return reason


def _status(desk: _Desk, database: Database, reason: Exception | None) -> dict[str, Any]:
    """Return how far it is; where that cannot be told after a stop, the stop is what matters."""
    from newsletter.errors import NewsletterError, StoppedError

    try:
        return database.dispatches.status(desk.order.day, transport=desk.order.transport)
    except NewsletterError as error:
        if reason is None:
            raise
        raise StoppedError(
            error.message, hint="Run the same command again to go on, once that is mended."
        ) from error


def _let_rest() -> None:
    """Have Python spend its time on the sending.

    To look through what rendering has left, which stays until the end, takes the garbage
    collector a third of the time of sending to 100,000. And a request's thread would wait 5 ms
    for each of its turns while copies are made out for others.
    """
    import gc

    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    sys.setswitchinterval(0.0005)  # seconds


def _left(plan: Plan[Dispatch], status: dict[str, Any] | None, *, resend: bool) -> int:
    """Return how many messages are to be sent now."""
    if status is None:
        return plan.recipients
    states = ("waiting", "refused", "uncertain") if resend else ("waiting", "refused")
    return plan.more + sum(int(status["counts"][state]) for state in states)


def _left_now(desk: _Desk, database: Database) -> int:
    """Return how many messages another send has left, while this one is at its first."""
    status = database.dispatches.status(desk.order.day, transport=desk.order.transport)
    return int(status["counts"]["waiting"]) + int(status["counts"]["claimed"])


def _ask_again(out: Console, plan: Plan[Dispatch], *, yes: bool, late: bool) -> None:
    """See to it that what is late leaves only if somebody still wants that."""
    from datetime import UTC, datetime

    from newsletter.errors import NotAllowedError
    from newsletter.proposal import missed

    due = missed(plan, datetime.now(UTC))
    if not due or late:
        return
    if yes or not sys.stdin.isatty():
        raise NotAllowedError(
            f"This was to leave at {due}, more than an hour ago: nothing more was sent",
            hint="Add --late to send the rest now, or cancel it with newsletter cancel.",
        )
    out.print(f"This was to leave at {due}, more than an hour ago.", style="bold yellow")


def _decide(desk: _Desk, database: Database) -> None:
    """Do with those who are uncertain what was asked for, once that is confirmed."""
    from newsletter.database.dispatches import Decision

    decision = Decision.RESEND if desk.resend else Decision.ACCEPT
    count = database.dispatches.decide(desk.order.day, decision, transport=desk.order.transport)
    verb = "will be sent again" if desk.resend else "count as accepted"
    desk.out.print(f"{count:,} uncertain {verb}.")
