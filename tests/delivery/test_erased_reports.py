"""Reports that come after somebody was erased bring nothing of them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from newsletter.audience.subscriber import Consent, Subscriber
from newsletter.database import schema
from newsletter.database.erasing import NOBODY
from newsletter.delivery import State
from newsletter.events import take_in
from tests.database.samples import ISSUE, bring_in, confirmed, counted, edition, states

if TYPE_CHECKING:
    from newsletter.database.opening import Database

ANN, BOB = "ann@example.org", "bob@example.org"


@pytest.fixture
def complaint(database: Database) -> dict[str, Any]:
    """A report about a message to Ann, who was erased after it had left."""
    bring_in(database, confirmed(ANN, name="Annabel"), confirmed(BOB))
    dispatch = database.dispatches.open(
        edition(), segment="all", transport="sendgrid", batch_size=1000
    )
    with database.dispatches.take(dispatch) as ledger:
        batch = ledger.claim()
        assert batch is not None
        ledger.settle(batch, State.ACCEPTED)
    database.subscribers.erase(ANN, actor="Olu")
    return {
        "event": "spamreport",
        "timestamp": 1_550_491_200,
        "email": "Ann@Example.org",
        "dispatch": dispatch.key,
        "recipient": batch.recipients[0].key,
        "reason": "ann@example.org (Annabel) has complained",
        "sg_message_id": "annabel-1",
    }


def everything(database: Database) -> str:
    """Return all that any table holds, as one text."""
    with database.connections.reading() as connection:
        rows: list[Any] = []
        for table in schema.metadata.sorted_tables:
            rows += [tuple(row) for row in connection.execute(select(table))]
    return repr(rows).casefold()


def suppressed(database: Database) -> list[tuple[str, str]]:
    with database.connections.reading() as connection:
        columns = schema.suppressions.c.email_folded, schema.suppressions.c.reason
        return [tuple(row) for row in connection.execute(select(*columns))]


@pytest.mark.parametrize("with_address", [True, False])
def test_a_late_report_about_an_erased_person_is_counted_and_says_nothing_of_them(
    database: Database, complaint: dict[str, Any], with_address: bool
) -> None:
    """Carriers report for days; what they tell of must not bring the person back."""
    if not with_address:
        del complaint["email"]
    before = suppressed(database)
    report = take_in([complaint], database.events, database.subscribers)
    assert (report.new, report.unreadable) == (1, 0)
    assert counted(database.dispatches.status(ISSUE)) == {"accepted": 1, "complained": 1}
    whole = everything(database)
    assert "annabel" not in whole
    assert "ann@" not in whole
    with database.connections.reading() as connection:
        assert connection.scalars(select(schema.events.c.raw)).all() == ["{}"]
    assert suppressed(database) == before, "they are suppressed already, and nobody else is"
    assert NOBODY not in {address for address, _ in suppressed(database)}
    again = take_in([complaint], database.events, database.subscribers)
    assert (again.new, again.as_data()["repeated"]) == (0, 1)


def test_whoever_has_come_back_since_is_suppressed_by_a_complaint(
    database: Database, complaint: dict[str, Any]
) -> None:
    """They were erased, asked for it again, and object now: that counts."""
    consent = Consent(database.subscribers.now(), "signed card", "Yes, again")
    database.signing_up.opt_in(Subscriber(ANN), consent, recorded_by="Olu")
    assert states(database)[ANN] == "confirmed"
    take_in([complaint], database.events, database.subscribers)
    assert states(database) == {BOB: "confirmed", ANN: "suppressed"}
