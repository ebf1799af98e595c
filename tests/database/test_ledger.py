"""A batch is claimed before its request and settled after it, by one owner at a time."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from newsletter.audience.subscriber import SuppressionReason
from newsletter.database.dispatches import Decision, Dispatch
from newsletter.delivery import State
from newsletter.errors import NotAllowedError, StoppedError
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
