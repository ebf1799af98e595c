"""Read a list to its end, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.parliament.payloads import PAGE

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.parliament.addresses import Question
    from newsletter.parliament.library import Inquiry

PAGE_LENGTH = 20
MOST_PAGES = 15


async def pages(inquiry: Inquiry, question: Question) -> list[tuple[Any, datetime]]:
    """Return the entries of a list of `skip` and `take`, each with the time it was fetched."""
    rows: list[tuple[Any, datetime]] = []
    for _ in range(MOST_PAGES):
        values = (*question.values, ("skip", str(len(rows))), ("take", str(PAGE_LENGTH)))
        answer = await inquiry.ask(type(question)(question.api, question.path, values), PAGE)
        page = answer.value.items or answer.value.results
        rows += [(row, answer.fetched) for row in page]
        if not page or len(rows) >= answer.value.total_results:
            return rows
    inquiry.note(f"There are more than {len(rows)} entries: the rest is left out.")
    return rows
