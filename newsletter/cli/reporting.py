"""Show a report in a terminal: tables with small bars, legible without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import Box
from rich.table import Table as RichTable

if TYPE_CHECKING:
    from rich.console import Console

    from newsletter.report.tables import Document, Remark, Table

# Rich's SIMPLE_HEAD, in characters that any terminal has, and no empty lines around it.
_RULE = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
_WIDEST = 100
_BAR, _SHORT_BAR = 12, 8
_LABEL = 18  # columns that a label has at least, if it needs them
_ROOMY = 70  # columns from which on there is room for bars
_MANY = 4  # columns beside the label, from which on bars are short
_STYLES = {"alarm": "bold red", "watch": "yellow", "note": "cyan"}
_WORDS = {"alarm": "Act now", "watch": "Watch", "note": "Note"}


def show(out: Console, document: Document) -> None:
    """Print a report at the width of the terminal, up to what is easily read."""
    out.soft_wrap = False
    width = min(out.width, _WIDEST)
    out.print(document.title, style="bold", width=width)
    out.print(document.subtitle, width=width)
    for sentence in document.about:
        out.print(sentence, width=width)
    out.print()
    widest = max(len(value) for _, value in document.figures)
    for name, value in document.figures:
        out.print(f"  {value:>{widest}} {name}", width=width)
    for remark in document.remarks:
        _show_remark(out, remark, width)
    for table in document.tables:
        _show_table(out, table, width)


def _show_remark(out: Console, remark: Remark, width: int) -> None:
    out.print()
    word = _WORDS[remark.weight.value]
    out.print(f"{word}: {remark.text}", style=_STYLES[remark.weight.value], width=width)


def _show_table(out: Console, table: Table, width: int) -> None:
    out.print()
    out.print(table.title, style="bold", width=width)
    out.print(table.lead, style="dim", width=width)
    has_bars = width >= _ROOMY and any(row.bar for row in table.rows)
    longest = _SHORT_BAR if len(table.head) > _MANY else _BAR
    grid = RichTable(box=_RULE, pad_edge=False, padding=(0, 1))
    _add_columns(grid, table, bar=longest if has_bars else 0)
    block = "█" if out.encoding.lower() in {"utf-8", "utf8"} else "#"
    barred = table.head.index(table.barred or table.head[1])
    for row in table.rows:
        texts = [row.label, *(cell.text for cell in row.cells)]
        if has_bars:
            texts.insert(barred, block * round((row.bar or 0.0) * longest))
        grid.add_row(*texts)
    out.print(grid, width=width)
    for note in table.notes:
        out.print(note, style="dim", width=width)


def _add_columns(grid: RichTable, table: Table, *, bar: int) -> None:
    first, *others = table.head
    longest = max((len(row.label) for row in table.rows), default=0)
    grid.add_column(first, min_width=min(longest, _LABEL), overflow="fold")
    barred = table.barred or others[0]
    for place, name in enumerate(others):
        if bar and name == barred:
            grid.add_column("", width=bar, no_wrap=True)
        is_number = bool(table.rows) and table.rows[0].cells[place].is_number
        grid.add_column(name, justify="right" if is_number else "left", no_wrap=is_number)
