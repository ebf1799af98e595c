"""Read through everybody on record, a page at a time, and count them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select, true

from newsletter.audience.subscriber import (
    Consent,
    ConsentState,
    Subscriber,
    SubscriberState,
    SuppressionReason,
)
from newsletter.database.audience import in_segment, is_suppressed
from newsletter.database.people import segments_of
from newsletter.database.schema import consents, subscriber_segments, subscribers, suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from newsletter.audience.segments import Segment

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Listed:
    """One person on record, with the proof that counts now, if there is any."""

    subscriber: Subscriber
    consent: Consent | None


def standing() -> ColumnElement[str]:
    """Return a person's state: a suppression says more than what they once agreed to."""
    reason = (
        select(suppressions.c.reason)
        .where(suppressions.c.email_folded == subscribers.c.email_folded)
        .scalar_subquery()
    )
    return case(
        (reason == SuppressionReason.UNSUBSCRIBED, literal(SubscriberState.UNSUBSCRIBED.value)),
        (is_suppressed(), literal(SubscriberState.SUPPRESSED.value)),
        else_=subscribers.c.state,
    )


def chosen(segment: Segment, state: SubscriberState | None) -> ColumnElement[bool]:
    """Return the condition for a row of `subscribers` to be listed."""
    return and_(in_segment(segment), true() if state is None else standing() == state.value)


def listing(connection: Connection, condition: ColumnElement[bool]) -> Iterator[Listed]:
    """Yield everybody in the order in which they came, without holding all in memory."""
    last = 0
    statement = select(subscribers, standing().label("standing")).where(condition)
    while page := connection.execute(
        statement.where(subscribers.c.id > last).order_by(subscribers.c.id).limit(_PAGE)
    ).all():
        last = page[-1].id
        ids = [row.id for row in page]
        segments, proofs = segments_of(connection, ids), _proofs(connection, ids)
        for row in page:
            yield Listed(
                Subscriber(
                    email=row.email,
                    first_name=row.first_name,
                    last_name=row.last_name,
                    postcode=row.postcode,
                    segments=tuple(segments.get(row.id, ())),
                    state=SubscriberState(row.standing),
                ),
                proofs.get(row.id),
            )


def _proofs(connection: Connection, ids: Sequence[int]) -> dict[int, Consent]:
    """Return what each agreed to last; a confirmation says more than a question after it."""
    found: dict[int, Any] = {}
    for row in connection.execute(
        select(consents)
        .where(consents.c.subscriber_id.in_(ids), consents.c.state != ConsentState.WITHDRAWN)
        .order_by(consents.c.id)
    ):
        held = found.get(row.subscriber_id)
        if held is None or row.state in {ConsentState.CONFIRMED.value, held.state}:
            found[row.subscriber_id] = row
    return {who: Consent(row.at, row.source, row.wording) for who, row in found.items()}


def count_states(connection: Connection, condition: ColumnElement[bool]) -> dict[str, int]:
    """Return how many people are in each state, states without anybody included."""
    state = standing().label("standing")
    found = connection.execute(
        select(state, func.count()).where(condition).select_from(subscribers).group_by(state)
    ).all()
    return dict.fromkeys(map(str, SubscriberState), 0) | {row[0]: row[1] for row in found}


def count_segments(connection: Connection, condition: ColumnElement[bool]) -> dict[str, int]:
    """Return how many people carry each tag or live in each ward, by its name."""
    found = connection.execute(
        select(func.min(subscriber_segments.c.segment), func.count())
        .select_from(subscriber_segments.join(subscribers))
        .where(condition)
        .group_by(subscriber_segments.c.segment_folded)
    ).all()
    return {row[0]: row[1] for row in sorted(found, key=lambda row: (-row[1], row[0]))}
