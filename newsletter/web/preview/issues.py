"""List the issues of an office: their days, subjects and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from newsletter.authoring.issue import FILE
from newsletter.authoring.yaml import read_mapping
from newsletter.errors import MistakeError, NewsletterError
from newsletter.rendering.words import weekday

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from newsletter.files import OfficeFolder
    from newsletter.pipeline import Draft


class Records(Protocol):
    """Who remembers what was sent: newsletter/database/looking.py does."""

    def states(self, now: datetime) -> Mapping[str, str]: ...
    def signatures(self) -> Mapping[str, Mapping[str, int]]: ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """The issues of one folder; what an unchanged file says is remembered."""

    desk: OfficeFolder
    records: Records
    now: Callable[[], datetime]
    _known: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict, repr=False)

    def listing(self, newest: Callable[[date], Draft]) -> list[dict[str, Any]]:
        """Return every issue, the newest first; `newest` renders one that may be approved."""
        states, signatures = self._records()
        entries = []
        for day in sorted(self.days(), reverse=True):
            signed = signatures.get(day.isoformat())
            state = states.get(day.isoformat())
            if state is None:
                state = "approved" if signed and _is_approved(newest, day, signed) else "draft"
            entries.append(self._entry(day, state))
        return entries

    def days(self) -> list[date]:
        """Return the day of each issue, in no order."""
        folder = self.desk.root / "issues"
        found = (_day(path.parent.name) for path in folder.glob(f"*/{FILE}"))
        return [day for day in found if day]

    def _entry(self, day: date, state: str) -> dict[str, Any]:
        number, subject = self._front(day)
        return {
            "issue": day.isoformat(),
            "date": weekday(day),
            "number": number,
            "subject": subject,
            "state": state,
        }

    def _records(self) -> tuple[Mapping[str, str], Mapping[str, Mapping[str, int]]]:
        try:
            return self.records.states(self.now()), self.records.signatures()
        except NewsletterError:
            # A database of another version, or out of reach: the list is worth having anyway.
            return {}, {}

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


def _is_approved(newest: Callable[[date], Draft], day: date, signed: Mapping[str, int]) -> bool:
    """Whether enough have signed the issue as it is now: one changed byte voids it."""
    try:
        draft = newest(day)
    except NewsletterError:
        return False
    digest = draft.edition.digest if draft.edition else ""
    return signed.get(digest, 0) >= max(1, draft.office.approvals)


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
