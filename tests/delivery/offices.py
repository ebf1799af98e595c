"""Set up an office whose carrier is a stand-in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.sendgrid_standin.server import KEY

if TYPE_CHECKING:
    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

ISSUE = ("--issue", "2019-02-18")
SEND = ("send", *ISSUE, "--yes")
HEADER = "email,first_name,status,consent_at,consent_source,consent_wording\n"


def by_sendgrid(office: Office, sendgrid: StandIn) -> None:
    office.environment.update(
        SENDGRID_HOST=sendgrid.host, SENDGRID_API_KEY=KEY, NEWSLETTER_SECRET="a secret" * 4
    )


def bring_in(office: Office, *numbers: int) -> None:
    rows = [f"{address(n)},Reader{n},confirmed,2018-05-14,website,Please\n" for n in numbers]
    office.write("people.csv", HEADER + "".join(rows))
    assert office("subscribers", "import", "people.csv").code == 0


def address(number: int) -> str:
    return f"reader{number}@constituents.example"


def copies(sendgrid: StandIn) -> dict[str, int]:
    return {to: len(messages) for to, messages in sendgrid.inbox.items()}


def one_each(*numbers: int) -> dict[str, int]:
    return {address(number): 1 for number in numbers}


def counted(office: Office) -> dict[str, int]:
    counts = office("status", *ISSUE, "--json").document["counts"]
    return {state: number for state, number in counts.items() if number}


def state(office: Office) -> str:
    return str(office("status", *ISSUE, "--json").document["state"])


def in_london(ahead: timedelta) -> str:
    """Return a time in the future as --at wants it: one that there is just once on its day."""
    london, then = ZoneInfo("Europe/London"), datetime.now(UTC) + ahead
    local = then.astimezone(london)
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        # When the clocks go back an hour comes twice: take the one before it, or after it.
        local = (then + timedelta(hours=1 if local.fold else -1)).astimezone(london)
    return f"{local:%Y-%m-%d %H:%M}"
