"""Say what sending an issue would do now, before anything is frozen or leaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from newsletter.audience.seat import out_of_seat
from newsletter.delivery.timetable import LATEST, shown
from newsletter.errors import NotAllowedError
from newsletter.order import (
    REHEARSAL,
    Dispatch,
    Errand,
    Order,
    check_schedule,
    is_edited,
    is_erratum,
    keep_to_its_time,
    keep_to_the_carrier,
    let_it_leave_first,
)
from newsletter.pipeline import Draft, prepare, sendable, waived

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from concurrent.futures import Future
    from datetime import date

    from newsletter.audience.seat import Seat
    from newsletter.findings import Finding
    from newsletter.pipeline import Desk
    from newsletter.rendering.edition import Edition
    from newsletter.rendering.enclosures import Enclosures


class Audience(Protocol):
    """How many get an issue now, and how many of its segment do not, and why."""

    @property
    def recipients(self) -> int: ...
    @property
    def suppressed(self) -> int: ...
    @property
    def unconfirmed(self) -> int: ...
    @property
    def seat(self) -> Mapping[str, int]: ...


DispatchT = TypeVar("DispatchT", bound=Dispatch)


class Past(Protocol[DispatchT]):
    """What remembers the dispatches there have been: newsletter/database/dispatches.py does."""

    def find(self, issue: date, transport: str) -> DispatchT | None: ...
    def newcomers(self, dispatch: DispatchT) -> int: ...
    def got(self, dispatch: DispatchT) -> int: ...


class Subscribers(Protocol):
    """Who counts an audience: newsletter/database/subscribers.py does."""

    def audience(self, segment: str, seat: Seat | None = None) -> Audience: ...


@dataclass(frozen=True, slots=True)
class Plan(Generic[DispatchT]):
    """What sending an issue would do now.

    `dispatch` is what there is of it already; `edition` is what would be sent: the frozen one
    if there is one. `audience` is counted only for a new dispatch. `waived` are the findings
    that were allowed by name, which a new dispatch's certificate has to tell. `is_edited` says
    that the issue is not what was frozen any more. `more` are people to be added first.
    `enclosures` are kept for the archive, which tells the `reason` of an erratum.
    """

    edition: Edition
    segment: str
    dispatch: DispatchT | None = None
    audience: Audience | None = None
    findings: tuple[Finding, ...] = ()
    waived: tuple[Finding, ...] = ()
    is_edited: bool = False
    errand: Errand = Errand.ISSUE
    signed: tuple[str, ...] = ()
    at: datetime | None = None
    more: int = 0
    enclosures: Enclosures | None = None
    reason: str = ""

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to send."""
        is_done = self.dispatch is not None and self.dispatch.is_finished
        return is_done and not self.more

    @property
    def recipients(self) -> int:
        """Return how many the issue goes to in all."""
        if self.dispatch is not None:
            return self.dispatch.recipients + self.more
        if self.errand is Errand.ERRATUM:
            return self.more
        return self.audience.recipients if self.audience else 0


def plan(
    desk: Desk,
    dispatches: Past[DispatchT],
    subscribers: Subscribers,
    *,
    day: date,
    transport: str,
    allowed: Collection[str] = (),
    order: Order | None = None,
) -> Plan[DispatchT]:
    """Say what sending would do. Raises MistakeError where something forbids it.

    `allowed` names the checks whose findings are waived. What has begun goes on with the
    edition that was frozen, whatever the issue says by now.
    """
    order = order or Order(day, transport, allowed=allowed)
    begun = dispatches.find(order.day, order.transport)
    with ThreadPoolExecutor(max_workers=1) as pool:
        counts: list[Future[Audience]] = []

        def count(drawn: Draft) -> None:  # the database counts while Python is at the checks
            if begun is None:
                counts.append(pool.submit(_count, desk, subscribers, drawn))

        draft = prepare(desk, order.day, drawn=count)
        if begun is not None and order.errand is Errand.NEWCOMERS:
            return _with_newcomers(dispatches, begun, draft, order)
        if begun is not None and not begun.is_finished and not is_erratum(order, begun, draft):
            return _resumed(begun, draft, order)

        def audience() -> Audience:
            return counts[0].result() if counts else _count(desk, subscribers, draft)

        return _new(dispatches, audience, begun=begun, draft=draft, order=order)


