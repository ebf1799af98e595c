"""Whoever leaves while a carrier holds their copy is told so, and so is the office."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, event, select

from newsletter.audience.subscriber import Consent, Subscriber, SuppressionReason
from newsletter.database.held import Held
from newsletter.database.schema import subscribers
from newsletter.delivery import State
from newsletter.events import take_in
from tests.database.samples import ISSUE, bring_in, confirmed, counted, crowd, edition

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from newsletter.database.opening import Database
    from newsletter.delivery import Batch
    from tests.database.fixture import Clock

TRAINS = "newsletter;trains"


def address(number: int) -> str:
    return f"reader{number}@example.org"


def key_of(database: Database, email: str) -> str:
    with database.connections.reading() as connection:
        statement = select(subscribers.c.key).where(subscribers.c.email_folded == email)
        return str(connection.scalar(statement))


def hand_over(
    database: Database,
    *,
    hours: int = 2,
    issue: date = ISSUE,
    segment: str = "all",
    batches: int = 100,
    size: int = 2,
) -> Held:
    """Have the carrier hold an issue: at most so many batches of it, the last in doubt."""
    at = database.dispatches.now() + timedelta(hours=hours)
    dispatch = database.dispatches.open(
        replace(edition(), issue=issue),
        segment=segment,
        transport="sendgrid",
        batch_size=size,
        send_at=at,
    )
    with database.dispatches.take(dispatch) as ledger:
        ledger.slips.add(f"slip {issue}")
        claimed: list[Batch] = []
        while len(claimed) < batches and (batch := ledger.claim()):
            claimed.append(batch)
        for batch in claimed[:-1]:
            ledger.settle(batch, State.ACCEPTED)
        ledger.settle(claimed[-1], State.UNCERTAIN, "no answer")
    return Held(issue.isoformat(), at)


def leave(database: Database, number: int) -> list[Held]:
    return database.visitors.leave(key_of(database, address(number)), source="link")


def gone(database: Database) -> int:
    return int(database.dispatches.status(ISSUE).get("held_though_gone", 0))


def test_who_leaves_is_told_of_the_copy_that_is_held_and_of_no_other(
    database: Database, clock: Clock
) -> None:
    """Whoever waits here still is left out, and after its hour there is nothing to announce."""
    bring_in(database, *crowd(5))
    held = hand_over(database, batches=2)
    assert [leave(database, number) for number in (0, 3, 4)] == [[held], [held], []]
    assert leave(database, 0) == [held], "pressed twice, it is as true"
    bring_in(database, confirmed("later@example.org"))
    assert database.visitors.leave(key_of(database, "later@example.org"), source="link") == []
    assert database.visitors.leave("0" * 32, source="link") == []
    assert gone(database) == 2
    clock.move(2 * 3600)
    assert leave(database, 0) == []
    assert gone(database) == 0


def test_of_several_issues_that_are_held_the_first_to_leave_is_told_first(
    database: Database,
) -> None:
    """They come in that order, too."""
    bring_in(database, *crowd(1))
    later = hand_over(database, hours=30)
    sooner = hand_over(database, issue=ISSUE + timedelta(days=1))
    assert leave(database, 0) == [sooner, later]


def test_what_is_called_back_is_told_to_nobody(database: Database) -> None:
    """From the proof on, and not from the wish."""
    bring_in(database, *crowd(2))
    held = hand_over(database, size=1)
    halt = database.dispatches.halt(ISSUE)
    halt.stop_sending()
    slip = f"slip {ISSUE}"
    halt.slips.cancelling(slip)
    assert leave(database, 0) == [held]
    assert gone(database) == 1
    halt.slips.cancelled(slip)
    assert halt.finish()
    assert leave(database, 0) == []
    assert database.dispatches.held_for(address(0)) == []
    assert gone(database) == 0


def test_the_office_counts_whoever_left_in_whatever_way(database: Database) -> None:
    """By the page, by the office's own hand, by a complaint of another issue, or erased."""
    bring_in(database, *crowd(7))
    hand_over(database)
    assert gone(database) == 0
    leave(database, 0)
    database.subscribers.suppress(
        address(1), SuppressionReason.MANUAL, source="telephone", recorded_by="test"
    )
    complaint = {"event": "spamreport", "timestamp": 1_550_491_200, "email": address(2)}
    take_in([complaint], database.events, database.subscribers)
    database.subscribers.erase(address(3), actor="test")
    leave(database, 4)
    database.subscribers.erase(address(4), actor="test")
    assert gone(database) == 5
    assert database.dispatches.status(ISSUE)["counts"]["accepted"] == 6, "each is in one count"


