"""A courier carries each batch once, and the ledger knows at every moment what is known."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ALL_COMPLETED
from dataclasses import dataclass, field
from itertools import count
from threading import Barrier, Event, Lock
from typing import TYPE_CHECKING

import pytest

from newsletter.audience.subscriber import SuppressionReason
from newsletter.database.dispatches import Decision
from newsletter.delivery import (
    LONGEST_PAUSE,
    MOST_FAILURES,
    MOST_PAUSES,
    Batch,
    Courier,
    State,
    run,
)
from newsletter.errors import (
    ConfigurationError,
    RefusedError,
    StoppedError,
    UnavailableError,
    UncertainError,
)
from newsletter.personalization import Personalization
from tests.database.samples import ISSUE, bring_in, counted, crowd, edition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsletter.audience.recipient import Recipient
    from newsletter.database.ledger import DatabaseLedger
    from newsletter.database.opening import Database
    from newsletter.rendering.edition import Edition
    from tests.database.fixture import Clock


@dataclass
class Carrier:
    """A transport that does with its requests what it is told, one after the other."""

    steps: list[Exception | Callable[[], None] | None] = field(default_factory=list)
    name: str = "sendgrid"
    batch_size: int = 1
    inbox: list[str] = field(default_factory=list)
    requests: int = 0
    dispatches: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def send(self, edition: Edition, batch: Sequence[Personalization], *, dispatch: str) -> None:
        assert edition.issue == ISSUE
        with self.lock:
            self.requests += 1
            self.dispatches.add(dispatch)
            step = self.steps.pop(0) if self.steps else None
        if isinstance(step, Exception):
            raise step
        if step is not None:
            step()
        with self.lock:
            self.inbox += [person.address for person in batch]


@dataclass
class Witness:
    """Whoever watches; what it sees can be something to act on."""

    settlements: list[tuple[int, State]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)
    act: Callable[[], None] = lambda: None

    def settled(self, batch: Batch, state: State) -> None:
        self.settlements.append((batch.position, state))
        self.act()

    def pausing(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def stopping(self) -> None:
        assert not self.stopped.is_set()
        self.stopped.set()


def fit(recipient: Recipient) -> Personalization:
    return Personalization(recipient.key, recipient.address, {}, {})


@dataclass
class Errand:
    """A dispatch of batches of one, and a way to carry what is left of it."""

    database: Database
    people: int
    witness: Witness = field(default_factory=Witness)
    sleeps: list[float] = field(default_factory=list)
    sleep: Callable[[float], None] | None = None

    def __post_init__(self) -> None:
        bring_in(self.database, *crowd(self.people))

    def carry(
        self,
        carrier: Carrier,
        *,
        parallel: int = 1,
        fit: Callable[[Recipient], Personalization] = fit,
        prepare: Callable[[DatabaseLedger], None] = lambda _: None,
    ) -> Exception | None:
        dispatch = self.database.dispatches.open(
            edition(), segment="all", transport="sendgrid", batch_size=1
        )
        courier = Courier(
            dispatch.edition,
            dispatch=dispatch.key,
            transport=carrier,
            fit=fit,
            sleep=self.sleep or self.sleeps.append,
            parallel=parallel,
        )
        with self.database.dispatches.take(dispatch) as ledger:
            prepare(ledger)
            return courier.deliver(ledger, self.witness)

    @property
    def counts(self) -> dict[str, int]:
        return counted(self.database.dispatches.status(ISSUE))

    @property
    def reasons(self) -> set[str]:
        unsettled = self.database.dispatches.status(ISSUE)["unsettled"]
        return {person["reason"] for person in unsettled}


@pytest.mark.parametrize("parallel", [1, 4])
def test_each_recipient_gets_one_message(database: Database, parallel: int) -> None:
    """Nobody twice, nobody left out, however many requests run at once."""
    errand, carrier = Errand(database, 10), Carrier()
    assert errand.carry(carrier, parallel=parallel) is None
    assert sorted(carrier.inbox) == [f"reader{n}@example.org" for n in range(10)]
    assert sorted(errand.witness.settlements) == [(n, State.ACCEPTED) for n in range(10)]
    assert len(carrier.dispatches) == 1
    assert errand.counts == {"accepted": 10}
    assert errand.carry(carrier) is None
    assert carrier.requests == 10


def test_a_batch_is_claimed_and_committed_before_its_request(database: Database) -> None:
    """Whatever happens to this process from then on, the claim is there to be found."""
    errand = Errand(database, 2)
    seen: list[dict[str, int]] = []

    def look() -> None:
        seen.append(errand.counts)

    errand.carry(Carrier([look, look]))
    assert seen == [{"waiting": 1, "claimed": 1}, {"claimed": 1, "accepted": 1}]


def test_an_answer_is_settled_though_another_request_hangs(database: Database) -> None:
    """It must be known at once, for the process may not live to see the other answer."""
    errand, hanging = Errand(database, 3), Event()
    seen: list[dict[str, int]] = []

    def look() -> None:
        seen.append(errand.counts)
        if len(seen) == 2:
            hanging.set()

    errand.witness.act = look
    errand.carry(Carrier([lambda: assert_set(hanging)]), parallel=2)
    assert seen == [
        {"claimed": 2, "accepted": 1},
        {"claimed": 1, "accepted": 2},
        {"accepted": 3},
    ]


def assert_set(event: Event) -> None:
    assert event.wait(60)


def test_a_refusal_of_the_very_first_request_stops_at_once(database: Database) -> None:
    """It is nearly always the key or the sender, and will be so for everybody."""
    errand, carrier = Errand(database, 5), Carrier([RefusedError("The key is wrong.")])
    reason = errand.carry(carrier)
    assert isinstance(reason, RefusedError)
    assert (carrier.requests, errand.counts) == (1, {"waiting": 4, "refused": 1})
    assert errand.reasons == {"The key is wrong."}


def test_a_later_refusal_is_about_its_batch_alone(database: Database) -> None:
    """One address that the carrier does not like must not hold up all the others."""
    errand, carrier = Errand(database, 5), Carrier([None, RefusedError("No such domain.")])
    assert errand.carry(carrier) is None
    assert errand.counts == {"accepted": 4, "refused": 1}
    assert errand.carry(carrier) is None
    assert errand.counts == {"accepted": 5}


@pytest.mark.parametrize("kind", [RefusedError, UncertainError])
def test_what_fails_three_times_in_a_row_is_looked_at(
    database: Database, kind: type[RefusedError | UncertainError]
) -> None:
    """Two failures may be chance."""
    failures = [kind("No.") for _ in range(MOST_FAILURES)]
    errand = Errand(database, 9)
    carrier = Carrier([None, *failures[1:], None, *failures])
    assert isinstance(errand.carry(carrier), kind)
    assert carrier.requests == 7
    assert errand.counts["waiting"] == 2


def test_what_the_carrier_did_not_take_waits_again(database: Database) -> None:
    """A line that is down is down for all: stop, and run again later."""
    errand = Errand(database, 3)
    carrier = Carrier([None, UnavailableError("SendGrid could not be reached.")])
    assert isinstance(errand.carry(carrier), UnavailableError)
    assert errand.counts == {"accepted": 1, "waiting": 2}
    assert errand.reasons == set()
    assert errand.carry(carrier) is None
    assert sorted(carrier.inbox) == [f"reader{n}@example.org" for n in range(3)]


def test_a_request_for_patience_is_met_and_the_lease_kept(
    database: Database, clock: Clock
) -> None:
    """The wait is a minute at most, in short sleeps with a sign of life after each."""
    errand = Errand(database, 2)
    patience = UnavailableError("Wait.", retry_after=25.0)
    forever = UnavailableError("Wait.", retry_after=3_600.0)

    def sleep(seconds: float) -> None:
        errand.sleeps.append(seconds)
        clock.move(seconds)

    errand.sleep = sleep
    assert errand.carry(Carrier([patience, forever])) is None
    assert errand.sleeps == [10.0, 10.0, 5.0] + [10.0] * 6
    assert errand.witness.pauses == [25.0, LONGEST_PAUSE]
    assert errand.counts == {"accepted": 2}


def test_a_pause_waits_for_the_requests_that_are_under_way(database: Database) -> None:
    """Several may be told to wait at once: that is one pause, the longest."""
    errand, both = Errand(database, 4), Event()

    def wait_for_the_other() -> None:
        assert both.wait(60)
        raise UnavailableError("Wait.", retry_after=7.0)

    def be_the_other() -> None:
        both.set()
        raise UnavailableError("Wait.", retry_after=3.0)

    carrier = Carrier([wait_for_the_other, be_the_other])
    assert errand.carry(carrier, parallel=2) is None
    assert errand.witness.pauses == [7.0]
    assert (carrier.requests, errand.counts) == (6, {"accepted": 4})


def test_patience_ends_after_twenty_pauses_in_a_row(database: Database) -> None:
    """Something is wrong then, and somebody has to look; who names no time is asked ever later."""
    errand = Errand(database, 2)
    carrier = Carrier([UnavailableError("Wait.", retry_after=0.0) for _ in range(50)])
    assert isinstance(errand.carry(carrier), UnavailableError)
    assert len(errand.witness.pauses) == MOST_PAUSES + 1
    assert errand.witness.pauses[:8] == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE, LONGEST_PAUSE]
    assert errand.counts == {"waiting": 2}
    once = Carrier([UnavailableError("Wait.", retry_after=0.0)] * MOST_PAUSES)
    assert errand.carry(once) is None


def test_what_is_uncertain_waits_for_a_decision(database: Database) -> None:
    """It may be on its way: another try could be a second copy."""
    errand, carrier = Errand(database, 3), Carrier([UncertainError("No answer.")])
    errand.carry(carrier)
    assert errand.counts == {"uncertain": 1, "accepted": 2}
    errand.carry(carrier)
    assert (carrier.requests, errand.counts) == (3, {"uncertain": 1, "accepted": 2})
    assert database.dispatches.decide(ISSUE, Decision.RESEND) == 1
    errand.carry(carrier)
    assert (carrier.requests, errand.counts) == (4, {"accepted": 3})


def test_what_is_uncertain_may_be_taken_for_sent(database: Database) -> None:
    """Then nobody gets it again."""
    errand, carrier = Errand(database, 1), Carrier([UncertainError("No answer.")])
    errand.carry(carrier)
    assert database.dispatches.decide(ISSUE, Decision.ACCEPT) == 1
    errand.carry(carrier)
    assert (carrier.requests, errand.counts) == (1, {"accepted": 1})


def test_a_mistake_of_ours_loses_no_batch_and_tells_no_address(database: Database) -> None:
    """Nobody knows how far it came, and its words may hold what is private."""
    errand = Errand(database, 2)
    carrier = Carrier([ValueError("bad: ann@example.org SG.key")])
    assert errand.carry(carrier) is None
    assert errand.counts == {"accepted": 1, "uncertain": 1}
    assert errand.reasons == {"an error in this program (ValueError)"}


def test_a_person_nobody_can_be_fitted_to_is_no_reason_to_stop(database: Database) -> None:
    """The mistake is met before the request, and so are its words."""
    errand = Errand(database, 2)

    def broken(recipient: Recipient) -> Personalization:
        if recipient.address == "reader0@example.org":
            raise KeyError(recipient.address)
        return fit(recipient)

    carrier = Carrier()
    assert errand.carry(carrier, fit=broken) is None
    assert carrier.inbox == ["reader1@example.org"]
    assert errand.reasons == {"an error in this program (KeyError)"}


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_settles_what_is_under_way_and_claims_no_more(database: Database) -> None:
    """Every answer that comes is one person less to wonder about."""
    errand = Errand(database, 5)

    def answer_late() -> None:
        press_ctrl_c()
        assert errand.witness.stopped.wait(60)

    reason = errand.carry(Carrier([answer_late]))
    assert isinstance(reason, StoppedError)
    assert reason.message == "Ctrl-C was pressed"
    assert errand.counts == {"accepted": 1, "waiting": 4}


@pytest.mark.parametrize(
    ("moment", "times", "counts"),
    [
        ("claim", 1, {"accepted": 1, "waiting": 4}),
        ("relay", 1, {"accepted": 2, "waiting": 3}),
        ("claim", 2, {"uncertain": 1, "waiting": 4}),
    ],
)
def test_ctrl_c_while_the_ledger_writes_puts_nobody_in_doubt(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    times: int,
    counts: dict[str, int],
) -> None:
    """A batch that is claimed and not known of is never posted; only a second one risks that."""
    errand = Errand(database, 5)

    def press_then(ledger: DatabaseLedger) -> None:
        usual = getattr(ledger, moment)

        def pressed(*words: object) -> object:
            batch = usual(*words)
            for _ in range(times):
                press_ctrl_c()
            return batch

        monkeypatch.setattr(ledger, moment, pressed)

    reason = errand.carry(Carrier(), prepare=press_then)
    assert isinstance(reason, StoppedError)
    assert reason.message == "Ctrl-C was pressed"
    assert errand.counts == counts


def test_a_second_ctrl_c_leaves_what_hangs_unanswered(database: Database) -> None:
    """Out at once, though a request could hang for a minute more."""
    errand, hanging = Errand(database, 3), Event()

    def hang() -> None:
        press_ctrl_c()
        assert errand.witness.stopped.wait(60)
        press_ctrl_c()
        assert hanging.wait(60)

    reason = errand.carry(Carrier([hang]))
    assert isinstance(reason, StoppedError)
    assert errand.counts == {"uncertain": 1, "waiting": 2}
    hanging.set()


@pytest.mark.parametrize(
    ("fail", "counts"),
    [
        ("claim", {"waiting": 3}),
        ("settle", {"uncertain": 1, "waiting": 2}),
        ("renew", {"accepted": 1, "waiting": 2}),
    ],
)
def test_a_ledger_that_fails_stops_the_sending(
    database: Database, monkeypatch: pytest.MonkeyPatch, fail: str, counts: dict[str, int]
) -> None:
    """What cannot be remembered must not be sent; what is known is still recorded."""
    monkeypatch.setattr(run, "HEARTBEAT", 0.01)
    errand, renewed = Errand(database, 3), Event()

    def break_it(ledger: DatabaseLedger) -> None:
        def fails(*_: object) -> None:
            renewed.set()
            raise ConfigurationError("The disk is gone.", hint="Find it.")

        for name in (fail, *(["relay"] if fail == "settle" else [])):
            monkeypatch.setattr(ledger, name, fails)

    def be_slow() -> None:
        assert fail != "renew" or renewed.wait(60)

    reason = errand.carry(Carrier([be_slow]), prepare=break_it)
    assert isinstance(reason, ConfigurationError)
    assert errand.counts == counts


def test_an_answer_is_not_forgotten_while_another_program_has_the_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long import may hold it: who was accepted must not be in doubt for that."""
    errand, tried = Errand(database, 3), []

    def break_it(ledger: DatabaseLedger) -> None:
        usual = ledger.settle

        def busy(*_: object) -> None:
            raise StoppedError("The database is busy.", hint="Run this again.")

        def busy_at_first(batch: Batch, state: State, reason: str = "") -> None:
            tried.append(batch.position)
            if len(tried) < 3:
                busy()
            usual(batch, state, reason)

        monkeypatch.setattr(ledger, "relay", busy)
        monkeypatch.setattr(ledger, "settle", busy_at_first)

    assert isinstance(errand.carry(Carrier(), prepare=break_it), StoppedError)
    assert (errand.counts, tried) == ({"accepted": 1, "waiting": 2}, [0, 0, 0])
    assert errand.witness.settlements == [(0, State.ACCEPTED)]


