"""Ctrl-C stops what can be stopped, says so in a sentence, and leaves nothing in doubt by itself."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.cli.options import EXIT_STOPPED
from newsletter.database.importing import CHUNK
from tests.commands import command, environment
from tests.delivery.offices import (
    HEADER,
    ISSUE,
    SEND,
    address,
    copies,
    counted,
    in_london,
    one_each,
    state,
)
from tests.sendgrid_standin.steps import Answer, Hang, Taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

AT = ("--at", in_london(timedelta(hours=3)))
IMPORT = ("subscribers", "import", "people.csv")
PRESSED = "error: Ctrl-C was pressed\n        → Run the same command again to go on.\n"
HELD_BACK = Taken(Hang(Answer(201)))
"""The carrier has dropped it, and is slow to say so."""


@contextmanager
def running(office: Office, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a process of its own; whatever happens, it ends with the test."""
    with subprocess.Popen(  # noqa: S603  # our own program
        command(*arguments),
        cwd=office.folder,
        env=environment(office.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another process does; the test's own time limit ends it."""
    while not condition():
        time.sleep(0.001)


def has_asked_to_drop(sendgrid: StandIn) -> bool:
    return "POST user/scheduled_sends" in sendgrid.calls


def test_what_the_carrier_has_dropped_is_known_though_ctrl_c_was_pressed_meanwhile(
    peopled: Office, sendgrid: StandIn
) -> None:
    """Asked for it anew, the proof may come too late, and three people would be in doubt."""
    sendgrid.plan(Taken(Answer(500)))
    sendgrid.plan_call("POST user/scheduled_sends", HELD_BACK)
    with running(peopled, *SEND, *AT) as process:
        until(lambda: has_asked_to_drop(sendgrid))
        process.send_signal(signal.SIGINT)
        sendgrid.release()
        out, err = process.communicate()
    assert process.returncode == EXIT_STOPPED, err
    assert "Ctrl-C was pressed" in out + err
    assert "Traceback" not in err
    assert (state(peopled), counted(peopled)) == ("stopped", {"waiting": 3})
    assert peopled(*SEND).code == 0
    assert sendgrid.calls.count("POST user/scheduled_sends") == 1
    sendgrid.clock = lambda: time.time() + 4 * 3600
    sendgrid.deliver()
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_what_a_cancel_has_proved_is_not_asked_again_though_ctrl_c_was_pressed_meanwhile(
    peopled: Office, sendgrid: StandIn
) -> None:
    """In the last ten minutes nobody would promise it any more."""
    assert peopled(*SEND, *AT).code == 0
    sendgrid.plan_call("POST user/scheduled_sends", HELD_BACK)
    with running(peopled, "cancel", *ISSUE, "--yes") as process:
        until(lambda: has_asked_to_drop(sendgrid))
        process.send_signal(signal.SIGINT)
        sendgrid.release()
        _, err = process.communicate()
    assert (process.returncode, err) == (EXIT_STOPPED, PRESSED)
    with closing(sqlite3.connect(peopled.folder / "newsletter.db")) as database:
        slips = database.execute("SELECT state, count(*) FROM slips GROUP BY state").fetchall()
    assert dict(slips) == {"cancelled": 1, "open": 3}
    assert peopled("cancel", *ISSUE, "--yes").code == 0
    assert sendgrid.calls.count("POST user/scheduled_sends") == 4
    assert "PATCH user/scheduled_sends" not in sendgrid.calls


def in_the_midst(office: Office, *arguments: str) -> tuple[int, int, str]:
    """Press Ctrl-C while an import waits to write more; return the code, the rows and words.

    The test holds the lock of the database meanwhile, so that the import is where it is.
    """
    with (
        running(office, *IMPORT, *arguments) as process,
        closing(sqlite3.connect(office.folder / "newsletter.db", timeout=60)) as other,
    ):
        other.isolation_level = None

        def has_begun() -> bool:
            other.execute("BEGIN IMMEDIATE")
            if other.execute("SELECT count(*) FROM subscribers").fetchone()[0] >= CHUNK:
                return True
            other.execute("ROLLBACK")
            return False

        until(has_begun)
        process.send_signal(signal.SIGINT)
        other.execute("ROLLBACK")
        _, err = process.communicate()
        stored = other.execute("SELECT count(*) FROM subscribers").fetchone()[0]
    assert "Traceback" not in err
    return process.returncode, stored, err


def write_list(office: Office, number: int) -> None:
    rows = (f"{address(n)},Reader{n},confirmed,2018-05-14,website,Please\n" for n in range(number))
    office.write("people.csv", HEADER + "".join(rows))


def test_an_import_that_is_stopped_says_how_far_it_came_and_goes_on_from_there(
    office: Office,
) -> None:
    """What is stored is whole, what is told is true, and nobody is taken in twice."""
    number = CHUNK * 8
    office.write("people.csv", HEADER)
    assert office(*IMPORT).code == 0
    write_list(office, number)
    code, stored, err = in_the_midst(office)
    assert code == EXIT_STOPPED, err
    assert stored % CHUNK == 0
    assert CHUNK <= stored < number
    assert f"Ctrl-C was pressed once {stored:,} rows had been read, and these are stored" in err
    assert "newsletter subscribers undo-import" in err
    again = office(*IMPORT, "--json")
    assert again.code == 0
    assert (again.document["unchanged"], again.document["added"]) == (stored, number - stored)


def test_ctrl_c_at_any_command_is_answered_in_a_sentence_and_by_exit_code_4(
    peopled: Office, sendgrid: StandIn
) -> None:
    """Whoever waits for a carrier need not close the window, and programs are told, too."""
    sendgrid.suppressions.plan.append(Hang())
    with running(peopled, "subscribers", "sync", "--json") as process:
        until(lambda: bool(sendgrid.suppressions.asked))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, err) == (EXIT_STOPPED, PRESSED)
    assert json.loads(out)["error"]["message"] == "Ctrl-C was pressed"
