"""Consent is the person's own: asked, confirmed and withdrawn, each with its proof."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from newsletter.audience.subscriber import (
    Consent,
    Subscriber,
    SubscriberState,
    SuppressionReason,
)
from newsletter.database import schema
from newsletter.database.connections import Lock
from newsletter.errors import MistakeError, NotAllowedError
from tests.database.samples import bring_in, confirmed, edition, meanwhile, states

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.database.opening import Database
    from tests.database.fixture import Clock

ANN = "ann@example.org"


def ask(database: Database, clock: Clock, *, segments: tuple[str, ...] = ()) -> str:
    clock.move(60)
    return database.signing_up.ask(
        Subscriber(ANN, first_name="Ann", segments=segments),
        Consent(clock(), "page", "Send me the update"),
        recorded_by="public page",
    )


def confirm(database: Database, clock: Clock, key: str) -> Subscriber:
    clock.move(60)
    return database.signing_up.confirm(
        key, Consent(clock(), "link", "Send me the update"), recorded_by="public page"
    )


def history(database: Database) -> list[tuple[str, str, str]]:
    with database.connections.reading() as connection:
        rows = connection.execute(select(schema.consents).order_by(schema.consents.c.id)).all()
    return [(row.state, row.source, row.recorded_by) for row in rows]


def test_asking_is_pending_until_the_person_confirms(database: Database, clock: Clock) -> None:
    """Whoever types an address may not be its owner."""
    key = ask(database, clock, segments=("ward:Castle",))
    assert states(database) == {ANN: "pending"}
    assert confirm(database, clock, key) == Subscriber(
        ANN, first_name="Ann", segments=("ward:Castle",), state=SubscriberState.CONFIRMED
    )
    assert states(database) == {ANN: "confirmed"}
    confirm(database, clock, key)
    assert history(database) == [
        ("pending", "page", "public page"),
        ("confirmed", "link", "public page"),
    ]


def test_asking_takes_nothing_from_who_is_confirmed(database: Database, clock: Clock) -> None:
    """A stranger could otherwise stop somebody's mail by typing their address."""
    bring_in(database, confirmed(ANN))
    ask(database, clock)
    assert states(database) == {ANN: "confirmed"}


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_a_new_wish_lifts_every_suppression(
    database: Database, clock: Clock, reason: SuppressionReason
) -> None:
    """People change their minds; asked and confirmed anew, they are mailed again."""
    bring_in(database, confirmed(ANN))
    database.subscribers.suppress(ANN, reason, source="office", recorded_by="test")
    key = ask(database, clock)
    assert database.subscribers.audience("all").recipients == 0
    confirm(database, clock, key)
    assert database.subscribers.audience("all").recipients == 1
    assert states(database) == {ANN: "confirmed"}


def test_an_old_link_brings_nobody_back(database: Database, clock: Clock) -> None:
    """Mail scanners follow links in old messages; the objection came later."""
    key = ask(database, clock)
    clock.move(60)
    database.subscribers.suppress(
        ANN, SuppressionReason.MANUAL, source="telephone", recorded_by="test"
    )
    with pytest.raises(NotAllowedError):
        confirm(database, clock, key)
    assert database.subscribers.audience("all").recipients == 0


def test_a_withdrawn_wish_cannot_be_confirmed(database: Database, clock: Clock) -> None:
    """Whoever unsubscribed before confirming has said no."""
    key = ask(database, clock)
    assert database.signing_up.withdraw(key, source="link", recorded_by="public page")
    with pytest.raises(NotAllowedError):
        confirm(database, clock, key)
    with pytest.raises(NotAllowedError):
        confirm(database, clock, "0" * 32)


def test_who_only_came_by_a_list_can_confirm_nothing(database: Database, clock: Clock) -> None:
    """Without a question there is nothing that a link could answer."""
    bring_in(database, f"{ANN},,,,,,pending")
    with database.connections.reading() as connection:
        key = connection.scalar(select(schema.subscribers.c.key))
    assert key is not None
    with pytest.raises(NotAllowedError):
        confirm(database, clock, key)


