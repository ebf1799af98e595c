"""A sender is killed at every commit and at every request: nobody twice, nobody lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.database.opening import Database, open_database
from tests.commands import ROOT
from tests.database.samples import ISSUE, bring_in, counted, crowd
from tests.sendgrid_standin.server import StandIn
from tests.sendgrid_standin.steps import ACCEPT, Exchange, Reset, Step, Taken

if TYPE_CHECKING:
    from collections.abc import Iterator

PEOPLE, BATCH = 8, 2
KILLED = -signal.SIGKILL


@dataclass
class Zygote:
    """The process that forks senders; `named` is set once it has said who they are."""

    process: subprocess.Popen[str]
    pids: list[int] = field(default_factory=list)
    named: Event = field(default_factory=Event)

    def send(self, *tasks: dict[str, Any]) -> list[tuple[int, int]]:
        """Run senders at once; return the exit code and the number of commits of each."""
        assert self.process.stdin is not None
        self.named.clear()
        self.process.stdin.write(json.dumps(tasks) + "\n")
        self.process.stdin.flush()
        self.pids[:] = self._said()
        self.named.set()
        return [tuple(end) for end in self._said()]

    def _said(self) -> Any:  # noqa: ANN401 -- any JSON
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.delivery.zygote"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Zygote(process)
        assert process.stdin is not None
        process.stdin.close()


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill who asks, before an answer is given."""

    zygote: Zygote

    def play(self, exchange: Exchange) -> None:
        assert self.zygote.named.wait(60)  # a sender may be quicker than the word of who it is
        for pid in self.zygote.pids:
            os.kill(pid, signal.SIGKILL)
        Reset().play(exchange)


def task(url: str, host: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- any JSON
    return {
        "url": url, "host": host, "kill": None, "ahead": 0, "parallel": 1, "batch_size": BATCH,
        **more,
    }  # fmt: skip


def check(database: Database, sendgrid: StandIn, people: int = PEOPLE) -> dict[str, int]:
    """Hold what is claimed against what arrived; return the counts."""
    document = database.dispatches.status(ISSUE)
    counts = counted(document)
    unsettled = {person["email"] for person in document["unsettled"]}
    everyone = {f"reader{n}@example.org" for n in range(people)}
    assert {to for to, got in sendgrid.inbox.items() if len(got) != 1} == set(), "nobody twice"
    assert set(sendgrid.inbox) | unsettled == everyone, "nobody silently left out"
    assert sum(counts.values()) == people
    assert set(counts) <= {"accepted", "uncertain"}, "all that is certain was sent"
    assert counts.get("uncertain", 0) == len(unsettled)
    return counts


@pytest.mark.timeout(300)
def test_killed_at_any_commit_the_next_run_brings_it_to_its_end(url: str, zygote: Zygote) -> None:
    """Before the commit and after it; at most the batch under way is left in doubt."""
    commit, was_killed = 0, True
    while was_killed:
        commit, was_killed = commit + 1, False
        for moment in ("before", "after"):
            with open_database(url) as database, StandIn() as sendgrid:
                _empty(database)
                bring_in(database, *crowd(PEOPLE))
                ((code, _),) = zygote.send(task(url, sendgrid.host, kill=[commit, moment]))
                was_killed |= code == KILLED
                ((again, _),) = zygote.send(task(url, sendgrid.host, ahead=60))
                assert again == 0
                counts = check(database, sendgrid)
                assert counts.get("uncertain", 0) <= BATCH
    assert commit > 3 + PEOPLE / BATCH, "it was killed at every claim and settlement"


def _empty(database: Database) -> None:
    """Forget all dispatches and people of the scenario before."""
    from newsletter.database.schema import metadata  # noqa: PLC0415 -- only here

    keep = {"newsletter_version", "audit"}
    with database.connections._engine.begin() as connection:  # noqa: SLF001 -- no part of the program does this
        for table in reversed(metadata.sorted_tables):
            if table.name not in keep:
                connection.execute(table.delete())


@pytest.mark.parametrize("number", range(1, PEOPLE // BATCH + 1))
@pytest.mark.parametrize("taken", [True, False])
def test_killed_at_any_request_only_that_batch_is_in_doubt(
    database: Database, url: str, zygote: Zygote, number: int, taken: bool
) -> None:
    """Whether the carrier took it or not nobody can know, and so nobody claims to."""
    bring_in(database, *crowd(PEOPLE))
    kill: Step = Kill(zygote)
    with StandIn() as sendgrid:
        sendgrid.plan(*[ACCEPT] * (number - 1), Taken(kill) if taken else kill)
        ((code, _),) = zygote.send(task(url, sendgrid.host))
        assert code == KILLED
        ((again, _),) = zygote.send(task(url, sendgrid.host, ahead=60))
        assert again == 0
        assert check(database, sendgrid) == {"accepted": PEOPLE - BATCH, "uncertain": BATCH}
        assert len(sendgrid.inbox) == PEOPLE - (0 if taken else BATCH)


def test_four_workers_share_one_issue(database: Database, url: str, zygote: Zygote) -> None:
    """Four laptops press send at once: each address gets one, and all four end well."""
    bring_in(database, *crowd(60))
    with StandIn() as sendgrid:
        tasks = [task(url, sendgrid.host, parallel=4, batch_size=3)] * 4
        ends = zygote.send(*tasks)
        assert [code for code, _ in ends] == [0, 0, 0, 0]
        assert check(database, sendgrid, 60) == {"accepted": 60}
        assert sendgrid.requests == 20


def test_three_workers_are_killed_one_after_the_other(
    database: Database, url: str, zygote: Zygote
) -> None:
    """A bad day: each leaves at most what it had under way in doubt, and the fourth ends it."""
    bring_in(database, *crowd(40))
    with StandIn() as sendgrid:
        for turn in range(3):
            ((code, _),) = zygote.send(
                task(url, sendgrid.host, kill=[9 + turn, "after"], ahead=60 * turn, parallel=2)
            )
            assert code == KILLED
        ((code, _),) = zygote.send(task(url, sendgrid.host, ahead=240, parallel=2))
        assert code == 0
        assert check(database, sendgrid, 40).get("uncertain", 0) <= 3 * 2 * BATCH
