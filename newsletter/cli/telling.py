"""Say before a dispatch what will happen, and after it what did; ask in between."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from newsletter.cli.answers import print_json, show_findings
from newsletter.cli.options import EXIT_STOPPED

if TYPE_CHECKING:
    from rich.console import Console

    from newsletter.proposal import Audience, Plan

_PACE = 4_000.0
"""Messages a second that may be expected of SendGrid; SMTP takes its own time."""


def audience_words(segment: str, audience: Audience) -> str:
    """Return who gets it, and who does not and why."""
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


def seat_words(audience: Audience) -> str:
    """Return how many live in the seat, out of it, or nobody knows where."""
    return ", ".join(f"{count:,} {place}" for place, count in audience.seat.items())


def say_rehearsal(out: Console, *, server: str) -> None:
    """Say that nobody will be mailed, to whoever named no transport and may not know.

    `server` is SMTP_URL, empty where there is none.
    """
    out.print(
        "This is a rehearsal: the messages are written to outbox/, and nobody is mailed.",
        style="bold yellow",
    )
    way = (
        "To mail them by your mail server (SMTP_URL), add --transport smtp."
        if server
        else "To mail them, put a key for SendGrid into SENDGRID_API_KEY."
    )
    out.print(f"  → {way}", style="dim")


def introduce(
    out: Console, plan: Plan[Any], status: dict[str, Any] | None, transport: str
) -> None:
    """Say what will be sent, to whom, and what has happened so far."""
    show_findings(out, plan.findings)
    if plan.waived:
        codes = ", ".join(dict.fromkeys(finding.code for finding in plan.waived))
        out.print(f"Allowed     {codes}", style="yellow")
    out.print(f"Subject     {plan.edition.subject}")
    out.print(f"Digest      {plan.edition.digest[:16]}")
    if plan.signed:
        out.print(f"Approved by {', '.join(plan.signed)}")
    _show_time(out, plan)
    _show_recipients(out, plan, transport)
    if plan.is_finished:
        _say_finished(out, plan)
    elif status is not None:
        _say_resuming(out, plan, status)


def _show_time(out: Console, plan: Plan[Any]) -> None:
    """Say when it leaves, or that its time has passed."""
    from datetime import UTC, datetime

    from newsletter.delivery.timetable import shown

    if plan.at is None:
        return
    if plan.at <= datetime.now(UTC):
        out.print(f"Was to leave {shown(plan.at)}, London time: what is left goes at once")
        return
    out.print(f"To leave at {shown(plan.at)}, London time")
    out.print("Whoever unsubscribes before then, and after this, gets this one still.")


def _show_recipients(out: Console, plan: Plan[Any], transport: str) -> None:
    if plan.audience is not None:
        out.print(f"Recipients  {audience_words(plan.segment, plan.audience)}, by {transport}")
        _show_seat(out, plan.audience)
        if transport == "sendgrid":
            seconds = max(1, round(plan.audience.recipients / _PACE))
            out.print(f"Takes       about {seconds} second{'s' * (seconds > 1)}")
    elif plan.dispatch is None:
        out.print(f"Recipients  {plan.more:,} who got the first, by {transport}")
        _show_correction(out, plan.reason)


def _show_correction(out: Console, reason: str) -> None:
    if reason:
        out.print(f"Corrects    {reason}")
    else:
        words = "Without --reason the archive will say that it was corrected, but not why."
        out.print(words, style="yellow")


def _show_seat(out: Console, audience: Audience) -> None:
    if audience.seat:
        out.print(f"Seat        {seat_words(audience)}")


def _say_finished(out: Console, plan: Plan[Any]) -> None:
    if plan.at is None:
        out.print("This issue has been sent; nobody gets it twice.", style="green")
        edited = "It was edited since; what was sent stays as it was."
    else:
        out.print(
            "This issue waits for its time at SendGrid; nobody gets it twice.", style="green"
        )
        edited = (
            "It was edited since; what waits stays as it was. To send the edited one instead, "
            "run newsletter cancel first."
        )
    if plan.is_edited:
        out.print(edited, style="yellow")


def _say_resuming(out: Console, plan: Plan[Any], status: dict[str, Any]) -> None:
    counts = status["counts"]
    if plan.more:
        out.print(f"Recipients  {plan.more:,} who have not had it yet")
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


def ask(out: Console, count: int, *, yes: bool) -> None:
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


def tell(
    out: Console,
    document: dict[str, Any],
    reason: Exception | None,
    *,
    chosen: str | None,
    is_late: bool,
    as_json: bool,
) -> None:
    """Say how it ended, and what to do now; `chosen` is the transport, if one was named.

    `is_late` says that it missed its time so long ago that it has to be asked for.
    """
    from newsletter.cli.status import show_counts
    from newsletter.errors import NewsletterError, UncertainError
    from newsletter.sending import is_settled

    if as_json:
        print_json(document)
    show_counts(out, document)
    if is_settled(document):
        return
    issue, counts = document["issue"], document["counts"]
    if document["unsettled"] or any(each["unsettled"] for each in document.get("earlier", ())):
        out.print(f"newsletter status --issue {issue} names whom that leaves open.")
    if isinstance(reason, NewsletterError):
        out.print(f"Stopped: {reason.message}", style="bold red")
        if not (isinstance(reason, UncertainError) and _can_call_back(document)):  # it says: wait
            out.print(f"        → {reason.hint}", style="dim")
    if counts["waiting"] or counts["refused"]:
        named = f" --transport {chosen}" if chosen else ""
        named += " --late" if is_late else ""
        out.print(f"To go on, run: newsletter send --issue {issue}{named}", style="bold")
    if counts["uncertain"]:
        _show_doubt(out, document)
    raise typer.Exit(EXIT_STOPPED)


def _can_call_back(document: dict[str, Any]) -> bool:
    """Whether the carrier can still be told to drop what is in doubt."""
    from datetime import UTC, datetime

    from newsletter.delivery.timetable import can_call_back

    at = document.get("send_at")
    return isinstance(at, str) and can_call_back(datetime.fromisoformat(at), datetime.now(UTC))


def _show_doubt(out: Console, document: dict[str, Any]) -> None:
    """Say what to do about those of whom nobody knows whether they got it."""
    many = f"{document['counts']['uncertain']:,}"
    if _can_call_back(document):
        words = (
            f"{many} may be with SendGrid; nobody knows. Run the same command again: it has them "
            "dropped and posts them again, so that everybody gets it once."
        )
    else:
        words = (
            f"{many} may be on their way; nobody knows. Decide with --resend-uncertain (some may "
            "get it twice) or --accept-uncertain."
        )
    out.print(words, style="yellow")
