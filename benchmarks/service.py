"""Measure the public service beside the least that a web service could do.

    python -m benchmarks.service [CLICKS] [REPORTS]

10,000 clicks on unsubscribe links and 50 reports of 1,000 events each unless told, over 8
kept-alive connections, on SQLite with full sync. All run in one go on this machine:

floor      Starlette on uvicorn, which commits one row a request, and nothing else
clicks     one-click POSTs while `send` is delivering to a carrier that takes its time
reports    signed batches of 1,000 events, each of them new

Afterwards everything is counted: who clicked has left, who had not got the issue by then does
not get it, and every event is in the database.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.dispatch import KEY, Carrier, environment, fill, make_office
from newsletter.links import Purpose, Signer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PARALLEL = 8
BATCH = 1_000
SLOW = 10_000  # milliseconds that the carrier takes for a request: the dispatch goes on meanwhile
CROWD = 5  # people on the list for each who clicks
SECRET = "a secret of the benchmark"  # noqa: S105 -- nobody's
MOMENT = "1550491200"
SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"

FLOOR = """
import socket, sqlite3, sys, threading
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route
line = sqlite3.connect(sys.argv[1], check_same_thread=False, isolation_level=None)
line.execute("PRAGMA journal_mode = WAL")
line.execute("PRAGMA synchronous = FULL")
line.execute("CREATE TABLE clicks (id INTEGER PRIMARY KEY, body BLOB)")
lock = threading.Lock()
def keep(body):
    with lock:
        line.execute("INSERT INTO clicks (body) VALUES (?)", [body])
async def click(request):
    await run_in_threadpool(keep, await request.body())
    return Response(status_code=204)
