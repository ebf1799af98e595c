"""Check that tables can be read on a telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.authoring.issue import FILE, Passage
from newsletter.checks import sources
from newsletter.checks.registry import Material, Spot, rule
from newsletter.findings import Severity
from newsletter.rendering.tables import tables_in

if TYPE_CHECKING:
    from collections.abc import Iterator

_HINT = (
    "Leave columns out, shorten the longest words, or write a list. As it is, most phones show "
    "each row as a list, and others break its words."
)


@rule(
    "wide-table",
    Severity.WARNING,
    reason="Most readers hold a telephone, the smallest of which is 320 pixels wide. Columns that "
    "do not fit there cannot be compared, and words are broken anywhere to make them fit.",
    source=sources.wcag("1.4.10", "Reflow", "reflow"),
)
def tables_fit_a_phone(material: Material) -> Iterator[Spot]:
    """Reckon how wide the longest words of each column are, side by side."""
    for part in material.issue.body:
        if not isinstance(part, Passage):
            continue
        first = part.line - (part.tokens[0].map or [0])[0]
        for table in tables_in(part.tokens):
            if table.is_too_wide:
                count, fit = len(table.head), table.that_fit
                room = f"the first {fit}" if fit > 1 else "the first alone" if fit else "none"
                message = (
                    f"The table has {count} column{'s' if count > 1 else ''}, and a small phone "
                    f"has room for {room}."
                )
                yield Spot(message, _HINT, FILE, first + table.line)
