"""Measure a whole dispatch beside a bare client, and beside what the rivals do.

    python benchmarks/dispatch.py [RECIPIENTS] [MILLISECONDS] [ROUNDS]

100,000 recipients, 150 ms an answer and 3 rounds unless told. The carrier is a process of its
own on this machine that answers 202 after that time and reads nothing. In each round the floor
and ours run one after the other; the medians count. Ours runs as an office has it, with the
byte code that pip makes when it installs a package:

floor      prebuilt bodies over 8 kept-alive connections, and nothing remembered
ours       `send` from the office's command line to the certificate; SQLite with full sync
threads    the SDK's own connections, plain dicts, 8 threads, nothing remembered
helpers    the SDK's helper classes, one request after the other (some requests, extrapolated)
singly     one request a recipient over 8 connections (some requests, extrapolated)
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from threading import local
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[1]
PARALLEL = 8
BATCH = 1_000
KEY = "SG.benchmark"

CARRIER = """
import asyncio, sys, time
seconds = float(sys.argv[1]) / 1000
first = None
async def answer(reader, writer):
    global first
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            if first is None:
                first = time.time()
                print(first, flush=True)
            length = int(head.lower().split(b"content-length:")[1].split(b"\\r\\n")[0])
            left = length
            while left:
                left -= len(await reader.read(min(left, 1 << 20)))
            await asyncio.sleep(seconds)
            writer.write(b"HTTP/1.1 202 Accepted\\r\\nContent-Length: 0\\r\\n\\r\\n")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 21)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


class Carrier:
    """A process that accepts whatever it is given, `milliseconds` later."""

    def __init__(self, milliseconds: float) -> None:
        self.process = subprocess.Popen(  # noqa: S603 -- our own words
            [sys.executable, "-c", CARRIER, f"{milliseconds}"], stdout=subprocess.PIPE, text=True
        )
        self.place = f"127.0.0.1:{int(self._said())}"

    def first_request(self) -> float:
        """Return when the first request came, in seconds since 1970."""
        return float(self._said())

    def _said(self) -> str:
        return self.process.stdout.readline() if self.process.stdout else ""

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def body(people: int) -> dict[str, Any]:
    """Return a request of the size that ours have."""
    link = "https://update.example.org/unsubscribe/" + "x" * 80
    return {
        "personalizations": [
            {
                "to": [{"email": f"reader{number}@example.org"}],
                "substitutions": {f"-nl_{name}-": link[:60] for name in "abcdef"},
                "headers": {"List-Unsubscribe": f"<{link}>"},
                "custom_args": {"dispatch": "d" * 32, "recipient": f"{number:032x}"},
            }
            for number in range(people)
        ],
        "from": {"email": "update@example.org"},
        "subject": "Your trains",
        "content": [
            {"type": "text/plain", "value": "x" * 5_000},
            {"type": "text/html", "value": "x" * 32_000},
        ],
    }


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def post_all(place: str, bodies: Sequence[bytes]) -> None:
    """Post prebuilt bodies over kept-alive connections, with nothing else to do."""
    mine = local()

    def post(data: bytes) -> None:
        if not hasattr(mine, "line"):
            mine.line = HTTPConnection(place)
        mine.line.request("POST", "/v3/mail/send", data, {"Content-Type": "application/json"})
        mine.line.getresponse().read()

    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(post, bodies))


