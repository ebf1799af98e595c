"""Tell what became of the messages of an issue, each person counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.report.rates import Rate, arrived, left_office, percent
from newsletter.report.tables import (
    Cell,
    Chart,
    Row,
    Series,
    Shape,
    Table,
    number,
    quantity,
    share,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.report.facts import DispatchFacts, IssueLine

# In the order in which they are told: first what has worked, last what has not begun.
MEANINGS = {
    "delivered": "The provider has taken the message.",
    "complained": "It came, and was called spam.",
    "deferred": "Put off by the provider; the carrier still tries.",
    "accepted": "The carrier has it, and has reported nothing yet.",
    "bounced": "Sent back, or dropped by the carrier.",
    "uncertain": "No clear answer: it may have gone or not.",
    "refused": "The carrier has said no; the next send tries again.",
    "waiting": "Not sent yet.",
    "claimed": "On its way to the carrier just now.",
    "suppressed": "Left the list after the start, before their turn.",
}
_REPORTED = ("delivered", "complained", "deferred", "bounced")


def delivery_rate(line: IssueLine) -> Rate:
    """Return how many of those whom the carrier took it for it has reached."""
    return Rate(arrived(line.people), left_office(line.people), "accepted by the carrier")


def dispatch_data(dispatch: DispatchFacts) -> dict[str, Any]:
    """Return a dispatch as the JSON has it."""
    return {
        "serial": dispatch.serial,
        "purpose": dispatch.purpose,
        "kind": dispatch.kind,
        "transport": dispatch.transport,
        "state": dispatch.state,
        "began": dispatch.began.isoformat(),
        "recipients": dispatch.recipients,
        "counts": dict(dispatch.counts),
        "reported": dispatch.is_reported,
    }


def table(line: IssueLine) -> Table:
    """Return what became of the messages; what nobody reported is not known, and not 0."""
    people = line.people
    total = sum(people.values())
    told = [fate for fate in MEANINGS if people.get(fate) or _is_told(fate, line)]
    counted = [fate for fate in told if people.get(fate)]
    return Table(
        key="fates",
        title="What became of the messages",
        lead=f"Shares are of the {quantity(total)} it was for; each is counted once.",
        head=("Outcome", "People", "Share", "Meaning"),
        rows=tuple(_row(fate, line, total) for fate in told),
        notes=_notes(people),
        chart=Chart(
            Shape.BARS,
            tuple(fate.capitalize() for fate in counted),
            (Series("People", tuple(people[fate] for fate in counted)),),
            _summary(people, counted, total),
        ),
    )


def _notes(people: Mapping[str, int]) -> tuple[str, ...]:
    """Return how many it has reached, where that is more than the first row says."""
    if not people.get("complained"):
        return ()
    return (f"Whoever complained has got it: it was delivered to {arrived(people):,} in all.",)


def _is_told(fate: str, line: IssueLine) -> bool:
    """Whether a fate is told though nobody met it: that nobody did, or that it is not known."""
    return fate in {"delivered", "bounced", "complained"} and not line.first.is_rehearsal


def _row(fate: str, line: IssueLine, total: int) -> Row:
    count = line.people.get(fate, 0)
    meaning = words(_meaning(fate, line))
    if not count and fate in _REPORTED and not line.is_known:
        return Row(fate.capitalize(), (number(None), share(None, ""), meaning))
    part = count / total if total else 0.0
    return Row(fate.capitalize(), (number(count), _share(part), meaning), part)


def _meaning(fate: str, line: IssueLine) -> str:
    if fate == "accepted" and line.first.is_rehearsal:
        return "Written to outbox/; nobody was mailed."
    if fate == "accepted" and not line.is_known:
        return "The carrier has it; more is not known."
    return MEANINGS[fate]


def _share(part: float) -> Cell:
    return share(part, percent(part))


def _summary(people: Mapping[str, int], counted: list[str], total: int) -> str:
    parts = [f"{people[fate]:,} {fate}" for fate in counted]
    return f"Of {quantity(total)}: {', '.join(parts)}."
