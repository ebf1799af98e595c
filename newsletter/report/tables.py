"""Hold a report as tables with charts: what the terminal, the page and a spreadsheet show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: as people read it, and as a spreadsheet can count with it.

    `kind` says whether it stands to the right, under others of its column.
    """

    text: str
    value: str
    kind: Kind

    @property
    def is_number(self) -> bool:
        """Whether it is counted with, known or not."""
        return self.kind is Kind.NUMBER


class Kind(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    WORDS = "words"


_NOT_KNOWN = Cell(UNKNOWN, UNKNOWN, Kind.NUMBER)


def number(count: int | None) -> Cell:
    """Return a count, or that it is not known."""
    if count is None:
        return _NOT_KNOWN
    return Cell(f"{count:,}", f"{count:d}", Kind.NUMBER)


def share(part: float | None, text: str) -> Cell:
    """Return a share (from 0 to 1) that is shown as `text` and counted in per cent."""
    return _NOT_KNOWN if part is None else Cell(text, f"{part * 100:.3f}", Kind.NUMBER)


def quantity(count: int, one: str = "person", many: str = "people") -> str:
    """Return `1 person` or `1,234 people`, or so many of whatever is counted."""
    return f"1 {one}" if count == 1 else f"{count:,} {many}"


def words(text: str) -> Cell:
    """Return what is not counted with."""
    return Cell(text, text, Kind.WORDS)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; `bar` is how long its bar is, from 0 to 1, where it has one."""

    label: str
    cells: tuple[Cell, ...]
    bar: float | None = None


class Shape(StrEnum):
    """How a chart is drawn."""

    BARS = "bars"
    COLUMNS = "columns"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Series:
    """What is drawn in one pattern; `name` stands in the legend."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a table: `summary` says in words what it shows, `unit` what is counted."""

    shape: Shape
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    summary: str
    unit: str = "people"


@dataclass(frozen=True, slots=True)
class Table:
    """One part of a report; `key` names it to programs, and the first of `head` the labels.

    `barred` is the column of `head` that the rows' bars show, the first with values if not named.
    """

    key: str
    title: str
    lead: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    barred: str = ""


class Weight(StrEnum):
    """How much a remark matters."""

    ALARM = "alarm"
    WATCH = "watch"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that whoever reads the report should know or do."""

    weight: Weight
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report: what it is about, the numbers at a glance, remarks, and tables."""

    title: str
    subtitle: str
    about: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    remarks: tuple[Remark, ...]
    tables: tuple[Table, ...]


def as_shares(rows: list[tuple[str, tuple[Cell, ...], int]]) -> tuple[Row, ...]:
    """Return rows whose bars are as long as their counts are large, beside the largest."""
    most = max((count for _, _, count in rows), default=0) or 1
    return tuple(Row(label, cells, count / most) for label, cells, count in rows)