def _resumed(begun: DispatchT, draft: Draft, order: Order) -> Plan[DispatchT]:
    keep_to_its_time(begun, order)
    keep_to_the_carrier(begun, order)
    return Plan(
        begun.edition, begun.segment, begun, is_edited=is_edited(begun, draft), at=begun.send_at
    )


def _with_newcomers(
    dispatches: Past[DispatchT], begun: DispatchT, draft: Draft, order: Order
) -> Plan[DispatchT]:
    if order.at is not None and order.at != begun.send_at:
        raise NotAllowedError(
            "Those who have signed up since cannot be given a time of their own",
            hint="Leave --at out, and run the command when it is to leave.",
        )
    keep_to_the_carrier(begun, order)
    return Plan(
        begun.edition,
        begun.segment,
        begun,
        is_edited=is_edited(begun, draft),
        errand=Errand.NEWCOMERS,
        at=begun.send_at if begun.is_held(datetime.now(UTC)) else None,
        more=dispatches.newcomers(begun),
    )


def audience_of(
    desk: Desk, subscribers: Subscribers, draft: Draft
) -> tuple[Audience, tuple[Finding, ...]]:
    """Count who would get a draft now, and warn of what is odd about them."""
    audience = _count(desk, subscribers, draft)
    return audience, _warnings(audience, draft)


def _count(desk: Desk, subscribers: Subscribers, draft: Draft) -> Audience:
    return subscribers.audience(draft.segment, desk.seat(draft.office))


def _warnings(audience: Audience | None, draft: Draft) -> tuple[Finding, ...]:
    warning = out_of_seat(audience.seat, funding=draft.funding) if audience else None
    return (warning,) if warning else ()


def _new(
    dispatches: Past[DispatchT],
    count: Callable[[], Audience],
    *,
    begun: DispatchT | None,
    draft: Draft,
    order: Order,
) -> Plan[DispatchT]:
    now = datetime.now(UTC)
    if begun is not None:
        let_it_leave_first(begun, draft, order, now)
    digest = draft.edition.digest if draft.edition else ""
    signed = tuple(order.signed(digest))
    edition = sendable(draft, allowed=order.allowed, signed=signed)
    is_repeated = order.transport == REHEARSAL and order.errand is Errand.ISSUE
    same = begun is not None and begun.edition.digest == digest
    if begun is not None and (same or not (is_repeated or order.errand is Errand.ERRATUM)):
        held = begun.send_at if begun.is_held(now) else None
        return Plan(begun.edition, begun.segment, begun, is_edited=not same, at=held)
    if begun is None and order.errand is not Errand.ISSUE:
        raise NotAllowedError(
            "This issue has not been sent, so it goes to everybody first",
            hint=f"Run: newsletter send --issue {order.day.isoformat()}",
        )
    check_schedule(order, now)
    erratum = begun is not None and order.errand is Errand.ERRATUM
    audience = None if erratum else count()
    return Plan(
        edition,
        begun.segment if erratum and begun is not None else draft.segment,
        audience=audience,
        findings=(*draft.findings, *_warnings(audience, draft)),
        waived=waived(draft, order.allowed),
        errand=order.errand,
        signed=signed,
        at=order.at,
        more=dispatches.got(begun) if erratum and begun is not None else 0,
        enclosures=draft.enclosures,
        reason=order.reason,
    )


def missed(planned: Plan[Any], now: datetime) -> str:
    """Return the time that a schedule missed by more than an hour was for; else nothing."""
    begun = planned.dispatch  # newcomers to what is finished were promised no time
    if begun is None or begun.is_finished or begun.send_at is None:
        return ""
    return shown(begun.send_at) if now >= begun.send_at + LATEST else ""
