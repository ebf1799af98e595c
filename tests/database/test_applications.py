"""Whoever types an address into the form changes nothing about its owner, who has the last word."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from newsletter.audience.subscriber import Consent, Subscriber, SuppressionReason
from newsletter.database.visitors import Details
from newsletter.errors import NotAllowedError
from tests.database.samples import bring_in, confirmed

if TYPE_CHECKING:
    from typing import Any

    from newsletter.database.opening import Database
    from tests.database.fixture import Clock

ANN = "ann@example.org"
OFFERED = ("trains", "votes")


def typed(
    database: Database,
    clock: Clock,
    *topics: str,
    first_name: str = "",
    last_name: str = "",
    postcode: str = "",
) -> str:
    """Have somebody, whoever it is, send the form with Ann's address; return her key."""
    clock.move(60)
    database.visitors.apply(
        Subscriber(ANN, first_name, last_name, postcode, topics),
        Consent(clock(), "website form", "Please send it"),
        offered=OFFERED,
        language="en",
    )
    return str(disclosed(database)["subscriber"]["key"])


def clicked(database: Database, clock: Clock, key: str) -> Subscriber:
    clock.move(60)
    given = Consent(clock(), "website form", "Please send it")
    return database.signing_up.confirm(key, given, recorded_by="public page")


def disclosed(database: Database) -> dict[str, Any]:
    return database.subscribers.disclose(ANN, actor="test")


def ann(database: Database) -> Subscriber:
    (person,) = database.subscribers.listing()
    return person


def about(person: Subscriber) -> tuple[str, str, str, tuple[str, ...]]:
    return person.first_name, person.last_name, person.postcode, person.segments


@pytest.mark.parametrize("known", ["pending", "unsubscribed", "bounced", "listed"])
def test_what_is_typed_about_somebody_on_record_waits_for_their_click(
    database: Database, clock: Clock, known: str
) -> None:
    """Otherwise anybody could have the office greet somebody by an insult."""
    if known == "listed":
        bring_in(database, f"{ANN},Ann,trains;ward:Castle,,,,pending")
    else:
        key = typed(database, clock, "trains", first_name="Ann", postcode="AE1 5BQ")
        if known != "pending":
            clicked(database, clock, key)
            database.subscribers.suppress(
                ANN, SuppressionReason(known), source="test", recorded_by="test"
            )
    before = ann(database)
    key = typed(database, clock, "votes", first_name="Fool", last_name="Ish", postcode="ZZ1 1ZZ")
    assert ann(database) == before
    question = database.visitors.asked(key)
    assert question is not None
    others = tuple(segment for segment in before.segments if segment not in OFFERED)
    assert about(question.person) == ("Fool", "Ish", "ZZ1 1ZZ", ("votes", *others))
    assert about(clicked(database, clock, key)) == about(question.person)
    assert disclosed(database)["unconfirmed"] == []


def test_whoever_mistyped_and_sends_the_form_again_ends_up_with_the_newest(
    database: Database, clock: Clock
) -> None:
    """However often: what they took out is gone, too, and one click settles it."""
    typed(database, clock, "trains", first_name="Anm", last_name="Ray", postcode="AE1 5BQ")
    typed(database, clock, "trains", "votes", first_name="Annn", last_name="Ray")
    key = typed(database, clock, "votes", first_name="Ann", last_name="Rae")
    assert about(clicked(database, clock, key)) == ("Ann", "Rae", "", ("votes",))


def test_what_is_left_empty_stays_as_it_was_once_somebody_has_said_who_they_are(
    database: Database, clock: Clock
) -> None:
    """People who come back do not tell their postcode anew; the office's own notes stay, too."""
    bring_in(database, confirmed(ANN, name="Ann", segments="trains;ward:Castle"))
    key = disclosed(database)["subscriber"]["key"]
    database.signing_up.withdraw(key, source="link", recorded_by="public page")
    typed(database, clock, "votes", last_name="Ray")
    assert about(clicked(database, clock, key)) == ("Ann", "Ray", "", ("votes", "ward:Castle"))


def test_a_name_that_the_office_listed_is_not_blanked_out_by_an_empty_form(
    database: Database, clock: Clock
) -> None:
    """It came with a list, before or after somebody asked, and not from a form."""
    key = typed(database, clock, first_name="A")
    bring_in(database, f"{ANN},Ann,,,,,pending")
    typed(database, clock, last_name="Ray")
    assert about(clicked(database, clock, key)) == ("Ann", "Ray", "", ())


def test_whoever_presses_the_button_to_come_back_gets_what_they_had(
    database: Database, clock: Clock
) -> None:
    """That button comes with no form, and what others have typed meanwhile is not meant."""
    key = typed(database, clock, "trains", first_name="Ann")
    clicked(database, clock, key)
    database.signing_up.withdraw(key, source="link", recorded_by="public page")
    typed(database, clock, "votes", first_name="Fool")
    clock.move(60)
    again = Consent(clock(), "website form", "Please send it")
    database.visitors.come_back(key, again, language="en")
    assert about(clicked(database, clock, key)) == ("Ann", "", "", ("trains",))


