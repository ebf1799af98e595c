"""The carrier's suppressions are taken over completely, though a run may stop half-way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from newsletter.database.pulling import pull
from newsletter.database.schema import pulls, suppressions
from newsletter.errors import UnavailableError
from tests.database.samples import bring_in, confirmed, states

if TYPE_CHECKING:
    from newsletter.database.opening import Database
    from tests.database.fixture import Clock

NAMES = ("suppression/bounces", "suppression/spam_reports", "asm/suppressions/global")


@dataclass
class Carrier:
    """A carrier with small pages, which stops answering after `patience` of them."""

    entries: dict[str, list[str]]
    patience: int = 1_000
    lists: tuple[str, ...] = NAMES
    page_size: int = 2
    asked: list[tuple[str, int, int]] = field(default_factory=list)

    def page(self, name: str, *, offset: int, until: int) -> list[str]:
        if len(self.asked) == self.patience:
            raise UnavailableError("The carrier is gone.")
        self.asked.append((name, offset, until))
        return self.entries.get(name, [])[offset : offset + self.page_size]


def reasons(database: Database) -> dict[str, tuple[str, str]]:
    with database.connections.reading() as connection:
        rows = connection.execute(select(suppressions)).all()
    return {row.email_folded: (row.reason, row.source) for row in rows}


def test_everybody_on_a_list_is_suppressed_with_its_reason(database: Database) -> None:
    """On our list or not, well written or not; the first reason stays."""
    bring_in(database, confirmed("ann@example.org"), confirmed("bob@example.org"))
    carrier = Carrier(
        {
            NAMES[0]: ["Ann@Example.org", "stranger@example.org", "no address", "a b@example"],
            NAMES[1]: ["bob@example.org", "ann@example.org"],
            NAMES[2]: ["bob@example.org"],
        }
    )
    found = pull(database.subscribers, carrier, actor="Olu").as_data()
    assert found == {
        "read": 7,
        "new": 4,
        "lists": {
            "bounces": {"read": 4, "new": 3},
            "spam_reports": {"read": 2, "new": 1},
            "global": {"read": 1, "new": 0},
        },
    }
    assert reasons(database) == {
        "ann@example.org": ("bounced", "sendgrid"),
        "stranger@example.org": ("bounced", "sendgrid"),
        "a b@example": ("bounced", "sendgrid"),
        "bob@example.org": ("complained", "sendgrid"),
    }
    assert database.subscribers.audience("all").recipients == 0
    assert pull(database.subscribers, carrier, actor="Olu").as_data()["new"] == 0


def test_unsubscribing_at_the_carrier_withdraws_the_consent(database: Database) -> None:
    """It is the person's own doing, wherever they did it."""
    bring_in(database, confirmed("ann@example.org"))
    pull(database.subscribers, Carrier({NAMES[2]: ["ann@example.org"]}), actor="Olu")
    assert states(database) == {"ann@example.org": "unsubscribed"}


def test_a_run_that_stopped_is_gone_on_with(database: Database, clock: Clock) -> None:
    """Pages that were stored are not asked for again, and none is left out."""
    entries = {name: [f"{name[-3:]}{n}@example.org" for n in range(5)] for name in NAMES}
    first = Carrier(entries, patience=4)
    with pytest.raises(UnavailableError):
        pull(database.subscribers, first, actor="Olu")
    assert len(reasons(database)) == 7
    clock.move(60)
    second = Carrier(entries)
    found = pull(database.subscribers, second, actor="Olu").as_data()
    begun = int(clock().timestamp()) - 60
    assert second.asked[0] == (NAMES[1], 2, begun)
    assert found["read"] == 8
    assert len(reasons(database)) == 15
    with database.connections.reading() as connection:
        assert connection.execute(select(pulls)).all() == []


def test_a_run_that_stopped_long_ago_begins_anew(database: Database, clock: Clock) -> None:
    """Too much has changed on the lists since then."""
    carrier = Carrier({NAMES[0]: ["a@example.org", "b@example.org", "c@example.org"]}, patience=1)
    with pytest.raises(UnavailableError):
        pull(database.subscribers, carrier, actor="Olu")
    clock.move(2 * 24 * 3600)
    carrier.patience = 1_000
    pull(database.subscribers, carrier, actor="Olu")
    assert carrier.asked[1] == (NAMES[0], 0, int(clock().timestamp()))


def test_what_an_import_suppressed_stays_suppressed_by_the_carrier(database: Database) -> None:
    """Undoing that import must not lift what somebody else says, too."""
    bring_in(database, "ann@example.org,,,,,,unsubscribed")
    pull(database.subscribers, Carrier({NAMES[1]: ["ann@example.org"]}), actor="Olu")
    database.subscribers.undo_import(actor="Olu")
    assert bring_in(database, confirmed("ann@example.org"))["suppressed"] == 1
