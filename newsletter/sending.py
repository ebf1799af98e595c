"""Send what was proposed: freeze it, and carry it to its end."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol, cast

from newsletter.audience.recipient import Recipient
from newsletter.delivery import Courier, Holder, Ledger, State
from newsletter.delivery.timetable import Timetable
from newsletter.errors import BusyError
from newsletter.order import Errand
from newsletter.personalization import Personalizer
from newsletter.proposal import DispatchT, Past

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from newsletter.delivery import Slips, Transport, Watcher
    from newsletter.links import Signer
    from newsletter.proposal import Plan
    from newsletter.rendering.edition import Edition
    from newsletter.rendering.enclosures import Enclosures

TURN = 1.0
MOST_TURNS = 7_200
"""Seconds between two looks whether another send has ended, and how many there are."""


class HeldLedger(Ledger, Protocol):
    """A ledger that knows its slips too."""

    @property
    def slips(self) -> Slips: ...


class Dispatches(Past[DispatchT], Protocol[DispatchT]):
    """What remembers dispatches: newsletter/database/dispatches.py does."""

    def open(
        self,
        edition: Edition,
        *,
        segment: str,
        transport: str,
        batch_size: int,
        papers: Mapping[str, Any] | None = None,
        send_at: datetime | None = None,
        enclosures: Enclosures | None = None,
    ) -> DispatchT: ...
    def open_erratum(
        self,
        edition: Edition,
        *,
        transport: str,
        batch_size: int,
        papers: Mapping[str, Any] | None = None,
        send_at: datetime | None = None,
        enclosures: Enclosures | None = None,
    ) -> DispatchT: ...
    def extend(self, dispatch: DispatchT) -> DispatchT: ...
    def send_rest_at_once(self, dispatch: DispatchT) -> DispatchT: ...
    def take(self, dispatch: DispatchT) -> AbstractContextManager[HeldLedger]: ...
    def status(self, issue: date) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Carriage:
    """With what a dispatch is carried."""

    transport: Transport
    signer: Signer
    base_url: str
    sleep: Callable[[float], None]
    parallel: int = 8
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    queue: Callable[[BusyError], None] = lambda _: None
    """Takes note that another process is at it, and that its end is waited for."""
    close: Callable[[], None] = lambda: None
    """Takes leave of the carrier; a mail server wants that."""
    warm_up: Callable[[], None] = lambda: None
    """Does what the first request would have to wait for."""


def send(
    planned: Plan[DispatchT],
    dispatches: Dispatches[DispatchT],
    *,
    carriage: Carriage,
    watcher: Watcher,
    papers: Mapping[str, Any] | None = None,
) -> Exception | None:
    """Carry what is waiting. Returns why it stopped early, or None when nothing waits.

    `papers` are told in the certificate of a new dispatch.
    """
    Thread(target=_warm_up, args=(carriage,), daemon=True).start()  # the database needs time
    dispatch = _opened(planned, dispatches, carriage, papers or {})
    personalizer = Personalizer(
        dispatch.edition,
        base_url=carriage.base_url,
        signer=carriage.signer,
        correction=dispatch.serial if dispatch.purpose == Errand.ERRATUM else 0,
    )
    courier = Courier(
        dispatch.edition,
        dispatch=dispatch.key,
        transport=carriage.transport,
        fit=personalizer.fit,
        sleep=carriage.sleep,
        parallel=carriage.parallel,
        at=dispatch.send_at,
    )
    with _taken(dispatches, dispatch, carriage) as ledger:
        if dispatch.send_at is None:
            return courier.deliver(ledger, watcher)
        timetable = Timetable(
            cast("Holder", carriage.transport),
            ledger.slips,
            at=dispatch.send_at,
            now=carriage.now,
            sleep=carriage.sleep,
            renew=ledger.renew,
        )
        return timetable.deliver(lambda: courier.deliver(ledger, watcher))


def _warm_up(carriage: Carriage) -> None:
    with suppress(Exception):  # what is wrong with the carrier shows when it is asked
        carriage.warm_up()


def _taken(
    dispatches: Dispatches[DispatchT], dispatch: DispatchT, carriage: Carriage
) -> AbstractContextManager[HeldLedger]:
    """Take the lease, once nobody else has it: two who send share the work by turns."""
    for tries in range(MOST_TURNS):
        try:
            return dispatches.take(dispatch)
        except BusyError as error:
            if tries == 0:
                carriage.queue(error)
            carriage.sleep(TURN)
    return dispatches.take(dispatch)


def _opened(
    planned: Plan[DispatchT],
    dispatches: Dispatches[DispatchT],
    carriage: Carriage,
    papers: Mapping[str, Any],
) -> DispatchT:
    """Return the dispatch to carry: begun, grown by newcomers, or new."""
    transport, begun = carriage.transport, planned.dispatch
    if begun is not None:
        if begun.send_at is not None and carriage.now() >= begun.send_at:
            begun = dispatches.send_rest_at_once(begun)
        return dispatches.extend(begun) if planned.more else begun
    if planned.errand is Errand.ERRATUM:
        return dispatches.open_erratum(
            planned.edition,
            transport=transport.name,
            batch_size=transport.batch_size,
            papers=papers,
            send_at=planned.at,
            enclosures=planned.enclosures,
        )
    return dispatches.open(
        planned.edition,
        segment=planned.segment,
        transport=transport.name,
        batch_size=transport.batch_size,
        papers=papers,
        send_at=planned.at,
        enclosures=planned.enclosures,
    )


def is_settled(status: Mapping[str, Any]) -> bool:
    """Whether nobody of a dispatch is waiting, refused or uncertain.

    Nor may anybody be left out whom the one that it corrects was refused for.
    """
    open_states = (State.WAITING, State.CLAIMED, State.REFUSED, State.UNCERTAIN)
    is_open = any(status["counts"][state] for state in open_states)
    return not is_open and not any(each.get("left_out") for each in status.get("earlier", ()))


def send_trial(edition: Edition, addresses: Sequence[str], *, carriage: Carriage) -> None:
    """Send a copy to each address, marked as a test, which no ledger remembers.

    The links in it are nobody's: whoever tries one out unsubscribes no one. Raises
    TransportError.
    """
    marked = replace(edition, subject=f"[Test] {edition.subject}")
    personalizer = Personalizer(marked, base_url=carriage.base_url, signer=carriage.signer)
    for address in addresses:
        key = hashlib.sha256(f"test {address}".encode()).hexdigest()[:32]
        person = personalizer.fit(Recipient(key=key, address=address))
        carriage.transport.send(marked, [person], dispatch="test")
