"""Letters: each is carried once, whatever carrier and process do meanwhile."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from newsletter.audience.subscriber import (
    Consent,
    Subscriber,
    SubscriberState,
    SuppressionReason,
)
from newsletter.authoring.office import parse_office
from newsletter.database.opening import open_database
from newsletter.database.schema import letters
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


def test_whoever_misses_a_letter_that_was_lost_asks_again_at_once(
    database: Database, clock: Clock, sending: tuple[Postman, Carrier]
) -> None:
    """The page says that it is on its way: nobody has to know that they came too soon."""
    postman, carrier = sending
    carrier.troubles = [UncertainError("no answer within 60 s"), CulpritError("No such mailbox.")]
    for _ in range(3):
        apply(database, clock)
        assert carry(postman) == 1
        clock.move(60)
    assert fates(database) == {"accepted": 1, "refused": 1, "uncertain": 1}
    assert len(carrier.taken) == 1


def key_of(database: Database) -> str:
    return str(database.subscribers.disclose(ANN, actor="test")["subscriber"]["key"])


def test_nobody_is_kept_from_their_data_by_who_types_their_address(
    database: Database, clock: Clock, postman: Postman
) -> None:
    """The link in each issue is theirs, so what they ask by it is counted apart."""
    bring_in(database, confirmed(ANN))
    for _ in range(4):
        clock.move(6 * 60)
        apply(database, clock)
        database.visitors.owe_data_at(ANN, language="en")
    assert carry(postman) == 3
    sent = []
    for _ in range(4):
        clock.move(6 * 60)
        database.visitors.owe_data(key_of(database), language="en")
        sent.append(carry(postman))
    assert sent == [1, 1, 1, 0]
    letters = database.subscribers.disclose(ANN, actor="test")["letters"]
    assert [letter["asked_by"] for letter in letters] == ["form"] * 3 + ["link"] * 3


def test_an_address_that_never_answers_is_left_in_peace(
    database: Database, clock: Clock, postman: Postman
) -> None:
    """Somebody who is disliked would get three letters a day for ever; an answer ends that."""

    def month() -> int:
        for _ in range(30 * 3):
            clock.move(8 * 60 * 60)
            apply(database, clock)
        return carry(postman)

    assert month() == 10
    clock.move(8 * 60 * 60)
    apply(database, clock)
    assert carry(postman) == 1, "after thirty days there are a few again"
    consent = Consent(clock(), "website form", "Please send it")
    database.signing_up.confirm(key_of(database), consent, recorded_by="test")
    clock.move(1)
    assert month() == 10
    key = key_of(database)
    database.visitors.owe_data(key, language="en")
    assert carry(postman) == 1, "what they ask themselves, they get"


@pytest.mark.parametrize(
    ("reason", "subjects"),
    [
        (SuppressionReason.MANUAL, []),
        (SuppressionReason.COMPLAINED, []),
        (SuppressionReason.BOUNCED, ["Please confirm", "Your data"]),
        (SuppressionReason.INVALID, ["Please confirm", "Your data"]),
        (SuppressionReason.UNSUBSCRIBED, ["Please confirm", "Your data"]),
    ],
)
def test_whoever_told_the_office_to_stop_gets_no_letter_that_anybody_may_have_asked_for(
    database: Database,
    clock: Clock,
    sending: tuple[Postman, Carrier],
    reason: SuppressionReason,
    subjects: list[str],
) -> None:
    """They must never be mailed; whoever only left or was not reached may have changed."""
    postman, carrier = sending
    bring_in(database, confirmed(ANN))
    database.subscribers.suppress(ANN, reason, source="office", recorded_by="test")
    before = database.subscribers.disclose(ANN, actor="test")["consents"]
    clock.move(60)
    apply(database, clock)
    database.visitors.owe_data_at(ANN, language="en")
    carry(postman)
    assert [
        subject.partition(":")[0][:14].split(" at")[0] for *_, subject in carrier.taken
    ] == subjects
    after = database.subscribers.disclose(ANN, actor="test")["consents"]
    assert len(after) - len(before) == (1 if subjects else 0), (
        "what cannot be confirmed is not kept"
    )
    database.visitors.owe_data(key_of(database), language="en")
    assert carry(postman) == 1, "their own link is theirs"


def test_a_letter_leaves_after_some_seconds_that_nobody_can_tell(
    url: str, clock: Clock, postman: Postman, carrier: Carrier
) -> None:
    """How busy the service is right after its answer would say who is on record."""
    with open_database(url, now=clock) as database:
        for number in range(20):
            apply(database, clock, f"reader{number}@example.org")
        with database.connections.reading() as connection:
            rows = connection.execute(select(letters.c.asked_at, letters.c.due_at)).all()
    waits = {(row.due_at - row.asked_at).total_seconds() for row in rows}
    assert len(waits) > 10
    assert all(1 <= wait < 10 for wait in waits)
    assert carry(postman) == 0
    clock.move(10)
    assert carry(postman) == 20
    assert len(carrier.taken) == 20


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
    assert not visitors.come_back("0" * 32, Consent(clock(), "page", "Please"), language="en")
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


def test_the_post_room_looks_all_the_time_and_nobody_has_to_ring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What fails is told and tried again later; it tidies up at the start, and rarely after."""
    monkeypatch.setattr("newsletter.web.public.postroom.AFTER_FAILURE", 0.02)
    waiting = ["one", "two"]
    carried: list[str] = []
    looking, is_empty = threading.Lock(), threading.Event()

    def carry_one() -> bool:
        with looking:
            if not waiting:
                is_empty.set()
                return False
            letter = waiting.pop(0)
        if letter == "trouble":
            raise RuntimeError
        carried.append(letter)
        return True

    closed: list[str] = []
    tidied: list[str] = []

    def tidy() -> None:
        tidied.append("tidy")
        raise RuntimeError

    room = PostRoom(carry_one, tidy=tidy, close=lambda: closed.append("closed"), interval=0.01)
    room.start()
    for more in ([], ["three"], ["trouble", "four"]):
        with looking:
            waiting += more
            is_empty.clear()
        assert is_empty.wait(60)
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
