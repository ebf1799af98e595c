"""Parliament's services are asked as a polite guest asks."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from newsletter.errors import RefusedError, UnavailableError
from newsletter.parliament import calls
from tests.parliament.conftest import NOON
from tests.parliament.standin import Reply, as_json

if TYPE_CHECKING:
    from tests.parliament.conftest import Desk
    from tests.parliament.standin import Standin

PATH = "/gov-uk/x"
FINE = Reply(b'"fine"')
BUSY = Reply(b"", 429)


def busy(after: str) -> Reply:
    return Reply(b"", 429, {"Retry-After": after})


@pytest.mark.parametrize(
    ("replies", "waits"),
    [
        ([busy("7")], [7.0]),
        ([busy(format_datetime(NOON + timedelta(seconds=9), usegmt=True))], [9.0]),
        ([busy(format_datetime(NOON - timedelta(seconds=9)).replace("+0000", "-0000"))], [0.0]),
        ([busy("soon")], [1.0]),
        ([BUSY, BUSY, BUSY], [1.0, 2.0, 4.0]),
        ([Reply(b"", 503), Reply(b"", 500)], [1.0, 2.0]),
        ([Reply(b"", 503), busy("3")], [1.0, 3.0]),
    ],
    ids=["seconds", "a date", "a date that is past", "words", "nothing said", "trouble", "both"],
)
def test_who_wants_a_rest_gets_it(
    desk: Desk, standin: Standin, replies: list[Reply], waits: list[float]
) -> None:
    """As long as it says, else longer each time; then the answer is taken."""
    standin.trap(PATH, *replies, FINE)
    assert desk.get(PATH) == [b'"fine"']
    assert desk.waits == waits
    assert standin.asked == [PATH] * (len(replies) + 1)


def test_who_wants_a_long_rest_is_left_alone(desk: Desk, standin: Standin) -> None:
    """Nobody at a desk waits for ten minutes."""
    standin.trap(PATH, busy("600"))
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1 has been asked too much .*429"):
        desk.get(PATH)
    assert (desk.waits, len(standin.asked)) == ([], 1)


@pytest.mark.parametrize(
    ("reply", "asked", "words"),
    [
        (BUSY, 4, "wants a rest"),
        (Reply(b"", 502), 4, r"trouble of its own \(502\)"),
        (Reply(b"{", headers={"Content-Length": "40"}), 4, "broke its answer off"),
        (Reply(b"", 404), 1, r"refused the question \(404\)"),
        (Reply(b"", 301, {"Location": "/gov-uk/y"}), 1, r"sends one elsewhere \(301\)"),
        (Reply(b"", 204), 1, r"refused the question \(204\)"),
    ],
    ids=["busy", "broken", "cut off", "not there", "elsewhere", "nothing"],
)
def test_what_fails_again_and_again_is_given_up(
    desk: Desk, standin: Standin, reply: Reply, asked: int, words: str
) -> None:
    """And what cannot become better is asked once. Nobody is sent to another host."""
    standin.always[PATH] = reply
    kind = RefusedError if asked == 1 else UnavailableError
    with pytest.raises(kind, match=words):
        desk.get(PATH)
    assert standin.asked == [PATH] * asked


def test_an_answer_that_comes_drop_by_drop_is_not_waited_for(desk: Desk, standin: Standin) -> None:
    """Its first byte is there at once, and its second never."""
    gate = threading.Event()
    standin.always[PATH] = Reply(b"{}", gate=gate)
    desk.patience = 0.2
    with pytest.raises(UnavailableError, match="did not answer in time"):
        desk.get(PATH)
    gate.set()


def test_an_answer_without_end_is_not_read(
    desk: Desk, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No week has so much in it, and no computer such a memory."""
    monkeypatch.setattr(calls, "LARGEST", 1_000_000)
    standin.always[PATH] = Reply(b" " * 1_000_001)
    with pytest.raises(RefusedError, match="sent more than 1 MB"):
        desk.get(PATH)


def test_a_host_that_is_not_there_is_told_of(desk: Desk, standin: Standin) -> None:
    """The name does not exist, or the line is down."""
    standin.url = "http://127.0.0.1:1"
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1 could not be reached"):
        desk.get(PATH)
    assert desk.waits == []


def test_a_host_in_trouble_is_not_asked_for_all_that_was_to_be_asked(
    desk: Desk, standin: Standin
) -> None:
    """Two questions, four times each, are enough; the rest costs neither of us anything."""
    standin.always["/gov-uk"] = Reply(b"", 503)
    troubles = set()
    for _ in range(2):
        with pytest.raises(UnavailableError) as caught:
            desk.get(*[f"/gov-uk/{n}" for n in range(9)])
        troubles.add(caught.value.message)
    assert troubles == {"127.0.0.1 has trouble of its own (503)"}
    assert len(standin.asked) <= 2 * 3 * calls.TRIES


def test_there_is_an_end_to_all_waiting(desk: Desk, standin: Standin) -> None:
    """Whoever wants to wait longer than there is time for is not waited for."""
    standin.always[PATH] = busy("3")
    desk.deadline = 2
    with pytest.raises(UnavailableError, match="wants a rest"):
        desk.get(PATH)
    desk.deadline = -1
    with pytest.raises(UnavailableError, match=r"no time left to ask 127\.0\.0\.1"):
        desk.get(PATH)
    assert (desk.waits, len(standin.asked)) == ([], 1)


def test_a_mark_before_the_first_brace_is_no_part_of_the_answer(
    desk: Desk, standin: Standin
) -> None:
    """Some servers send one, and JSON has none."""
    standin.always[PATH] = Reply(b"\xef\xbb\xbf{}")
    assert desk.get(PATH) == [b"{}"]


def test_two_questions_at_once_are_enough_for_a_host(desk: Desk, standin: Standin) -> None:
    """Sixteen are answered all the same, two at a time."""
    standin.always["/gov-uk"] = as_json([])
    under_way = most = 0
    lock = threading.Lock()
    answer = standin.reply

    def counted(target: str) -> Reply:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        try:
            time.sleep(0.02)  # so that all who may ask at once do
            return answer(target)
        finally:
            with lock:
                under_way -= 1

    standin.hook = counted
    assert desk.get(*[f"/gov-uk/{n}" for n in range(16)]) == [b"[]"] * 16
    assert most <= calls.AT_ONCE
