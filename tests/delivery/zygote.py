"""Send in processes that can be killed at any commit; only ever run as `python -m`.

A line of JSON on stdin forks one sender: the database's `url`, the carrier's `host`, `kill` as
[commit, "before" or "after"] or null, and the seconds by which its clock is `ahead`. Its end
is told on stdout: how many commits it made, and how it ended. Forking saves a second of
importing for each of a hundred senders.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from newsletter.database.connections import Connections
from newsletter.database.opening import open_database
from newsletter.links import Signer
from newsletter.proposal import Plan
from newsletter.sending import Carriage, send
from newsletter.transports.sendgrid import SendGridTransport
from tests.database.samples import edition
from tests.delivery.nobody import Nobody
from tests.sendgrid_standin.server import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from newsletter.database.connections import Lock

import newsletter.transports.sendgrid_call  # isort: skip  # noqa: F401 -- for all that are forked


def strike_at(kill: tuple[int, str] | None, told: int) -> None:
    """Have every commit counted, and this process killed right before or after one of them."""
    commits = 0
    writing = Connections.writing

    def strike(moment: str) -> None:
        if kill == (commits, moment):
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def counted(self: Connections, *locks: Lock) -> Iterator[Connection]:
        nonlocal commits
        with writing(self, *locks) as connection:
            yield connection
            commits += 1
            strike("before")
        os.write(told, b".")
        strike("after")

    Connections.writing = counted  # type: ignore[method-assign]  # to be killed there


def work(task: dict[str, Any], told: int) -> int:
    strike_at(tuple(task["kill"]) if task["kill"] else None, told)
    ahead = timedelta(seconds=task["ahead"])
    with open_database(task["url"], now=lambda: datetime.now(UTC) + ahead) as database:
        carriage = Carriage(
            SendGridTransport(KEY, task["host"]),
            Signer(("a secret of the tests",)),
            "https://update.example.org",
            sleep=lambda seconds: time.sleep(seconds / 20),
            parallel=task["parallel"],
        )
        carriage.transport.batch_size = task["batch_size"]
        plan: Plan[Any] = Plan(edition(), "all")
        reason = send(plan, database.dispatches, carriage=carriage, watcher=Nobody())
    return 0 if reason is None else 4


def sender(task: dict[str, Any]) -> tuple[int, int]:
    """Fork one; return its process and where it tells of its commits."""
    reading, told = os.pipe()
    child = os.fork()
    if child:
        os.close(told)
        return child, reading
    os.close(reading)
    code = 70
    try:
        code = work(task, told)
    finally:
        os._exit(code)


def main() -> None:
    for line in sys.stdin:
        tasks = json.loads(line)
        running = [sender(task) for task in tasks]
        sys.stdout.write(json.dumps([child for child, _ in running]) + "\n")
        sys.stdout.flush()
        ends = []
        for child, reading in running:
            _, status = os.waitpid(child, 0)
            with os.fdopen(reading, "rb") as pipe:
                ends.append([os.waitstatus_to_exitcode(status), len(pipe.read())])
        sys.stdout.write(json.dumps(ends) + "\n")
        sys.stdout.flush()


main()
