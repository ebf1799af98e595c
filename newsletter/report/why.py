"""Tell why messages bounced, are late or were refused, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.report.reasons import WHAT_TO_DO, WHEN_REFUSED
from newsletter.report.tables import (
    Chart,
    Series,
    Shape,
    Table,
    as_shares,
    number,
    quantity,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.report.reasons import Reason


def data(key: str, counts: Mapping[Reason, int]) -> list[dict[str, Any]]:
    """Return the reasons as the JSON has them, the most frequent first."""
    return [
        {"reason": reason.value, "count": count, "what_to_do": _advice(key, reason)}
        for reason, count in _largest_first(counts)
    ]


def _advice(key: str, reason: Reason) -> str:
    advice = WHAT_TO_DO[reason]
    return WHEN_REFUSED.get(reason, advice) if key == "refused" else advice


def _largest_first(counts: Mapping[Reason, int]) -> list[tuple[Reason, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0].value))


def table(key: str, title: str, counts: Mapping[Reason, int]) -> Table | None:
    """Return the reasons as a table; none where there is nothing to explain."""
    if not counts:
        return None
    ordered = _largest_first(counts)
    total = sum(counts.values())
    most, most_count = ordered[0]
    labels = tuple(_capital(reason.value) for reason, _ in ordered)
    return Table(
        key=key,
        title=title,
        lead=f"{quantity(total, 'message', 'messages')} in all; the servers’ own words "
        "are sorted into these reasons.",
        head=("Reason", "Messages", "What to do"),
        rows=as_shares(
            [
                (label, (number(count), words(_advice(key, reason))), count)
                for label, (reason, count) in zip(labels, ordered, strict=True)
            ]
        ),
        chart=Chart(
            Shape.BARS,
            labels,
            (Series("Messages", tuple(count for _, count in ordered)),),
            f"The most frequent reason is “{most.value}”: {most_count:,} of {total:,}.",
            unit="messages",
        ),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
