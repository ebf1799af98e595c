"""Count what became of the people of an issue, by fate, reason, provider, segment and hour."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, distinct, exists, func, literal, select, union_all

from newsletter.database.counting import SUPPRESSED, is_leased
from newsletter.database.schema import (
    batches,
    dispatch_recipients,
    events,
    recipient_outcomes,
    subscriber_segments,
    subscribers,
    suppressions,
)
from newsletter.delivery import State
from newsletter.events import CLICKED, MACHINE_OPENED, OPENED, SCANNED
from newsletter.report.facts import HOURS, RANKED, HourFacts, Readers
from newsletter.report.reasons import Reason, reason_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery

_PAGE = 1_000
_READ = (OPENED, MACHINE_OPENED, CLICKED)
_CAME_BACK = ("bounce", "dropped", "deferred")


@dataclass(frozen=True, slots=True)
class Tally:
    """The people of some dispatches in one database, each with the best of their fates."""

    connection: Connection
    dispatches: Sequence[Row[Any]]
    now: datetime

    def people(self) -> dict[str, int]:
        """Return how many share each fate."""
        fates = self._fates()
        found = self.connection.execute(
            select(fates.c.rank, func.count()).group_by(fates.c.rank)
        ).all()
        return {RANKED[rank]: count for rank, count in sorted(found, reverse=True)}

    def domains(self) -> Iterator[tuple[str, str, int]]:
        """Yield the fates by what is behind the @: domain, fate and number."""
        fates = self._fates()
        domain = _domain(self.connection, fates.c.folded).label("domain")
        statement = select(domain, fates.c.rank, func.count()).group_by(domain, fates.c.rank)
        # Not streamed, as reasons are: PostgreSQL plans a cursor for its first rows only.
        for name, rank, count in self.connection.execute(statement):
            yield name, RANKED[rank], count

    def segments(self) -> dict[str, dict[str, int]]:
        """Return the fates by tag and ward, as people carry them today."""
        fates = self._fates()
        segment = subscriber_segments.c
        statement = (
            select(segment.segment_folded, func.min(segment.segment), fates.c.rank, func.count())
            .select_from(
                fates.join(subscribers, subscribers.c.key == fates.c.key).join(
                    subscriber_segments, segment.subscriber_id == subscribers.c.id
                )
            )
            .group_by(segment.segment_folded, fates.c.rank)
        )
        labels: dict[str, str] = {}
        found: dict[str, dict[str, int]] = {}
        rows = self.connection.execute(statement.order_by(segment.segment_folded, fates.c.rank))
        for folded, label, rank, count in rows:
            labels[folded] = min(label, labels.get(folded, label))
            found.setdefault(folded, {})[RANKED[rank]] = count
        return {labels[folded]: counts for folded, counts in found.items()}

    def reasons(self, fate: str) -> dict[Reason, int]:
        """Return why messages met this fate: each message once, by what was said of it last."""
        found: Counter[Reason] = Counter()
        for dispatch in self.dispatches:
            last = None
            reason = Reason.OTHER
            for row in self._stream(_told(dispatch, fate)):
                if last is not None and row.position != last:
                    found[reason] += 1
                last, reason = row.position, _reason(row)
            if last is not None:
                found[reason] += 1
            for text, count in self._stream(_of_batches(dispatch, fate)):
                found[reason_for(text)] += count
        return dict(found)

    def hours(self, start: datetime) -> list[HourFacts]:
        """Return what was reported in each hour after the start, and after all of them."""
        edges = [start + timedelta(hours=hour) for hour in range(1, HOURS + 1)]
        bins = bins_of(events.c.at, edges)
        keys = [dispatch.key for dispatch in self.dispatches]
        told = {"delivered": "delivered", "bounce": "bounced", "dropped": "bounced"}
        told["spamreport"] = "complained"
        rows = self.connection.execute(
            select(events.c.event, *bins)
            .where(events.c.dispatch.in_(keys), events.c.event.in_(told))
            .group_by(events.c.event)
        )
        counted = {fate: [0] * len(bins) for fate in told.values()}
        for row in rows:
            for place, number in enumerate(row[1:]):
                counted[told[row.event]][place] += number
        columns = (counted["delivered"], counted["bounced"], counted["complained"])
        return [HourFacts(*numbers) for numbers in zip(*columns, strict=True)]

    def readers(self) -> Readers:
        """Return how many opened and clicked; of whom only a machine did is told apart.

        Links that a scanner followed, right after the delivery, count for nothing.
        """
        opened = clicked = machines = 0
        rows = self._stream(_read([dispatch.key for dispatch in self.dispatches]))
        for _, told in groupby(rows, key=lambda row: str(row.recipient)):
            names = {row.event for row in told if not _is_scanned(row)}
            clicked += CLICKED in names
            opened += bool(names & {OPENED, CLICKED})  # whoever clicked has opened it, too
            machines += names == {MACHINE_OPENED}
        return Readers(opened, clicked, machines)

    def left(self, start: datetime, until: datetime) -> int:
        """Return how many of these people unsubscribed between the two.

        Whoever left before their turn was sent nothing.
        """
        ids = [dispatch.id for dispatch in self.dispatches]
        # By way of the list, since recipients are found by their keys only.
        statement = (
            select(func.count(distinct(subscribers.c.id)))
            .select_from(
                suppressions.join(
                    subscribers, subscribers.c.email_folded == suppressions.c.email_folded
                ).join(dispatch_recipients, dispatch_recipients.c.key == subscribers.c.key)
            )
            .where(
                suppressions.c.reason == "unsubscribed",
                suppressions.c.at >= start,
                suppressions.c.at < until,
                dispatch_recipients.c.dispatch_id.in_(ids),
                ~exists().where(_own(), recipient_outcomes.c.state == SUPPRESSED),
            )
        )
        return self.connection.scalar(statement) or 0

    def _fates(self) -> Subquery:
        """Return a row for each person: key, folded address, and the rank of their best fate."""
        parts = [_each(self.connection, dispatch, self.now) for dispatch in self.dispatches]
        if len(parts) == 1:
            return parts[0].subquery()
        every = union_all(*parts).subquery()
        best = select(
            func.max(every.c.key).label("key"),
            every.c.folded,
            func.max(every.c.rank).label("rank"),
        )
        return best.group_by(every.c.folded).subquery()

    def _stream(self, statement: Select[Any]) -> Iterator[Any]:
        yield from self.connection.execute(statement.execution_options(yield_per=_PAGE))


def bins_of(
    moment: ColumnElement[Any], edges: Sequence[datetime], *where: ColumnElement[bool]
) -> list[ColumnElement[int]]:
    """Return a count for what lies before each edge and after the one before it, and a last.

    Dates are compared only, for every kind of database reckons with them in its own way.
    """
    after: list[ColumnElement[bool]] = [moment >= edge for edge in edges]
    before: list[ColumnElement[bool]] = [moment < edge for edge in edges]
    conditions = [
        before[0],
        *(and_(low, high) for low, high in zip(after[:-1], before[1:], strict=True)),
        after[-1],
    ]
    return [func.count().filter(condition, *where) for condition in conditions]


def _each(connection: Connection, dispatch: Row[Any], now: datetime) -> Select[Any]:
    """Select the people of one dispatch with the rank of their fate.

    A claim that nobody alive holds is uncertain.
    """
    held = and_(
        # Named on both sides, so that nothing but the positions is left to join by.
        batches.c.dispatch_id == dispatch.id,
        dispatch_recipients.c.dispatch_id == dispatch.id,
        dispatch_recipients.c.position >= batches.c.first_recipient,
        dispatch_recipients.c.position < batches.c.first_recipient + batches.c.size,
    )
    claimed = State.CLAIMED if is_leased(connection, dispatch.id, now) else State.UNCERTAIN
    of_batch = case((batches.c.state == State.CLAIMED, claimed.value), else_=batches.c.state)
    state = func.coalesce(recipient_outcomes.c.state, of_batch)
    # What is in no list is in an empty batch, whose people have fates of their own.
    rank = case({fate: place for place, fate in enumerate(RANKED)}, value=state, else_=0)
    return select(
        dispatch_recipients.c.key.label("key"),
        dispatch_recipients.c.email_folded.label("folded"),
        rank.label("rank"),
    ).select_from(batches.join(dispatch_recipients, held).outerjoin(recipient_outcomes, _own()))


def _own() -> ColumnElement[bool]:
    return and_(
        recipient_outcomes.c.dispatch_id == dispatch_recipients.c.dispatch_id,
        recipient_outcomes.c.position == dispatch_recipients.c.position,
    )


def _told(dispatch: Row[Any], fate: str) -> Select[Any]:
    """Select what was said of those of this fate, each person's reports in their order."""
    about = and_(
        events.c.dispatch == dispatch.key,
        events.c.recipient == dispatch_recipients.c.key,
        events.c.event.in_(_CAME_BACK),
    )
    return (
        select(recipient_outcomes.c.position, recipient_outcomes.c.reason, events.c.raw)
        .select_from(recipient_outcomes.join(dispatch_recipients, _own()).outerjoin(events, about))
        .where(recipient_outcomes.c.dispatch_id == dispatch.id, recipient_outcomes.c.state == fate)
        .order_by(recipient_outcomes.c.position, events.c.at)
    )


