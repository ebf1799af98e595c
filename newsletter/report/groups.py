"""Tell how messages fared with each mail provider and in each segment, but for tiny groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.report.providers import FEWEST, OTHERS, only_large
from newsletter.report.rates import arrived, left_office, percent
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
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.report.facts import Counts, IssueLine

_MOST_SHOWN = 20
_HIDDEN = "(not shown: it holds an address)"


def data(groups: Mapping[str, Counts], name: str) -> list[dict[str, Any]]:
    """Return the groups that may be told, as the JSON has them."""
    shown, _ = only_large(groups)
    return [
        {name: _label(label), "people": sum(counts.values()), "counts": dict(counts)}
        for label, counts in _others_last(shown).items()
    ]


def table(
    key: str,
    title: str,
    what: str,
    groups: Mapping[str, Counts],
    line: IssueLine,
    *,
    unit: str = "people",
) -> Table | None:
    """Return the groups of an issue; none where there is nobody or nothing to tell apart.

    `unit` is what is counted: in several issues, each person's messages.
    """
    shown, hidden = only_large(groups)
    if not shown:
        return None
    listed = list(_others_last(shown).items())[:_MOST_SHOWN]
    notes = _notes(key, hidden, len(shown) - len(listed))
    return Table(
        key=key,
        title=title,
        lead=_LEADS[key],
        head=(what, unit.capitalize(), "Arrived", "Bounced", "Complained"),
        rows=tuple(_row(label, counts, line) for label, counts in listed),
        notes=notes,
        chart=_chart(listed, line, unit),
        barred="Arrived",
    )


_LEADS = {
    "providers": "Known by the part behind the @: whoever has a domain of their own is among the "
    "others. Arrived is the share of what the carrier took.",
    "segments": "By the tags and wards that people have today. Whoever has several is counted in "
    "each of them. Arrived is the share of what the carrier took.",
}


def _notes(key: str, hidden: int, left: int) -> tuple[str, ...]:
    notes = []
    if hidden:
        notes.append(
            f"{quantity(hidden, 'group', 'groups')} of fewer than {FEWEST} people cannot be shown without names."
        )
    if left:
        notes.append(
            f"{quantity(left, f'smaller {key[:-1]} stands', f'smaller {key} stand')} in --json."
        )
    return tuple(notes)


def _others_last(groups: Mapping[str, Counts]) -> dict[str, Counts]:
    last = {OTHERS: groups[OTHERS]} if OTHERS in groups else {}
    return {name: counts for name, counts in groups.items() if name != OTHERS} | last


def _label(name: str) -> str:
    return _HIDDEN if "@" in name else name


def _row(label: str, counts: Counts, line: IssueLine) -> Row:
    taken = left_office(counts)
    part = arrived(counts) / taken if line.is_known and taken else None
    cells: tuple[Cell, ...] = (
        number(sum(counts.values())),
        share(part, percent(part or 0.0)),
        *(_reported(counts, fate, line) for fate in ("bounced", "complained")),
    )
    return Row(_label(label), cells, part)


def _reported(counts: Counts, fate: str, line: IssueLine) -> Cell:
    return number(counts.get(fate, 0) if line.is_known else None)


def _chart(listed: list[tuple[str, Counts]], line: IssueLine, unit: str) -> Chart:
    """Draw how many there are, and where it is known what became of their messages."""
    labels = tuple(_label(label) for label, _ in listed)
    totals = [sum(counts.values()) for _, counts in listed]
    largest = f"The largest group is {labels[0]} with {totals[0]:,} {unit}."
    if not line.is_known:
        series: tuple[Series, ...] = (Series(unit.capitalize(), tuple(totals)),)
        return Chart(Shape.BARS, labels, series, largest, unit)
    came = tuple(arrived(counts) for _, counts in listed)
    bounced = tuple(counts.get("bounced", 0) for _, counts in listed)
    rest = tuple(
        total - here - back for total, here, back in zip(totals, came, bounced, strict=True)
    )
    series = (Series("Arrived", came), Series("Bounced", bounced), Series("Open", rest))
    return Chart(Shape.BARS, labels, series, largest, unit)
