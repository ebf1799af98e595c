"""The disk becomes full at the worst moment: nothing leaves unnoted, and it can be gone on with."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from newsletter.builds import BuildFolder
from newsletter.cli.options import EXIT_STOPPED
from newsletter.database.opening import open_database
from newsletter.deposit import put, put_anew
from newsletter.errors import StoppedError, UnavailableError
from newsletter.files import OfficeFolder
from newsletter.links import Signer
from newsletter.pipeline import prepare
from newsletter.proposal import Plan
from newsletter.sending import Carriage, send
from newsletter.transports.folder import FolderTransport
from newsletter.transports.sendgrid import SendGridTransport
from tests.commands import environment
from tests.database.samples import ISSUE as DAY_SENT
from tests.database.samples import bring_in as people
from tests.database.samples import crowd, edition
from tests.delivery.nobody import Nobody
from tests.delivery.offices import (
    ISSUE,
    SEND,
    address,
    bring_in,
    by_sendgrid,
    copies,
    counted,
    one_each,
    state,
)
from tests.offices import DAY
from tests.sendgrid_standin.server import KEY, StandIn
from tests.sendgrid_standin.steps import ACCEPT, Answer, Exchange
from tests.transports.samples import person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from newsletter.database.opening import Database
    from tests.commands import Office
    from tests.database.fixture import Clock

PEOPLE = 12
FULL = "The disk that holds the database"
COMMAND = """
import resource, runpy, sys
limit = int(sys.argv.pop(1))
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
runpy.run_module("newsletter", run_name="__main__", alter_sys=True)
"""


@dataclass
class Once:
    """Do something when a request comes, then go on as if nothing had happened."""

    act: Callable[[], None]
    done: bool = False

    def play(self, exchange: Exchange) -> None:
        if not self.done:
            self.done = True
            self.act()
        ACCEPT.play(exchange)


@dataclass
class Disk:
    """A disk on which an office lies, and on which there can be no more room from now on."""

    folder: Path
    filler: Path | None = None
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def fill(self) -> None:
        if self.filler is None:  # as good: no file of that process may grow any more
            size = (self.folder / "newsletter.db-wal").stat().st_size
            for process in self.running:
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, size))
            return
        with suppress(OSError), self.filler.open("wb", buffering=0) as opened:
            while opened.write(bytes(4096)):
                pass

    def empty(self) -> None:
        if self.filler is not None:
            self.filler.unlink()

    def start(self, office: Office, *words: str, limit: int = 0) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-c", COMMAND, f"{limit}", *words],
            cwd=self.folder,
            env=_unmeasured(environment(office.environment)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.running.append(process)
        return process


def _unmeasured(words: Mapping[str, str]) -> dict[str, str]:
    """Leave out what has coverage measured: it would write files of its own, without room."""
    return {name: value for name, value in words.items() if not name.startswith("COV")}


def _mount() -> Path | None:
    """Return a new small disk, where this machine lets us have one."""
    folder = Path(tempfile.mkdtemp(prefix="newsletter-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() == 0 and shutil.which("mount"):
        done = subprocess.run(mount, capture_output=True, check=False)  # noqa: S603  # our own words
        if done.returncode == 0:
            return folder
    folder.rmdir()
    return None


def _kinds() -> list[str]:
    """A small disk has to be mounted, which not every machine allows; a limit always works."""
    folder = _mount()
    if folder is not None:
        _unmount(folder)
    return ["limit", *(["disk"] if folder else [])]


def _unmount(folder: Path) -> None:
    # Lazily: whoever looks at every new disk, as some desktops do, may still be at it.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607  # our own words
    folder.rmdir()


@pytest.fixture(params=_kinds())
def disk(office: Office, request: pytest.FixtureRequest) -> Iterator[Disk]:
    """An office that is about to send to twelve people, one a request."""
    bring_in(office, *range(PEOPLE))
    frozen = prepare(OfficeFolder(office.folder), DAY).edition
    assert frozen is not None
    with open_database("sqlite:///newsletter.db", folder=office.folder) as database:
        database.dispatches.open(frozen, segment="all", transport="sendgrid", batch_size=1)
    mounted = _mount() if request.param == "disk" else None
    if mounted is None:
        yield Disk(office.folder)
        return
    subprocess.run(["cp", "-a", f"{office.folder}/.", str(mounted)], check=True)  # noqa: S603, S607  # our own words
    yield Disk(mounted, mounted / "filler")
    _unmount(mounted)


def _expire(folder: Path) -> None:
    """Let the lease of a process that could not give it back run out at once."""
    with closing(sqlite3.connect(folder / "newsletter.db")) as ledger, ledger:
        ledger.execute("UPDATE leases SET expires_at = '2019-02-18 17:00:00.000000'")


@pytest.mark.parametrize("accepted", [0, 9])
def test_what_leaves_was_noted_before_though_the_disk_is_full(
    disk: Disk, office: Office, sendgrid: StandIn, accepted: int
) -> None:
    """What could not be noted did not leave; once there is room it goes on, once to each."""
    by_sendgrid(office, sendgrid)
    sendgrid.plan(*[ACCEPT] * accepted, *[Once(disk.fill)])
    process = disk.start(office, *SEND, "--json")
    out, err = process.communicate()
    assert process.returncode == EXIT_STOPPED, err
    assert "Traceback" not in err
    assert err.count(FULL) == 1, err
    assert "run this again to go on" in err
    there = type(office)(disk.folder, office.environment, office.type_in)
    assert '"state": "' in out, "it could still be read how far it came"
    disk.empty()
    waiting = there("status", *ISSUE, "--json", "--state", "waiting").document["people"]
    assert {each["email"] for each in waiting} & set(sendgrid.inbox) == set()
    assert len(waiting) + len(sendgrid.inbox) == PEOPLE
    _expire(disk.folder)
    again = there(*SEND)
    uncertain = counted(there).get("uncertain", 0)
    assert uncertain <= 8
    assert again.code == (EXIT_STOPPED if uncertain else 0)
    assert counted(there)["accepted"] == PEOPLE - uncertain
    assert copies(sendgrid) == one_each(*range(PEOPLE)), "everybody has got exactly one"


def test_a_disk_that_is_full_while_all_is_frozen_sends_nothing(
    crowded: Office, sendgrid: StandIn
) -> None:
    """Half of an audience is none."""
    by_sendgrid(crowded, sendgrid)
    disk = Disk(crowded.folder)
    process = disk.start(crowded, *SEND, limit=200_000)
    _, err = process.communicate()
    assert process.returncode == EXIT_STOPPED, err
    assert err.count(FULL) == 1
    assert "Traceback" not in err
    assert (state(crowded), sendgrid.requests) == ("none", 0)
    assert crowded(*SEND).code == 0
    assert sum(copies(sendgrid).values()) == len(copies(sendgrid)) == 2_500


@pytest.mark.postgresql
def test_a_server_whose_disk_is_full_stops_the_sending(
    opened: Callable[..., Database], postgresql_url: str, clock: Clock
) -> None:
    """As on a laptop: at most what is under way is left in doubt, and the rest goes on."""
    database = opened(postgresql_url)
    people(database, *crowd(PEOPLE))
    _let_it_be_full(database)

    def fill() -> None:
        with database.connections.writing() as connection:
            connection.execute(text("INSERT INTO full_disk VALUES (1)"))

    with StandIn() as sendgrid:
        sendgrid.plan(*[ACCEPT] * 3, Once(fill))
        carriage = Carriage(
            SendGridTransport(KEY, sendgrid.host),
            Signer(("a secret of the tests",)),
            "https://update.example.org",
            sleep=lambda _: None,
            parallel=2,
        )
        carriage.transport.batch_size = 1
        plan: Plan[Any] = Plan(edition(), "all")
        reason = send(plan, database.dispatches, carriage=carriage, watcher=Nobody())
        assert isinstance(reason, StoppedError)
        assert reason.message == f"{FULL} is full."
        with database.connections.writing() as connection:
            connection.execute(text("DELETE FROM full_disk"))
        clock.move(60)
        assert send(plan, database.dispatches, carriage=carriage, watcher=Nobody()) is None
        counts = database.dispatches.status(DAY_SENT)["counts"]
        assert counts["accepted"] + counts["uncertain"] == PEOPLE
        assert 1 <= counts["uncertain"] <= 2
        assert {to: len(got) for to, got in sendgrid.inbox.items()} == {
            f"reader{n}@example.org": 1 for n in range(PEOPLE)
        }


def _let_it_be_full(database: Database) -> None:
    """Have every change of a batch fail as on a full disk while `full_disk` holds a row."""
    with database.connections.writing() as connection:
        connection.execute(text("CREATE TABLE full_disk (id integer)"))
        connection.execute(
            text(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "IF EXISTS (SELECT 1 FROM full_disk) THEN RAISE SQLSTATE '53100'; END IF; "
                "RETURN NEW; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE TRIGGER refuse BEFORE UPDATE ON batches "
                "FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
        )


@contextmanager
def no_room() -> Iterator[None]:
    """Let no file of this process grow."""
    assert signal.getsignal(signal.SIGXFSZ) is signal.SIG_IGN
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_certificate_stays_whole_when_a_newer_one_finds_no_room(tmp_path: Path) -> None:
    """It attests something; half of it would attest nothing."""
    put(tmp_path, {"certificate.json": b"the first"}, what="certificate")
    with no_room(), pytest.raises(StoppedError, match=r"The certificate .*: the disk is full$"):
        put(tmp_path, {"certificate.json": b"the second"}, what="certificate")
    assert [path.name for path in tmp_path.iterdir()] == ["certificate.json"]
    assert (tmp_path / "certificate.json").read_bytes() == b"the first"


def test_of_a_render_that_finds_no_room_nothing_is_left(tmp_path: Path) -> None:
    """Half an email could pass for the whole; what tells of a dispatch stays."""
    put(tmp_path, {"certificate.json": b"it was sent"}, what="certificate")
    put_anew(tmp_path, {"email.html": b"old"}, what="result", keeping=["certificate."])
    with no_room(), pytest.raises(StoppedError) as caught:
        put_anew(
            tmp_path,
            {"pictures/empty.png": b"", "email.html": b"new"},
            what="result",
            keeping=["certificate."],
            below=["pictures"],
        )
    assert caught.value.hint == "Free some space, then run the same command again."
    assert [path.name for path in tmp_path.iterdir()] == ["certificate.json"]


def test_a_command_that_cannot_write_its_result_says_so(office: Office) -> None:
    """One sentence, and the code of what can be run again."""
    with no_room():
        outcome = office("render", *ISSUE)
    assert outcome.code == EXIT_STOPPED
    assert "The result cannot be written to" in outcome.err
    assert "the disk is full" in outcome.err
    assert office("render", *ISSUE).code == 0


def test_a_certificate_without_room_is_told_and_written_later(
    office: Office, sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All has been sent: what is missing is its proof, and the same command brings it."""
    bring_in(office, 0)
    by_sendgrid(office, sendgrid)
    real = BuildFolder.attest

    def attest(*arguments: object) -> list[Path]:
        with no_room():
            return real(*arguments)  # type: ignore[arg-type]  # as they came

    with monkeypatch.context() as patch:
        patch.setattr(BuildFolder, "attest", attest)
        for command in (SEND, ("status", *ISSUE)):
            outcome = office(*command, "--json")
            assert outcome.code == EXIT_STOPPED
            assert outcome.document["state"] == "finished", "that is known in any case"
            assert "The certificate cannot be written to" in outcome.err
            assert "run newsletter status: it writes the certificate again" in outcome.err
    build = office.folder / "build" / "2019-02-18"
    assert list(build.glob("certificate.*")) == []
    assert office(*SEND).code == 0
    assert sorted(path.name for path in build.glob("certificate.*")) == [
        "certificate.html",
        "certificate.json",
    ]
    assert copies(sendgrid) == {address(0): 1}


