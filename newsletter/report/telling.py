"""Have counted what there is to report on, and return it ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.errors import MistakeError
from newsletter.report import issue as one
from newsletter.report import overall

if TYPE_CHECKING:
    from datetime import date, datetime

    from newsletter.authoring.office import Office
    from newsletter.report.facts import Records
    from newsletter.report.tables import Document


@dataclass(frozen=True, slots=True)
class Told:
    """A report for people, as a document of tables, and for programs, as JSON."""

    document: Document
    data: dict[str, Any]

    def page(self, office: Office, now: datetime) -> str:
        """Return it as a page."""
        from newsletter.report.page import page  # noqa: PLC0415  # charts take a while to load

        return page(self.document, office, now)


def tell(records: Records, day: date | None, office: Office) -> Told:
    """Report on the issue of a day, or on all. Raises MistakeError if it was never sent."""
    tracked = office.tracking
    if day is None:
        facts = records.overall()
        return Told(overall.document(facts, tracked=tracked), overall.data(facts, tracked=tracked))
    found = records.issue(day)
    if found is None:
        raise MistakeError(
            f"The issue of {day.isoformat()} has not been sent, so there is nothing to report",
            hint=f"newsletter send --issue {day.isoformat()} --dry-run shows what would happen; "
            "newsletter report tells of all issues that were sent.",
        )
    return Told(one.document(found, tracked=tracked), one.data(found, tracked=tracked))
