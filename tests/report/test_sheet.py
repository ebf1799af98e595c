"""The spreadsheet has one value a line, and is no trap for the program that opens it."""

from __future__ import annotations

import csv
import io

from newsletter.report.sheet import HEAD, sheet
from newsletter.report.tables import Document, Row, Table, number, share, words


def rows(*tables: Table) -> list[list[str]]:
    document = Document("Title", "Subtitle", (), (), (), tables)
    return list(csv.reader(io.StringIO(sheet(document))))


def test_each_value_has_its_place() -> None:
    """A number is a number, a share is in per cent, and what is not known says so."""
    table = Table(
        key="fates",
        title="What became of them",
        lead="",
        head=("Outcome", "People", "Share", "Meaning"),
        rows=(
            Row("Delivered", (number(12_345), share(0.5, "50.0 %"), words("It came, “yes”"))),
            Row("Bounced", (number(None), share(None, ""), words(""))),
            Row("Change", (number(-7), share(0.0, "0.0 %"), words("x"))),
        ),
    )
    assert rows(table) == [
        [*HEAD],
        ["fates", "Delivered", "People", "12345"],
        ["fates", "Delivered", "Share", "50.000"],
        ["fates", "Delivered", "Meaning", "It came, “yes”"],
        ["fates", "Bounced", "People", "not known"],
        ["fates", "Bounced", "Share", "not known"],
        ["fates", "Bounced", "Meaning", ""],
        ["fates", "Change", "People", "-7"],
        ["fates", "Change", "Share", "0.000"],
        ["fates", "Change", "Meaning", "x"],
    ]


def test_no_cell_is_run_as_a_formula() -> None:
    """A tag may have been typed by anybody; a spreadsheet program would run it."""
    label = '=HYPERLINK("https://example.org";"Click")'
    table = Table("segments", "T", "", ("Segment", "Meaning"), (Row(label, (words("@SUM(1)"),)),))
    assert rows(table)[1] == ["segments", f"'{label}", "Meaning", "'@SUM(1)"]
