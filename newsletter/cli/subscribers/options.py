"""Name what the commands about subscribers share."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.audience.seat import Seat

ByOption = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Who does it, for the log; else your login."),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Answer the question with yes.")]
SegmentOption = Annotated[
    str,
    typer.Option("--segment", metavar="SEGMENT", help="Only these, e.g. “ward:Castle and news”."),
]


class StateName(StrEnum):
    """The states that --state knows."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


StateOption = Annotated[
    StateName | None, typer.Option("--state", help="Only those in this state.")
]


def actor(name: str | None) -> str:
    """Return who is at work."""
    if name and name.strip():
        return " ".join(name.split())
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a login without a name
        return "somebody"


def ask(question: str, *, yes: bool) -> None:
    """Have a person at a terminal confirm; a script has decided already.

    Raises NotAllowedError if they do not.
    """
    from newsletter.errors import NotAllowedError

    if yes or not sys.stdin.isatty():
        return
    typer.echo(f"{question} Type yes: ", nl=False, err=True)
    if sys.stdin.readline().strip().casefold() != "yes":
        raise NotAllowedError("Nothing was changed.", hint="Type yes next time, or add --yes.")


def seat_of(root: Path) -> Seat | None:
    """Return the seat of an office, if it has a list of postcodes.

    Raises ConfigurationError if office.yaml or the list cannot be used.
    """
    from newsletter import wiring

    folder = wiring.office_folder(root)
    return folder.seat(folder.office()) if (root / "office.yaml").exists() else None
