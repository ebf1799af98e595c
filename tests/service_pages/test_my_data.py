"""My data: all of it is shown, to the person themselves and to nobody else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest

from newsletter.audience.subscriber import SuppressionReason
from newsletter.delivery import State
from newsletter.links import Purpose
from newsletter.web.public.limits import FORMS
from tests.database.samples import edition, meanwhile
from tests.service_pages.door import ANN, WORDS, link_in

if TYPE_CHECKING:
    from newsletter.rendering.edition import Edition
    from tests.service_pages.door import Door


def emailed(door: Door, key: str) -> str:
    """Return the path of the link that stands in every issue."""
    return f"/my-data/{door.house.signer.token(Purpose.MY_DATA, key)}"


def test_the_link_in_an_issue_shows_nothing_and_has_a_letter_sent(door: Door) -> None:
    """Issues are passed on to friends, who must not read or erase what is held on the sender."""
    key = door.subscribe(segments=("trains",))
    page = door.get(emailed(door, key))
    assert page.status_code == 200
    for secret in (ANN, "Ray", "trains", "checked"):
        assert secret not in page.text
    assert door.letters() == []
    answer = door.post(emailed(door, key))
    assert (answer.status_code, answer.headers["location"]) == (303, "/my-data/sent")
    assert door.get("/my-data/sent").status_code == 200
    (letter,) = door.letters()
    assert (letter["To"], letter["Subject"]) == (ANN, "Your data at The Ashcombe East Update")
    assert ANN in door.get(link_in(letter)).text


def test_whoever_has_no_email_at_hand_types_their_address(door: Door) -> None:
    """It is what the page of a broken link offers."""
    door.subscribe()
    assert 'action="/my-data"' in door.get("/my-data").text
    door.post("/my-data", {"email": ANN.upper()})
    assert "Your data" in door.get(door.link()).text
    door.post("/my-data", {"email": "stranger@constituents.example"})
    door.post("/my-data", {"email": ANN, "comment": "a program"})
    assert door.letters() == []


def test_what_is_no_address_is_said_so(door: Door) -> None:
    """A letter to nowhere helps nobody."""
    answer = door.post("/my-data", {"email": "ann at home"})
    assert answer.status_code == 422
    assert 'value="ann at home"' in answer.text
    assert 'id="email-error"' in answer.text


@pytest.mark.parametrize("path", ["", "/download", "/erase"])
def test_the_link_ends_after_a_few_hours(door: Door, path: str) -> None:
    """Whoever reads an old inbox must not come into everything."""
    key = door.subscribe()
    link = door.open_path(key) + path
    assert door.get(link).status_code == 200
    door.clock.move(4 * 60 * 60 + 1)
    answer = door.get(link)
    assert answer.status_code == 410
    assert 'href="/my-data"' in answer.text
    if path != "/download":
        assert door.post(link, {"first_name": "X"}).status_code == 410
    assert door.states() == {ANN: "confirmed"}


@pytest.mark.parametrize("rest", ["", "/download", "/erase"])
def test_a_broken_link_shows_nothing(door: Door, rest: str) -> None:
    """And says how to get a good one."""
    link = door.open_path(door.subscribe())[:-2] + rest
    assert door.get(link).status_code == 404
    if rest != "/download":
        assert door.post(link).status_code == 404
    assert door.get("/my-data/x.y").status_code == 404
    assert door.post("/my-data/x.y").status_code == 404


def test_the_page_shows_what_is_held(door: Door) -> None:
    """Consent, topics, what the office noted, and why nothing comes, each in plain words."""
    key = door.subscribe(segments=("trains", "ward:Castle"))
    door.database.subscribers.suppress(
        ANN, SuppressionReason.BOUNCED, source="events", recorded_by="test"
    )
    page = unescape(door.get(door.open_path(key)).text)
    for shown in (
        "No newsletter comes to you.",
        'value="Ann"',
        'value="Ray"',
        'value="trains" checked',
        "ward:Castle",
        "18 February 2019, 17:03",
        "You asked for it",
        "You confirmed it",
        WORDS,
        "Your mailbox sent our email back.",
    ):
        assert shown in page
    assert 'value="surgeries" checked' not in page


def test_the_page_shows_what_somebody_typed_about_them_and_may_have_been_another(
    door: Door,
) -> None:
    """It is held, so it is shown; whatever they save themselves takes its place."""
    door.join(first_name="Ann")
    key = door.database.subscribers.disclose(ANN, actor="t")["subscriber"]["key"]
    assert "This was typed into our form" not in door.get(door.open_path(key)).text
    door.join(first_name="Fool", last_name="Ish", postcode="ZZ1 1ZZ", topic=["trains"])
    page = unescape(door.get(door.open_path(key)).text)
    for shown in (
        "This was typed into our form",
        "Fool Ish",
        "ZZ1 1ZZ",
        "<dd>Trains and buses</dd>",
        'value="Ann"',
    ):
        assert shown in page
    file = json.loads(door.get(f"{door.open_path(key)}/download").text)
    assert [each["last_name"] for each in file["unconfirmed"]] == ["Ish"]
    saved = unescape(door.post(door.open_path(key), {"first_name": "Anne"}).text)
    assert 'value="Anne"' in saved
    assert "Fool" not in saved


def test_people_mend_what_is_held_on_them(door: Door) -> None:
    """The right to rectification, without a letter to the office (UK GDPR, article 16)."""
    key = door.subscribe(segments=("trains", "ward:Castle"))
    answer = door.post(
        door.open_path(key),
        {
            "first_name": "Anne",
            "last_name": "",
            "postcode": "ae1 5bq",
            "topic": ["surgeries"],
            "email": "other@constituents.example",
        },
    )
    assert answer.status_code == 200
    assert "Saved." in answer.text
    person = door.database.signing_up.find(key)
    assert person is not None
    assert person.as_data() == {
        "email": ANN,
        "first_name": "Anne",
        "last_name": "",
        "postcode": "AE1 5BQ",
        "segments": ["surgeries", "ward:Castle"],
        "state": "confirmed",
    }
    with door.database.subscribers.log() as entries:
        assert [e.action for e in entries if e.actor == "public page"] == [
            "correct",
            "show-person",
        ]


def test_a_mistake_changes_nothing_and_keeps_what_was_typed(door: Door) -> None:
    """Half a change is none."""
    key = door.subscribe()
    answer = door.post(door.open_path(key), {"first_name": "Anne", "postcode": "nowhere"})
    assert answer.status_code == 422
    assert 'value="Anne"' in answer.text
    assert 'id="postcode-error"' in answer.text
    person = door.database.signing_up.find(key)
    assert person is not None
    assert person.first_name == "Ann"


def test_people_take_everything_with_them(door: Door) -> None:
    """The file is the same as the office's own answer to a request (UK GDPR, article 20)."""
    key = door.subscribe()
    answer = door.get(f"{door.open_path(key)}/download")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["cache-control"] == "no-store"
    expected = door.database.subscribers.disclose(ANN, actor="test")
    log = {"log": None}  # it grows with every look
    assert answer.json() | log == json.loads(json.dumps(expected)) | log
    assert expected["subscriber"]["email"] == ANN


