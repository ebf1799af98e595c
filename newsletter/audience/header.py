"""Understand the header of a list, whichever program it was exported from."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

from newsletter.errors import MistakeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "postcode",
    "segments",
    "consent_at",
    "consent_source",
    "consent_wording",
    "status",
)

# What Mailchimp, SendGrid, Outlook and people in Excel call our columns, the best name first.
# No one else's date is taken for consent by itself: it says neither to what nor where.
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "email": ("email_address", "e_mail", "e_mail_address", "emailaddress", "mail"),
    "first_name": ("fname", "firstname", "given_name", "forename"),
    "last_name": ("lname", "lastname", "surname", "family_name"),
    "postcode": ("post_code", "postal_code", "zip", "zip_code", "home_postal_code"),
    "segments": ("tags", "tag"),
    "status": ("email_marketing_status",),
}
# A date in one of these says that the person is not to be mailed; Mailchimp has no status.
_OBJECTIONS = ("unsub_time", "clean_time", "unsubscribed_at")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What whoever imports says of the columns.

    `names` holds their column for one of ours; `constants` a text for one of ours that holds
    for every row.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)


NO_WISHES = Wishes()


class Header:
    """The columns of one list, found."""

    def __init__(self, cells: Sequence[str], line: int, wishes: Wishes = NO_WISHES) -> None:
        """Find our columns among `cells`. Raises MistakeError if that cannot be done."""
        self.width = len(cells)
        names = [fold_column(cell) for cell in cells]
        places = _places(names, line, wishes)
        if "email" not in places:
            raise MistakeError("There is no email column.", hint=HINT, line=line)
        constants = dict(wishes.constants)
        # Cells behind those of the row: an empty one, then what holds for every row.
        self._extra = ["", *constants.values()]
        behind = {name: self.width + 1 + n for n, name in enumerate(constants)}
        objections = [names.index(name) for name in _OBJECTIONS if name in names]
        self._pick = itemgetter(*(behind.get(c, places.get(c, self.width)) for c in COLUMNS))
        self._objections = objections
        self.ignored = _ignored(names, {*places.values(), *objections})

    def cells(self, row: list[str]) -> tuple[str, ...]:
        """Return the cells of a row in the order of COLUMNS, empty where it has none."""
        if len(row) != self.width:
            row = [*row[: self.width], *[""] * (self.width - len(row))]
        wide = row + self._extra
        picked: tuple[str, ...] = self._pick(wide)
        if self._objections and any(wide[place].strip() for place in self._objections):
            return (*picked[:-1], "unsubscribed")
        return picked


HINT = (
    f"The first line names the columns: {','.join(COLUMNS)}. "
    "If yours are called otherwise, say so: --map email=THEIR-NAME."
)


def fold_column(cell: str) -> str:
    """Return the form under which the names of columns are compared."""
    return re.sub(r"[\s_-]+", "_", cell.strip("\ufeff \t\r\n").casefold())


def shows_email(line: str, delimiter: str, wishes: Wishes) -> tuple[bool, int]:
    """Return whether a header line, cut there, has a column of addresses, and its width."""
    # Not strict: a quoted cell may go on in the next line.
    cells = next(csv.reader([line], delimiter=delimiter), [])
    wanted = {"email", *_OTHER_NAMES["email"], fold_column(wishes.names.get("email", "email"))}
    return not wanted.isdisjoint(map(fold_column, cells)), len(cells)


def _places(names: Sequence[str], line: int, wishes: Wishes) -> dict[str, int]:
    places: dict[str, int] = {}
    for column in COLUMNS:
        mapped = wishes.names.get(column)
        known = (
            (column, *_OTHER_NAMES.get(column, ())) if mapped is None else (fold_column(mapped),)
        )
        found = next((name for name in known if name in names), None)
        if found is not None:
            if names.count(found) > 1:
                raise MistakeError(f"The column {found} is there twice.", line=line)
            places[column] = names.index(found)
        elif mapped is not None:
            raise MistakeError(
                f"There is no column “{mapped}” in the list.",
                hint="Write its name in --map as it stands in the first line.",
                line=line,
            )
    return places


def _ignored(names: Sequence[str], used: set[int]) -> tuple[str, ...]:
    """Name unknown columns; by number if the cell may not be a name but somebody's data."""
    return tuple(
        name if re.fullmatch(r"\w{1,40}", name) else f"column {place + 1}"
        for place, name in enumerate(names)
        if place not in used
    )
