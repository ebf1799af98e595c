"""Waiting ends in time, and what was given up either left or never will."""

from __future__ import annotations

import socket
from threading import Event, current_thread

import pytest

from newsletter.transports.deadline import (
    CalledOffError,
    DeadlinePassedError,
    Departure,
    within,
)


def test_what_ends_in_time_is_handed_on() -> None:
    """The thread between is nobody's business."""
    assert within(60, lambda: 42) == 42


def test_what_fails_in_time_fails_here() -> None:
    """Whoever waits must learn which way it failed, a timeout of its own included."""
    late = TimeoutError("of the socket")

    def call() -> None:
        raise late

    with pytest.raises(TimeoutError) as caught:
        within(60, call)
    assert caught.value is late


def test_what_does_not_end_is_left_behind() -> None:
    """A program must be able to end though a carrier never answers."""
    begun, stop = Event(), Event()
    daemons = []

    def call() -> None:
        daemons.append(current_thread().daemon)
        begun.set()
        stop.wait()

    with pytest.raises(DeadlinePassedError):
        within(0.05, call)
    assert begun.wait(60)
    stop.set()
    assert daemons == [True]


def test_what_was_called_off_never_leaves() -> None:
    """A connection that comes about too late must not carry mail that was given up."""
    departure = Departure()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert departure.call_off()
        with pytest.raises(CalledOffError):
            departure.leave(ours)


def test_what_has_left_cannot_be_called_off_but_its_line_is_cut() -> None:
    """Its mail may be on its way; its thread need not wait for an answer any longer."""
    departure = Departure()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        departure.leave(ours)
        assert not departure.call_off()
        assert theirs.recv(1) == b""


def test_a_line_that_is_down_already_is_no_trouble() -> None:
    """Most failures are just that."""
    departure = Departure()
    ours, theirs = socket.socketpair()
    departure.leave(ours)
    ours.close()
    theirs.close()
    assert not departure.call_off()
