"""One bad address never costs 999 others their issue."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from newsletter.delivery import MOST_PERSONAL, MOST_ROUNDS, Batch, Courier, State
from newsletter.errors import CulpritError, DeferredError, NewsletterError
from newsletter.personalization import Personalization
from tests.database.samples import ISSUE, bring_in, counted, crowd, edition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.audience.recipient import Recipient
    from newsletter.database.opening import Database
    from newsletter.rendering.edition import Edition


@dataclass
class Fussy:
    """A carrier that refuses a request for some of the people in it."""

    bad: set[str]
    names_them: bool = False
    deferred: dict[str, int] = field(default_factory=dict)
    name: str = "sendgrid"
    batch_size: int = 1_000
    requests: int = 0
    inbox: list[str] = field(default_factory=list)

    def send(self, edition: Edition, batch: Sequence[Personalization], *, dispatch: str) -> None:
        assert dispatch
        assert edition.issue == ISSUE
        self.requests += 1
        addresses = [person.address for person in batch]
        found = {place: "no" for place, each in enumerate(addresses) if each in self.bad}
        if found:
            raise CulpritError("No.", culprits=found if self.names_them else None)
        for address in addresses:
            if self.deferred.get(address):
                self.deferred[address] -= 1
                raise DeferredError("Later.")
        self.inbox += addresses


@dataclass
class Witness:
    pauses: list[float] = field(default_factory=list)

    def settled(self, batch: Batch, state: State) -> None:
        """Take no note."""

    def pausing(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def stopping(self) -> None:
        """Take no note."""


def fit(recipient: Recipient) -> Personalization:
    return Personalization(recipient.key, recipient.address, {}, {})


def carry(
    database: Database, carrier: Fussy, *, parallel: int = 1
) -> tuple[Exception | None, list[float]]:
    dispatch = database.dispatches.open(
        edition(), segment="all", transport="sendgrid", batch_size=carrier.batch_size
    )
    witness = Witness()
    courier = Courier(
        dispatch.edition,
        dispatch=dispatch.key,
        transport=carrier,
        fit=fit,
        sleep=lambda _: None,
        parallel=parallel,
    )
    with database.dispatches.take(dispatch) as ledger:
        return courier.deliver(ledger, witness), witness.pauses


def counts(database: Database) -> dict[str, int]:
    return counted(database.dispatches.status(ISSUE))


def address(number: int) -> str:
    return f"reader{number}@example.org"


def everyone(number: int, *but: int) -> list[str]:
    return sorted(address(n) for n in range(number) if n not in but)


@pytest.mark.parametrize("parallel", [1, 8])
@pytest.mark.parametrize("culprits", [(0,), (999,), (3, 4), (500, 1_700)])
def test_halving_finds_who_it_is_and_everybody_else_gets_one(
    database: Database, culprits: tuple[int, ...], parallel: int
) -> None:
    """SendGrid does not always say who it is."""
    bring_in(database, *crowd(2_000))
    carrier = Fussy({address(n) for n in culprits})
    assert carry(database, carrier, parallel=parallel)[0] is None
    assert sorted(carrier.inbox) == everyone(2_000, *culprits)
    assert counts(database) == {"accepted": 2_000 - len(culprits), "refused": len(culprits)}
    unsettled = database.dispatches.status(ISSUE)["unsettled"]
    assert [(each["email"], each["reason"]) for each in unsettled] == [
        (address(n), "No.") for n in culprits
    ]
    assert carrier.requests <= 2 + 20 * len(culprits)


def test_who_is_named_is_left_out_and_the_others_go_at_once(database: Database) -> None:
    """SendGrid mostly says who it is: that takes two requests and not twenty."""
    bring_in(database, *crowd(1_000))
    carrier = Fussy({address(7), address(900)}, names_them=True)
    assert carry(database, carrier)[0] is None
    assert carrier.requests == 2
    assert sorted(carrier.inbox) == everyone(1_000, 7, 900)
    assert counts(database) == {"accepted": 998, "refused": 2}
    carrier.bad = {address(900)}
    assert carry(database, carrier)[0] is None
    assert carrier.requests == 4, "each who was refused is tried again alone"
    assert sorted(carrier.inbox) == everyone(1_000, 900)
    assert counts(database) == {"accepted": 999, "refused": 1}


def test_a_batch_in_which_everybody_is_refused_ends(database: Database) -> None:
    """Nothing is asked for nobody."""
    bring_in(database, *crowd(4))
    carrier = Fussy({address(n) for n in range(4)}, names_them=True)
    assert carry(database, carrier)[0] is None
    assert (carrier.requests, counts(database)) == (1, {"refused": 4})
    assert carry(database, carrier)[0] is None
    assert (carrier.requests, counts(database)) == (5, {"refused": 4})


def test_when_all_are_refused_one_by_one_the_sending_stops(database: Database) -> None:
    """It is then not about people, and a thousand requests would tell no more."""
    bring_in(database, *crowd(1_000))
    carrier = Fussy({address(n) for n in range(1_000)})
    reason = carry(database, carrier)[0]
    assert isinstance(reason, CulpritError)
    assert carrier.requests == MOST_PERSONAL
    assert sum(counts(database).values()) == 1_000
    assert carrier.inbox == []


def test_who_is_deferred_is_tried_again_after_all_others(database: Database) -> None:
    """A server that greylists wants to see patience, and nobody else shall wait for it."""
    bring_in(database, *crowd(5))
    carrier = Fussy(set(), deferred={address(1): 1, address(3): 2}, batch_size=1)
    reason, pauses = carry(database, carrier)
    assert reason is None
    assert carrier.inbox == [address(n) for n in (0, 2, 4, 1, 3)]
    assert (pauses, counts(database)) == ([60.0, 60.0], {"accepted": 5})


def test_who_is_deferred_for_long_waits_for_the_next_run(database: Database) -> None:
    """A program that waits for hours may as well be run again."""
    bring_in(database, *crowd(2))
    carrier = Fussy(set(), deferred={address(0): 99}, batch_size=1)
    reason, pauses = carry(database, carrier)
    assert reason is None
    assert len(pauses) == MOST_ROUNDS
    assert counts(database) == {"waiting": 1, "accepted": 1}
    carrier.deferred.clear()
    assert carry(database, carrier) == (None, [])
    assert counts(database) == {"accepted": 2}


@pytest.mark.parametrize("step", ["split", "exclude", "postpone"])
def test_a_late_answer_of_one_who_was_taken_over_changes_no_decision(
    database: Database, step: str
) -> None:
    """Somebody has decided of the batch meanwhile, and that has been acted upon."""
    bring_in(database, *crowd(4))
    dispatch = database.dispatches.open(
        edition(), segment="all", transport="sendgrid", batch_size=2
    )
    with database.dispatches.take(dispatch) as ledger:
        batch = ledger.claim()
        assert batch is not None
        ledger.settle(batch, State.ACCEPTED)
        acts = {
            "split": lambda: ledger.split(batch),
            "exclude": lambda: ledger.exclude(batch, {batch.recipients[0].key: "no"}),
            "postpone": lambda: ledger.postpone(batch, "later"),
        }
        with pytest.raises(NewsletterError, match=re.escape("taken over")):
            acts[step]()
    assert counts(database) == {"accepted": 2, "waiting": 2}
