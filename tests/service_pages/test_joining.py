"""Joining: nobody is written to who did not ask, and nobody learns who is on the list."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from newsletter.audience.subscriber import Subscriber, SubscriberState, SuppressionReason
from newsletter.links import Purpose, Signer
from newsletter.web.public.pages import BEAT
from tests.offices import OFFICE
from tests.service_pages.door import ANN, WORDS, link_in, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import Response

    from tests.service_pages.door import Door


def history(door: Door, address: str = ANN) -> list[tuple[str, str, str, str]]:
    document = door.database.subscribers.disclose(address, actor="test")
    return [
        (step["state"], step["source"], step["wording"], step["recorded_by"])
        for step in document["consents"]
    ]


def test_somebody_joins_with_three_clicks(door: Door) -> None:
    """The form, the link and the button; the record holds the words that were shown."""
    answer = door.join(
        email=" Ann@Constituents.Example ", first_name="Ann", postcode="ae15bq", topic=["trains"]
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/sent")
    assert door.get("/join/sent").status_code == 200
    assert door.states() == {"Ann@constituents.example": "pending"}
    (letter,) = door.letters()
    assert (letter["To"], letter["From"], letter["Subject"]) == (
        "Ann@constituents.example",
        "Robin Halloway MP <update@example.org>",
        "Please confirm: The Ashcombe East Update by email",
    )
    page = door.get(link_in(letter))
    assert page.status_code == 200
    for shown in ("Ann", "AE1 5BQ", "Trains and buses", WORDS):
        assert shown in unescape(page.text)
    assert door.states() == {"Ann@constituents.example": "pending"}
    assert "You are on the list" in door.post(link_in(letter)).text
    assert [person.as_data() for person in door.database.subscribers.listing()] == [
        {
            "email": "Ann@constituents.example",
            "first_name": "Ann",
            "last_name": "",
            "postcode": "AE1 5BQ",
            "segments": ["trains"],
            "state": "confirmed",
        }
    ]
    assert history(door) == [
        ("pending", "website form", WORDS, "public page"),
        ("confirmed", "website form", WORDS, "public page"),
    ]
    assert door.fates() == {"accepted": 1}


def test_to_look_at_the_link_confirms_nothing(door: Door) -> None:
    """Programs that look for viruses follow every link in an email."""
    door.join()
    link = door.link()
    door.client.head(link)
    door.get(link)
    assert door.states() == {ANN: "pending"}


def test_to_confirm_twice_is_no_mistake(door: Door) -> None:
    """People press a button again when a page is slow."""
    door.join()
    link = door.link()
    for answer in (door.post(link), door.post(link), door.get(link)):
        assert answer.status_code == 200
        assert "You are on the list" in answer.text
    assert len(history(door)) == 2


@pytest.fixture
def people(door: Door) -> dict[str, str]:
    """An address for each way in which one can be known, and one that is not."""
    for name in ("member", "left", "gone", "bounced"):
        door.subscribe(f"{name}@constituents.example")
    subscribers = door.database.subscribers
    for name, reason in (
        ("left", SuppressionReason.UNSUBSCRIBED),
        ("bounced", SuppressionReason.BOUNCED),
    ):
        address = f"{name}@constituents.example"
        subscribers.suppress(address, reason, source="test", recorded_by="test")
    subscribers.erase("gone@constituents.example", actor="test")
    names = ("member", "left", "gone", "bounced", "stranger")
    return {name: f"{name}@constituents.example" for name in names}


def test_the_answer_is_the_same_for_everybody(door: Door, people: dict[str, str]) -> None:
    """Otherwise anybody could find out who reads the newsletter of which politician."""
    for path in ("/join", "/my-data"):
        answers = {
            (
                answer.status_code,
                answer.text,
                tuple((k, v) for k, v in answer.headers.items() if k != "date"),
            )
            for address in people.values()
            for answer in (
                [door.join(email=address)]
                if path == "/join"
                else [door.post(path, {"email": address})]
            )
        }
        assert len(answers) == 1, path


def test_the_time_that_an_answer_takes_tells_nothing(door: Door) -> None:
    """It is a whole number of beats, each far longer than what differs."""
    for answer in (door.join(), door.post("/my-data", {"email": ANN})):
        assert answer.elapsed.total_seconds() >= BEAT


def test_everybody_gets_a_letter_that_fits(door: Door, people: dict[str, str]) -> None:
    """Whoever is on the list is told so in private; all others are asked to confirm."""
    for address in people.values():
        door.join(email=address)
    subjects = {str(letter["To"]): str(letter["Subject"]) for letter in door.letters()}
    asked = "Please confirm: The Ashcombe East Update by email"
    assert subjects == {
        people["member"]: "You are on the list of The Ashcombe East Update already",
        people["left"]: asked,
        people["gone"]: asked,
        people["bounced"]: asked,
        people["stranger"]: asked,
    }


def test_whoever_left_comes_back_only_by_their_own_click(door: Door) -> None:
    """An objection stands until the person themselves takes it back."""
    key = door.subscribe()
    door.post(door.leave_path(key))
    door.clock.move(60)
    door.join()
    assert door.states() == {ANN: "unsubscribed"}
    door.post(door.link())
    assert door.states() == {ANN: "confirmed"}


def test_a_stranger_changes_nothing_by_typing_an_address(door: Door) -> None:
    """They could otherwise have the office greet somebody by an insult."""
    door.subscribe(segments=("trains",))
    before = list(door.database.subscribers.listing())
    door.join(first_name="Fool", postcode="ZZ1 1ZZ", topic=["surgeries"])
    assert list(door.database.subscribers.listing()) == before
    (letter,) = door.letters()
    assert link_in(letter).startswith("/my-data/open/")


def test_what_was_typed_about_somebody_on_record_counts_by_their_click_alone(door: Door) -> None:
    """The page shows who they will be, and until they press its button they are who they were."""
    door.join(first_name="Ann", postcode="AE1 4AA", topic=["trains"])
    before = list(door.database.subscribers.listing())
    link = door.link()
    door.join(first_name="Anne", last_name="Ray", topic=["surgeries"])
    page = unescape(door.get(link).text)
    for shown in ("Anne Ray", "Advice surgeries"):
        assert shown in page
    for gone in ("AE1 4AA", "Trains and buses"):
        assert gone not in page
    assert list(door.database.subscribers.listing()) == before
    assert press(door, link).status_code == 200
    (person,) = door.database.subscribers.listing()
    assert person == Subscriber(ANN, "Anne", "Ray", "", ("surgeries",), SubscriberState.CONFIRMED)


def press(door: Door, link: str, page: str = "") -> Response:
    """Press the button of a page, which says what stood there; of that as it is now, if none."""
    shown = re.search(r'name="shown" value="([0-9a-f]{16})"', page or door.get(link).text)
    assert shown is not None
    return door.post(link, {"shown": shown[1]})


def test_nothing_is_confirmed_that_its_page_did_not_show(door: Door) -> None:
    """Somebody else may send the form with this address while the page stands open."""
    door.join(first_name="Ann")
    link = door.link()
    page = door.get(link).text
    assert 'role="alert"' not in page
    door.join(first_name="Fool")
    answer = press(door, link, page)
    assert answer.status_code == 409
    assert "The form has been sent once more meanwhile" in answer.text
    assert "Fool" in answer.text
    assert door.states() == {ANN: "pending"}
    assert press(door, link, answer.text).status_code == 200
    assert door.states() == {ANN: "confirmed"}
    assert "You are on the list" in press(door, link, page).text


def test_a_letter_repeats_nothing_that_was_typed(door: Door) -> None:
    """The form would otherwise be a way to send anybody a message in the member's name."""
    door.join(first_name="Cheap pills at evil dot example", last_name="Bargain")
    (letter,) = door.letters()
    assert "pills" not in letter.as_string()
    assert "Bargain" not in letter.as_string()


