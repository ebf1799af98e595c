"""Leaving: one click is enough, from a person or a program, and nothing less is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from newsletter.links import Purpose, Signer
from tests.offices import OFFICE
from tests.service_pages.door import ANN

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service_pages.door import Door

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param(FORM, b"List-Unsubscribe=One-Click", id="form"),
        pytest.param(
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
            id="multipart",
        ),
        pytest.param("multipart/form-data", b"nonsense", id="broken"),
        pytest.param("application/json", b"{", id="another"),
        pytest.param("", b"", id="empty"),
    ],
)
def test_one_post_takes_somebody_off_whatever_its_body(door: Door, kind: str, body: bytes) -> None:
    """RFC 8058: mailbox providers send it, without cookies, and read nothing but the status."""
    path = door.leave_path(door.subscribe())
    headers = {"content-type": kind} if kind else {}
    answer = door.client.post(path, content=body, headers=headers)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert door.states() == {ANN: "unsubscribed"}


def test_leaving_twice_is_leaving_once(door: Door) -> None:
    """Providers repeat what they had no answer to."""
    path = door.leave_path(door.subscribe())
    assert [door.post(path).status_code for _ in range(3)] == [200, 200, 200]
    document = door.database.subscribers.disclose(ANN, actor="test")
    assert [step["state"] for step in document["consents"]] == [
        "pending",
        "confirmed",
        "withdrawn",
    ]
    assert [(stop["reason"], stop["source"]) for stop in document["suppressions"]] == [
        ("unsubscribed", "unsubscribe link")
    ]


def test_to_look_at_the_page_takes_nobody_off(door: Door) -> None:
    """Scanners follow links; the page has one button that ends it."""
    path = door.leave_path(door.subscribe())
    assert door.client.head(path).status_code == 200
    page = door.get(path).text
    assert page.count(f'action="{path}"') == 1
    assert door.states() == {ANN: "confirmed"}


def test_a_link_of_ours_is_good_though_it_is_nobodys(door: Door) -> None:
    """Whoever was erased, or taken off by an import that was undone, has left all the same."""
    key = door.subscribe()
    door.database.subscribers.erase(ANN, actor="test")
    for path in (door.leave_path(key), door.leave_path("0" * 32)):
        assert door.get(path).status_code == 200
        assert door.post(path).status_code == 200
        assert door.post(f"{path}/topics", {"topic": ["trains"]}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("rest", ["", "/topics", "/back"])
def test_a_broken_link_changes_nothing_and_helps(door: Door, method: str, rest: str) -> None:
    """It was cut in two by a mail program; its reader wants to leave none the less."""
    path = door.leave_path(door.subscribe())[:-3]
    answer = door.client.request(method, path + rest)
    assert answer.status_code == (404 if not rest or method == "POST" else 405)
    if answer.status_code == 404:
        assert "This link is not complete" in answer.text
        assert 'action="/my-data"' in answer.text
        assert "01632\u00a0960123" in answer.text
    assert door.states() == {ANN: "confirmed"}


def test_a_link_works_for_years_also_after_the_secret_was_changed(door: Door) -> None:
    """The right to object has no end."""
    key = door.subscribe()
    old = Signer(("a secret of the tests",)).token(Purpose.UNSUBSCRIBE, key)
    newer = Signer(("a secret of the tests", "another secret, newer"))
    assert newer.key(Purpose.UNSUBSCRIBE, old) == key
    door.clock.move(9 * 365 * 24 * 60 * 60)
    assert door.post(door.leave_path(key)).status_code == 200


def test_no_page_names_the_address(door: Door) -> None:
    """Emails are passed on, and with them the link."""
    key = door.subscribe(segments=("trains",))
    path = door.leave_path(key)
    pages = [
        door.get(path),
        door.post(f"{path}/topics", {"topic": ["surgeries"]}),
        door.post(path),
        door.post(f"{path}/back"),
    ]
    for page in pages:
        for secret in ("ann@", "constituents.example", "Ann", "Ray", key):
            assert secret not in page.text
        assert "checked" not in page.text  # nor what somebody is interested in


def test_somebody_may_want_fewer_topics_instead(door: Door) -> None:
    """What they are tired of is one thing; to lose them altogether is another."""
    key = door.subscribe(segments=("trains", "surgeries", "ward:Castle"))
    answer = door.post(f"{door.leave_path(key)}/topics", {"topic": ["trains", "ward:Castle"]})
    assert answer.status_code == 200
    assert re.search(
        r"no longer write to you about:</p>\s*<ul>\s*<li>Trains and buses", answer.text
    )
    person = door.database.signing_up.find(key)
    assert person is not None
    assert (person.segments, person.state.value) == (("surgeries", "ward:Castle"), "confirmed")


def test_no_topic_ticked_is_no_change(door: Door) -> None:
    """It is told, so that nobody waits for what they did not choose."""
    key = door.subscribe(segments=("trains",))
    answer = door.post(f"{door.leave_path(key)}/topics")
    assert "Nothing has changed" in answer.text
    person = door.database.signing_up.find(key)
    assert person is not None
    assert person.segments == ("trains",)


def ticked(page: str) -> str:
    found = re.search(r'value="([0-9a-f]{16})"', page)
    assert found is not None
    return found[1]


def test_whoever_left_by_mistake_comes_back_by_a_letter(door: Door) -> None:
    """With the words to agree to, and the same double opt-in as everybody."""
    key = door.subscribe(segments=("trains",))
    path = door.leave_path(key)
    goodbye = door.post(path)
    door.clock.move(60)
    answer = door.post(f"{path}/back", {"agree": ticked(goodbye.text)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/sent")
    assert door.states() == {ANN: "unsubscribed"}
    door.post(door.link())
    person = door.database.signing_up.find(key)
    assert person is not None
    assert (person.state.value, person.first_name, person.segments) == (
        "confirmed",
        "Ann",
        ("trains",),
    )


def test_whoever_joins_leaves_and_comes_back_at_once_gets_their_letter(door: Door) -> None:
    """The page says that it is on its way; the first link has had its day."""
    door.join()
    door.post(door.link())
    key = door.database.subscribers.disclose(ANN, actor="test")["subscriber"]["key"]
    goodbye = door.post(door.leave_path(key))
    door.clock.move(60)
    for _ in range(2):  # the button pressed twice is still one letter
        answer = door.post(f"{door.leave_path(key)}/back", {"agree": ticked(goodbye.text)})
        assert answer.headers["location"] == "/join/sent"
    door.post(door.link())
    assert door.states() == {ANN: "confirmed"}


def test_the_way_back_needs_the_agreement_too(door: Door) -> None:
    """A button alone is no consent to what nobody has read."""
    path = door.leave_path(door.subscribe())
    door.post(path)
    answer = door.post(f"{path}/back")
    assert answer.status_code == 422
    assert "Please tick the box" in answer.text
    assert door.letters() == []


def test_the_way_back_tells_who_is_there_so_in_a_letter(door: Door) -> None:
    """The page says that a letter is on its way, so one is; nothing else changes."""
    key = door.subscribe()
    agreed = {"agree": ticked(door.get("/join").text)}
    answer = door.post(f"{door.leave_path(key)}/back", agreed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/sent")
    (letter,) = door.letters()
    assert letter["Subject"] == "You are on the list of The Ashcombe East Update already"
    assert door.states() == {ANN: "confirmed"}


def test_the_way_back_of_somebody_who_was_erased_is_the_form(door: Door) -> None:
    """Nobody knows their address any more, so no letter is promised to them."""
    key = door.subscribe()
    door.database.subscribers.erase(ANN, actor="test")
    agreed = {"agree": ticked(door.get("/join").text)}
    for path in (door.leave_path(key), door.leave_path("0" * 32)):
        answer = door.post(f"{path}/back", agreed)
        assert answer.status_code == 410
        assert "no longer valid" in answer.text
        assert 'href="/join"' in answer.text
    assert (door.letters(), door.states()) == ([], {})


def test_a_site_below_a_path_links_to_itself(open_door: Callable[[str], Door]) -> None:
    """The newsletter may live in a corner of a larger web site."""
    door = open_door(
        OFFICE.replace("site: https://update.example.org", "site: https://example.org/update")
    )
    page = door.get("/update/join").text
    assert 'action="/update/join"' in page
    assert 'href="/update/site.css"' in page
    assert door.get("/update/site.css").status_code == 200
