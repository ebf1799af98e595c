"""Letters: each is carried once, whatever carrier and process do meanwhile."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from newsletter.audience.subscriber import Consent, Subscriber, SubscriberState
from newsletter.authoring.office import parse_office
from newsletter.database.visitors import Details
from newsletter.errors import (
    CulpritError,
    MistakeError,
    NewsletterError,
    RefusedError,
    UnavailableError,
    UncertainError,
)
from newsletter.letters import PAUSES, Letter, LetterKind, LetterState, Postman, Stationery
from newsletter.links import Signer
from newsletter.rendering.languages import Languages, own_catalogues
from newsletter.rendering.website import Website
from newsletter.web.public.postroom import PostRoom
from tests.database.samples import bring_in, confirmed, states
from tests.offices import OFFICE
from tests.rendering.emails import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsletter.database.opening import Database
    from newsletter.personalization import Personalization
    from newsletter.rendering.edition import Edition
    from tests.database.fixture import Clock

ANN = "ann@example.org"


@dataclass
class Carrier:
    """A carrier that takes every letter, unless it was told what to do with the next ones."""

    name: str = "test"
    batch_size: int = 1
    troubles: list[BaseException] = field(default_factory=list)
    taken: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, edition: Edition, batch: Sequence[Personalization], *, dispatch: str) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.taken += [(dispatch, person.address, edition.subject) for person in batch]


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def postman(database: Database, clock: Clock, carrier: Carrier) -> Postman:
    office, _ = parse_office(OFFICE)
    assert office is not None
    from newsletter.files import OfficeFolder  # noqa: PLC0415  # for its templates alone

    site = Website(office, OfficeFolder(ROOT).templates(), Languages(own_catalogues()))
    stationery = Stationery(lambda: site, Signer(("a secret of the tests",)), clock)
    return Postman(database.letters, stationery, carrier)


@pytest.fixture
def sending(postman: Postman, carrier: Carrier) -> tuple[Postman, Carrier]:
    return postman, carrier


def apply(database: Database, clock: Clock, address: str = ANN, *topics: str) -> None:
    database.visitors.apply(
        Subscriber(address, first_name="Ann", segments=topics),
        Consent(clock(), "website form", "Please send it"),
        offered=("trains", "votes"),
        language="en",
    )


def carry(postman: Postman) -> int:
    count = 0
    while postman.carry_one():
        count += 1
    return count


def fates(database: Database) -> dict[str, int]:
    return {state: count for state, count in database.letters.counts().items() if count}


def test_a_letter_is_carried_once(
    database: Database, clock: Clock, postman: Postman, carrier: Carrier
) -> None:
    """It is claimed before it is sent, and settled after."""
    apply(database, clock)
    assert fates(database) == {"waiting": 1}
    assert (carry(postman), carry(postman)) == (1, 0)
    subject = "Please confirm: The Ashcombe East Update by email"
    assert carrier.taken == [("letter", ANN, subject)]
    assert fates(database) == {"accepted": 1}


@pytest.mark.parametrize(
    "trouble",
    [UnavailableError("The carrier is away."), RefusedError("The key is wrong.")],
    ids=["away", "refused"],
)
def test_what_was_certainly_not_taken_is_tried_again_and_in_the_end_given_up(
    database: Database, clock: Clock, postman: Postman, carrier: Carrier, trouble: NewsletterError
) -> None:
    """A carrier comes back, and a key is mended; but nobody waits for a letter for ever."""
    carrier.troubles = [trouble] * (len(PAUSES) + 1)
    apply(database, clock)
    for pause in PAUSES:
        assert carry(postman) == 1
        assert fates(database) == {"waiting": 1}
        clock.move(pause.total_seconds() - 1)
        assert carry(postman) == 0
        clock.move(1)
    assert carry(postman) == 1
    assert fates(database) == {"refused": 1}
    document = database.subscribers.disclose(ANN, actor="test")
    assert [(one["kind"], one["state"], one["reason"]) for one in document["letters"]] == [
        ("confirm", "refused", trouble.message)
    ]


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (UncertainError("No answer within 60 s."), "uncertain"),
        (CulpritError("That mailbox does not exist."), "refused"),
    ],
)
def test_what_may_have_left_or_never_will_is_not_tried_again(
    database: Database,
    clock: Clock,
    sending: tuple[Postman, Carrier],
    trouble: NewsletterError,
    state: str,
) -> None:
    """Nobody gets two; whoever misses one asks again."""
    postman, carrier = sending
    carrier.troubles = [trouble]
    apply(database, clock)
    carry(postman)
    clock.move(24 * 60 * 60)
    assert carry(postman) == 0
    assert (fates(database), carrier.taken) == ({state: 1}, [])


def test_a_letter_that_was_on_its_way_when_its_process_died_is_in_doubt(
    database: Database, clock: Clock, postman: Postman, carrier: Carrier
) -> None:
    """The carrier may have it: it is not sent again by itself."""
    carrier.troubles = [KeyboardInterrupt()]
    apply(database, clock)
    with pytest.raises(KeyboardInterrupt):
        postman.carry_one()
    assert fates(database) == {"claimed": 1}
    clock.move(10 * 60 + 1)
    assert carry(postman) == 0
    assert (fates(database), carrier.taken) == ({"uncertain": 1}, [])


def test_what_waits_when_the_service_stops_is_carried_after_its_next_start(
    url: str, opened: Callable[..., Database], clock: Clock, postman: Postman, carrier: Carrier
) -> None:
    """The wish to send is stored before anybody is told that a letter is on its way."""
    other = opened(url)
    apply(other, clock)
    other.close()
    assert carry(postman) == 1
    assert len(carrier.taken) == 1


def test_a_template_that_is_wrong_loses_no_letter(
    database: Database, clock: Clock, postman: Postman, carrier: Carrier
) -> None:
    """The office mends it, and the letter goes."""
    site = postman.stationery.website()
    good = site.templates.sources
    site.templates.sources = {**good, "site/letter.txt.j2": "{{ nothing }}"}
    apply(database, clock)
    carry(postman)
    assert fates(database) == {"waiting": 1}
    site.templates.sources = good
    clock.move(60)
    carry(postman)
    assert (fates(database), len(carrier.taken)) == ({"accepted": 1}, 1)


def test_a_letter_to_somebody_who_is_gone_is_gone_too(
    database: Database, clock: Clock, postman: Postman
) -> None:
    """Erased, or taken back with the import they came by."""
    apply(database, clock)
    database.subscribers.erase(ANN, actor="test")
    assert (fates(database), carry(postman)) == ({}, 0)
    bring_in(database, confirmed(ANN))
    bring_in(database, confirmed("bob@example.org"))
    database.visitors.owe_data_at("bob@example.org", language="en")
    database.subscribers.undo_import(actor="test")
    assert carry(postman) == 0
    assert fates(database) == {}


def test_letters_are_forgotten_in_time(database: Database, clock: Clock, postman: Postman) -> None:
    """That somebody asked for one is data about them as well."""
    apply(database, clock)
    carry(postman)
    clock.move(timedelta(days=61).total_seconds())
    apply(database, clock, "bob@example.org")
    carry(postman)
    assert fates(database) == {"accepted": 1}
    document = database.subscribers.disclose(ANN, actor="test")
    assert document["letters"] == []


def test_two_carriers_never_take_the_same_letter(database: Database, clock: Clock) -> None:
    """Several processes serve one database."""
    for number in range(12):
        apply(database, clock, f"reader{number}@example.org")
    claimed: list[Letter] = []

    def claim() -> None:
        while (letter := database.letters.claim()) is not None:
            claimed.append(letter)

    threads = [threading.Thread(target=claim) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({letter.key for letter in claimed}) == len(claimed) == 12


def test_only_a_claimed_letter_is_settled(database: Database, clock: Clock) -> None:
    """What a process did that was given up must not be undone by its late answer."""
    apply(database, clock)
    letter = database.letters.claim()
    assert letter is not None
    assert letter == Letter(letter.key, LetterKind.CONFIRM, letter.person, ANN, "en")
    database.letters.settle(letter, LetterState.UNCERTAIN)
    database.letters.settle(letter, LetterState.ACCEPTED)
    assert fates(database) == {"uncertain": 1}


def test_what_visitors_do_to_nobody_does_nothing(database: Database, clock: Clock) -> None:
    """Keys outlive the people that they stood for."""
    visitors = database.visitors
    visitors.drop_topics("0" * 32, ["trains"])
    visitors.owe_data("0" * 32, language="en")
    visitors.owe_data_at("nobody@example.org", language="en")
    visitors.come_back("0" * 32, Consent(clock(), "page", "Please"), language="en")
    details = Details("Ann", "", "")
    assert visitors.correct("0" * 32, details, offered=(), chosen=()) is None
    assert visitors.asked("0" * 32) is None
    assert (states(database), fates(database)) == ({}, {})


def test_what_is_no_address_is_told(database: Database, clock: Clock) -> None:
    """Whoever calls has looked at it before; this is for the others."""
    with pytest.raises(MistakeError):
        apply(database, clock, "nonsense")
    with pytest.raises(MistakeError):
        database.visitors.owe_data_at("nonsense", language="en")


def test_a_correction_is_written_down(database: Database, clock: Clock) -> None:
    """The whole of it, and in the log that it was made."""
    bring_in(database, f"{ANN},Ann,trains,2019-02-01,website,I agree,confirmed")
    key = database.subscribers.disclose(ANN, actor="test")["subscriber"]["key"]
    clock.move(1)
    person = database.visitors.correct(
        key, Details("Anne", "Ray", "AE1 5BQ"), offered=["trains", "votes"], chosen=["votes"]
    )
    assert person == Subscriber(
        ANN, "Anne", "Ray", "AE1 5BQ", ("votes",), SubscriberState.CONFIRMED
    )
    assert list(database.subscribers.listing()) == [person]


def test_a_letter_is_dated_and_speaks_the_language_asked_for(
    database: Database, clock: Clock, postman: Postman
) -> None:
    """And its parts say the same."""
    database.visitors.apply(
        Subscriber(ANN), Consent(clock(), "website form", "Os"), offered=(), language="cy"
    )
    letter = database.letters.claim()
    assert letter is not None
    edition, person = postman.stationery.write(letter)
    assert (edition.issue, edition.list_id, edition.web) == (date(2019, 2, 18), "", "")
    assert (person.key, person.address) == (letter.key, ANN)
    assert person.headers == {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    assert 'lang="cy"' in edition.html
    assert "Mae’r ddolen yn gweithio am 7 diwrnod" in edition.html
    assert "Mae’r ddolen yn gweithio am 7 diwrnod" in " ".join(edition.text.split())


def test_the_post_room_carries_at_the_start_and_when_it_is_woken() -> None:
    """Nobody waits for the next look; what fails is told and tried again later."""
    waiting = ["one", "two"]
    carried: list[str] = []
    is_empty = threading.Event()

    def carry_one() -> bool:
        if not waiting:
            is_empty.set()
            return False
        letter = waiting.pop(0)
        if letter == "trouble":
            is_empty.set()
            raise RuntimeError
        carried.append(letter)
        return True

    closed: list[str] = []
    tidied: list[str] = []
    room = PostRoom(
        carry_one, tidy=lambda: tidied.append("tidy"), close=lambda: closed.append("closed")
    )
    room.start()
    for more in ([], ["three"], ["trouble"], ["four"]):
        waiting += more
        room.wake()
        assert is_empty.wait(10)
        is_empty.clear()
    room.wake()
    assert is_empty.wait(10)
    room.stop()
    assert carried == ["one", "two", "three", "four"]
    assert (closed, tidied) == (["closed"], ["tidy"])


def test_a_post_room_that_was_never_opened_closes() -> None:
    """A service that fails to start takes leave of its carrier all the same."""
    closed: list[str] = []
    PostRoom(lambda: False, tidy=list, close=lambda: closed.append("closed")).stop()
    assert closed == ["closed"]


def test_whoever_never_confirms_is_forgotten(database: Database, clock: Clock) -> None:
    """The address may be somebody's who knows nothing of it; others stay as they are."""
    bring_in(database, "list@example.org,,,,,,pending", confirmed("bob@example.org"))
    apply(database, clock, "both@example.org")
    bring_in(database, "both@example.org,Bea,,,,,pending")
    database.visitors.apply(
        Subscriber("later@example.org"),
        Consent(clock(), "website form", "Please"),
        offered=(),
        language="en",
    )
    apply(database, clock, ANN, "trains")
    apply(database, clock, "bob@example.org")
    clock.move(timedelta(days=29).total_seconds())
    apply(database, clock, "later@example.org")
    assert database.visitors.forget_unconfirmed() == 0
    clock.move(timedelta(days=1, seconds=1).total_seconds())
    assert (database.visitors.forget_unconfirmed(), database.visitors.forget_unconfirmed()) == (
        1,
        0,
    )
    assert states(database) == {
        "list@example.org": "pending",
        "bob@example.org": "confirmed",
        "both@example.org": "pending",
        "later@example.org": "pending",
    }
    document = database.subscribers.disclose(ANN, actor="test")
    assert document == {
        **{name: [] for name in document},
        "email": ANN,
        "subscriber": None,
    }