def test_what_was_accepted_is_recorded_once_the_database_server_is_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It restarts, and turns everybody away at once: eight answers must not be lost in a blink."""
    errand, all_at_work, breaths = Errand(database, 12), Barrier(8), 5

    def break_it(ledger: DatabaseLedger) -> None:
        for name in ("relay", "settle"):
            usual = getattr(ledger, name)

            def unless_away(*given: object, usual: Callable[..., object] = usual) -> object:
                if len(errand.sleeps) < breaths:
                    raise ConfigurationError("The server cannot be reached.", hint="Look at it.")
                return usual(*given)

            monkeypatch.setattr(ledger, name, unless_away)

    def answer_together() -> None:
        all_at_work.wait(60)

    carrier = Carrier([answer_together] * 8)
    assert isinstance(errand.carry(carrier, parallel=8, prepare=break_it), ConfigurationError)
    assert errand.counts == {"accepted": 8, "waiting": 4}
    assert errand.sleeps == [0.1, 0.2, 0.4, 0.8, 1.0]


def test_an_answer_that_is_never_taken_keeps_no_other_waiting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has decided of one batch: ten tries of it are longer than others may wait."""
    monkeypatch.setattr("newsletter.delivery.run.FIRST_COMPLETED", ALL_COMPLETED)
    errand, settled_after = Errand(database, 30), list[int]()

    def break_it(ledger: DatabaseLedger) -> None:
        for name in ("relay", "settle"):
            usual = getattr(ledger, name)

            def unless_decided(
                batch: Batch, *more: object, usual: Callable[..., object] = usual
            ) -> object:
                if batch.position == 0:
                    raise StoppedError("Another process has taken over this send.", hint="Look.")
                settled_after.append(len(errand.sleeps))
                return usual(batch, *more)

            monkeypatch.setattr(ledger, name, unless_decided)

    assert isinstance(errand.carry(Carrier(), parallel=30, prepare=break_it), StoppedError)
    assert errand.counts == {"accepted": 29, "uncertain": 1}
    assert settled_after == [1] * 29