listener = socket.create_server(("127.0.0.1", 0))
print(f"Service  http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
app = Starlette(routes=[Route("/{path:path}", click, methods=["POST"])])
uvicorn.Server(uvicorn.Config(app, http="h11", log_level="critical")).run(sockets=[listener])
"""

Post = tuple[str, bytes, dict[str, str]]


class Service:
    """A server in a process of its own, which prints its address."""

    def __init__(self, command: Sequence[str], folder: Path, settings: dict[str, str]) -> None:
        self._log = (folder / "service.log").open("w")
        self.process = subprocess.Popen(  # noqa: S603 -- our own words
            command,
            cwd=folder,
            env=settings,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.place = self._address()

    def _address(self) -> str:
        for line in self.process.stdout or ():
            if line.startswith("Service"):
                return line.split("//")[1].strip().rstrip("/")
        sys.exit("the service did not start")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self._log.close()


def post_all(place: str, posts: Sequence[Post]) -> list[float]:
    """Post over kept-alive connections; return the seconds that each answer took."""
    mine = local()

    def post(each: Post) -> float:
        if not hasattr(mine, "line"):
            mine.line = HTTPConnection(place, timeout=120)
        path, body, headers = each
        start = time.perf_counter()
        mine.line.request("POST", path, body, headers)
        answer = mine.line.getresponse()
        answer.read()
        if answer.status not in {200, 204}:
            sys.exit(f"{path.split('/')[1]} was answered with {answer.status}")
        return time.perf_counter() - start

    with ThreadPoolExecutor(PARALLEL) as pool:
        return list(pool.map(post, posts))


def clicks(number: int, people: int) -> list[Post]:
    """Return a one-click POST for each of the last on the list, whose turn comes late."""
    signer = Signer((SECRET,))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    tokens = (
        signer.token(Purpose.UNSUBSCRIBE, f"{n:032x}")
        for n in range(people - number + 1, people + 1)
    )
    body = b"List-Unsubscribe=One-Click"
    return [(f"/unsubscribe/{token}", body, form) for token in tokens]


def reports(number: int, key: ec.EllipticCurvePrivateKey, dispatch: str) -> list[Post]:
    """Return signed reports on what became of the messages."""
    return [("/webhook", body, signed(body, key)) for body in map(events(dispatch), range(number))]


def events(dispatch: str) -> Callable[[int], bytes]:
    def body(batch: int) -> bytes:
        numbers = range(batch * BATCH + 1, (batch + 1) * BATCH + 1)
        return json.dumps([event(dispatch, number) for number in numbers]).encode()

    return body


def event(dispatch: str, number: int) -> dict[str, object]:
    return {
        "event": "delivered",
        "timestamp": 1_550_491_200 + number,
        "email": f"reader{number}@example.org",
        "smtp-id": f"<{'x' * 40}@ismtpd0001>",
        "response": "250 OK " + "x" * 60,
        "sg_event_id": "x" * 40,
        "sg_message_id": "x" * 70,
        "dispatch": dispatch,
        "recipient": f"{number:032x}",
    }


def signed(body: bytes, key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    signature = key.sign(MOMENT.encode() + body, ec.ECDSA(SHA256()))
    return {SIGNATURE: b64encode(signature).decode(), TIMESTAMP: MOMENT}


def floor(number: int) -> list[float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-c", FLOOR, str(folder / "floor.db")]
        service = Service(command, folder, environment())
        try:
            return post_all(service.place, clicks(number, number))
        finally:
            service.close()


def ours(number: int, batches: int) -> tuple[list[float], list[float]]:
    """Return how long clicks took during a dispatch, and reports after it."""
    people = number * CROWD
    key = ec.generate_private_key(ec.SECP256R1())
    shown = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    carrier = Carrier(SLOW)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_office(folder)
        settings = environment() | {
            "SENDGRID_API_KEY": KEY,
            "SENDGRID_HOST": f"http://{carrier.place}",
            "NEWSLETTER_SECRET": SECRET,
            "NEWSLETTER_WEBHOOK_KEY": b64encode(shown).decode(),
        }
        fill(folder, people)
        program = [sys.executable, "-m", "newsletter"]
        service = Service([*program, "serve", "--port", "0"], folder, settings)
        send = [
            *program,
            "send",
            "--issue",
            "2019-02-18",
            "--yes",
            "--transport",
            "sendgrid",
            "--json",
        ]
        dispatch = subprocess.Popen(  # noqa: S603 -- our own words
            send, cwd=folder, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        carrier.first_request()
        clicked = post_all(service.place, clicks(number, people))
        was_running = dispatch.poll() is None
        said, _ = dispatch.communicate()
        if dispatch.returncode:
            sys.exit(said.decode())
        with closing(sqlite3.connect(folder / "newsletter.db")) as database:
            (named,) = database.execute("SELECT key FROM dispatches").fetchone()
            told = post_all(service.place, reports(batches, key, named))
            service.close()
            account(database, number, batches)
        counts = json.loads(said)["counts"]
        if counts["accepted"] + counts["suppressed"] != people:
            sys.exit("the dispatch lost somebody")
        print("the dispatch was running", "all the while" if was_running else "for a part of it")
        print(f"{counts['suppressed']:,} clicked before their batch, and did not get the issue")
    carrier.close()
    return clicked, told


def account(database: sqlite3.Connection, number: int, batches: int) -> None:
    """Leave with a word if anything was lost."""

    def count(question: str) -> int:
        return int(database.execute(question).fetchone()[0])

    left = count("SELECT count(*) FROM suppressions WHERE reason = 'unsubscribed'")
    withdrawn = count("SELECT count(*) FROM consents WHERE state = 'withdrawn'")
    kept = count("SELECT count(*) FROM events")
    if (left, withdrawn, kept) != (number, number, batches * BATCH):
        sys.exit(f"lost: {left:,} left, {withdrawn:,} withdrew, {kept:,} events are stored")
    print(f"nothing was lost: {left:,} left, {kept:,} events are stored")


def main() -> None:
    given = dict(enumerate(sys.argv))
    number, batches = int(given.get(1, "10_000")), int(given.get(2, "50"))
    least = floor(number)
    clicked, told = ours(number, batches)
    print(f"{'':32}{'median':>10}{'99th percentile':>18}{'floors':>10}")
    for label, seconds in (
        ("floor: one row a request", least),
        ("one click, during a dispatch", clicked),
        (f"a report of {BATCH:,} events", told),
    ):
        middle, last = statistics.median(seconds), statistics.quantiles(seconds, n=100)[98]
        ratio = middle / statistics.median(least)
        print(f"{label:32}{middle * 1e3:>7.1f} ms{last * 1e3:>15.1f} ms{ratio:>10.1f}")
    a_second = batches * BATCH * PARALLEL / sum(told)
    print(f"{number * PARALLEL / sum(clicked):,.0f} clicks and {a_second:,.0f} events a second")


if __name__ == "__main__":
    main()
