"""`newsletter subscribers suppress` and `erase`: let people go, for good."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.answers import console, failures, print_json
from newsletter.cli.options import HERE, JsonOption, OfficeOption
from newsletter.cli.subscribers.options import ByOption, YesOption, actor, ask

if TYPE_CHECKING:
    from rich.console import Console

    from newsletter.database.held import Held


class ReasonName(StrEnum):
    """The reasons that --reason knows."""

    MANUAL = "manual"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    INVALID = "invalid"


AddressArgument = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="Whom; they need not be on the list.")
]


def suppress(
    address: AddressArgument,
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
    reason: Annotated[ReasonName, typer.Option(help="Why.")] = ReasonName.MANUAL,
    source: Annotated[str, typer.Option(help="How they told you.")] = "office",
    by: ByOption = None,
) -> None:
    """See to it that an address is never mailed again, whatever lists are imported."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.audience.subscriber import SuppressionReason
        from newsletter.settings import from_environment

        wiring.office_folder(office)
        with wiring.database(office, from_environment()) as database:
            is_new = database.subscribers.suppress(
                address, SuppressionReason(reason.value), source=source, recorded_by=actor(by)
            )
            held = database.dispatches.held_for(address)
        if as_json:
            print_json({"suppressed": True, "new": is_new, **_document(held)})
        out = console(as_json=as_json)
        never = "will not be mailed any more" if held else "will never be mailed"
        out.print(f"This address {never if is_new else 'was suppressed already'}.")
        _show_held(out, held)


def erase(
    address: AddressArgument,
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
    yes: YesOption = False,
    by: ByOption = None,
) -> None:
    """Erase all that is held on a person; a keyed hash keeps them from being mailed again."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.database.erasing import copies
        from newsletter.settings import from_environment

        wiring.office_folder(office)
        ask("Erase all that is held on this person? It cannot be taken back.", yes=yes)
        with wiring.database(office, from_environment()) as database:
            held = database.dispatches.held_for(address)  # asked later, nobody could say
            erasure = database.subscribers.erase(address, actor=actor(by))
            left = copies(database.connections.file, office)
        if as_json:
            document = {"erased": True, "known": erasure.was_known, "removed": erasure.removed}
            print_json({**document, "copies": left, **_document(held)})
        out = console(as_json=as_json)
        out.print(
            f"Erased. This address will {'not be mailed any more' if held else 'never be mailed again'}."
            if erasure.was_known
            else "Nothing was held. This address will never be mailed."
        )
        _show_held(out, held)
        if left:
            out.print("Older copies may hold this person still; delete them once you can:")
            for name in left:
                out.print(f"  {name}")


def _document(held: list[Held]) -> dict[str, Any]:
    """Return what the carrier still holds for somebody, as JSON tells it."""
    copies = [{"issue": copy.issue, "send_at": copy.send_at.isoformat()} for copy in held]
    return {"held": copies} if copies else {}


def _show_held(out: Console, held: list[Held]) -> None:
    """Tell of each copy that is under way when it leaves, and how to stop it."""
    from newsletter.delivery.timetable import shown

    for copy in held:
        out.print(
            f"But issue {copy.issue} has been handed over: SendGrid holds a copy for this "
            f"address, which leaves at {shown(copy.send_at)}, London time.",
            style="bold yellow",
        )
        out.print(
            f"  → To stop that, up to ten minutes before: newsletter cancel --issue {copy.issue}, "
            "then send it again; whoever must not be mailed is left out.",
            style="dim",
        )