def test_a_letter_is_of_no_list_and_counts_nobody(door: Door) -> None:
    """It answers one request: no list headers, no picture that could be counted."""
    door.join()
    (letter,) = door.letters()
    assert {"List-Id", "List-Unsubscribe"}.isdisjoint(letter.keys())
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.org>")
    part = letter.get_body(("html",))
    assert part is not None
    page = part.get_content()
    assert "<img" not in page
    assert f'href="https://update.example.org{link_in(letter)}"' in unescape(page)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(door: Door) -> None:
    """Nobody types an address in twice because they forgot a box."""
    answer = door.post(
        "/join",
        {
            "email": 'ann"><script>',
            "first_name": "Ann <b>",
            "last_name": "Ray",
            "postcode": "12345",
            "topic": ["surgeries"],
        },
    )
    assert answer.status_code == 422
    text = answer.text
    assert "Please mend 4 things" in text
    for name in ("email", "first_name", "postcode", "agree"):
        assert f'id="{name}-error"' in text
        assert f'<a href="#{name}">' in text
        assert re.search(rf'id="{name}"[^>]*aria-describedby="[^"]*{name}-error', text)
    assert "ann&#34;&gt;&lt;script&gt;" in text
    assert "<script>" not in text
    assert re.search(r'value="Ray"', text)
    assert re.search(r'value="surgeries" checked', text)
    assert (door.letters(), door.states()) == ([], {})


