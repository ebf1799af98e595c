"""Write a report as a spreadsheet: one value a line, so that any program can turn it round."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from newsletter.audience.formulas import guard

if TYPE_CHECKING:
    from newsletter.report.tables import Document

HEAD = ("table", "row", "column", "value")


def sheet(document: Document) -> str:
    """Return CSV with a line for each value of each table; shares are in per cent."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for table in document.tables:
        for row in table.rows:
            for column, cell in zip(table.head[1:], row.cells, strict=True):
                value = cell.value if _is_figure(cell.value) else guard(cell.value)
                writer.writerow((table.key, guard(row.label), column, value))
    return text.getvalue()


def _is_figure(value: str) -> bool:
    """Whether it is a plain number: a negative one is no formula."""
    return value.removeprefix("-").replace(".", "", 1).isdecimal()