def test_withdrawing_counts_at_once_and_however_often(database: Database, clock: Clock) -> None:
    """The link in a message must work every time, even from an old one."""
    key = ask(database, clock)
    confirm(database, clock, key)
    database.dispatches.open(edition(), segment="all", transport="sendgrid", batch_size=1000)
    for _ in range(2):
        assert database.signing_up.withdraw(key, source="link", recorded_by="public page")
    assert states(database) == {ANN: "unsubscribed"}
    assert [step[0] for step in history(database)] == ["pending", "confirmed", "withdrawn"]
    assert not database.signing_up.withdraw("0" * 32, source="link", recorded_by="public page")


def test_links_in_old_messages_know_who_has_left_the_list(
    database: Database, clock: Clock
) -> None:
    """The import was undone since, but the message lies in the inbox, with its link."""
    bring_in(database, confirmed(ANN))
    database.dispatches.open(edition(), segment="all", transport="sendgrid", batch_size=1000)
    with database.connections.reading() as connection:
        key = connection.scalar(select(schema.subscribers.c.key))
    assert key is not None
    database.subscribers.undo_import(actor="Olu")
    assert database.signing_up.find(key) is None
    assert database.signing_up.withdraw(key, source="link", recorded_by="public page")
    assert bring_in(database, confirmed(ANN))["suppressed"] == 1
    database.subscribers.erase(ANN, actor="Olu")
    assert database.signing_up.withdraw(key, source="link", recorded_by="public page")
    clock.move(1)
    assert bring_in(database, confirmed(ANN))["suppressed"] == 1


def test_links_in_old_messages_count_though_somebody_was_erased_and_came_back(
    database: Database, clock: Clock
) -> None:
    """The page says that no more emails come, so none may; other people stay as they are."""
    bring_in(database, confirmed(ANN), confirmed("bob@example.org"))
    database.dispatches.open(edition(), segment="all", transport="sendgrid", batch_size=1000)
    with database.connections.reading() as connection:
        key = connection.scalar(
            select(schema.subscribers.c.key).where(schema.subscribers.c.email == ANN)
        )
    assert key is not None
    database.subscribers.erase(ANN, actor="Olu")
    again = ask(database, clock)
    assert database.signing_up.withdraw(key, source="link", recorded_by="public page")
    confirm(database, clock, again)
    assert states(database) == {"bob@example.org": "confirmed", ANN: "confirmed"}
    for _ in range(2):
        assert database.signing_up.withdraw(key, source="link", recorded_by="public page")
    assert states(database) == {"bob@example.org": "confirmed", ANN: "unsubscribed"}
    database.subscribers.erase(ANN, actor="Olu")
    assert database.signing_up.withdraw(key, source="link", recorded_by="public page")
    assert states(database) == {"bob@example.org": "confirmed"}


EVERYBODY = r"^SELECT subscribers\.email_folded FROM subscribers$"


@pytest.fixture
def returned(opened: Callable[..., Database], url: str, clock: Clock) -> tuple[Database, str]:
    """Somebody who was erased and came back, with the key of their old links."""
    database = opened(url, patience=0.5)
    bring_in(database, confirmed(ANN), confirmed("bob@example.org"))
    database.dispatches.open(edition(), segment="all", transport="sendgrid", batch_size=1000)
    with database.connections.reading() as connection:
        key = connection.scalar(
            select(schema.subscribers.c.key).where(schema.subscribers.c.email == ANN)
        )
    database.subscribers.erase(ANN, actor="Olu")
    confirm(database, clock, ask(database, clock))
    return database, str(key)


