"""Join what a row says with what is known, so that nothing known is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from newsletter.audience.segments import fold_label
from newsletter.audience.subscriber import (
    Consent,
    ConsentState,
    Subscriber,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.audience.spreadsheet import Row


class Outcome(StrEnum):
    """What a row came to."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SUPPRESSED = "suppressed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One step in the history of a consent."""

    state: ConsentState
    consent: Consent


@dataclass(frozen=True, slots=True)
class Known:
    """All that is on record about one address; `subscriber` is None for a stranger."""

    subscriber: Subscriber | None = None
    evidence: tuple[Evidence, ...] = ()
    suppressed: bool = False


def merge(known: Known, row: Row, *, now: datetime) -> tuple[Outcome, Known]:
    """Return what the row came to, and what is known after it.

    A suppression is never lifted, a confirmation never taken back by a row that says
    pending, and an empty cell blanks out nothing.
    """
    if known.suppressed:
        return Outcome.SUPPRESSED, known
    joined = replace(
        known, subscriber=_joined(known.subscriber, row.subscriber), evidence=_grown(known, row)
    )
    after = joined
    if row.subscriber.state is SubscriberState.UNSUBSCRIBED:
        after = suppress(joined, SuppressionReason.UNSUBSCRIBED, now=now, source="import")
    if known.subscriber is None:
        return Outcome.ADDED, after
    return (Outcome.UNCHANGED if after == known else Outcome.UPDATED), after


def suppress(known: Known, reason: SuppressionReason, *, now: datetime, source: str) -> Known:
    """Return what is known once the address must never be mailed again.

    Whoever unsubscribed has withdrawn their consent; other reasons leave it on record.
    """
    if known.suppressed:
        return known
    if known.subscriber is None or reason is not SuppressionReason.UNSUBSCRIBED:
        return replace(known, suppressed=True)
    withdrawal = Evidence(ConsentState.WITHDRAWN, Consent(now, source, ""))
    return Known(
        subscriber=replace(known.subscriber, state=SubscriberState.UNSUBSCRIBED),
        evidence=(*known.evidence, withdrawal),
        suppressed=True,
    )


def _joined(old: Subscriber | None, new: Subscriber) -> Subscriber:
    if old is None:
        return new
    segments = {fold_label(segment): segment for segment in (*new.segments, *old.segments)}
    confirmed = SubscriberState.CONFIRMED in {old.state, new.state}
    return Subscriber(
        email=old.email,
        first_name=new.first_name or old.first_name,
        last_name=new.last_name or old.last_name,
        postcode=new.postcode or old.postcode,
        segments=tuple(segments[folded] for folded in sorted(segments)),
        state=SubscriberState.CONFIRMED if confirmed else old.state,
    )


def _grown(known: Known, row: Row) -> tuple[Evidence, ...]:
    if row.consent is None:
        return known.evidence
    pending = row.subscriber.state is SubscriberState.PENDING
    if pending and known.subscriber and known.subscriber.state is SubscriberState.CONFIRMED:
        return known.evidence
    state = ConsentState.PENDING if pending else ConsentState.CONFIRMED
    step = Evidence(state, row.consent)
    return known.evidence if step in known.evidence else (*known.evidence, step)
