"""What was fetched is kept, used while it is fresh, and used again when nobody answers."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter

from newsletter.errors import ConfigurationError, UnavailableError
from newsletter.parliament.addresses import Addresses, Api, Question
from newsletter.parliament.shelf import Kept
from tests.parliament.conftest import NOON
from tests.parliament.standin import Reply, as_json

if TYPE_CHECKING:
    from newsletter.parliament.library import Answer, Inquiry
    from tests.parliament.conftest import Desk
    from tests.parliament.standin import Standin

QUESTION = Question(Api.MEMBERS, "/api/Members/Search", (("Name", "Zoë & Co"), ("skip", "0")))
PATH = "/members-api/api/Members/Search?Name=Zo%C3%AB+%26+Co&skip=0"
SHAPE = TypeAdapter(list[int])


async def ask(inquiry: Inquiry) -> Answer[list[int]]:
    return await inquiry.ask(QUESTION, SHAPE)


def test_what_is_fresh_is_not_asked_for_again(desk: Desk, standin: Standin) -> None:
    """A draft made twice within three hours costs Parliament nothing."""
    standin.trap(PATH, as_json([1]), as_json([2]))
    answers = []
    for hours in (0, 2.9, 0.2):
        desk.later(hours)
        answers.append(desk.ask(ask)[0].value)
    assert answers == [[1], [1], [2]]
    assert standin.asked == [PATH, PATH]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"", 503), "127.0.0.1 has trouble of its own (503)"),
        (
            Reply(b"<!doctype html><p>Back soon", headers={"Content-Type": "text/html"}),
            "127.0.0.1 gave an answer that cannot be understood",
        ),
        (Reply(b"[1, 2"), "127.0.0.1 gave an answer that cannot be understood"),
        (Reply(b'{"message": "no"}'), "127.0.0.1 gave an answer that cannot be understood"),
        (Reply(b"\xff\xfe"), "127.0.0.1 gave an answer that cannot be understood"),
    ],
    ids=["trouble", "a page", "cut JSON", "another shape", "no text"],
)
def test_what_was_kept_helps_out_and_says_how_old_it_is(
    desk: Desk, standin: Standin, reply: Reply, reason: str
) -> None:
    """A bad answer takes nobody's place on the shelf."""
    standin.trap(PATH, as_json([1]))
    desk.ask(ask)
    standin.always[PATH] = reply
    for _ in range(2):
        desk.later(4)
        answer, trouble = desk.ask(ask)
        assert (answer.value, answer.fetched) == ([1], NOON)
        told = "so that what was fetched on 27 November 2026 at noon was used."
        assert trouble == f"{reason}, {told}"


def test_without_anything_kept_it_is_said_that_there_is_nothing(
    desk: Desk, standin: Standin
) -> None:
    """Online it is the service's fault, offline nobody's."""
    standin.always[PATH] = Reply(b"null")
    with pytest.raises(UnavailableError, match="gave an answer that cannot be understood"):
        desk.ask(ask)
    with pytest.raises(UnavailableError, match="has never been fetched") as caught:
        desk.ask(ask, offline=True)
    assert "--offline" in caught.value.hint


def test_offline_nobody_is_asked(desk: Desk, standin: Standin) -> None:
    """However old it is, and then it says so."""
    standin.trap(PATH, as_json([1]))
    desk.ask(ask)
    assert desk.ask(ask, offline=True)[1] == ""
    desk.later(24)
    answer, trouble = desk.ask(ask, offline=True)
    assert answer.value == [1]
    assert trouble == "Offline, what was fetched on 27 November 2026 at noon was used."
    assert len(standin.asked) == 1


def test_the_shelf_is_kept_out_of_version_control_and_needs_no_care(
    desk: Desk, standin: Standin
) -> None:
    """Whatever lies there instead of an answer is an answer that is not there."""
    standin.answers["/members-api/api/Members/Search"] = [7]
    desk.ask(ask)
    (file,) = desk.folder.glob("*.json")
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "url": f"{standin.url}{PATH}",
        "fetched": NOON.isoformat(),
        "body": "[7]",
    }
    assert (desk.folder.parent / ".gitignore").read_text(encoding="utf-8") == "*\n"
    for rubbish in (
        "",
        "[]",
        "{}",
        '{"url": "https://elsewhere.example", "fetched": "2026-11-27T12:00:00+00:00"}',
        f'{{"url": "{standin.url}{PATH}", "fetched": "2026-11-27T12:00:00", "body": "[8]"}}',
        f'{{"url": "{standin.url}{PATH}", "fetched": "2026-11-27T12:00:00Z", "body": 8}}',
    ):
        file.write_text(rubbish, encoding="utf-8")
        assert desk.ask(ask)[0].value == [7]
    assert len(standin.asked) == 7


def test_a_shelf_that_cannot_be_written_costs_nothing_but_requests(
    desk: Desk, standin: Standin
) -> None:
    """The folder of an office may be read-only, or the disk full."""
    standin.answers["/members-api/api/Members/Search"] = [7]
    desk.folder.write_text("a file where the folder should be", encoding="utf-8")
    assert [desk.ask(ask)[0].value for _ in range(2)] == [[7], [7]]
    desk.shelf.clear(NOON)
    assert len(standin.asked) == 2


def test_what_is_very_old_is_thrown_away(desk: Desk) -> None:
    """And nothing that is not the shelf's own."""
    shelf = desk.shelf
    for url in ("https://a.example", "https://b.example"):
        shelf.put(url, Kept(NOON, b"[]"))
    old, young = sorted(shelf.root.glob("*.json"))
    others = shelf.root / "notes.txt"
    others.write_text("mine", encoding="utf-8")
    for path, days in ((old, 101), (others, 101), (young, 99)):
        stamp = NOON.timestamp() - days * 86_400
        os.utime(path, (stamp, stamp))
    shelf.clear(NOON)
    assert sorted(shelf.root.iterdir()) == sorted([young, others])


@pytest.mark.parametrize(
    ("base", "members", "holidays"),
    [
        (
            "https://{api}.parliament.uk",
            "https://members-api.parliament.uk/x",
            "https://www.gov.uk/y",
        ),
        (
            "http://127.0.0.1:8000/",
            "http://127.0.0.1:8000/members-api/x",
            "http://127.0.0.1:8000/gov-uk/y",
        ),
        (
            "https://proxy.example/{api}/v1",
            "https://proxy.example/members-api/v1/x",
            "https://proxy.example/gov-uk/v1/y",
        ),
    ],
)
def test_the_address_of_all_services_can_be_set(base: str, members: str, holidays: str) -> None:
    """PARLIAMENT_API_BASE: with {api} in it, or with the services' names behind it."""
    addresses = Addresses(base)
    assert addresses.of(Question(Api.MEMBERS, "/x")) == members
    assert addresses.of(Question(Api.BANK_HOLIDAYS, "/y")) == holidays


@pytest.mark.parametrize("base", ["ftp://x.example", "http://x.example", "x.example", "https://"])
def test_an_address_that_cannot_be_asked_is_refused(base: str) -> None:
    """Over the open web only https is asked, so that nobody can change what is said."""
    with pytest.raises(ConfigurationError, match="PARLIAMENT_API_BASE"):
        Addresses(base)
