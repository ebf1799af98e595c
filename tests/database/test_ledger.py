"""A batch is claimed before its request and settled after it, by one owner at a time."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from newsletter.audience.subscriber import SuppressionReason
from newsletter.database.dispatches import Decision, Dispatch
from newsletter.delivery import State
from newsletter.errors import BusyError, NotAllowedError, StoppedError
from newsletter.events import take_in
from tests.database.samples import (
    ISSUE,
    another_process,
    bring_in,
    counted,
    crowd,
    edition,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newsletter.database.ledger import DatabaseLedger
    from newsletter.database.opening import Database
    from newsletter.delivery import Batch
    from tests.database.fixture import Clock


def opening(database: Database, people: int, *, batch_size: int = 1) -> Dispatch:
    bring_in(database, *crowd(people))
    return database.dispatches.open(
        edition(), segment="all", transport="sendgrid", batch_size=batch_size
    )


def claimed(ledger: DatabaseLedger) -> Batch:
    batch = ledger.claim()
    assert batch is not None
    return batch


def addresses(batch: Batch) -> list[str]:
    return [person.address for person in batch.recipients]


def suppress(database: Database, address: str) -> None:
    database.subscribers.suppress(
        address, SuppressionReason.UNSUBSCRIBED, source="link", recorded_by="test"
    )


def test_while_one_process_sends_another_is_turned_away(
    database: Database, opened: Callable[..., Database], url: str
) -> None:
    """Two people in an office press send: one of them sends."""
    dispatch = opening(database, 2)
    with (
        database.dispatches.take(dispatch),
        pytest.raises(NotAllowedError, match="Another send of this issue is running"),
    ):
        opened(url).dispatches.take(dispatch)
    opened(url).dispatches.take(dispatch)


def test_a_dead_process_holds_nobody_up_for_more_than_a_minute(
    database: Database, clock: Clock
) -> None:
    """Its lease runs out, and not a second before."""
    dispatch = opening(database, 1)
    database.dispatches.take(dispatch)
    clock.move(44)
    with pytest.raises(NotAllowedError):
        database.dispatches.take(dispatch)
    clock.move(1)
    database.dispatches.take(dispatch)


@pytest.mark.parametrize("act", ["claim", "settle", "renew"])
def test_a_process_that_works_keeps_its_lease(database: Database, clock: Clock, act: str) -> None:
    """However long a send takes, each step extends the lease."""
    dispatch = opening(database, 3)
    ledger = database.dispatches.take(dispatch)
    batch = claimed(ledger)
    clock.move(40)
    if act == "claim":
        claimed(ledger)
    elif act == "settle":
        ledger.settle(batch, State.ACCEPTED)
    else:
        ledger.renew()
    clock.move(40)
    with pytest.raises(NotAllowedError):
        database.dispatches.take(dispatch)


def test_resuming_after_a_kill_leaves_the_claimed_uncertain_and_goes_on_with_the_rest(
    database: Database, clock: Clock
) -> None:
    """Nobody gets an issue twice, and nobody is silently left out."""
    dispatch = opening(database, 4)
    dead = database.dispatches.take(dispatch)
    dead.settle(claimed(dead), State.ACCEPTED)
    claimed(dead)
    clock.move(60)
    with database.dispatches.take(dispatch) as ledger:
        rest = []
        while batch := ledger.claim():
            rest += addresses(batch)
            ledger.settle(batch, State.ACCEPTED)
    assert rest == ["reader2@example.org", "reader3@example.org"]
    document = database.dispatches.status(ISSUE)
    assert counted(document) == {"accepted": 3, "uncertain": 1}
    assert document["unsettled"] == [
        {
            "email": "reader1@example.org",
            "state": "uncertain",
            "reason": "the program stopped before the answer came",
        }
    ]


def test_running_again_sends_what_was_refused_and_never_what_is_uncertain(
    database: Database,
) -> None:
    """A refusal is certain, so it is safe to repeat once its cause has been mended."""
    dispatch = opening(database, 3)
    with database.dispatches.take(dispatch) as ledger:
        for answer in (State.REFUSED, State.UNCERTAIN, State.ACCEPTED):
            ledger.settle(claimed(ledger), answer, "why")
        assert ledger.claim() is None
    with database.dispatches.take(dispatch) as ledger:
        assert addresses(claimed(ledger)) == ["reader0@example.org"]
        assert ledger.claim() is None


def test_a_batch_given_back_is_claimed_again(database: Database) -> None:
    """The carrier said it did not take it: the same process may try once more."""
    with database.dispatches.take(opening(database, 2)) as ledger:
        batch = claimed(ledger)
        ledger.settle(batch, State.WAITING, "busy")
        assert claimed(ledger) == batch


def test_two_owners_never_claim_the_same_batch(database: Database, clock: Clock) -> None:
    """A laptop that wakes up finds that its send has been taken over, and stops."""
    dispatch = opening(database, 6)
    first = database.dispatches.take(dispatch)
    mine = [addresses(claimed(first)) for _ in range(2)]
    clock.move(60)
    second = database.dispatches.take(dispatch)
    theirs = [addresses(claimed(second)) for _ in range(2)]
    for step in (first.claim, first.renew):
        with pytest.raises(StoppedError, match="Another process has taken over"):
            step()
    first.release()
    theirs += [addresses(claimed(second)) for _ in range(2)]
    assert second.claim() is None
    assert sorted(mine + theirs) == [[f"reader{index}@example.org"] for index in range(6)]


def test_a_late_answer_is_recorded_as_long_as_nobody_has_decided(
    database: Database, clock: Clock
) -> None:
    """The truth is welcome however late it comes; but a decision has been acted upon."""
    dispatch = opening(database, 2)
    first = database.dispatches.take(dispatch)
    early, late = claimed(first), claimed(first)
    clock.move(60)
    database.dispatches.take(dispatch).release()
    first.settle(early, State.ACCEPTED)
    assert counted(database.dispatches.status(ISSUE)) == {"accepted": 1, "uncertain": 1}
    database.dispatches.decide(ISSUE, Decision.RESEND)
    with pytest.raises(StoppedError):
        first.settle(late, State.ACCEPTED)
    assert counted(database.dispatches.status(ISSUE)) == {"accepted": 1, "waiting": 1}


def test_what_was_decided_to_be_sent_again_is_claimed_again(database: Database) -> None:
    """The decision alone sends nothing; the next run does."""
    dispatch = opening(database, 1)
    with database.dispatches.take(dispatch) as ledger:
        ledger.settle(claimed(ledger), State.UNCERTAIN)
    database.dispatches.decide(ISSUE, Decision.RESEND)
    with database.dispatches.take(dispatch) as ledger:
        assert addresses(claimed(ledger)) == ["reader0@example.org"]


@pytest.mark.parametrize("answer", [State.WAITING, State.REFUSED])
def test_that_a_copy_may_have_left_is_known_until_the_carrier_says_yes(
    database: Database, answer: State
) -> None:
    """A person decided to send it again; what comes of that tells nothing of the first copy."""
    dispatch = opening(database, 3, batch_size=2)
    with database.dispatches.take(dispatch) as ledger:
        ledger.settle(claimed(ledger), State.UNCERTAIN, "no answer")
    assert database.dispatches.decide(ISSUE, Decision.RESEND) == 2
    with database.dispatches.take(dispatch) as ledger:
        batch = claimed(ledger)
        ledger.split(batch)
        ledger.settle(claimed(ledger), answer, "another time")
    suppress(database, "reader1@example.org")
    assert database.dispatches.status(ISSUE)["again"] == 2
    first = database.dispatches.batches(ISSUE)[0]
    assert first["reason"] == "sent again by decision: another time"
    with database.dispatches.take(dispatch) as ledger:
        ledger.settle(claimed(ledger), State.ACCEPTED)
        assert addresses(claimed(ledger)) == ["reader2@example.org"]
        assert ledger.claim() is None
    assert database.dispatches.batches(ISSUE)[0]["reason"] == ""
    assert "again" not in database.dispatches.status(ISSUE)


def test_a_suppression_takes_effect_at_the_next_claim(database: Database) -> None:
    """Who unsubscribes while an issue is on its way does not get it, if that can be helped."""
    dispatch = opening(database, 6, batch_size=2)
    with database.dispatches.take(dispatch) as ledger:
        first = claimed(ledger)
        for index in (1, 3, 4, 5):
            suppress(database, f"reader{index}@example.org")
        ledger.settle(first, State.ACCEPTED)
        second = claimed(ledger)
        assert addresses(second) == ["reader2@example.org"]
        # Given back and claimed again, it is not recorded twice.
        ledger.settle(second, State.WAITING)
        assert claimed(ledger) == second
        ledger.settle(second, State.ACCEPTED)
        assert ledger.claim() is None
    document = database.dispatches.status(ISSUE)
    assert (document["state"], counted(document)) == (
        "finished",
        {"accepted": 3, "suppressed": 3},
    )


def test_every_call_survives_the_death_of_the_process(
    opened: Callable[..., Database], tmp_path: Path
) -> None:
    """Killed without warning after a claim and after a settlement, both are on the disk."""
    url = f"sqlite:///{tmp_path}/newsletter.db"
    opening(opened(url), 3)
    code = (
        "import os, signal, sys\n"
        "from newsletter.database.opening import open_database\n"
        "from newsletter.delivery import State\n"
        "from tests.database.samples import edition\n"
        "dispatches = open_database(sys.argv[1]).dispatches\n"
        "ledger = dispatches.take(dispatches.open(\n"
        "    edition(), segment='all', transport='sendgrid', batch_size=1))\n"
        "ledger.settle(ledger.claim(), State.ACCEPTED)\n"
        "ledger.claim()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert another_process("-c", code, url).wait() == -signal.SIGKILL
    # The clock of the test stands in 2019, long before the lease of the dead process ends.
    assert counted(opened(url).dispatches.status(ISSUE)) == {
        "waiting": 1,
        "claimed": 1,
        "accepted": 1,
    }


def ahead(ledger: DatabaseLedger, most: int = 2) -> list[list[str]]:
    """Look at all there is to look at."""
    found = []
    while batch := ledger.look_ahead(most):
        found.append(addresses(batch))
    return found


def test_who_comes_next_can_be_seen_without_claiming_them(database: Database) -> None:
    """Their copies are made out while answers are waited for; a crash then costs nobody doubt."""
    dispatch = opening(database, 5, batch_size=2)
    with database.dispatches.take(dispatch) as ledger:
        assert ahead(ledger) == [
            ["reader0@example.org", "reader1@example.org"],
            ["reader2@example.org", "reader3@example.org"],
        ]
        assert counted(database.dispatches.status(ISSUE)) == {"waiting": 5}
        first = claimed(ledger)
        assert addresses(first) == ["reader0@example.org", "reader1@example.org"]
        assert ahead(ledger) == [["reader4@example.org"]], "the next two are seen, one is known"


@pytest.mark.parametrize("what", ["suppressed", "erased", "delivered"])
def test_whoever_drops_out_after_they_were_seen_is_left_out(database: Database, what: str) -> None:
    """What was seen ahead counts only if it still holds in the moment of the claim."""
    dispatch = opening(database, 3, batch_size=3)
    with database.dispatches.take(dispatch) as ledger:
        batch = ledger.look_ahead(1)
        assert batch is not None
        if what == "suppressed":
            suppress(database, "reader1@example.org")
        elif what == "erased":
            database.subscribers.erase("reader1@example.org", actor="test")
        else:
            key = batch.recipients[1].key
            report = {"event": "delivered", "timestamp": 1_550_491_200, "dispatch": dispatch.key}
            take_in([report | {"recipient": key}], database.events, database.subscribers)
        assert addresses(claimed(ledger)) == ["reader0@example.org", "reader2@example.org"]


def test_a_batch_that_was_cut_after_it_was_seen_is_read_again(database: Database) -> None:
    """Its number stays, and half of its people are in another."""
    dispatch = opening(database, 4, batch_size=4)
    with database.dispatches.take(dispatch) as ledger:
        ledger.look_ahead(1)
        whole = claimed(ledger)
        ledger.settle(whole, State.WAITING)
        assert ledger.look_ahead(1) is not None
        again = claimed(ledger)
        ledger.split(again)
        assert ahead(ledger) == [
            ["reader0@example.org", "reader1@example.org"],
            ["reader2@example.org", "reader3@example.org"],
        ]
        assert addresses(claimed(ledger)) == ["reader0@example.org", "reader1@example.org"]


def test_a_yes_and_the_next_claim_are_one_commit(database: Database) -> None:
    """A disk takes its time for each; a hundred of them are a second."""
    dispatch = opening(database, 2)
    with database.dispatches.take(dispatch) as ledger:
        second = ledger.relay(claimed(ledger))
        assert second is not None
        assert counted(database.dispatches.status(ISSUE)) == {"accepted": 1, "claimed": 1}
        assert ledger.relay(second) is None
        assert counted(database.dispatches.status(ISSUE)) == {"accepted": 2}


def test_a_yes_is_recorded_though_no_more_may_be_claimed(database: Database, clock: Clock) -> None:
    """Somebody cancelled, or another process has taken over: it was accepted all the same."""
    dispatch = opening(database, 3)
    ledger = database.dispatches.take(dispatch)
    first, second = claimed(ledger), claimed(ledger)
    database.dispatches.halt(ISSUE)
    assert ledger.relay(first) is None
    with pytest.raises(StoppedError, match="This send was cancelled"):
        ledger.claim()
    clock.move(60)
    database.dispatches.halt(ISSUE).stop_sending()
    assert ledger.relay(second) is None
    assert counted(database.dispatches.status(ISSUE)) == {"accepted": 2, "waiting": 1}


def test_whoever_waited_does_not_go_on_with_what_was_cancelled_meanwhile(
    database: Database,
) -> None:
    """Cancel has said that nothing will leave, and somebody has gone home on that."""
    dispatch = opening(database, 2)
    first = database.dispatches.take(dispatch)
    with pytest.raises(BusyError):
        database.dispatches.take(dispatch)
    halt = database.dispatches.halt(ISSUE)
    first.release()
    halt.stop_sending()
    assert halt.finish()
    with pytest.raises(NotAllowedError, match="cancelled meanwhile"):
        database.dispatches.take(dispatch)
    assert database.dispatches.status(ISSUE)["state"] == "cancelled"


def test_a_yes_that_came_after_a_decision_records_nothing_and_claims_nothing(
    database: Database, clock: Clock
) -> None:
    """It was decided that they are sent it again: the late answer must not undo that."""
    dispatch = opening(database, 2)
    ledger = database.dispatches.take(dispatch)
    batch = claimed(ledger)
    clock.move(60)
    database.dispatches.decide(ISSUE, Decision.RESEND)
    with pytest.raises(StoppedError, match="Another process has taken over"):
        ledger.relay(batch)
    assert counted(database.dispatches.status(ISSUE)) == {"waiting": 2}


def test_batches_are_cut_without_gap_or_overlap(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By SMTP there are as many as people, so they are written some thousands at a time."""
    monkeypatch.setattr("newsletter.database.freezing._PAGE", 2)
    dispatch = opening(database, 11, batch_size=2)
    found = []
    with database.dispatches.take(dispatch) as ledger:
        while batch := ledger.claim():
            found.append((batch.position, addresses(batch)))
            ledger.settle(batch, State.ACCEPTED)
    everyone = [f"reader{n}@example.org" for n in range(11)]
    assert found == [(n // 2, everyone[n : n + 2]) for n in range(0, 11, 2)]