def _of_batches(dispatch: Row[Any], fate: str) -> Select[Any]:
    """Select the reasons of whole batches; fates that come by reports have none."""
    own = (
        select(func.count())
        .where(
            recipient_outcomes.c.dispatch_id == batches.c.dispatch_id,
            recipient_outcomes.c.position >= batches.c.first_recipient,
            recipient_outcomes.c.position < batches.c.first_recipient + batches.c.size,
        )
        .scalar_subquery()
    )
    return select(batches.c.reason, batches.c.size - own).where(
        batches.c.dispatch_id == dispatch.id, batches.c.state == fate
    )


def _read(keys: list[str]) -> Select[Any]:
    """Select who opened and clicked what, person by person, with when they got it."""
    delivered = events.alias()
    before = and_(
        delivered.c.dispatch == events.c.dispatch,
        delivered.c.recipient == events.c.recipient,
        delivered.c.event == "delivered",
    )
    return (
        select(
            events.c.recipient,
            events.c.event,
            events.c.at,
            delivered.c.at.label("delivered"),
        )
        .select_from(events.outerjoin(delivered, before))
        .where(events.c.dispatch.in_(keys), events.c.event.in_(_READ))
        .order_by(events.c.recipient)
    )


def _is_scanned(row: Row[Any]) -> bool:
    is_click = row.event == CLICKED and row.delivered is not None
    return is_click and bool(row.at < row.delivered + SCANNED)


def _reason(row: Row[Any]) -> Reason:
    """Return the reason that a report gives; the ledger's own words where there is none."""
    raw = json.loads(row.raw) if row.raw else {}
    text, status, kind = (raw.get(name) for name in ("reason", "status", "bounce_classification"))
    words = next((each for each in (text, raw.get("response"), row.reason) if each), "")
    return reason_for(str(words), status=str(status or ""), classification=str(kind or ""))


def _domain(connection: Connection, folded: ColumnElement[str]) -> ColumnElement[str]:
    """Return what is behind the @ of an address; of the erased there is none."""
    find = func.instr if connection.dialect.name == "sqlite" else func.strpos
    place = find(folded, "@")
    return case((place > 0, func.substr(folded, place + 1)), else_=literal(""))
