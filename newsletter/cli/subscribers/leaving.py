"""`newsletter subscribers suppress` and `erase`: let people go, for good."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from newsletter.cli.answers import console, failures, print_json
from newsletter.cli.options import HERE, JsonOption, OfficeOption
from newsletter.cli.subscribers.options import ByOption, YesOption, actor, ask


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
        if as_json:
            print_json({"suppressed": True, "new": is_new})
        said = "will never be mailed" if is_new else "was suppressed already"
        console(as_json=as_json).print(f"This address {said}.")


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
            erasure = database.subscribers.erase(address, actor=actor(by))
            left = copies(database.connections.file, office)
        if as_json:
            document = {"erased": True, "known": erasure.was_known, "removed": erasure.removed}
            print_json({**document, "copies": left})
        out = console(as_json=as_json)
        out.print(
            "Erased. This address will never be mailed again."
            if erasure.was_known
            else "Nothing was held. This address will never be mailed."
        )
        if left:
            out.print("Older copies may hold this person still; delete them once you can:")
            for name in left:
                out.print(f"  {name}")
