"""Whoever is slow, greedy or broken is hung up on, and everybody else is served meanwhile."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest

from newsletter.cli.options import EXIT_CONFIGURATION
from newsletter.links import Purpose, Signer
from newsletter.web.public.bodies import LARGEST
from newsletter.web.public.webhook import LARGEST as REPORT
from tests.commands import Office
from tests.offices import make_office
from tests.service.carrier import MOMENT, SIGNATURE, TIMESTAMP, Carrier, report
from tests.service.running import SECRET, Service, running_service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = Signer((SECRET,)).token(Purpose.UNSUBSCRIBE, "0" * 32)
# The same program, with less patience than people have.
HASTY = """
from newsletter.web.public import bodies, patience
bodies.PATIENCE = patience.FOR_HEADERS = patience.FOR_READING = 0.5
from newsletter.__main__ import main
main()
"""


# The same program, with room for one long report at a time.
NARROW = """
from newsletter.web.public import webhook
webhook.TOGETHER = webhook.LARGEST
from newsletter.__main__ import main
main()
"""


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that hangs up after half a second, on whoever is held up by this machine, too."""
    folder = make_office(tmp_path_factory.mktemp("hasty") / "office")
    with running_service(folder, program=HASTY) as running:
        yield running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = make_office(tmp_path_factory.mktemp("patient") / "office")
    with running_service(folder) as running:
        yield running


class Line:
    """A connection that says exactly what it is told to."""

    def __init__(self, service: Service) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self._socket.settimeout(60)
        self._socket.connect(("127.0.0.1", service.port))

    def say(self, *parts: bytes | str) -> Line:
        with suppress(ConnectionResetError, BrokenPipeError):  # they may have hung up meanwhile
            for part in parts:
                self._socket.sendall(part.encode() if isinstance(part, str) else part)
        return self

    def hear(self) -> bytes:
        """Return all that is said until they hang up."""
        heard = b""
        try:
            while part := self._socket.recv(65_536):
                heard += part
        except ConnectionResetError:
            pass
        self._socket.close()
        return heard

    def hear_some(self) -> bytes:
        try:
            return self._socket.recv(65_536)
        except ConnectionResetError:
            return b""

    def is_cut(self) -> bool:
        """Wait, without taking anything in, until they hang up; whether they did."""
        waiting = select.poll()
        waiting.register(self._socket, select.POLLHUP | select.POLLERR)
        return bool(waiting.poll(60_000))

    def drop(self) -> None:
        self._socket.close()


def post(*headers: str, path: str = f"/unsubscribe/{TOKEN}") -> str:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: a.example", *headers, "", ""])


def status(heard: bytes) -> int:
    return int(heard.split(b" ", 2)[1])


