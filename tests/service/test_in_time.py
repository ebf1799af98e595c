"""Whoever leaves while an issue is on its way is left out of the next batch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest
from sqlalchemy import select

from newsletter.cli.options import EXIT_CONFIGURATION
from newsletter.database.opening import open_database
from newsletter.database.schema import subscribers
from newsletter.delivery import State
from newsletter.doctor.facts import Verdict
from newsletter.doctor.judging import judge_website
from newsletter.links import Purpose, Signer
from newsletter.probes.web import PublicSite
from tests.commands import environment
from tests.database.samples import ISSUE, bring_in, counted, crowd, edition, states
from tests.delivery.offices import SEND, by_sendgrid
from tests.delivery.offices import bring_in as bring_people
from tests.delivery.offices import counted as of_status
from tests.offices import make_office
from tests.service.carrier import Carrier, report
from tests.service.running import SECRET, Service, running_service

if TYPE_CHECKING:
    from newsletter.database.opening import Database
    from newsletter.delivery import Batch, Ledger
    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

SIGNER = Signer((SECRET,))
CARRIER = Carrier()


def claimed(ledger: Ledger) -> Batch:
    batch = ledger.claim()
    assert batch is not None
    return batch


def numbers(batch: Batch) -> list[int]:
    found = (
        person.address.removeprefix("reader").partition("@")[0] for person in batch.recipients
    )
    return sorted(map(int, found))


def test_leaving_takes_effect_before_the_next_batch(url: str, tmp_path: Path) -> None:
    """One process sends, another takes the click: they meet in the database."""
    folder = make_office(tmp_path / "office")
    settings = {
        "NEWSLETTER_SECRET": SECRET,
        "NEWSLETTER_WEBHOOK_KEY": CARRIER.key,
        "NEWSLETTER_DATABASE_URL": url,
    }
    with open_database(url) as database, running_service(folder, settings=settings) as service:
        bring_in(database, *crowd(12))
        dispatch = database.dispatches.open(
            edition(), segment="all", transport="sendgrid", batch_size=4
        )
        with database.dispatches.take(dispatch) as ledger, service.client() as client:
            first = claimed(ledger)
            assert numbers(first) == [0, 1, 2, 3]
            keys = keys_of(database)
            for number in (1, 5, 6):
                token = SIGNER.token(Purpose.UNSUBSCRIBE, keys[f"reader{number}@example.org"])
                body = {"List-Unsubscribe": "One-Click"}
                for _ in range(2):  # programs click again when they are not sure
                    assert client.post(f"/unsubscribe/{token}", data=body).status_code == 200
            ledger.settle(first, State.ACCEPTED)
            second = claimed(ledger)
            assert numbers(second) == [4, 7]
            ledger.settle(second, State.ACCEPTED)
            complaint = report(
                {"event": "spamreport", "timestamp": 1_550_491_200, "email": "Reader9@Example.org"}
            )
            answer = client.post("/webhook", content=complaint, headers=CARRIER.headers(complaint))
            assert answer.status_code == 204
            third = claimed(ledger)
            assert numbers(third) == [8, 10, 11]
            ledger.settle(third, State.ACCEPTED)
            assert ledger.claim() is None
        assert counted(database.dispatches.status(ISSUE)) == {"accepted": 9, "suppressed": 3}
        left = {name for name, state in states(database).items() if state != "confirmed"}
        assert left == {f"reader{number}@example.org" for number in (1, 5, 6, 9)}


def keys_of(database: Database) -> dict[str, str]:
    """Return the opaque keys of the people on record, as their emails have them."""
    with database.events.connections.reading() as connection:
        rows = connection.execute(select(subscribers.c.email, subscribers.c.key))
        return {row.email: row.key for row in rows}


@pytest.mark.postgresql
def test_several_workers_share_one_port_and_one_database(
    postgresql_url: str, tmp_path: Path
) -> None:
    """A dispatch to 100,000 brings a wave of clicks and reports within minutes."""
    folder = make_office(tmp_path / "office")
    settings = {
        "NEWSLETTER_SECRET": SECRET,
        "NEWSLETTER_WEBHOOK_KEY": CARRIER.key,
        "NEWSLETTER_DATABASE_URL": postgresql_url,
    }
    with (
        open_database(postgresql_url) as database,
        running_service(folder, "--workers", "2", settings=settings) as service,
        service.client() as client,
        ThreadPoolExecutor(8) as pool,
    ):
        bring_in(database, *crowd(12))
        body = report(
            *(
                {"event": "bounce", "timestamp": 1_550_491_200, "email": f"reader{n}@example.org"}
                for n in range(12)
            )
        )
        # The very same report over and over, and at once.
        posts = [
            pool.submit(client.post, "/webhook", content=body, headers=CARRIER.headers(body))
            for _ in range(40)
        ]
        assert {post.result().status_code for post in posts} == {204}
        assert set(states(database).values()) == {"suppressed"}
        said = service.log.read_text(encoding="utf-8")
        assert said.count("12 new") == 1, "two at once may not both be the first"
        before = workers(service)
        os.kill(min(before), signal.SIGKILL)
        while not workers(service) - before:
            assert answers(service), "the other one goes on"
        assert service.stop() == 0
        assert "failed" not in service.log.read_text(encoding="utf-8")


@pytest.mark.postgresql
def test_a_restart_of_the_database_costs_nobody_their_click(
    postgresql_url: str, tmp_path: Path
) -> None:
    """Connections that have lain idle are dead then; a mail program does not click again."""
    settings = {"NEWSLETTER_SECRET": SECRET, "NEWSLETTER_DATABASE_URL": postgresql_url}
    folder = make_office(tmp_path / "office")
    token = SIGNER.token(Purpose.UNSUBSCRIBE, "0" * 32)
    with running_service(folder, settings=settings) as service, service.client() as client:
        assert client.post(f"/unsubscribe/{token}").status_code == 200
        with psycopg.connect(postgresql_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert client.post(f"/unsubscribe/{token}").status_code == 200
        assert client.get("/readyz").status_code == 200


def answers(service: Service) -> bool:
    """Tell whether anybody answers; a connection that the dead one had taken up is broken."""
    try:
        return httpx.get(f"{service.address}/healthz", timeout=60).status_code == 200
    except (httpx.ReadError, httpx.RemoteProtocolError):
        return answers(service)


def workers(service: Service) -> set[int]:
    """Return the processes that serve, of those that the service has started."""
    started = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
    return {int(pid) for pid in started.read_text().split() if "spawn_main" in command_of(pid)}


def command_of(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:  # it has ended meanwhile
        return ""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", program],
        env=environment({}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_workers_that_cannot_start_end_the_service() -> None:
    """To start them over and over would hide it from whoever watches."""
    ended = run(
        "from tests.service.broken import stumbling\n"
        "from newsletter.web.public.server import Address, serve\n"
        "if __name__ == '__main__':\n"
        "    serve(stumbling, Address('127.0.0.1', 0, workers=2), ready=print)\n"
    )
    assert ended.returncode == 1
    assert "StoppedError: The service could not start" in ended.stderr
    assert ended.stdout == ""


def test_a_worker_that_meets_no_database_says_so_and_makes_room(tmp_path: Path) -> None:
    """Another one takes its place a moment later, when the database may be there again."""
    folder = make_office(tmp_path / "office")
    ended = run(
        "from pathlib import Path\n"
        "from newsletter.settings import Settings\n"
        "from newsletter.web.public.opening import Service\n"
        "url = 'postgresql://nobody:hidden@127.0.0.1:1/none'\n"
        f"settings = Settings(secret={SECRET!r}, database_url=url)\n"
        f"Service(Path({str(folder)!r}), settings, 'folder', for_trying=True)()\n"
    )
    assert ended.returncode == 1
    assert "failed: The database server cannot be reached" in ended.stderr
    assert "hidden" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_several_workers_on_sqlite_are_refused(office: Office) -> None:
    """They would wait for each other, and for the dispatch."""
    office.environment["NEWSLETTER_SECRET"] = SECRET
    outcome = office("serve", "--port", "0", "--workers", "2")
    assert outcome.code == EXIT_CONFIGURATION
    assert "Several workers need PostgreSQL" in outcome.err


def test_a_service_that_others_can_reach_needs_a_secret(office: Office) -> None:
    """The links of a rehearsal are signed with what everybody knows."""
    for arguments in (
        ["--host", "0.0.0.0"],  # noqa: S104  # it is refused
        ["--behind-proxy", "127.0.0.1"],
        ["--host", "nowhere.invalid"],
    ):
        outcome = office("serve", "--port", "0", *arguments)
        assert outcome.code == EXIT_CONFIGURATION, arguments
        assert "There is no NEWSLETTER_SECRET" in outcome.err


@pytest.mark.parametrize("proxy", ["somewhere", "10.0.0.1/24", "*", ""])
def test_a_proxy_is_named_by_its_address(office: Office, proxy: str) -> None:
    """To trust everybody is to be told anything."""
    outcome = office("serve", "--port", "0", "--behind-proxy", proxy)
    assert outcome.code == EXIT_CONFIGURATION
    assert "Write --behind-proxy 127.0.0.1" in outcome.err


def test_a_host_that_does_not_exist_is_told(office: Office) -> None:
    """A slip in a unit file ought to be found at once."""
    office.environment["NEWSLETTER_SECRET"] = SECRET
    outcome = office("serve", "--port", "0", "--host", "203.0.113.1.2")
    assert outcome.code == EXIT_CONFIGURATION
    assert "There is no address 203.0.113.1.2 to listen at" in outcome.err


def test_what_the_carrier_reports_shows_in_the_status(office: Office, sendgrid: StandIn) -> None:
    """From the command that sends to the one that tells: as an office lives it."""
    by_sendgrid(office, sendgrid)
    office.environment["NEWSLETTER_WEBHOOK_KEY"] = CARRIER.key
    bring_people(office, 1, 2, 3, 4)
    assert office(*SEND).code == 0
    (mail,) = sendgrid.mails
    with running_service(office.folder, settings=office.environment) as service:
        events = [
            {"event": name, "timestamp": 1_550_491_200, "email": person["to"][0]["email"]}
            | person["custom_args"]
            for person, name in zip(
                mail["personalizations"], ("delivered", "bounce", "deferred", "open"), strict=True
            )
        ]
        body = report(*reversed(events), *events)
        with service.client() as client:
            answer = client.post("/webhook", content=body, headers=CARRIER.headers(body))
            assert answer.status_code == 204
        assert of_status(office) == {"delivered": 2, "bounced": 1, "deferred": 1}
        listed = office("subscribers", "list", "--json").document["counts"]
        assert (listed["confirmed"], listed["suppressed"]) == (3, 1)


def test_the_doctor_finds_that_one_click_is_enough(tmp_path: Path) -> None:
    """What mailbox providers try is tried by ourselves first."""
    with running_service(make_office(tmp_path / "office")) as service:
        site = PublicSite(service.address)
        good = site.leave(SIGNER.token(Purpose.UNSUBSCRIBE, "0" * 32))
        broken = site.leave("no-link-of-ours")
    assert (good, broken) == (200, 404)
    assert judge_website(good=good, broken=broken).verdict is Verdict.GOOD
