"""Tell from a postcode whether somebody lives in the seat: advice, never a bar to anybody."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from newsletter.audience.header import fold_column
from newsletter.errors import MistakeError
from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
# What the ONS Postcode Directory and the lists made from it call the column.
_COLUMNS = ("pcds", "pcd", "pcd2", "pcd7", "pcd8", "postcode", "post_code")


class Residence(StrEnum):
    """Where somebody lives, as far as their postcode tells."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Seat:
    """The postcodes of one seat, in capitals and without their space."""

    postcodes: frozenset[str] = field(repr=False)

    def residence(self, postcode: str) -> Residence:
        """Tell whether a postcode lies in the seat; one that is not whole tells nothing."""
        folded = fold_postcode(postcode)
        if folded in self.postcodes:
            return Residence.IN
        return Residence.OUT if _POSTCODE.fullmatch(folded) else Residence.UNKNOWN

    def count(self, postcodes: Iterable[tuple[str, int]]) -> dict[str, int]:
        """Add up how many live where, from postcodes and how many share each."""
        found = Counter(dict.fromkeys(Residence, 0))
        for postcode, number in postcodes:
            found[self.residence(postcode)] += number
        return {residence.value: number for residence, number in found.items()}


def fold_postcode(postcode: str) -> str:
    """Return the form under which postcodes are compared: `AE15BQ`."""
    return "".join(postcode.split()).upper()


def read_seat(lines: Iterable[str], *, file: str) -> Seat:
    """Read the seat's postcodes: one a line, or a CSV with a column of them.

    Raises MistakeError, with the line, for what is no postcode.
    """
    column = 0
    found: set[str] = set()
    for line, cells in enumerate(csv.reader(lines), start=1):
        if not any(cell.strip("\ufeff ") for cell in cells):
            continue
        if not found and (named := _named(cells)) is not None:
            column = named
            continue
        postcode = fold_postcode(cells[column].strip("\ufeff")) if column < len(cells) else ""
        if not _POSTCODE.fullmatch(postcode):
            raise MistakeError(
                "This is no postcode.",
                hint="Write one postcode a line, such as AE1 5BQ, or name their column postcode.",
                file=file,
                line=line,
            )
        found.add(postcode)
    if not found:
        raise MistakeError(
            "There are no postcodes in the file.",
            hint="Write the postcodes of the seat there, one a line.",
            file=file,
        )
    return Seat(frozenset(found))


def _named(cells: list[str]) -> int | None:
    names = [fold_column(cell) for cell in cells]
    return next((names.index(name) for name in _COLUMNS if name in names), None)


def out_of_seat(counts: Mapping[str, int], *, funding: str) -> Finding | None:
    """Warn of recipients outside the seat where Parliament pays for the newsletter.

    `counts` is that of an audience by residence. By convention members act for their own
    constituents only, and IPSA pays for work of that kind.
    """
    number = counts.get(Residence.OUT, 0)
    if not number or funding != "parliamentary":
        return None
    who = "1 recipient lives" if number == 1 else f"{number:,} recipients live"
    return Finding(
        "out-of-seat",
        Severity.WARNING,
        f"{who} outside the seat, and Parliament pays for this issue.",
        "See who they are: newsletter subscribers list --seat out. Members act for their own "
        "constituents by convention.",
    )
