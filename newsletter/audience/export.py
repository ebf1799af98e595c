"""Write a person as a row that the import reads back, and no spreadsheet is tricked by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.audience.formulas import guard
from newsletter.audience.subscriber import SubscriberState

if TYPE_CHECKING:
    from newsletter.audience.subscriber import Consent, Subscriber


def export_row(person: Subscriber, consent: Consent | None) -> tuple[str, ...]:
    """Return the cells in the order of COLUMNS.

    Whoever is suppressed is exported as unsubscribed, so that no other program mails them.
    """
    status = person.state
    if status is SubscriberState.SUPPRESSED:
        status = SubscriberState.UNSUBSCRIBED
    cells = (
        person.email,
        person.first_name,
        person.last_name,
        person.postcode,
        ";".join(person.segments),
        consent.at.isoformat() if consent else "",
        consent.source if consent else "",
        consent.wording if consent else "",
        status.value,
    )
    return tuple(map(guard, cells))