def test_an_erased_person_is_told_before_and_is_nobody_after(database: Database) -> None:
    """Their old link says nothing of them any more, to themselves or to another."""
    bring_in(database, *crowd(2))
    held = hand_over(database)
    key = key_of(database, address(0))
    assert database.visitors.held(key) == [held]
    assert database.visitors.held_in_vain(key) == [], "it is what they asked for"
    database.subscribers.erase(address(0), actor="test")
    assert database.visitors.held(key) == []
    assert database.visitors.leave(key, source="link") == []


def test_whoever_is_no_longer_known_and_was_mailed_is_told(database: Database) -> None:
    """An import that is undone takes them off the list; their link and their copy stay."""
    bring_in(database, *crowd(2))
    held = hand_over(database)
    key = key_of(database, address(1))
    database.subscribers.undo_import(actor="test")
    assert database.signing_up.find(key) is None
    assert database.visitors.leave(key, source="link") == [held]


def test_whoever_comes_back_has_nothing_in_vain(database: Database, clock: Clock) -> None:
    """What comes is what they want again."""
    bring_in(database, *crowd(1))
    held = hand_over(database)
    assert leave(database, 0) == [held]
    clock.move(60)
    consent = Consent(clock(), "signed card", "Please")
    database.signing_up.opt_in(Subscriber(address(0)), consent, recorded_by="test")
    assert database.visitors.held_in_vain(key_of(database, address(0))) == []
    assert gone(database) == 0


@pytest.mark.parametrize(
    ("topics", "told"), [(["trains"], True), (["surgeries"], False), ([], False)]
)
def test_whoever_leaves_the_topic_of_an_issue_that_is_held_is_told(
    database: Database, topics: list[str], *, told: bool
) -> None:
    """It is about what they want no more of; an issue for everybody comes as they know."""
    bring_in(database, *(confirmed(address(n), segments=TRAINS) for n in range(2)))
    held = hand_over(database, segment="trains")
    hand_over(database, issue=ISSUE + timedelta(days=1))
    key = key_of(database, address(0))
    assert database.visitors.drop_topics(key, topics) == ([held] if told else [])
    assert gone(database) == 0, "they may be mailed"


def test_whoever_clicks_is_found_by_indexes_alone(
    opened: Callable[..., Database], tmp_path: Path
) -> None:
    """In a wave of clicks nobody reads for each of them all who were ever mailed."""
    database = opened(f"sqlite:///{tmp_path / 'newsletter.db'}")
    bring_in(database, *crowd(2))
    held = hand_over(database)
    key = key_of(database, address(0))
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, text: str, values: object, *_: object) -> None:
        if text.startswith("SELECT"):
            asked.append((f"EXPLAIN QUERY PLAN {text}", values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert database.visitors.held(key) == [held]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with database.connections.reading() as connection:
        steps = [row.detail for each in asked for row in connection.exec_driver_sql(*each)]
    assert "SEARCH dispatch_recipients USING INDEX ix_dispatch_recipients_key (key=?)" in steps
    assert [step for step in steps if step.startswith("SCAN")] == []


def test_what_a_carrier_has_only_taken_in_goes_again_once_it_is_called_back(
    database: Database, clock: Clock
) -> None:
    """It may report so hours before its time, and then drop it: that proved nothing."""
    bring_in(database, *crowd(3))
    held = hand_over(database, size=3)
    dispatch = database.dispatches.find(ISSUE, "sendgrid")
    assert dispatch is not None
    report = {
        "event": "processed",
        "timestamp": int(clock().timestamp()) + 5,
        "email": address(0),
        "dispatch": dispatch.key,
        "recipient": key_of(database, address(0)),
    }
    assert take_in([report], database.events, database.subscribers).new == 1
    assert database.dispatches.held_for(address(0)) == [held]
    with database.dispatches.take(dispatch) as ledger:
        ledger.slips.cancelling(f"slip {ISSUE}")
        ledger.slips.cancelled(f"slip {ISSUE}")
        ledger.slips.add("another")
        batch = ledger.claim()
        assert batch is not None
        assert [person.address for person in batch.recipients] == [address(n) for n in range(3)]
        ledger.settle(batch, State.UNCERTAIN, "no answer")
    for number, seconds in ((0, 1), (1, -3)):  # its clock may be a little slow
        report["timestamp"] = int(held.send_at.timestamp()) + seconds
        report |= {"email": address(number), "recipient": key_of(database, address(number))}
        assert take_in([report], database.events, database.subscribers).new == 1
    assert counted(database.dispatches.status(ISSUE)) == {"accepted": 2, "uncertain": 1}