def served(service: Service) -> bool:
    """Tell whether they answer; who is held up on the way to a hasty one asks again."""
    with service.client() as client:
        while True:
            with suppress(httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
                return client.get("/healthz").status_code == 200


def heard_first(service: Service, *said: str) -> tuple[Line, bytes]:
    """Say something, and return the line with what is said at first: again, as `served` does."""
    while True:
        line = Line(service).say(*said)
        if heard := line.hear_some():
            return line, heard
        line.drop()


@pytest.mark.parametrize(
    "said",
    ["", "\r\n\r\n", "GET /hea", "GET /healthz HTTP/1.1\r\nHost: a.example\r\nX-Slow: "],
    ids=["nothing", "blank lines", "half a line", "half of the headers"],
)
def test_who_does_not_come_to_ask_is_hung_up_on(hasty: Service, said: str) -> None:
    """A few hundred silent connections would keep everybody else out (“slow loris”)."""
    lines = [Line(hasty).say(said) for _ in range(20)]
    assert served(hasty)
    assert all(b"200 OK" not in line.hear() for line in lines)


def test_who_asks_twice_and_stops_half_way_is_hung_up_on(hasty: Service) -> None:
    """The second request may be as slow as the first."""
    line, heard = heard_first(hasty, "GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n")
    assert status(heard) == 200
    assert line.say("GET /hea").hear() in {b"", b"alive\n"}


def test_a_body_that_does_not_come_is_told_so(hasty: Service) -> None:
    """It may be somebody on a train: they can try again."""
    line, heard = heard_first(hasty, post("Content-Length: 26"), "List-Unsub")
    heard += line.hear()
    assert status(heard) == 408
    assert b"connection: close" in heard
    assert b"The connection was too slow" in heard


def test_who_never_takes_the_answer_is_hung_up_on(hasty: Service) -> None:
    """Their pages would pile up in the memory."""
    line = Line(hasty).say("GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n" * 12_000)
    assert line.is_cut()
    assert served(hasty)
    line.drop()


def test_who_hangs_up_half_way_is_noted_and_no_failure(service: Service) -> None:
    """Phones lose their connection all the time."""
    line = Line(service).say(post("Content-Length: 26"), "List-Unsub")
    assert served(service)
    line.drop()
    assert Line(service).say(post("Content-Length: 0", "Connection: close")).hear()
    assert "failed" not in service.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Content-Length: 26"], "List-Unsubscribe=One-Click"),
        (["Transfer-Encoding: chunked"], "1a\r\nList-Unsubscribe=One-Click\r\n0\r\n\r\n"),
        (["Transfer-Encoding: chunked"], "5\r\nList-\r\n15\r\nUnsubscribe=One-Click\r\n0\r\n\r\n"),
        (["Content-Length: 0"], ""),
        ([], ""),
        (["Content-Type: multipart/form-data; boundary=x", "Content-Length: 3"], "--x"),
        (["Content-Type: application/json", "Content-Length: 1"], "{"),
    ],
)
def test_an_opt_out_is_taken_however_it_is_sent(
    service: Service, headers: list[str], body: str
) -> None:
    """Each mailbox provider has its own way; the address alone says it all."""
    heard = Line(service).say(post(*headers, "Connection: close"), body).hear()
    assert status(heard) == 200


@pytest.mark.parametrize("by", ["length", "chunks", "expecting"])
def test_what_is_too_long_is_refused(service: Service, by: str) -> None:
    """Nobody may fill the memory; those who ask before they send are told before."""
    size = LARGEST + 1
    line = Line(service)
    if by == "length":
        line.say(post(f"Content-Length: {size}"), b"x" * size)
    elif by == "chunks":
        line.say(post("Transfer-Encoding: chunked"), f"{size:x}\r\n", b"x" * size, "\r\n0\r\n\r\n")
    else:
        line.say(post(f"Content-Length: {10**12}", "Expect: 100-continue"))
    heard = line.hear()
    assert status(heard) == 413
    assert b"connection: close" in heard
    assert b"That was more than we can take" in heard


@pytest.mark.parametrize(
    "signed",
    [
        [],
        [f"{TIMESTAMP}: {MOMENT}"],
        [f"{SIGNATURE}: MEUC"],
        [f"{TIMESTAMP}: {MOMENT}", f"{SIGNATURE}: no base64"],
    ],
    ids=["not at all", "no signature", "no time", "no base64"],
)
def test_a_report_that_nobody_claims_to_have_signed_is_refused_before_it_is_read(
    service: Service, signed: list[str]
) -> None:
    """Anybody can send millions of bytes; this one has sent none of them yet."""
    heard = Line(service).say(post("Content-Length: 1000000", *signed, path="/webhook")).hear()
    assert status(heard) == 403
    assert b"connection: close" in heard
    assert heard.endswith(b"\r\n\r\n")