def test_erasing_takes_two_clicks_and_is_for_good(door: Door) -> None:
    """A page asks once more; then nothing is left, and no import brings them back."""
    key = door.subscribe(segments=("trains",))
    door.post(emailed(door, key))
    door.letters()
    path = door.open_path(key)
    page = door.get(f"{path}/erase")
    assert page.status_code == 200
    assert door.states() == {ANN: "confirmed"}
    assert "Nothing is held on you" in door.post(f"{path}/erase").text
    assert door.states() == {}
    assert door.fates() == {}
    for again in (door.get(path), door.post(path), door.get(f"{path}/download")):
        assert "Nothing is held on you" in again.text
    assert "Nothing is held on you" in door.post(f"{path}/erase").text
    document = door.database.subscribers.disclose(ANN, actor="test")
    assert [stop["reason"] for stop in document["suppressions"]] == ["erased"]


def test_the_page_ends_the_emails_too(door: Door) -> None:
    """The same button as in every issue."""
    key = door.subscribe()
    page = door.get(door.open_path(key)).text
    found = re.search(r'action="(/unsubscribe/[^"]+)"', page)
    assert found is not None
    door.post(found[1])
    assert door.states() == {ANN: "unsubscribed"}
    assert 'action="/unsubscribe' not in door.get(door.open_path(key)).text


