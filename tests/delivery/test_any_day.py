"""Whatever happens in whatever order, nobody gets an issue twice and nobody is lost."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from newsletter.database.dispatches import Decision
from newsletter.database.opening import open_database
from newsletter.delivery import Courier
from newsletter.events import take_in
from newsletter.links import Signer
from newsletter.personalization import Personalizer
from newsletter.transports.sendgrid import SendGridTransport
from tests.database.fixture import Clock
from tests.database.samples import ISSUE, bring_in, crowd, edition
from tests.delivery.nobody import Nobody
from tests.sendgrid_standin.server import KEY, StandIn
from tests.sendgrid_standin.steps import (
    ACCEPT,
    CUT_SHORT,
    Answer,
    Hang,
    Reset,
    Taken,
    rate_limited,
    redirect,
)

if TYPE_CHECKING:
    from newsletter.database.ledger import DatabaseLedger

PEOPLE, BATCH = 24, 4
NAMED = json.dumps(
    {"errors": [{"message": "bad", "field": "personalizations.1.to.0.email"}]}
).encode()
STEPS = st.lists(
    st.sampled_from(
        [
            ACCEPT,
            Answer(400),
            Answer(400, NAMED),
            Answer(401),
            Answer(413),
            Hang(),
            Hang(ACCEPT),
            Taken(Hang()),
            Reset(),
            Taken(Reset()),
            Answer(500),
            Taken(Answer(500)),
            CUT_SHORT,
            rate_limited(0),
            redirect("http://127.0.0.1:9/"),
        ]
    ),
    max_size=10,
)


class LaptopDiedError(BaseException):
    """The lid is closed, the battery empty, the coffee in the keyboard."""


class Dying:
    """A ledger whose process dies at one of its calls, before it is committed or after."""

    def __init__(self, ledger: DatabaseLedger, call: int, *, after: bool) -> None:
        self._ledger = ledger
        self._left = call
        self._after = after

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- any method of the ledger
        method = getattr(self._ledger, name)

        def call(*arguments: object) -> object:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise LaptopDiedError
            result = method(*arguments)
            if self._left == 0:
                raise LaptopDiedError
            return result

        return call


class AnyDay(RuleBasedStateMachine):
    """One issue, on a day on which anything may happen."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="newsletter-any-day-"))
        self.clock = Clock()
        self.database = open_database(f"sqlite:///{self.folder}/n.db", now=self.clock)
        bring_in(self.database, *crowd(PEOPLE))
        self.sendgrid = StandIn()
        self.sendgrid.__enter__()
        self.dispatch = self.database.dispatches.open(
            edition(), segment="all", transport="sendgrid", batch_size=BATCH
        )
        self.again: Counter[str] = Counter()
        self.believed: set[str] = set()

    @override
    def teardown(self) -> None:
        if hasattr(self, "sendgrid"):
            self.sendgrid.__exit__(None, None, None)
            self.database.close()
            shutil.rmtree(self.folder)

    def _run(self, steps: list[Any], parallel: int, death: tuple[int, bool] | None) -> None:
        before = set(threading.enumerate())
        self.sendgrid.plan(*steps)
        self.clock.move(60)
        courier = Courier(
            self.dispatch.edition,
            dispatch=self.dispatch.key,
            transport=SendGridTransport(KEY, self.sendgrid.host, 0.15),
            fit=Personalizer(
                self.dispatch.edition,
                base_url="https://update.example.org",
                signer=Signer(("a secret of the tests",)),
            ).fit,
            sleep=lambda _: None,
            parallel=parallel,
        )
        ledger = self.database.dispatches.take(self.dispatch)
        try:
            held = Dying(ledger, death[0], after=death[1]) if death else ledger
            courier.deliver(held, Nobody())
            ledger.release()
        except LaptopDiedError:
            pass
        self._settle_down(before)

    def _settle_down(self, before: set[threading.Thread]) -> None:
        """Let go of what hangs, and wait for what a dead process had under way."""
        self.sendgrid.release()
        while mine := [
            thread
            for thread in set(threading.enumerate()) - before
            if "process_request" not in thread.name  # the stand-in's may wait for more
        ]:
            for thread in mine:
                thread.join(0.1) if thread.ident else time.sleep(0.01)
        self.sendgrid.released.clear()
        with self.sendgrid._lock:  # noqa: SLF001 -- what was planned was for this run
            self.sendgrid._plan.clear()  # noqa: SLF001 -- as above

    @rule(steps=STEPS, parallel=st.sampled_from([1, 4]))
    def send(self, steps: list[Any], parallel: int) -> None:
        self._run(steps, parallel, None)

    @rule(
        steps=STEPS,
        parallel=st.sampled_from([1, 4]),
        call=st.integers(1, 12),
        after=st.booleans(),
    )
    def die(self, steps: list[Any], parallel: int, call: int, after: bool) -> None:
        self._run(steps, parallel, (call, after))

    @rule()
    def resend(self) -> None:
        self.clock.move(60)
        self.again.update(self._in("uncertain"))
        self.database.dispatches.decide(ISSUE, Decision.RESEND)

    @rule()
    def accept(self) -> None:
        self.clock.move(60)
        self.believed |= self._in("uncertain")
        self.database.dispatches.decide(ISSUE, Decision.ACCEPT)

    @rule(name=st.sampled_from(["processed", "delivered", "bounce"]), share=st.integers(1, 5))
    def report(self, name: str, share: int) -> None:
        raw = [
            {"event": name, "timestamp": 1_550_491_200, "email": to} | dict(got[0].custom_args)
            for number, (to, got) in enumerate(sorted(self.sendgrid.inbox.items()))
            if number % share == 0
        ]
        take_in(raw, self.database.events, self.database.subscribers)

    def _in(self, *states: str) -> set[str]:
        self.clock.move(60)
        people = self.database.dispatches.people(ISSUE, states=states)
        return {person["email"] for person in people}

    @invariant()
    def nobody_twice_and_nobody_lost(self) -> None:
        if not hasattr(self, "dispatch"):
            return
        inbox = self.sendgrid.copies()
        for to, number in inbox.items():
            assert number <= 1 + self.again[to], f"{to} got {number}"
        taken = self._in("accepted", "delivered", "bounced")
        assert taken - self.believed <= set(inbox), "what counts as accepted has arrived"
        certain = self._in("waiting", "refused")
        assert {to for to in certain if to in inbox} <= set(self.again), "none of these arrived"
        document = self.database.dispatches.status(ISSUE)
        assert sum(document["counts"].values()) == PEOPLE
        assert len(document["unsettled"]) == sum(
            document["counts"][state] for state in ("refused", "uncertain")
        )


AnyDay.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestAnyDay = AnyDay.TestCase