def test_a_yes_is_recorded_though_the_next_claim_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a disk that is all but full the answer may just fit."""
    errand, tried = Errand(database, 3), []

    def break_it(ledger: DatabaseLedger) -> None:
        def fails(batch: Batch) -> None:
            tried.append(batch.position)
            raise StoppedError("The disk is full.", hint="Make room.")

        monkeypatch.setattr(ledger, "relay", fails)

    assert errand.carry(Carrier(), prepare=break_it) is None
    assert (errand.counts, tried) == ({"accepted": 3}, [0, 1, 2])


def test_copies_are_made_out_while_answers_are_waited_for(database: Database) -> None:
    """Else every answer would wait for a thousand signatures before the next request leaves."""
    errand, ready = Errand(database, 3), Event()
    made: list[str] = []

    def fit_and_tell(recipient: Recipient) -> Personalization:
        made.append(recipient.address)
        if len(made) == 2:
            ready.set()
        return fit(recipient)

    def wait_for_it() -> None:
        assert ready.wait(60)

    assert errand.carry(Carrier([wait_for_it]), fit=fit_and_tell) is None
    assert sorted(made) == [f"reader{n}@example.org" for n in range(3)], "and none twice"


def test_a_copy_made_out_ahead_is_not_sent_to_who_has_left_since(database: Database) -> None:
    """An unsubscribe counts up to the moment in which the request leaves."""
    errand, ready = Errand(database, 2), Event()

    def fit_and_tell(recipient: Recipient) -> Personalization:
        if recipient.address == "reader1@example.org":
            ready.set()
        return fit(recipient)

    def leave() -> None:
        assert ready.wait(60)
        database.subscribers.suppress(
            "reader1@example.org",
            SuppressionReason.UNSUBSCRIBED,
            source="link",
            recorded_by="test",
        )

    carrier = Carrier([leave])
    assert errand.carry(carrier, fit=fit_and_tell) is None
    assert carrier.inbox == ["reader0@example.org"]
    assert errand.counts == {"accepted": 1, "suppressed": 1}


def test_a_mistake_in_a_copy_made_out_ahead_is_that_batch_s_answer(database: Database) -> None:
    """It must not stop the others, nor be lost."""
    errand, tried = Errand(database, 3), Event()

    def fail_for_one(recipient: Recipient) -> Personalization:
        if recipient.address == "reader1@example.org":
            tried.set()
            raise ZeroDivisionError
        return fit(recipient)

    def wait_for_it() -> None:
        assert tried.wait(60)

    errand.carry(Carrier([wait_for_it]), fit=fail_for_one)
    assert errand.counts == {"accepted": 2, "uncertain": 1}
    assert errand.reasons == {"an error in this program (ZeroDivisionError)"}


def test_a_slow_carrier_does_not_cost_the_lease(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request may take longer than a lease lasts."""
    monkeypatch.setattr(run, "HEARTBEAT", 0.01)
    errand, enough = Errand(database, 2), Event()

    def watch(ledger: DatabaseLedger) -> None:
        renew, renewals = ledger.renew, count(1)

        def renew_later() -> None:
            clock.move(40)
            renew()
            if next(renewals) == 3:
                enough.set()

        monkeypatch.setattr(ledger, "renew", renew_later)

    assert errand.carry(Carrier([lambda: assert_set(enough)]), prepare=watch) is None
    assert errand.counts == {"accepted": 2}
