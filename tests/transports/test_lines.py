"""Connections stay open between requests, and none that was closed is written to."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from newsletter.errors import UncertainError
from newsletter.transports import lines
from newsletter.transports.lines import LONGEST_REST, SHORTEST_REST, Lines
from newsletter.transports.sendgrid import SendGridTransport
from tests.sendgrid_standin.server import KEY
from tests.sendgrid_standin.steps import Answer, Reset, Taken
from tests.transports.samples import edition, people, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sendgrid_standin.server import StandIn


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def door() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def place(door: socket.socket) -> str:
    return f"127.0.0.1:{door.getsockname()[1]}"


def lent(pool: Lines, door: socket.socket) -> int:
    """Borrow a connection, give it back, and return its port, by which it is known."""
    with pool.lend("http", place(door), 60) as line:
        return int(line.sock.getsockname()[1])


@pytest.mark.parametrize(
    ("rest", "same"),
    [(SHORTEST_REST, True), (LONGEST_REST, True), (0.0, False), (LONGEST_REST + 0.1, False)],
)
def test_a_connection_is_used_again_after_a_rest_that_is_neither_short_nor_long(
    door: socket.socket, rest: float, same: bool
) -> None:
    """In both cases it could be closing just now, and nobody would know what became of it."""
    clock = Clock()
    pool = Lines(clock)
    first = lent(pool, door)
    clock.time = rest
    assert (lent(pool, door) == first) is same
    pool.close()


def test_a_connection_that_was_closed_is_noticed_before_anything_is_written(
    door: socket.socket,
) -> None:
    """Written to, its batch would be uncertain for nothing."""
    clock = Clock()
    pool = Lines(clock)
    first = lent(pool, door)
    door.accept()[0].close()
    clock.time = 1.0
    assert lent(pool, door) != first
    pool.close()


def test_a_connection_on_which_something_failed_is_not_used_again(door: socket.socket) -> None:
    """Half an answer may still be in it, which would be taken for the next one's."""
    pool = Lines(Clock())
    with suppress(OSError), pool.lend("http", place(door), 60) as line:
        first = line.sock.getsockname()[1]
        raise OSError("broken")
    assert lent(pool, door) != first
    pool.close()


def let_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a connection used again at once, and by a slow machine, too."""
    monkeypatch.setattr(lines, "SHORTEST_REST", 0.0)
    monkeypatch.setattr(lines, "LONGEST_REST", 60.0)


def test_one_transport_keeps_its_connections(
    sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handshake for every request would double the time of each."""
    let_rest(monkeypatch)
    transport = SendGridTransport(KEY, sendgrid.host)
    for reader in people(20):
        transport.send(edition(), [reader], dispatch="d-1")
    assert (sendgrid.requests, sendgrid.connections) == (20, 1)


def test_each_thread_has_a_connection_of_its_own(
    sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two requests on one line would get each other's answers."""
    let_rest(monkeypatch)
    transport = SendGridTransport(KEY, sendgrid.host)
    start = Barrier(8)

    def send(number: int) -> None:
        start.wait()
        for turn in range(5):
            transport.send(edition(), [person(number * 5 + turn)], dispatch="d-1")

    threads = [Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(copies) for copies in sendgrid.inbox.values()) == [1] * 40
    assert sendgrid.connections <= 8


def test_after_a_refusal_with_a_reason_the_next_one_hears_its_own_answer(
    sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that is left half-read would be that of the next request."""
    let_rest(monkeypatch)
    transport = SendGridTransport(KEY, sendgrid.host)
    sendgrid.plan(Answer(429, b"x" * 100_000, {"Retry-After": "0"}))
    with pytest.raises(Exception, match="429"):
        transport.send(edition(), [person()], dispatch="d-1")
    transport.send(edition(), [person()], dispatch="d-1")
    assert len(sendgrid.mails) == 1


def test_a_line_that_breaks_after_the_request_left_is_uncertain_even_if_it_was_used_before(
    sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many HTTP libraries send again by themselves here, and so a second copy."""
    let_rest(monkeypatch)
    transport = SendGridTransport(KEY, sendgrid.host)
    transport.send(edition(), [person(1)], dispatch="d-1")
    sendgrid.plan(Taken(Reset()))
    with pytest.raises(UncertainError):
        transport.send(edition(), [person(2)], dispatch="d-1")
    assert (sendgrid.requests, sendgrid.connections) == (2, 1)