def test_the_privacy_notice_says_what_the_program_does(door: Door) -> None:
    """An office that has no page of its own has this one."""
    page = unescape(door.get("/privacy").text)
    assert "Robin Halloway MP, 12 Example Row, Ashcombe" in page
    assert "We do not count who opens an email" in page
    assert 'href="/my-data"' in page


def test_the_link_in_an_issue_of_somebody_who_is_gone_comes_to_nothing(door: Door) -> None:
    """The answer is the same as for everybody."""
    answer = door.post(emailed(door, "0" * 32))
    assert answer.headers["location"] == "/my-data/sent"
    assert door.letters() == []


def open_dispatch(door: Door, sent: Edition, transport: str, state: State | None) -> None:
    dispatches = door.database.dispatches
    dispatch = dispatches.open(sent, segment="all", transport=transport, batch_size=1000)
    if state is not None:
        with dispatches.take(dispatch) as ledger:
            batch = ledger.claim()
            assert batch is not None
            ledger.settle(batch, state)


def test_what_nobody_was_sent_is_not_shown_as_sent(door: Door) -> None:
    """A rehearsal, what was called off and what still waits never reached them (article 15)."""
    key = door.subscribe()
    for day, transport, state in (
        (8, "folder", State.ACCEPTED),
        (15, "sendgrid", State.ACCEPTED),
        (22, "sendgrid", State.REFUSED),
        (29, "sendgrid", None),
    ):
        open_dispatch(door, replace(edition(), issue=date(2019, 3, day)), transport, state)
    page = door.get(door.open_path(key)).text
    (listed,) = re.findall(r"Issues that were sent to you</h3>\s*<ul>(.*?)</ul>", page, re.DOTALL)
    assert re.findall(r"<li>(.*?)</li>", listed) == ["15 March 2019"]


def test_an_issue_that_was_corrected_is_shown_once(door: Door) -> None:
    """Its day is what people know it by."""
    key = door.subscribe()
    open_dispatch(door, edition(), "sendgrid", State.ACCEPTED)
    erratum = door.database.dispatches.open_erratum(
        edition("Your trains, corrected"), transport="sendgrid", batch_size=1000
    )
    with door.database.dispatches.take(erratum) as ledger:
        batch = ledger.claim()
        assert batch is not None
        ledger.settle(batch, State.ACCEPTED)
    document = door.database.subscribers.disclose(ANN, actor="test")
    assert [sent["state"] for sent in document["dispatches"]] == ["accepted", "accepted"]
    assert door.get(door.open_path(key)).text.count("<li>18 February 2019</li>") == 1


def test_only_the_file_takes_a_look_at_all_reports_and_not_for_ever(door: Door) -> None:
    """A page that anybody may reload must cost little."""
    path = door.open_path(door.subscribe())
    with meanwhile("FROM events", list) as looks:
        assert door.get(path).status_code == 200
        assert looks == []
        answers = [door.get(f"{path}/download").status_code for _ in range(FORMS.amount + 1)]
    assert answers == [200] * FORMS.amount + [429]
    assert len(looks) == FORMS.amount