def test_reports_share_one_room_and_whoever_finds_it_full_comes_again(tmp_path: Path) -> None:
    """To claim a signature costs nothing; SendGrid tries again for a day, and readers never wait."""
    carrier = Carrier()
    settings = {"NEWSLETTER_SECRET": SECRET, "NEWSLETTER_WEBHOOK_KEY": carrier.key}
    signed = ["Connection: close", f"{TIMESTAMP}: {MOMENT}", f"{SIGNATURE}: MEUC"]
    body = report({"event": "delivered", "timestamp": 1_550_491_200, "email": "a@b.example"})
    with (
        running_service(make_office(tmp_path / "office"), settings=settings, program=NARROW) as it,
        it.client() as client,
    ):

        def told() -> httpx.Response:
            return client.post("/webhook", content=body, headers=carrier.headers(body))

        greedy = Line(it).say(post(f"Content-Length: {REPORT}", *signed, path="/webhook"))
        assert told().status_code == 204, "what is announced takes up nothing"
        greedy.say(b"x" * (REPORT - 1))
        # It is taken in meanwhile; should the last of it find no room, another one takes its place.
        while not any(told().status_code == 503 for _ in range(100)):
            greedy.drop()
            greedy = Line(it).say(post(f"Content-Length: {REPORT}", *signed, path="/webhook"))
            greedy.say(b"x" * (REPORT - 1))
        full = told()
        assert (full.status_code, full.headers["retry-after"]) == (503, "10")
        assert client.post(f"/unsubscribe/{TOKEN}").status_code == 200
        assert client.get("/join").status_code == 200
        assert status(greedy.say("x").hear()) == 403
        assert told().status_code == 204
        # Whoever finds no room, hangs up or sends too much leaves nothing behind.
        Line(it).say(post(f"Content-Length: {REPORT}", *signed, path="/webhook"), "x" * 9).drop()
        long = Line(it).say(post(f"Content-Length: {REPORT + 1}", *signed, path="/webhook"))
        assert status(long.say(b"x" * (REPORT + 1)).hear()) == 413
        whole = report({"event": "processed", "timestamp": 1_550_491_200, "email": "c@b.example"})
        whole = whole.ljust(REPORT)
        while (
            answer := client.post("/webhook", content=whole, headers=carrier.headers(whole))
        ).status_code == 503:
            pass  # the service has not noticed yet that somebody has hung up
        assert answer.status_code == 204


def test_who_expects_a_word_is_given_it(service: Service) -> None:
    """RFC 9110, section 10.1.1: curl asks before it sends anything long."""
    line = Line(service).say(
        post("Content-Length: 2", "Expect: 100-continue", "Connection: close")
    )
    assert line.hear_some().startswith(b"HTTP/1.1 100")
    assert status(line.say("ok").hear()) == 200


def test_several_requests_at_once_are_answered_in_turn(service: Service) -> None:
    """RFC 9112, section 9.3.2: pipelined."""
    ask = "GET {} HTTP/1.1\r\nHost: a.example\r\n{}\r\n"
    said = [ask.format("/healthz", ""), ask.format("/nothing", ""), post("Content-Length: 0")]
    heard = Line(service).say(*said, ask.format("/healthz", "Connection: close\r\n")).hear()
    found = [int(part.split(b" ", 1)[0]) for part in heard.split(b"HTTP/1.1 ")[1:]]
    assert found == [200, 404, 200, 200]


@pytest.mark.parametrize(
    "said",
    [
        "nonsense\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00",  # somebody who speaks TLS to a port without
        "GET /healthz HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /join HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /join HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        f"GET /healthz HTTP/1.1\r\nHost: a\r\nX: {'x' * 1_000_000}\r\n\r\n",
        f"GET /{'x' * 1_000_000} HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_safely(service: Service, said: str) -> None:
    """Scanners try everything; what they sent is not shown to anybody."""
    heard = Line(service).say(said.encode("latin-1")).hear()
    assert status(heard) == 400
    assert b"x-content-type-options: nosniff" in heard
    assert b"xxx" not in heard


def test_a_body_that_breaks_the_rules_is_no_failure_of_ours(service: Service) -> None:
    """It ends the connection, and nothing else."""
    Line(service).say(post("Transfer-Encoding: chunked"), "no number\r\n").hear()
    assert served(service)
    assert "failed" not in service.log.read_text(encoding="utf-8")


def test_what_is_under_way_when_the_service_ends_is_finished(tmp_path: Path) -> None:
    """An update of the machine must not lose an opt-out."""
    with running_service(make_office(tmp_path / "office")) as service:
        line = Line(service).say(post("Content-Length: 26"), "List-Unsub")
        idle = Line(service)
        assert served(service)
        service.process.terminate()
        assert idle.hear() == b""
        assert status(line.say("scribe=One-Click").hear()) == 200
        assert service.process.wait(60) == 0
        assert service.process.stdout is not None
        assert service.process.stdout.read() == "The service has ended.\n"
        with pytest.raises(httpx.ConnectError):
            served(service)


def test_a_port_that_is_taken_is_told(office: Office, service: Service) -> None:
    """Two services would answer in turn otherwise."""
    port = str(service.port)
    office.environment["NEWSLETTER_SECRET"] = SECRET
    outcome = office("serve", "--port", port)
    assert outcome.code == EXIT_CONFIGURATION
    assert f"Port {port} of 127.0.0.1 cannot be used: Address already in use" in outcome.err