def test_an_outbox_without_room_holds_no_half_message(tmp_path: Path, clock: Clock) -> None:
    """What was written stays, what was not can be written again."""
    transport = FolderTransport(tmp_path / "outbox", clock)
    transport.send(edition(), [person(0)], dispatch="d" * 32)
    with no_room(), pytest.raises(UnavailableError, match="The messages could not be written"):
        transport.send(edition(), [person(1)], dispatch="d" * 32)
    (message,) = (path for path in (tmp_path / "outbox").rglob("*") if path.is_file())
    assert message.suffix == ".eml"
    transport.send(edition(), [person(1)], dispatch="d" * 32)
    assert len(list((tmp_path / "outbox").rglob("*.eml"))) == 2


def test_a_cancel_is_told_though_there_is_no_room_for_its_certificate(
    office: Office, sendgrid: StandIn
) -> None:
    """Whoever is not told that nothing will leave picks up the telephone."""
    bring_in(office, 0)
    by_sendgrid(office, sendgrid)
    sendgrid.plan(Answer(403))
    assert office(*SEND).code == EXIT_STOPPED
    shutil.rmtree(office.folder / "build")
    office.write("build", "a file, where a folder should be")
    cancelled = office("cancel", *ISSUE, "--yes")
    assert "Cancelled: nothing of it will leave." in cancelled.out
    assert "The certificate cannot be written to" in cancelled.err
    assert office("status", *ISSUE).out.startswith("Issue 2019-02-18: cancelled\n")
