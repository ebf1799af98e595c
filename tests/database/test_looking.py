"""What looks into a database changes nothing, and does not need one to be there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from newsletter.audience.subscriber import SuppressionReason
from newsletter.database.connections import Lock
from newsletter.database.looking import MOST_FOUND, LookingGlass, Person
from newsletter.database.schema import dispatches
from newsletter.delivery import State
from tests.database.samples import ISSUE, bring_in, edition

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.database.opening import Database

NOW = datetime(2019, 2, 18, 18, tzinfo=UTC)
HEADER = "email,first_name,last_name,consent_at,consent_source,consent_wording,status"


def person(email: str, first: str, last: str, status: str = "confirmed") -> str:
    return f"{email},{first},{last},2019-02-01,website,I agree,{status}"


@pytest.fixture
def glass(url: str, database: Database, tmp_path: Path) -> LookingGlass:
    bring_in(
        database,
        person("gwen@example.org", "Gwen", "Price"),
        person("owen@example.org", "Owen", "Gwenlan"),
        person("left@example.org", "Gwen", "Left", "unsubscribed"),
        person("pending@example.org", "Gwen", "Waiting", "pending"),
        person("bounced@example.org", "Gwen", "Bounced"),
        header=HEADER,
    )
    database.subscribers.suppress(
        "bounced@example.org", SuppressionReason.BOUNCED, source="test", recorded_by="test"
    )
    return LookingGlass(url, tmp_path)


def test_people_are_found_by_a_part_of_their_name_or_address(glass: LookingGlass) -> None:
    """Only those who would get the issue."""
    assert [found.name for found in glass.search(" GWEN ")] == ["Gwen Price", "Owen Gwenlan"]
    assert [found.name for found in glass.search("gwen  price")] == ["Gwen Price"]
    assert [found.address for found in glass.search("owen@")] == ["owen@example.org"]


@pytest.mark.parametrize("words", ["", " ", "g", "%%", "__", "nobody"])
def test_nobody_is_listed_who_was_not_searched_for(glass: LookingGlass, words: str) -> None:
    """A signs that databases take for anything stands for itself."""
    assert glass.search(words) == []


def test_a_few_are_enough(glass: LookingGlass, database: Database) -> None:
    """Whoever has so common a name is searched for with more letters."""
    rows = [person(f"sam{n}@example.org", "Sam", f"Jones{n}") for n in range(MOST_FOUND + 2)]
    bring_in(database, *rows, header=HEADER)
    assert len(glass.search("sam jones")) == MOST_FOUND


def test_a_person_s_copy_knows_when_they_agreed(glass: LookingGlass) -> None:
    """As the one that they will get."""
    (found,) = glass.search("gwen price")
    assert found == Person(found.key, "Gwen Price", "gwen@example.org")
    recipient = glass.recipient(found.key)
    assert recipient is not None
    assert (recipient.address, recipient.first_name) == ("gwen@example.org", "Gwen")
    assert recipient.consent_at is not None
    assert recipient.consent_at.date().isoformat() == "2019-02-01"
    assert recipient.consent_source == "website"
    assert glass.recipient("0" * 32) is None


def test_only_what_left_the_office_counts_as_sent(glass: LookingGlass, database: Database) -> None:
    """A rehearsal into the folder is none of it."""
    assert glass.states(NOW) == {}
    database.dispatches.open(edition(), segment="all", transport="folder", batch_size=2)
    assert glass.states(NOW) == {}
    database.dispatches.open(edition(), segment="all", transport="sendgrid", batch_size=2)
    assert glass.states(NOW) == {ISSUE.isoformat(): "sending"}


def test_a_dispatch_is_scheduled_until_its_time_and_sent_after_it(
    glass: LookingGlass, database: Database
) -> None:
    """As `newsletter status` says; and what was cancelled is told so."""
    opened = database.dispatches.open(edition(), segment="all", transport="sendgrid", batch_size=2)
    with database.dispatches.take(opened) as ledger:
        batch = ledger.claim()
        assert batch
        ledger.settle(batch, State.ACCEPTED)
    assert glass.states(NOW) == {ISSUE.isoformat(): "sent"}
    with database.connections.writing(Lock.DISPATCHES) as connection:
        connection.execute(update(dispatches).values(send_at=NOW + timedelta(hours=2)))
    assert glass.states(NOW) == {ISSUE.isoformat(): "scheduled"}
    assert glass.states(NOW + timedelta(hours=3)) == {ISSUE.isoformat(): "sent"}
    with database.connections.writing(Lock.DISPATCHES) as connection:
        connection.execute(update(dispatches).values(halt="cancelled"))
    assert glass.states(NOW) == {ISSUE.isoformat(): "cancelled"}


def test_signatures_are_counted_by_edition(glass: LookingGlass, database: Database) -> None:
    """One changed byte makes another edition, which nobody has signed."""
    assert glass.signatures() == {}
    one, other = edition(), edition("Other trains")
    for name in ("Ann", "Ben"):
        database.approvals.sign(one, name)
    database.approvals.sign(other, "Ann")
    assert glass.signatures() == {ISSUE.isoformat(): {one.digest: 2, other.digest: 1}}


@pytest.mark.parametrize("url", ["sqlite:///newsletter.db", "sqlite://", "no database"])
def test_no_database_is_no_mistake_and_none_is_made(url: str, tmp_path: Path) -> None:
    """The preview is used before there is a single subscriber."""
    glass = LookingGlass(url, tmp_path)
    assert glass.search("gwen") == []
    assert glass.recipient("0" * 32) is None
    assert glass.states(NOW) == {}
    assert glass.signatures() == {}
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_holds_nobody(tmp_path: Path) -> None:
    """Its tables come with the first import."""
    (tmp_path / "newsletter.db").touch()
    assert LookingGlass("sqlite:///newsletter.db", tmp_path).search("gwen") == []