def test_what_people_change_themselves_is_newer_than_what_waits(
    database: Database, clock: Clock
) -> None:
    """They came by a letter of their own; the older link then confirms what they have now."""
    key = typed(database, clock, first_name="Anm")
    typed(database, clock, "votes", first_name="Fool")
    database.visitors.correct(key, Details("Ann", "Ray", ""), offered=OFFERED, chosen=["trains"])
    assert disclosed(database)["unconfirmed"] == []
    assert about(clicked(database, clock, key)) == ("Ann", "Ray", "", ("trains",))


def test_a_card_that_somebody_signed_is_newer_than_what_waits(
    database: Database, clock: Clock
) -> None:
    """The office knows them, and a stranger at a form does not."""
    key = typed(database, clock, first_name="Ann")
    typed(database, clock, first_name="Fool")
    card = Consent(clock(), "signed card", "Yes please")
    database.signing_up.opt_in(Subscriber(ANN, last_name="Ray"), card, recorded_by="Olu")
    assert disclosed(database)["unconfirmed"] == []
    assert database.visitors.asked(key) is None
    assert about(clicked(database, clock, key)) == ("Ann", "Ray", "", ())


@pytest.mark.parametrize("reason", [SuppressionReason.UNSUBSCRIBED, SuppressionReason.BOUNCED])
def test_nothing_waits_for_whoever_can_confirm_it_no_more(
    database: Database, clock: Clock, reason: SuppressionReason
) -> None:
    """A link from before an objection brings nobody back, so what it would do is not kept."""
    key = typed(database, clock, first_name="Ann")
    typed(database, clock, first_name="Fool")
    clock.move(60)
    database.subscribers.suppress(ANN, reason, source="test", recorded_by="test")
    assert disclosed(database)["unconfirmed"] == []
    with pytest.raises(NotAllowedError):
        clicked(database, clock, key)
    assert ann(database).first_name == "Ann"


def test_people_are_told_what_was_typed_about_them(database: Database, clock: Clock) -> None:
    """It is data about them, whoever gave it."""
    typed(database, clock, first_name="Ann")
    typed(database, clock, "votes", first_name="Fool", last_name="Ish", postcode="ZZ1 1ZZ")
    assert disclosed(database)["unconfirmed"] == [
        {
            "at": clock().isoformat(),
            "first_name": "Fool",
            "last_name": "Ish",
            "postcode": "ZZ1 1ZZ",
            "topics": ["votes"],
        }
    ]


def test_what_nobody_confirms_is_forgotten(database: Database, clock: Clock) -> None:
    """Of those who were on record before nothing else goes, and they are not counted."""
    bring_in(database, f"{ANN},Ann,,,,,pending")
    typed(database, clock, first_name="Fool")
    clock.move(timedelta(days=30).total_seconds())
    assert database.visitors.forget_unconfirmed() == 0
    assert len(disclosed(database)["unconfirmed"]) == 1
    clock.move(1)
    assert database.visitors.forget_unconfirmed() == 0
    assert disclosed(database)["unconfirmed"] == []
    assert ann(database).first_name == "Ann"
    with database.subscribers.log() as entries:
        assert "forget-unconfirmed" not in {entry.action for entry in entries}


def test_whoever_only_ever_asked_is_forgotten_with_all_that_waits(
    database: Database, clock: Clock
) -> None:
    """Nobody knows whose address it was."""
    typed(database, clock, first_name="Ann")
    typed(database, clock, first_name="Anne")
    clock.move(timedelta(days=31).total_seconds())
    assert database.visitors.forget_unconfirmed() == 1
    assert disclosed(database)["subscriber"] is None


def test_undoing_an_import_takes_its_names_back_from_whoever_has_only_asked_since(
    database: Database, clock: Clock
) -> None:
    """What they typed themselves waits on, and is all that is known once they click."""
    bring_in(database, f"{ANN},Anna,trains,,,,pending")
    key = typed(database, clock, "votes", last_name="Ray")
    database.subscribers.undo_import(actor="Olu")
    assert about(ann(database)) == ("", "", "", ())
    assert about(clicked(database, clock, key)) == ("", "Ray", "", ("votes",))


def test_undoing_an_import_leaves_whoever_has_confirmed_what_they_confirmed(
    database: Database, clock: Clock
) -> None:
    """Though somebody has typed their address once more since."""
    bring_in(database, f"{ANN},Anna,trains,,,,pending")
    key = typed(database, clock, "votes", first_name="Ann")
    clicked(database, clock, key)
    database.signing_up.withdraw(key, source="link", recorded_by="public page")
    typed(database, clock, first_name="Fool")
    database.subscribers.undo_import(actor="Olu")
    assert about(ann(database)) == ("Ann", "", "", ("votes",))
