"""List the issues of an office: their days, subjects and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from newsletter.authoring.issue import FILE
from newsletter.authoring.yaml import read_mapping
from newsletter.errors import MistakeError, NewsletterError
from newsletter.rendering.words import weekday

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from newsletter.files import OfficeFolder


class Records(Protocol):
    """Who remembers what was sent: newsletter/database/looking.py does."""

    def states(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """The issues of one folder; what an unchanged file says is remembered."""

    desk: OfficeFolder
    records: Records
    approved: Callable[[date], bool]
    _known: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict, repr=False)

    def listing(self) -> list[dict[str, Any]]:
        """Return every issue, the newest first."""
        states = self._states()
        return [self._entry(day, states) for day in sorted(self.days(), reverse=True)]

    def days(self) -> list[date]:
        """Return the day of each issue, in no order."""
        folder = self.desk.root / "issues"
        found = (_day(path.parent.name) for path in folder.glob(f"*/{FILE}"))
        return [day for day in found if day]

    def _entry(self, day: date, states: Mapping[str, str]) -> dict[str, Any]:
        number, subject = self._front(day)
        state = states.get(day.isoformat(), "")
        if not state:
            state = "approved" if self.approved(day) else "draft"
        return {
            "issue": day.isoformat(),
            "date": weekday(day),
            "number": number,
            "subject": subject,
            "state": state,
        }

    def _states(self) -> Mapping[str, str]:
        try:
            return self.records.states()
        except NewsletterError:
            # A database of another version, or out of reach: the list is worth having anyway.
            return {}

    def _front(self, day: date) -> tuple[str, str]:
        path = self.desk.root / "issues" / day.isoformat() / FILE
        key = (day.isoformat(), _changed(path))
        if key not in self._known:
            self._known[key] = self._read(day)
        return self._known[key]

    def _read(self, day: date) -> tuple[str, str]:
        try:
            source = self.desk.source(day)
        except MistakeError:
            return "", ""
        matter = source.removeprefix("---").split("\n---", maxsplit=1)[0]
        located, _ = read_mapping(matter, file=FILE)
        data = located.data if located else {}
        return str(data.get("number") or ""), str(data.get("subject") or "")


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None