def test_nobody_is_taken_on_without_their_agreement(door: Door) -> None:
    """Without the words that were agreed to there is no consent (UK GDPR, article 7)."""
    answer = door.post("/join", {"email": ANN})
    assert answer.status_code == 422
    assert "Please tick the box" in answer.text
    assert door.states() == {}


def test_other_words_than_those_shown_are_not_agreed_to(door: Door) -> None:
    """The office may change its words while somebody fills the form in."""
    answer = door.post("/join", {"email": ANN, "agree": "0" * 16})
    assert answer.status_code == 422
    assert "These words have changed meanwhile" in answer.text


def test_a_program_that_fills_in_every_field_gets_the_usual_answer_and_nothing_else(
    door: Door,
) -> None:
    """It need not learn that it has been seen."""
    answer = door.join(comment="Buy now")
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/sent")
    assert (door.letters(), door.states()) == ([], {})


def test_one_address_gets_few_letters_however_often_it_is_typed(door: Door) -> None:
    """Forms on websites are used to flood the mailbox of somebody who is disliked."""
    for _ in range(3):
        door.join()
    assert len(door.letters()) == 1
    for _ in range(6):
        door.clock.move(6 * 60)
        door.join()
    assert len(door.letters()) == 2
    door.clock.move(24 * 60 * 60)
    door.join()
    assert len(door.letters()) == 1


def test_whoever_sends_the_form_all_the_time_is_asked_to_wait(door: Door) -> None:
    """The letters are sent in the member's name."""
    answers = [door.join(email=f"a{n}@constituents.example") for n in range(31)]
    assert [answer.status_code for answer in answers] == [303] * 30 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_an_old_link_says_so_and_offers_another(door: Door) -> None:
    """A link for ever would be somebody else's some day."""
    door.join()
    link = door.link()
    door.clock.move(7 * 24 * 60 * 60 + 1)
    for answer in (door.get(link), door.post(link)):
        assert answer.status_code == 410
        assert "This link has expired" in answer.text
        assert 'href="/join?lang=en"' in answer.text
    assert door.states() == {ANN: "pending"}


def test_a_link_from_before_somebody_left_brings_nobody_back(door: Door) -> None:
    """The newest word counts."""
    door.join()
    link = door.link()
    door.post(link)
    (key,) = [
        entry["key"]
        for entry in [door.database.subscribers.disclose(ANN, actor="t")["subscriber"]]
    ]
    door.clock.move(60)
    door.post(door.leave_path(key))
    for answer in (door.get(link), door.post(link)):
        assert answer.status_code == 410
        assert "no longer valid" in answer.text
    assert door.states() == {ANN: "unsubscribed"}


