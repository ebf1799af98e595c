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
    from collections.abc import Collection, Iterable
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


STRANGER = Known()


def merge(known: Known, row: Row, *, now: datetime) -> tuple[Outcome, Known]:
    """Return what the row came to, and what is known after it.

    A suppression is never lifted, a confirmation never taken back by a row that says
    pending, and an empty cell blanks out nothing. An objection is noted even of somebody who
    is not mailed for another reason.
    """
    objects = objecting(row)
    if known.suppressed:
        return Outcome.SUPPRESSED, _objecting(known, now) if objects else known
    if row.subscriber == known.subscriber and not objects and _is_proven(known, row):
        return Outcome.UNCHANGED, known  # the short way for a list that is taken in again
    after = Known(_joined(known.subscriber, row.subscriber), _grown(known, row))
    if objects:
        after = _objecting(after, now)
    if known.subscriber is None:
        return Outcome.ADDED, after
    return (Outcome.UNCHANGED, known) if after == known else (Outcome.UPDATED, after)


def suppress(known: Known, reason: SuppressionReason, *, now: datetime, source: str) -> Known:
    """Return what is known once the address must never be mailed again.

    Whoever unsubscribed has withdrawn their consent; other reasons leave it on record.
    """
    if reason is not SuppressionReason.UNSUBSCRIBED or known.subscriber is None:
        return known if known.suppressed else replace(known, suppressed=True)
    history = known.evidence
    if not history or history[-1].state is not ConsentState.WITHDRAWN:
        history = (*history, Evidence(ConsentState.WITHDRAWN, Consent(now, source, "")))
    gone = known.subscriber
    if gone.state is not SubscriberState.UNSUBSCRIBED:
        gone = replace(gone, state=SubscriberState.UNSUBSCRIBED)
    return Known(gone, history, suppressed=True)


def sign_up(known: Known, person: Subscriber, consent: Consent) -> Known:
    """Return what is known once somebody has asked, and has yet to confirm that it was they.

    Of whoever is on record already nothing changes: not a name, not a confirmation, and not
    an objection.
    """
    step = Evidence(ConsentState.PENDING, consent)
    return replace(known, subscriber=known.subscriber or person, evidence=(*known.evidence, step))


def answered(held: Subscriber, typed: Subscriber, offered: Collection[str]) -> Subscriber:
    """Return who somebody is once what they typed counts; what they left empty stays.

    Of the topics that were `offered` they have those that they chose, and of others none more.
    """
    topics = {fold_label(topic): topic for topic in offered}
    wanted = {fold_label(topic) for topic in typed.segments}
    segments = {
        folded: segment
        for segment in held.segments
        if (folded := fold_label(segment)) not in topics or folded in wanted
    }
    segments = {name: topics[name] for name in wanted & topics.keys()} | segments
    return replace(
        held,
        first_name=typed.first_name or held.first_name,
        last_name=typed.last_name or held.last_name,
        postcode=typed.postcode or held.postcode,
        segments=tuple(segments[folded] for folded in sorted(segments)),
    )


def answered_afresh(held: Subscriber, typed: Subscriber, offered: Collection[str]) -> Subscriber:
    """Do as `answered` does for somebody of whom only forms have told: the newest counts whole."""
    return answered(replace(held, first_name="", last_name="", postcode=""), typed, offered)


def opt_in(known: Known, person: Subscriber, consent: Consent) -> Known:
    """Return what is known once the person has asked anew, which lifts every suppression."""
    asked = replace(_joined(known.subscriber, person), state=SubscriberState.CONFIRMED)
    return Known(asked, (*known.evidence, Evidence(ConsentState.CONFIRMED, consent)))


def state_after(history: Iterable[ConsentState]) -> SubscriberState:
    """Return the state that a history of consent leads to; a question alone settles nothing."""
    state = SubscriberState.PENDING
    for step in history:
        if step is ConsentState.CONFIRMED:
            state = SubscriberState.CONFIRMED
        elif step is ConsentState.WITHDRAWN:
            state = SubscriberState.UNSUBSCRIBED
    return state


def objecting(row: Row) -> bool:
    """Return whether a row says that the person is not to be mailed."""
    return row.subscriber.state is SubscriberState.UNSUBSCRIBED


def _is_proven(known: Known, row: Row) -> bool:
    return row.consent is None or Evidence(step_of(row), row.consent) in known.evidence


def step_of(row: Row) -> ConsentState:
    """Return how far the consent of a row has come, if it has any."""
    pending = row.subscriber.state is SubscriberState.PENDING
    return ConsentState.PENDING if pending else ConsentState.CONFIRMED


def _objecting(known: Known, now: datetime) -> Known:
    return suppress(known, SuppressionReason.UNSUBSCRIBED, now=now, source="import")


def _joined(old: Subscriber | None, new: Subscriber) -> Subscriber:
    if old is None:
        return new
    segments = {fold_label(segment): segment for segment in (*new.segments, *old.segments)}
    confirmed = SubscriberState.CONFIRMED in (old.state, new.state)
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
    step = Evidence(step_of(row), row.consent)
    settled = known.subscriber and known.subscriber.state is SubscriberState.CONFIRMED
    if settled and step.state is ConsentState.PENDING:
        return known.evidence
    return known.evidence if step in known.evidence else (*known.evidence, step)
