"""Tell how an issue went in the course of time: hour by hour, and dispatch by dispatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.delivery.timetable import shown
from newsletter.rendering.words import listing
from newsletter.report.facts import HOURS
from newsletter.report.rates import arrived
from newsletter.report.tables import (
    Chart,
    Row,
    Series,
    Shape,
    Table,
    as_shares,
    number,
    words,
)

if TYPE_CHECKING:
    from newsletter.report.facts import DispatchFacts, IssueFacts


def hours(facts: IssueFacts) -> Table | None:
    """Return what was reported in each hour; none where nothing was."""
    counted = [hour.delivered + hour.bounced + hour.complained for hour in facts.hours]
    last = max((place for place, count in enumerate(counted, 1) if count), default=0)
    if not last:
        return None
    told = facts.hours[:last]
    labels = tuple("later" if place > HOURS else str(place) for place in range(1, last + 1))
    delivered = sum(hour.delivered for hour in told)
    return Table(
        key="hours",
        title="Hour by hour",
        lead="What the carrier reported in each hour after the start"
        f"{' of the first dispatch' if len(facts.line.dispatches) > 1 else ''}.",
        head=("Hour", "Delivered", "Bounced", "Complained"),
        rows=as_shares(
            [
                (
                    label,
                    (number(hour.delivered), number(hour.bounced), number(hour.complained)),
                    hour.delivered,
                )
                for label, hour in zip(labels, told, strict=True)
            ]
        ),
        chart=Chart(
            Shape.COLUMNS,
            labels,
            (
                Series("Delivered", tuple(hour.delivered for hour in told)),
                Series("Bounced", tuple(hour.bounced for hour in told)),
                Series("Complained", tuple(hour.complained for hour in told)),
            ),
            f"In the first hour {told[0].delivered:,} of {delivered:,} were delivered."
            if delivered
            else "Nothing was delivered.",
            unit="messages",
        ),
    )


def dispatches(facts: IssueFacts) -> Table | None:
    """Return the dispatches of an issue; none where there is but one, which is told already."""
    told = facts.line.dispatches
    if len(told) == 1:
        return None
    return Table(
        key="dispatches",
        title="Dispatch by dispatch",
        lead="Elsewhere each person counts once, by the best that became of any of their "
        "messages.",
        head=("Dispatch", "Began", "Messages", "Arrived", "Bounced", "State"),
        rows=tuple(_dispatch(dispatch) for dispatch in told),
        notes=(
            f"In all {sum(dispatch.recipients for dispatch in told):,} messages: "
            + listing([f"{each.recipients:,} in the {_name(each)}" for each in told])
            + ".",
        ),
    )


def _dispatch(dispatch: DispatchFacts) -> Row:
    counts = dispatch.counts
    return Row(
        f"{dispatch.serial}: {_name(dispatch)}",
        (
            words(shown(dispatch.began)),
            number(dispatch.recipients),
            number(arrived(counts) if dispatch.is_reported else None),
            number(counts.get("bounced", 0) if dispatch.is_reported else None),
            words(dispatch.state),
        ),
    )


def _name(dispatch: DispatchFacts) -> str:
    return "issue" if dispatch.purpose == "issue" else "correction"
