"""Take what `send` is asked for, and refuse what cannot be asked of a dispatch that has begun."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from newsletter.delivery.timetable import check_time
from newsletter.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date, datetime

    from newsletter.pipeline import Draft
    from newsletter.rendering.edition import Edition

REHEARSAL = "folder"
"""The transport that mails nobody, and so may be repeated after every change."""

HOLDERS = ("sendgrid",)
"""The transports that hold messages until a time and can be told to drop them."""


class Errand(StrEnum):
    """What `send` is asked for."""

    ISSUE = "issue"
    ERRATUM = "erratum"
    NEWCOMERS = "newcomers"


class Dispatch(Protocol):
    """An edition and its audience, frozen."""

    @property
    def key(self) -> str: ...
    @property
    def edition(self) -> Edition: ...
    @property
    def segment(self) -> str: ...
    @property
    def transport(self) -> str: ...
    @property
    def recipients(self) -> int: ...
    @property
    def is_finished(self) -> bool: ...
    @property
    def serial(self) -> int: ...
    @property
    def purpose(self) -> str: ...
    @property
    def send_at(self) -> datetime | None: ...
    def is_held(self, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for. `allowed` are codes of findings that are waived, `signed` names.

    `reason` says in public what an erratum corrects.
    """

    day: date
    transport: str
    errand: Errand = Errand.ISSUE
    allowed: Collection[str] = ()
    signed: Callable[[str], Sequence[str]] = lambda _: ()
    at: datetime | None = None
    reason: str = ""


def is_erratum(order: Order, begun: Dispatch, draft: Draft) -> bool:
    """Whether an erratum is to be started, and not the one that has begun to go on."""
    same = draft.edition is not None and draft.edition.digest == begun.edition.digest
    return order.errand is Errand.ERRATUM and not same


def is_edited(begun: Dispatch, draft: Draft) -> bool:
    """Whether the issue is not any more what was frozen."""
    return draft.edition is None or draft.edition.digest != begun.edition.digest


def keep_to_its_time(begun: Dispatch, order: Order) -> None:
    """Raise NotAllowedError if what is on its way were to leave at two times."""
    if order.at is not None and order.at != begun.send_at:
        raise NotAllowedError(
            "This issue is on its way already, at another time",
            hint=f"Cancel it first: newsletter cancel --issue {order.day.isoformat()}",
        )


def let_it_leave_first(begun: Dispatch, draft: Draft, order: Order, now: datetime) -> None:
    """Raise NotAllowedError where a correction would come before the issue, or a time is late."""
    if not begun.is_held(now):
        return
    if is_erratum(order, begun, draft):
        raise NotAllowedError(
            "This issue has not left yet, so nobody has got what the erratum corrects",
            hint=f"Cancel it, then send it as it is now: newsletter cancel --issue {order.day}",
        )
    keep_to_its_time(begun, order)


def keep_to_the_carrier(begun: Dispatch, order: Order) -> None:
    """Raise NotAllowedError if a dispatch were to have two: its certificate names one."""
    if begun.transport != order.transport:
        raise NotAllowedError(
            f"This issue began to go out by {begun.transport}",
            hint=f"Go on with it: add --transport {begun.transport}.",
        )


def check_schedule(order: Order, now: datetime) -> None:
    """Raise NotAllowedError, or MistakeError for the time, where nobody could hold it so long."""
    if order.at is None:
        return
    if order.transport not in HOLDERS:
        raise NotAllowedError(
            f"Only SendGrid holds messages until a time; {order.transport} sends at once",
            hint="Leave --at out, and run the command at that time.",
        )
    check_time(order.at, now)
