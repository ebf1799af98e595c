"""`newsletter status`: what became of every message."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.answers import attested, console, failures, print_json, then_say
from newsletter.cli.options import HERE, IssueOption, JsonOption, OfficeOption

if TYPE_CHECKING:
    from rich.console import Console

_MOST_SHOWN = 20


class Fate(StrEnum):
    """What --state knows: each count of a status."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    SUPPRESSED = "suppressed"


def status(
    issue: IssueOption,
    office: OfficeOption = HERE,
    state: Annotated[
        list[Fate] | None,
        typer.Option(
            "--state",
            metavar="STATE",
            help="List those of this fate, such as refused or uncertain, by address.",
        ),
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="A@B", help="Say what became of one.")
    ] = None,
    batches: Annotated[bool, typer.Option("--batches", help="List the batches.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say how far a dispatch is and what became of every message."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.settings import from_environment

        wiring.office_folder(office)
        with wiring.database(office, from_environment()) as database:
            document = database.dispatches.status(issue)
            if state or person:
                people = database.dispatches.people(issue, states=state, address=person)
                document["people"] = list(people)
            if batches:
                document["batches"] = database.dispatches.batches(issue)
            unattested = attested(office, database, issue)
        with then_say(unattested):
            _show(document, as_json=as_json)


def _show(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(document)
        return
    out = console()
    show_counts(out, document)
    if "batches" in document:
        _show_batches(out, document["batches"])
    if "people" in document:
        _show_people(out, document["people"])
    else:
        _show_unsettled(out, document)


def _show_batches(out: Console, batches: list[dict[str, Any]]) -> None:
    for batch in batches:
        why = f" ({batch['reason']})" if batch["reason"] else ""
        out.print(f"  batch {batch['batch']}: {batch['size']:,} {batch['state']}{why}")


def _show_people(out: Console, people: list[dict[str, Any]]) -> None:
    """Print everyone who was asked for: whoever filters wants all of them."""
    for person in people:
        why = f" ({person['reason'].rstrip('.')})" if person["reason"] else ""
        of = f"{person['purpose']}, " if "purpose" in person else ""
        out.print(f"  {of}{person['state']}: {person['email']}{why}")
    if not people:
        out.print("  nobody")


def show_counts(out: Console, document: dict[str, Any]) -> None:
    """Print how many share each fate, and nobody's address; then of what went out before it."""
    of = " (erratum)" if document.get("purpose") == "erratum" else ""
    out.print(f"Issue {document['issue']}{of}: {_standing(document)}", style="bold")
    if document["state"] == "none":
        return
    _show_fates(out, document)
    for earlier in document.get("earlier", ()):
        out.print(
            f"Before it, {_name(earlier, before=document)}: {_standing(earlier)}", style="bold"
        )
        _show_fates(out, earlier)
    if document.get("missing"):
        out.print(
            f"{document['missing']:,} have had none of it. It goes to them by: "
            f"newsletter send --issue {document['issue']} --new-only",
            style="yellow",
        )


def _standing(document: dict[str, Any]) -> str:
    """Return the state of a dispatch, with the time at which what is scheduled leaves."""
    if document["state"] != "scheduled":
        return str(document["state"])
    from datetime import datetime

    from newsletter.delivery.timetable import shown

    return f"scheduled for {shown(datetime.fromisoformat(document['send_at']))}, London time"


def _name(earlier: dict[str, Any], *, before: dict[str, Any]) -> str:
    if before["purpose"] != "erratum":
        return "an attempt that was called off"  # else it would have gone on
    return "another erratum" if earlier["purpose"] == "erratum" else "the issue itself"


def _show_fates(out: Console, document: dict[str, Any]) -> None:
    for state, count in document["counts"].items():
        if count:
            out.print(f"  {count:>9,} {state}")
    if document.get("again"):
        out.print(
            f"  {document['again']:>9,} of those waiting or refused may have it already: they were "
            "uncertain, and are to be sent it again by decision.",
            style="yellow",
        )
    if document.get("held_though_gone"):
        out.print(
            f"  {document['held_though_gone']:>9,} of them must not be mailed any more, and "
            "SendGrid holds their copies: to leave them out, up to ten minutes before, run "
            f"newsletter cancel --issue {document['issue']}, then send it again.",
            style="yellow",
        )
    out.print(f"  {document['recipients']:>9,} recipients, by {document['transport']}")


def _show_unsettled(out: Console, document: dict[str, Any]) -> None:
    """Print everyone of whom something has to be decided.

    Whom a dispatch did not reach before it was cancelled, another has reached, or can.
    """
    before = [
        person
        for each in document.get("earlier", ())
        for person in each["unsettled"]
        if each["state"] != "cancelled" or person["state"] == "uncertain"
    ]
    unsettled = [*document["unsettled"], *before]
    for person in unsettled[:_MOST_SHOWN]:
        out.print(f"  {person['state']}: {person['email']} ({person['reason'].rstrip('.')})")
    if len(unsettled) > _MOST_SHOWN:
        rest = len(unsettled) - _MOST_SHOWN
        out.print(f"  … and {rest:,} more: newsletter status --json lists all of them")
