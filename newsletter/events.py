"""Read what a carrier reports, and have deliveries settled and addresses suppressed by it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from newsletter.audience.address import fold
from newsletter.audience.subscriber import SuppressionReason
from newsletter.errors import MistakeError
from newsletter.rendering.edition import Tracking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SOURCE = "sendgrid event"

OPENED, MACHINE_OPENED, CLICKED = "open", "machine_open", "click"
"""The names under which it is kept that somebody read a message, where the office tracks that.

Mail programs that fetch every picture unasked are told apart by the carrier (Apple's, for one).
"""

SCANNED = timedelta(seconds=10)
"""A click this soon after the delivery is a scanner's, which follows every link: a person's is not.

Reports come in any order, so that whoever counts clicks leaves those out.
"""

FATES = {
    "processed": "accepted",
    "deferred": "deferred",
    "delivered": "delivered",
    OPENED: "delivered",
    MACHINE_OPENED: "delivered",
    CLICKED: "delivered",
    "unsubscribe": "delivered",
    "group_unsubscribe": "delivered",
    "group_resubscribe": "delivered",
    "bounce": "bounced",
    "dropped": "bounced",
    "spamreport": "complained",
}
"""What each event proves of a delivery; whatever has no fate here is kept, and proves nothing."""

RANKS = ("accepted", "deferred", "delivered", "bounced", "complained")
"""Fates in rising order. Reports come in any order: the highest of all is the one that holds."""

_WATCHED = (OPENED, MACHINE_OPENED, CLICKED)
_SUPPRESSES = {
    "spamreport": SuppressionReason.COMPLAINED,
    "unsubscribe": SuppressionReason.UNSUBSCRIBED,
    "group_unsubscribe": SuppressionReason.UNSUBSCRIBED,
}
_GRAVEST_FIRST = (
    SuppressionReason.COMPLAINED,
    SuppressionReason.UNSUBSCRIBED,
    SuppressionReason.BOUNCED,
    SuppressionReason.INVALID,
)
_SOFT = {"blocked", "expired"}  # kinds of bounces: refused this time, or tried in vain for days
_DROPPED: Mapping[str, SuppressionReason | None] = {
    "invalid smtpapi header": None,  # the message was at fault, and not the address
    "bounced address": SuppressionReason.BOUNCED,
    "spam reporting address": SuppressionReason.COMPLAINED,
    "unsubscribed address": SuppressionReason.UNSUBSCRIBED,
    "invalid": SuppressionReason.INVALID,
}
_PRIVATE = ("email", "ip", "useragent", "to", "from", "subject")
_LONGEST = 64
_LATEST = 253402300799  # seconds since 1970 to the end of the year 9999


@dataclass(frozen=True, slots=True)
class Event:
    """One report about one message.

    `dispatch` and `recipient` are the opaque names that rode in its custom_args; `recipient`
    stands in for the address where there are none. `raw` is the report without the address.
    """

    dispatch: str
    recipient: str
    name: str
    at: datetime
    address: str
    reason: str
    suppresses: SuppressionReason | None
    raw: str

    @property
    def fate(self) -> str | None:
        """Return what it proves of the delivery, if anything."""
        return FATES.get(self.name)


class Archive(Protocol):
    """What remembers events: newsletter/database/events.py does."""

    def addresses(self, events: Sequence[Event]) -> Mapping[tuple[str, str], str]:
        """Return the address that each (dispatch, recipient) had when it was frozen."""
        ...

    def unknown(self, events: Sequence[Event]) -> Sequence[Event]:
        """Return those that are not stored yet, each once."""
        ...

    def record(self, events: Sequence[Event], *, hints: Sequence[Event] = ()) -> int:
        """Store each event once and settle the deliveries; return how many were new.

        `hints` settle deliveries, too, and are not stored.
        """
        ...


class Suppressing(Protocol):
    """Who sees to it that addresses are never mailed."""

    def suppress_all(
        self,
        addresses: Mapping[SuppressionReason, Sequence[str]],
        *,
        source: str,
        recorded_by: str,
    ) -> int:
        """Suppress addresses, the first reason for each; return how many there are.

        What is no address is left out.
        """
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a delivery of events."""

    events: int
    new: int
    unreadable: int
    suppressed: int
    untracked: int = 0

    def as_data(self) -> dict[str, int]:
        return {
            "events": self.events,
            "new": self.new,
            "repeated": self.events - self.new - self.unreadable - self.untracked,
            "unreadable": self.unreadable,
            "untracked": self.untracked,
            "suppressed": self.suppressed,
        }


def take_in(
    raw: Iterable[Any],
    archive: Archive,
    subscribers: Suppressing,
    *,
    tracking: Tracking = Tracking.OFF,
) -> Report:
    """Store events as the carrier wrote them; return only once they are stored.

    The same ones may come again, in any order: whatever is stored has had its effect, and has
    none again, though somebody who complained may have come back meanwhile. So suppressions
    are made first. Unless the office tracks its readers, that one of them opened or clicked
    proves that the message was delivered, and is not kept.
    """
    found = [normalised(each) for each in raw]
    events = [event for event in found if event is not None]
    private = _WATCHED if tracking is Tracking.OFF else ()
    hints = [event for event in events if event.name in private]
    fresh = archive.unknown([event for event in events if event.name not in private])
    suppressed = _suppress(fresh, archive, subscribers)
    new = archive.record(fresh, hints=hints)
    return Report(len(found), new, len(found) - len(events), suppressed, len(hints))


def _suppress(events: Sequence[Event], archive: Archive, subscribers: Suppressing) -> int:
    """Suppress whom the events say so of; return how many addresses that are."""
    telling = [event for event in events if event.suppresses]
    known = archive.addresses(telling)
    wanted: dict[SuppressionReason, list[str]] = {reason: [] for reason in _GRAVEST_FIRST}
    for event in telling:
        address = known.get((event.dispatch, event.recipient)) or event.address
        if event.suppresses and address:
            wanted[event.suppresses].append(address)
    return subscribers.suppress_all(wanted, source=SOURCE, recorded_by="events")


def normalised(raw: Any) -> Event | None:  # noqa: ANN401 -- any JSON
    """Return an event of SendGrid's as one of ours; None for what is none."""
    try:
        return _normalised(raw) if isinstance(raw, dict) else None
    except RecursionError:  # it was read but for a little, and cannot be written
        return None


def _normalised(raw: dict[str, Any]) -> Event | None:
    name, at = _name(raw), _moment(raw.get("timestamp"))
    address = _text(raw.get("email"))
    recipient = _text(raw.get("recipient"))[:_LONGEST] or stand_in(fold(address))
    if not name or at is None or not recipient:
        return None
    kept = {key: value for key, value in raw.items() if key not in _PRIVATE}
    reason = _text(raw.get("reason")) or _text(raw.get("response"))
    return Event(
        dispatch=_text(raw.get("dispatch"))[:_LONGEST],
        recipient=recipient,
        name=name,
        at=at,
        address=address,
        reason=_without(reason, address),
        suppresses=_suppresses(name, _text(raw.get("type")).lower(), reason.lower()),
        raw=_without(_json(kept), _json(address)[1:-1]),
    )


def _name(raw: Mapping[str, Any]) -> str:
    name = _text(raw.get("event")).lower()[:_LONGEST]
    return MACHINE_OPENED if name == OPENED and raw.get("sg_machine_open") is True else name


def _suppresses(name: str, kind: str, reason: str) -> SuppressionReason | None:
    """Return why nobody may write there again; a soft bounce passes, a hard one does not."""
    if name == "bounce":
        return None if kind in _SOFT else SuppressionReason.BOUNCED
    if name == "dropped":
        return next((why for words, why in _DROPPED.items() if words in reason), None)
    return _SUPPRESSES.get(name)


def stand_in(folded: str) -> str:
    """Return what a report names somebody by whom it names by their folded address alone."""
    return hashlib.sha256(folded.encode()).hexdigest() if folded else ""


def _without(text: str, address: str) -> str:
    """Take an address out of a text; the receiving server may have changed its case."""
    if not address or address.lower() not in text.lower():
        return text
    return re.sub(re.escape(address), "[address]", text, flags=re.IGNORECASE)


def _json(value: object) -> str:
    """Return JSON with letters of all scripts as they are, so that an address is found in it."""
    return _text(json.dumps(value, sort_keys=True, ensure_ascii=False))


def _text(value: object) -> str:
    """Return text that any database takes."""
    return (
        value.replace("\x00", "").encode(errors="replace").decode()
        if isinstance(value, str)
        else ""
    )


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST:
        return None
    return datetime.fromtimestamp(int(value), UTC)


def parse_events(text: str) -> list[Any]:
    """Read a JSON array of events, or a JSON object a line. Raises MistakeError."""
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError:
        return [
            _line(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()
        ]
    return document if isinstance(document, list) else [document]


def _too_deep(line: int | None = None) -> MistakeError:
    return MistakeError(
        "Lists and objects stand in one another too deeply to be read, which no event needs",
        hint="Give a JSON array of events, or one event on each line.",
        line=line,
    )


def _line(number: int, line: str) -> Any:  # noqa: ANN401 -- any JSON
    try:
        return json.loads(line)
    except RecursionError as error:
        raise _too_deep(number) from error
    except ValueError as error:
        raise MistakeError(
            f"Line {number} is not JSON, and so is the file as a whole",
            hint="Give a JSON array of events, or one event on each line.",
            line=number,
        ) from error
