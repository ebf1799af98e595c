"""Have a carrier hold messages until a time, so that whatever is in doubt can be called back.

Times and limits are those of SendGrid's batch IDs: a cancel is guaranteed up to ten minutes
before messages leave, at most ten IDs may be cancelled at once, and 72 hours is the longest.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.delivery.brake import InterruptedByHandError, undisturbed
from newsletter.delivery.words import SlipState
from newsletter.errors import (
    MistakeError,
    NotAllowedError,
    RefusedError,
    StoppedError,
    TransportError,
    UnavailableError,
    UncertainError,
)
from newsletter.rendering.words import LONDON

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.delivery.words import Holder, Slip, Slips

SOONEST = timedelta(minutes=60)
FARTHEST = timedelta(hours=72)
LAST_POST = timedelta(minutes=15)
LAST_REPOST = timedelta(minutes=12)
LAST_CANCEL = timedelta(minutes=10)
LATEST = timedelta(hours=1)
"""How late a dispatch may go on without asking again: a lid may have been closed for days."""

MOST_DROPPED = 10
"""How many slips an account may have dropped at once; each counts until its time has passed."""

MOST_SLIPS = 8
FIRST_SLIPS = 4
"""How many slips share the requests at first; the rest are for what has to be posted again."""

MOST_TRIES = 10
PATIENCE = 30.0
"""How often a cancel is tried in one run, and the seconds between."""


def parse_local(text: str) -> datetime:
    """Read `2019-02-22 17:00`, a time in London, as UTC. Raises MistakeError."""
    try:
        local = datetime.strptime(text.strip(), "%Y-%m-%d %H:%M")  # noqa: DTZ007 -- London's, below
    except ValueError:
        raise MistakeError(
            f"“{text}” is not a time", hint='Write date and time: --at "2019-02-22 17:00".'
        ) from None
    first, second = (local.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != local:
        raise MistakeError(
            f"There is no {local:%H:%M} on {local:%d %B %Y}: the clocks go forward then",
            hint="Choose a time an hour earlier or later.",
        )
    raise MistakeError(
        f"There are two times of {local:%H:%M} on {local:%d %B %Y}: the clocks go back then",
        hint="Choose a time before 01:00 or from 02:00 on.",
    )


def check_time(at: datetime, now: datetime) -> None:
    """Raise NotAllowedError unless a carrier can be trusted to send at that time."""
    if at <= now:
        raise NotAllowedError(
            f"{shown(at)} is in the past", hint="Choose a later time, or leave --at out."
        )
    if at < now + SOONEST:
        raise NotAllowedError(
            f"{shown(at)} is less than an hour away, too soon to call back what goes wrong",
            hint=f"Choose {shown(now + SOONEST + timedelta(minutes=1))} or later, or leave --at "
            "out to send at once.",
        )
    if at > now + FARTHEST:
        raise NotAllowedError(
            f"{shown(at)} is more than 72 hours away, longer than the carrier holds messages",
            hint="Run this command again within three days of that time.",
        )


def can_call_back(at: datetime, now: datetime) -> bool:
    """Whether what is in doubt can still be dropped, and then posted again."""
    return now < at - LAST_REPOST


def shown(moment: datetime) -> str:
    """Return a moment as a clock in London shows it."""
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}"


class Timetable:
    """Deliver to a carrier that holds messages until `at`, and leave nothing in doubt."""

    def __init__(
        self,
        holder: Holder,
        slips: Slips,
        *,
        at: datetime,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        renew: Callable[[], None],
    ) -> None:
        self._holder = holder
        self._slips = slips
        self._at = at
        self._now = now
        self._sleep = sleep
        self._renew = renew

    def deliver(self, post: Callable[[], Exception | None]) -> Exception | None:
        """Post what waits, and call back and post again what is in doubt.

        `post` carries what is waiting under the open slips. Returns why it stopped early, or
        None when nothing waits and nothing is in doubt that could still be called back.
        """
        try:
            return self._rounds(post)
        except (TransportError, StoppedError) as error:
            return error
        except KeyboardInterrupt:
            return InterruptedByHandError()

    def _rounds(self, post: Callable[[], Exception | None]) -> Exception | None:
        self._call_back()
        while True:
            self._open()
            reason = post()
            doubtful = [slip for slip in self._slips.all() if slip.is_doubtful]
            if not doubtful or not (reason is None or isinstance(reason, UncertainError)):
                return reason
            if not can_call_back(self._at, self._now()):
                return reason or UncertainError(
                    "What is in doubt cannot be called back any more.",
                    hint="Reports of the carrier will settle it, or a person has to.",
                )
            if self._spare() < len(doubtful):
                return _used_up()
            self._call_back()

    def _left(self, margin: timedelta) -> timedelta:
        return self._at - margin - self._now()

    def _spare(self) -> int:
        """Return how many slips more can be had, of which each could still be dropped."""
        most = min(MOST_SLIPS, MOST_DROPPED - self._slips.elsewhere())
        return most - len(self._slips.all())

    def _open(self) -> None:
        """Have slips to post under: several at first, later one at a time.

        Half of what can be had is kept for what has to be posted again.
        """
        known = self._slips.all()
        if any(slip.state is SlipState.OPEN for slip in known):
            return
        spare = self._spare()
        if spare <= 0:
            raise _used_up()
        for _ in range(1 if known else min(FIRST_SLIPS, max(1, spare // 2))):
            with undisturbed():
                self._slips.add(self._holder.new_slip())

    def _call_back(self) -> None:
        """Have dropped all that is in doubt; what was dropped waits again."""
        for slip in self._slips.all():
            if slip.state is SlipState.CANCELLING or slip.is_doubtful:
                self._drop(slip)

    def _drop(self, slip: Slip) -> None:
        if self._left(LAST_REPOST) <= timedelta(0):
            return
        with undisturbed():
            self._slips.cancelling(slip.name)
        for tries in range(1, MOST_TRIES + 1):
            try:
                self._drop_once(slip)
                break
            except TransportError as error:
                if tries == MOST_TRIES or isinstance(error, RefusedError):
                    raise
            self._sleep(PATIENCE)
            with undisturbed():
                self._renew()

    def _drop_once(self, slip: Slip) -> None:
        """Have it dropped, and remember that: asked for anew, the proof might come too late."""
        with undisturbed():
            self._holder.drop(slip.name)
            if self._left(LAST_REPOST) > timedelta(0):
                self._slips.cancelled(slip.name)


def _used_up() -> StoppedError:
    return StoppedError(
        "SendGrid can call back no more than ten batches at once, and these are used up.",
        hint="Run newsletter cancel, then send without --at when it is to leave.",
    )


def drop_all(holder: Holder, slips: Slips, *, at: datetime, now: Callable[[], datetime]) -> bool:
    """Have everything dropped; return whether it is certain that nothing of it will leave.

    Raises TransportError if the carrier has not confirmed that.
    """
    certain = True
    for slip in slips.all():
        if slip.state is SlipState.CANCELLED:
            continue
        with undisturbed():  # asked for anew, the proof might come too late
            slips.cancelling(slip.name)
            _drop_for_good(holder, slip)
            in_time = now() <= at - LAST_CANCEL
            if in_time:
                slips.cancelled(slip.name)
        certain = certain and in_time
    return certain


def _drop_for_good(holder: Holder, slip: Slip) -> None:
    """Have one slip dropped; what comes between is told in the words of a cancel, not of a send."""
    try:
        holder.drop(slip.name)
    except (UnavailableError, UncertainError) as error:
        raise UncertainError(
            "The carrier has not confirmed that it drops what it holds.",
            hint="Run newsletter cancel again, until it says that nothing will leave.",
        ) from error