def floor(place: str, people: int) -> float:
    prebuilt = json.dumps(body(BATCH)).encode()
    bodies = [prebuilt] * -(-people // BATCH)
    return timed(lambda: post_all(place, bodies))


def singly(place: str, people: int) -> float:
    """Post one request a recipient: some of them, and the rest by calculation."""
    tried = min(people, 400)
    single = json.dumps(body(1)).encode()
    return timed(lambda: post_all(place, [single] * tried)) * people / tried


def threads(place: str, people: int) -> float:
    """Post through the SDK, which opens a connection for each call."""
    from sendgrid import SendGridAPIClient  # noqa: PLC0415 -- only here

    document = body(BATCH)

    def post(_: int) -> None:
        SendGridAPIClient(KEY, host=f"http://{place}").send(document)

    def work() -> None:
        with ThreadPoolExecutor(PARALLEL) as pool:
            list(pool.map(post, range(-(-people // BATCH))))

    return timed(work)


def personalization(person: dict[str, Any]) -> Any:  # noqa: ANN401 -- the package has no types
    """Make one person's part as the package's guide shows it."""
    from sendgrid.helpers.mail import (  # noqa: PLC0415 -- only here
        CustomArg,
        Header,
        Personalization,
        Substitution,
        To,
    )

    one = Personalization()
    one.add_to(To(person["to"][0]["email"]))
    for tag, value in person["substitutions"].items():
        one.add_substitution(Substitution(tag, value))
    for name, value in person["headers"].items():
        one.add_header(Header(name, value))
    for name, value in person["custom_args"].items():
        one.add_custom_arg(CustomArg(name, value))
    return one


def helpers(place: str, people: int) -> float:
    """Build requests with the SDK's helper classes, one after the other."""
    from sendgrid import SendGridAPIClient  # noqa: PLC0415 -- only here
    from sendgrid.helpers.mail import Content, Mail  # noqa: PLC0415 -- only here

    document = body(BATCH)
    tried = min(-(-people // BATCH), 10)

    def post() -> None:
        mail = Mail(from_email="update@example.org", subject="Your trains")
        for part in document["content"]:
            mail.add_content(Content(part["type"], part["value"]))
        for person in document["personalizations"]:
            mail.add_personalization(personalization(person))
        SendGridAPIClient(KEY, host=f"http://{place}").send(mail)

    def work() -> None:
        for _ in range(tried):
            post()

    return timed(work) * (people / BATCH) / tried


def make_office(folder: Path) -> None:
    """Copy the sample office."""
    for name in ("office.yaml", "issues", "logo.png", "postcodes.csv"):
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, folder / name)
        elif origin.exists():
            shutil.copy(origin, folder / name)


def environment() -> dict[str, str]:
    """Return this process's, less what would have the program behave as no office's does."""
    dropped = ("NEWSLETTER", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "PYTHONPATH": str(ROOT), "NEWSLETTER_SECRET": "a secret of the benchmark"}


def fill(folder: Path, people: int) -> None:
    """Put people straight into the tables: importing them is not what is measured."""
    from newsletter.database.opening import open_database  # noqa: PLC0415 -- only here

    with open_database("sqlite:///newsletter.db", folder=folder):
        pass
    import sqlite3  # noqa: PLC0415 -- only here

    database = sqlite3.connect(folder / "newsletter.db")
    columns = {row[1] for row in database.execute("PRAGMA table_info(subscribers)")}
    names: dict[str, Callable[[int], object]] = {
        "id": lambda n: n,
        "key": lambda n: f"{n:032x}",
        "email": lambda n: f"reader{n}@example.org",
        "email_folded": lambda n: f"reader{n}@example.org",
        "first_name": lambda n: f"Reader{n % 997}",
        "last_name": lambda _: "",
        "postcode": lambda _: "",
        "state": lambda _: "confirmed",
        "created_at": lambda _: "2019-02-01 00:00:00.000000",
    }
    chosen = sorted(columns & set(names))
    marks = ",".join("?" * len(chosen))
    with database:
        database.executemany(
            f"INSERT INTO subscribers ({','.join(chosen)}) VALUES ({marks})",  # noqa: S608 -- our own words
            ([names[name](n) for name in chosen] for n in range(1, people + 1)),
        )
        database.execute(
            "INSERT INTO consents (subscriber_id, state, at, source, wording, recorded_by,"
            " recorded_at) SELECT id, 'confirmed', created_at, 'website', 'Please', 'benchmark',"
            " created_at FROM subscribers"
        )
    database.close()


@dataclass(frozen=True, slots=True)
class Run:
    """One dispatch by the command line: seconds, and MB of memory at most."""

    whole: float
    to_first_request: float
    peak: float

    @property
    def from_first_request(self) -> float:
        return self.whole - self.to_first_request


def ours(office: Path, people: int, milliseconds: float) -> Run:
    """Send from a copy of an office whose list is full."""
    carrier = Carrier(milliseconds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "office"
        shutil.copytree(office, folder)
        settings = environment() | {
            "PYTHONPYCACHEPREFIX": str(office.parent / "pycache"),
            "SENDGRID_API_KEY": KEY,
            "SENDGRID_HOST": f"http://{carrier.place}",
        }
        _command("send", "--dry-run", cwd=folder, env=settings)  # makes the byte code
        os.sync()  # the copy's way to the disk is not what is measured
        start = time.time()
        answer, peak = _command("send", "--yes", cwd=folder, env=settings)
        whole = time.time() - start
        if answer["counts"]["accepted"] != people:
            sys.exit("not everybody was accepted")
    first = carrier.first_request() - start
    carrier.close()
    return Run(whole, first, peak)


def _command(*words: str, cwd: Path, env: dict[str, str]) -> tuple[dict[str, Any], float]:
    """Run one command of ours; return its document, and MB of memory at most."""
    line = [sys.executable, "-m", "newsletter", *words, "--issue", "2019-02-18", "--json"]
    process = subprocess.Popen(  # noqa: S603 -- our own words
        line, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = process.communicate()
    if process.returncode:
        sys.exit(err.decode())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return json.loads(out), peak


def beside(milliseconds: float, work: Callable[[str], float]) -> float:
    """Measure something against a carrier of its own."""
    carrier = Carrier(milliseconds)
    try:
        return work(carrier.place)
    finally:
        carrier.close()


def main() -> None:
    given = dict(enumerate(sys.argv))
    people, milliseconds = int(given.get(1, "100_000")), float(given.get(2, "150"))
    rounds = int(given.get(3, "3"))
    socket.setdefaulttimeout(120)
    floors, runs = [], []
    with tempfile.TemporaryDirectory() as name:
        office = Path(name) / "office"
        office.mkdir()
        make_office(office)
        fill(office, people)
        for _ in range(rounds):
            floors.append(beside(milliseconds, lambda place: floor(place, people)))
            runs.append(ours(office, people, milliseconds))
    least = median(floors)
    rivals = [
        ("the SDK in 8 threads", threads),
        ("helper classes in sequence", helpers),
        ("one request a recipient, 8 connections", singly),
    ]
    rows = [
        ("floor: prebuilt bodies, 8 connections", least),
        ("ours, from start to certificate", median(run.whole for run in runs)),
        (
            "ours, from first request to certificate",
            median(run.from_first_request for run in runs),
        ),
        *((label, beside(milliseconds, partial(rival, people=people))) for label, rival in rivals),
    ]
    print(f"{people:,} recipients, {milliseconds:g} ms an answer, medians of {rounds} rounds")
    for label, seconds in rows:
        print(f"{seconds:>10.2f} s {seconds / least:>8.2f} times the floor   {label}")
    print(
        f"{median(run.to_first_request for run in runs):>10.2f} s from start to first request; "
        f"{max(run.peak for run in runs):,.0f} MB of memory at most"
    )
    each = " ".join(
        f"{run.from_first_request / least:.2f}+{run.to_first_request / least:.2f}"
        for least, run in zip(floors, runs, strict=True)
    )
    print(f"each round, times its own floor, sending + starting: {each}")


if __name__ == "__main__":
    main()
