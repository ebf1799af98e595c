"""Answer for the people on record: take them in, list them, suppress them, erase them."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.audience.address import fold, parse_address
from newsletter.audience.segments import parse_segment
from newsletter.audience.subscriber import SubscriberState, SuppressionReason
from newsletter.database import listing, undoing
from newsletter.database.audience import AudienceSummary, residences, summary
from newsletter.database.auditing import Entry, entries, note
from newsletter.database.connections import Connections, Lock
from newsletter.database.disclosure import Extent, disclose
from newsletter.database.erasing import Erasure, erase, mentions
from newsletter.database.importing import ImportResult, Manner, Recorder, import_rows
from newsletter.database.pseudonyms import pseudonyms
from newsletter.database.recording import Pen
from newsletter.database.suppressing import suppress_all
from newsletter.errors import MistakeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from newsletter.audience.records import Problem
    from newsletter.audience.seat import Seat
    from newsletter.audience.spreadsheet import Row
    from newsletter.audience.subscriber import Subscriber
    from newsletter.database.listing import Listed


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a listing is about."""

    segment: str = "all"
    state: SubscriberState | None = None


EVERYONE = Choice()


@dataclass(frozen=True, slots=True)
class Subscribers:
    """The people on record in one database; `recorded_by` and `actor` say who is at work."""

    connections: Connections
    now: Callable[[], datetime]
    token: Callable[[], str]

    def import_rows(
        self,
        rows: Iterable[Row | Problem],
        *,
        file_name: str = "",
        recorded_by: str = "import",
        manner: Manner = Manner.EVERY_GOOD_ROW,
    ) -> ImportResult:
        """Store what the rows of a spreadsheet say, a few thousand at a time."""
        # A file's name may hold bytes that are no text, which no database would take.
        name = file_name.encode(errors="replace").decode()
        recorder = Recorder(name, recorded_by, self.now, self.token)
        return import_rows(self.connections, rows, recorder, manner)

    def last_import(self) -> dict[str, Any]:
        """Describe the import that `undo_import` would take back. Raises NotAllowedError."""
        with self.connections.reading() as connection:
            row = undoing.last_import(connection)
            counts = {"added": row.added, "updated": row.updated}
            return {"file": row.file_name, "imported_at": row.started_at, **counts}

    def undo_import(self, *, actor: str) -> undoing.Undone:
        """Take the last import back. Raises NotAllowedError if there is none."""
        with self.connections.writing(Lock.AUDIENCE) as connection:
            undone = undoing.undo_import(connection, now=self.now(), actor=actor)
        self.connections.forget()
        return undone

    def suppress(
        self, address: str, reason: SuppressionReason, *, source: str, recorded_by: str
    ) -> bool:
        """See to it that an address is never mailed, whether it is on the list or not.

        An earlier suppression stays as it is; returns whether there was none. Raises
        MistakeError for what is no address.
        """
        folded = fold(parse_address(address))
        pen = Pen(self.now(), self.token, recorded_by, reason, source)
        with self.connections.writing(Lock.AUDIENCE) as connection:
            is_new = bool(suppress_all(connection, [folded], pen))
            subject = pseudonyms(connection).of(folded)
            details = {"reason": reason.value, "source": source}
            note(connection, pen.now, recorded_by, "suppress", subject=subject, details=details)
        return is_new

    def suppress_all(
        self,
        addresses: Mapping[SuppressionReason, Iterable[str]],
        *,
        source: str,
        recorded_by: str,
    ) -> int:
        """Suppress many addresses, all or none; return how many there are.

        Of several reasons for one the first stands, but that somebody unsubscribed is noted
        with their consent in any case. What is no address is mailed to nobody, and left out.
        """
        wanted = {reason: list(_folded(given)) for reason, given in addresses.items()}
        if not any(wanted.values()):
            return 0
        now = self.now()
        with self.connections.writing(Lock.AUDIENCE) as connection:
            names = pseudonyms(connection)
            for reason, folded in wanted.items():
                pen = Pen(now, self.token, recorded_by, reason, source)
                suppress_all(connection, folded, pen)
                details = {"reason": reason.value, "source": source}
                for each in folded:
                    name = names.of(each)
                    note(connection, now, recorded_by, "suppress", subject=name, details=details)
        return len({each for folded in wanted.values() for each in folded})

    def erase(self, address: str, *, actor: str) -> Erasure:
        """Erase what is held on an address; it is never mailed again, on the list or not.

        Raises MistakeError for what is no address.
        """
        folded = fold(parse_address(address))
        with self.connections.reading() as connection:
            reports = mentions(connection, folded)
        with self.connections.writing(Lock.AUDIENCE, Lock.DISPATCHES) as connection:
            erasure = erase(connection, folded, reports, now=self.now(), actor=actor)
        self.connections.forget()
        return erasure

    def disclose(
        self,
        address: str,
        *,
        actor: str,
        action: str = "export-person",
        seat: Seat | None = None,
        extent: Extent = Extent.EVERYTHING,
    ) -> dict[str, Any]:
        """Return what is held on one person, and note that it was asked for."""
        parsed = parse_address(address)
        folded = fold(parsed)
        # It takes the longer the more was reported, and must keep nobody from leaving meanwhile.
        with self.connections.reading() as connection:
            document = disclose(connection, parsed, folded, seat=seat, extent=extent)
        with self.connections.writing(Lock.AUDIENCE) as connection:
            subject = pseudonyms(connection).of(folded)
            note(connection, self.now(), actor, action, subject=subject)
        return document

    def listing(self, choice: Choice = EVERYONE) -> Iterator[Subscriber]:
        """Yield people in the order in which they came, without holding all in memory."""
        return (found.subscriber for found in self._listed(choice))

    def export(self, choice: Choice = EVERYONE, *, actor: str) -> Iterator[Listed]:
        """Note who takes the list out, then yield it, each person with their proof."""
        parse_segment(choice.segment)
        with self.connections.writing(Lock.AUDIENCE) as connection:
            note(connection, self.now(), actor, "export", details={"segment": choice.segment})
        return self._listed(choice)

    def _listed(self, choice: Choice) -> Iterator[Listed]:
        condition = listing.chosen(parse_segment(choice.segment), choice.state)
        with self.connections.reading() as connection:
            yield from listing.listing(connection, condition)

    def counts(self, choice: Choice = EVERYONE) -> dict[str, int]:
        """Return how many people are in each state, states without anybody included."""
        condition = listing.chosen(parse_segment(choice.segment), choice.state)
        with self.connections.reading() as connection:
            return listing.count_states(connection, condition)

    def segment_counts(self, choice: Choice = EVERYONE) -> dict[str, int]:
        """Return how many people carry each tag or live in each ward, the largest first."""
        condition = listing.chosen(parse_segment(choice.segment), choice.state)
        with self.connections.reading() as connection:
            return listing.count_segments(connection, condition)

    def seat_counts(self, seat: Seat, choice: Choice = EVERYONE) -> dict[str, int]:
        """Return how many people live in the seat, out of it, or nobody knows where."""
        condition = listing.chosen(parse_segment(choice.segment), choice.state)
        with self.connections.reading() as connection:
            return residences(connection, condition, seat)

    def audience(self, segment: str, seat: Seat | None = None) -> AudienceSummary:
        """Count who would get an issue for `segment`. Raises MistakeError for a bad one."""
        tree = parse_segment(segment)
        with self.connections.reading() as connection:
            return summary(connection, tree, seat)

    @contextmanager
    def log(self) -> Iterator[Iterator[Entry]]:
        """Give the log of who did what, from its beginning."""
        with self.connections.reading() as connection:
            yield entries(connection)


def _folded(addresses: Iterable[str]) -> Iterator[str]:
    for address in dict.fromkeys(addresses):
        with suppress(MistakeError):
            yield fold(parse_address(address))
