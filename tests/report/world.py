"""Make a constituency's worth of readers, send them issues, and have the carrier report."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from newsletter.audience.spreadsheet import read_spreadsheet
from newsletter.delivery import State
from newsletter.events import take_in
from newsletter.rendering.edition import Tracking
from tests.database.samples import HEADER, edition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newsletter.database.dispatches import Dispatch
    from newsletter.database.opening import Database
    from tests.database.fixture import Clock

DOMAINS = (
    *("gmail.com",) * 14, *("hotmail.co.uk",) * 7, *("btinternet.com",) * 5,
    *("yahoo.co.uk",) * 4, *("icloud.com",) * 3, *("sky.com",) * 2, *("nhs.net",) * 2,
    "council.gov.uk", "virginmedia.com", "the-ashcombe-smiths.example",
)  # fmt: skip
WARDS = ("Trumpington", "Castle Hill", "Old Town")

UNKNOWN = "550 5.1.1 The email account that you tried to reach does not exist."
FULL = "452 4.2.2 The recipient's inbox is out of storage space."
SPAM = "554 5.7.1 Our system has detected that this message is likely unsolicited mail."
DMARC = "550 5.7.26 This message does not pass authentication checks (DMARC)."
NO_DOMAIN = "550 5.1.2 unable to get mx info: no such host"
BUSY = "421 4.7.0 Try again later, closing connection."

ANSWERS: dict[str, dict[str, Any]] = {
    "unknown": {"event": "bounce", "type": "bounce", "reason": UNKNOWN, "status": "5.1.1"},
    "full": {"event": "bounce", "type": "blocked", "reason": FULL, "status": "4.2.2"},
    "spam": {"event": "bounce", "type": "blocked", "reason": SPAM, "status": "5.7.1"},
    "dmarc": {"event": "bounce", "type": "blocked", "reason": DMARC, "status": "5.7.26"},
    "domain": {"event": "bounce", "type": "bounce", "reason": NO_DOMAIN, "status": "5.1.2"},
    "dropped": {"event": "dropped", "reason": "Bounced Address"},
    "busy": {"event": "deferred", "response": BUSY},
    "delivered": {"event": "delivered", "response": "250 OK"},
    "complained": {"event": "spamreport"},
    "opened": {"event": "open", "sg_machine_open": False},
    "machine": {"event": "open", "sg_machine_open": True},
    "clicked": {"event": "click", "url": "https://example.org/"},
}


def address(number: int) -> str:
    return f"reader{number}@{DOMAINS[number % len(DOMAINS)]}"


def person(number: int, *, agreed: str = "2019-01-05") -> str:
    """Return a row: wards in turn, and a few who come to surgeries."""
    segments = f"newsletter;ward:{WARDS[number % 3]}" + (";surgery" if number % 200 == 7 else "")
    return f"{address(number)},Reader{number},{segments},{agreed},website,I agree,confirmed"


@dataclass
class World:
    """A database whose time is moved by hand; `keys` are its people's, by their address."""

    database: Database
    clock: Clock
    keys: dict[str, str] = field(default_factory=dict)

    def bring_in(self, *rows: str) -> None:
        sheet = read_spreadsheet([HEADER, *rows], now=self.clock())
        self.database.subscribers.import_rows(sheet.rows, file_name="list.csv")

    def send(
        self,
        day: date,
        *,
        subject: str = "Your trains",
        transport: str = "sendgrid",
        answer: Callable[[int], State] = lambda _: State.ACCEPTED,
        segment: str = "all",
        batch_size: int = 100,
    ) -> Dispatch:
        """Send an issue; `answer` says what became of each batch, by its place."""
        dispatch = self.database.dispatches.open(
            replace(edition(subject), issue=day),
            segment=segment, transport=transport, batch_size=batch_size,
        )  # fmt: skip
        self.deliver(dispatch, answer)
        return dispatch

    def correct(self, day: date, subject: str) -> Dispatch:
        dispatch = self.database.dispatches.open_erratum(
            replace(edition(subject), issue=day), transport="sendgrid", batch_size=100
        )
        self.deliver(dispatch, lambda _: State.ACCEPTED)
        return dispatch

    def deliver(self, dispatch: Dispatch, answer: Callable[[int], State]) -> None:
        with self.database.dispatches.take(dispatch) as ledger:
            while batch := ledger.claim():
                self.keys.update({each.address: each.key for each in batch.recipients})
                state = answer(batch.position)
                reason = "no answer within 60 s" if state is State.UNCERTAIN else ""
                if state is State.REFUSED:
                    reason = "the address is refused"
                ledger.settle(batch, state, reason)
                if state is State.WAITING:
                    break

    def report(
        self, dispatch: Dispatch, what: str, numbers: Iterable[int], *, after: float = 0
    ) -> None:
        """Have the carrier report on some people, a second apart, `after` so many minutes."""
        start = dispatch.opened_at + timedelta(minutes=after)
        raw = [
            {
                "email": address(number),
                "timestamp": int(start.timestamp()) + place % 3_000,
                "dispatch": dispatch.key,
                "recipient": self.keys[address(number)],
                **ANSWERS[what],
            }
            for place, number in enumerate(numbers)
        ]
        readers = self.database.events, self.database.subscribers
        take_in(raw, *readers, tracking=Tracking.ON)

    def leave(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            key = self.keys[address(number)]
            self.database.signing_up.withdraw(key, source="link", recorded_by="public page")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