def test_a_link_for_one_thing_opens_no_other(door: Door) -> None:
    """Every email holds a link to leave; it must not be one to join or to read with."""
    key = door.subscribe()
    signer = door.house.signer
    tokens = {purpose: signer.token(purpose, key) for purpose in Purpose} | {
        f"passing {purpose}": signer.passing_token(purpose, key, now=door.clock)
        for purpose in Purpose
    }
    doors = {
        "/join/confirm/{}": f"passing {Purpose.CONFIRM}",
        "/unsubscribe/{}": Purpose.UNSUBSCRIBE,
        "/my-data/{}": Purpose.MY_DATA,
        "/my-data/open/{}": f"passing {Purpose.DATA_ACCESS}",
    }
    for path, own in doors.items():
        opened = {
            name
            for name, token in tokens.items()
            if door.get(path.format(token)).status_code < 400
        }
        assert opened == {own}


def test_a_link_works_after_the_secret_was_changed(door: Door) -> None:
    """Letters that are on their way must not be lost by housekeeping."""
    door.join()
    token = door.link().removeprefix("/join/confirm/").partition("?")[0]
    newer = Signer(("a secret of the tests", "another secret, newer"))
    age = door.clock() - door.clock()
    key = newer.passing_key(Purpose.CONFIRM, token, now=door.clock, age=age)
    found = door.database.signing_up.find(key)
    assert found is not None
    assert found.email == ANN


def test_whoever_asks_in_welsh_is_answered_in_welsh(door: Door) -> None:
    """On the page, in the letter and in the record of what was agreed to."""
    answer = door.join("/join?lang=cy")
    assert answer.headers["location"] == "/join/sent?lang=cy"
    (letter,) = door.letters()
    assert letter["Subject"] == "Cadarnhewch: The Ashcombe East Update drwy e-bost"
    assert "Gofynnodd rhywun" in text_of(letter)
    assert link_in(letter).endswith("?lang=cy")
    assert 'lang="cy"' in door.get(link_in(letter)).text
    assert history(door)[0][2].startswith("Anfonwch The Ashcombe East Update ataf drwy e-bost")


def test_the_office_has_its_own_words_and_its_own_topics(
    open_door: Callable[[str], Door],
) -> None:
    """What an office writes is shown as it is, in the languages that it has it in."""
    door = open_door(
        OFFICE + "consent: {text: Yes please & thank you, translations: {cy: Os gwelwch yn dda}}\n"
        "topics:\n  - {tag: trains, label: Trains, translations: {cy: Trenau}}\n"
        "  - {tag: votes, label: Votes}\n"
    )
    welsh = door.get("/join?lang=cy").text
    assert "Os gwelwch yn dda" in welsh
    assert ">Trenau<" in welsh
    assert '<span lang="en-GB">Votes</span>' in welsh
    door.join()
    assert history(door)[0][2] == "Yes please & thank you"


def test_without_topics_none_are_asked_for(open_door: Callable[[str], Door]) -> None:
    """An empty list of boxes would be a riddle."""
    door = open_door(OFFICE)
    assert "<fieldset" not in door.get("/join").text
    key = door.subscribe()
    assert "Fewer topics" not in door.get(door.leave_path(key)).text


def test_the_address_that_past_issues_link_to_leads_to_the_form(door: Door) -> None:
    """What was sent cannot be changed any more."""
    answer = door.get("/subscribe")
    assert (answer.status_code, answer.headers["location"]) == (301, "/join")


def test_a_topic_that_is_not_offered_is_not_noted(door: Door) -> None:
    """Somebody could otherwise give themselves, or others, any tag of the office's."""
    door.join(topic=["staff", "ward:Castle", "trains"])
    door.post(door.link())
    (person,) = door.database.subscribers.listing()
    assert person.segments == ("trains",)


def test_what_is_no_form_is_refused(door: Door) -> None:
    """A broken body is nobody's wish."""
    answer = door.client.post(
        "/join", content=b"--x", headers={"content-type": "multipart/form-data; boundary=y"}
    )
    assert answer.status_code in {400, 422}
    many = "&".join(f"f{n}=1" for n in range(200))
    answer = door.client.post(
        "/join", content=many, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 400