def test_an_old_link_has_everybody_looked_at_once_and_keeps_nobody_waiting(
    returned: tuple[Database, str], clock: Clock
) -> None:
    """One-click is never asked to wait; a list may be long, and a link be clicked for ever."""
    database, key = returned

    def leave() -> None:
        database.subscribers.suppress(
            "bob@example.org", SuppressionReason.UNSUBSCRIBED, source="link", recorded_by="test"
        )

    with meanwhile(EVERYBODY, leave) as looks:
        for _ in range(3):
            assert database.signing_up.withdraw(key, source="link", recorded_by="public page")
    assert len(looks) == 1
    assert states(database) == {"bob@example.org": "unsubscribed", ANN: "unsubscribed"}
    stops = database.subscribers.disclose(ANN, actor="Olu")["suppressions"]
    assert [(stop["reason"], stop["source"]) for stop in stops] == [("unsubscribed", "link")]
    confirm(database, clock, ask(database, clock))
    assert states(database)[ANN] == "confirmed"
    assert database.signing_up.withdraw(key, source="link", recorded_by="public page")
    assert states(database)[ANN] == "unsubscribed"
    database.subscribers.erase(ANN, actor="Olu")
    with database.connections.reading() as connection:
        reasons = connection.scalars(
            select(schema.suppressions.c.reason).order_by(schema.suppressions.c.id)
        ).all()
    assert reasons == ["unsubscribed", "erased"]


def test_whoever_is_erased_while_their_old_link_is_looked_up_stays_unnamed(
    returned: tuple[Database, str],
) -> None:
    """What was found a moment ago is no reason to write an address down again."""
    database, key = returned
    erase = partial(database.subscribers.erase, ANN, actor="Olu")
    with meanwhile(EVERYBODY, erase):
        assert database.signing_up.withdraw(key, source="link", recorded_by="public page")
    with database.connections.reading() as connection:
        names = connection.scalars(select(schema.suppressions.c.email_folded)).all()
    assert [name.startswith("erased:") for name in names] == [True]


def test_an_old_link_of_somebody_who_is_nowhere_counts_once_they_are_back(
    returned: tuple[Database, str], clock: Clock
) -> None:
    """Their wish is kept by their pseudonym, as that of everybody who is not on the list."""
    database, key = returned
    with database.connections.writing(Lock.AUDIENCE) as connection:
        gone = select(schema.subscribers.c.id).where(schema.subscribers.c.email == ANN)
        for table in (schema.consents, schema.subscriber_segments):
            connection.execute(delete(table).where(table.c.subscriber_id.in_(gone)))
        connection.execute(delete(schema.subscribers).where(schema.subscribers.c.email == ANN))
    assert database.signing_up.withdraw(key, source="link", recorded_by="public page")
    clock.move(1)
    assert bring_in(database, confirmed(ANN))["suppressed"] == 1


def test_a_key_finds_the_person_with_their_segments(database: Database, clock: Clock) -> None:
    """The page of a link shows what somebody is subscribed to."""
    key = ask(database, clock, segments=("news", "ward:Castle"))
    found = database.signing_up.find(key)
    assert found is not None
    assert (found.email, found.segments, found.state) == (ANN, ("news", "ward:Castle"), "pending")


def test_a_wish_recorded_by_the_office_is_confirmed_and_logged(
    database: Database, clock: Clock
) -> None:
    """A signed card counts, and who recorded it can be asked about it."""
    key = database.signing_up.opt_in(
        Subscriber(" Ann@Example.org ", last_name="Lee"),
        Consent(clock(), "signed card", "Yes please"),
        recorded_by="Olu",
    )
    found = database.signing_up.find(key)
    assert found is not None
    assert (found.email, found.last_name, found.state) == ("Ann@example.org", "Lee", "confirmed")
    with database.subscribers.log() as entries:
        assert [(entry.actor, entry.action) for entry in entries] == [("Olu", "opt-in")]
    with pytest.raises(MistakeError):
        database.signing_up.opt_in(
            Subscriber("ann"), Consent(clock(), "card", "Yes"), recorded_by="Olu"
        )
