"""Answer HTTP as SendGrid does, or as a script of steps says, and keep every mail taken."""

from __future__ import annotations

import json
import socket
import time
from collections import deque
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Self

from typing_extensions import override

from tests.sendgrid_standin.inbox import Received, delivered
from tests.sendgrid_standin.openapi import schema_wrongs
from tests.sendgrid_standin.rules import Wrong, wrongs
from tests.sendgrid_standin.schedule import Reply, Schedule
from tests.sendgrid_standin.steps import ACCEPT, BROKEN_OFF, Answer, Step, Taken
from tests.sendgrid_standin.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

KEY = "SG.standin.may-send"
KEY_WITHOUT_PERMISSION = "SG.standin.may-not-send"
LARGEST = 30 * 1024 * 1024  # bytes


class StandIn:
    """A SendGrid of one's own at `host`, from `with` to its end.

    `requests` counts every POST to /v3/mail/send, `connections` the lines, `mails` are the bodies taken, `inbox` is
    what each address received, in order. `calls` are the other calls, such as `POST mail/batch`,
    and what is scheduled arrives when `clock` says so and `deliver` is called. Steps given to `plan` are played one a request,
    in the order in which requests arrive; after them every right mail is accepted.
    """

    def __init__(self, port: int = 0, *, report: Callable[[str], None] = lambda _: None) -> None:
        self.requests = 0
        self.connections = 0
        self.mails: list[dict[str, Any]] = []
        self.inbox: dict[str, list[Received]] = {}
        self.suppressions = Suppressions()
        self.schedule = Schedule()
        self.calls: list[str] = []
        self.clock: Callable[[], float] = time.time
        self.released = Event()
        self.report = report
        self._plan: deque[Step] = deque()
        self._plans: dict[str, deque[Step]] = {}
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", port), self)
        self.host = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()

    def plan(self, *steps: Step) -> None:
        """Say what becomes of the next requests."""
        with self._lock:
            self._plan.extend(steps)

    def copies(self) -> dict[str, int]:
        """Return how many messages each address has, while more may be coming."""
        with self._lock:
            return {address: len(got) for address, got in self.inbox.items()}

    def release(self) -> None:
        """Let go of every request that hangs or drips."""
        self.released.set()

    def next_step(self) -> Step:
        """Count a request, and say what becomes of it."""
        with self._lock:
            self.requests += 1
            return self._plan.popleft() if self._plan else ACCEPT

    def take(self, mail: dict[str, Any]) -> None:
        """Put a mail into its inboxes."""
        with self._lock:
            self.mails.append(mail)
            if mail.get("send_at", 0) > self.clock():
                self.schedule.held.append(mail)
                return
            self._put(mail)

    def deliver(self) -> None:
        """Let leave what is due."""
        with self._lock:
            for mail in self.schedule.due(self.clock()):
                self._put(mail)

    def plan_call(self, call: str, *steps: Step) -> None:
        """Say what becomes of the next calls of a kind, such as `POST mail/batch`."""
        with self._lock:
            self._plans.setdefault(call, deque()).extend(steps)

    def call(self, call: str, argument: str, body: Any) -> Step:  # noqa: ANN401 -- any JSON
        """Do what a call other than sending asks for, and return what to answer."""
        with self._lock:
            self.calls.append(call)
            planned = self._plans.get(call)
            step = planned.popleft() if planned else None
            if step is not None and not isinstance(step, Taken):
                return step
            status, document = self._do(call, argument, body)
            if isinstance(step, Taken):
                return step.then
            return Answer(status, b"" if document is None else json.dumps(document).encode())

    def _do(self, call: str, argument: str, body: Any) -> Reply:  # noqa: ANN401 -- any JSON
        match call:
            case "POST mail/batch":
                return self.schedule.new()
            case "POST user/scheduled_sends":
                return self.schedule.halt(body)
            case "PATCH user/scheduled_sends":
                return self.schedule.change(argument, body)
            case "GET user/scheduled_sends":
                return self.schedule.status(argument)
            case "DELETE user/scheduled_sends":
                return self.schedule.lift(argument)
            case _:
                return HTTPStatus.NOT_FOUND, {"errors": [{"message": "There is nothing here."}]}

    def _put(self, mail: dict[str, Any]) -> None:
        """Put a mail into its inboxes."""
        for address, message in delivered(mail):
            self.inbox.setdefault(address, []).append(message)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them: a test's threads end with it
    request_queue_size = 128  # where five wait, a sixth is turned away and knocks a second later

    def __init__(self, address: tuple[str, int], standin: StandIn) -> None:
        super().__init__(address, _Handler)
        self.standin = standin
        self._open: set[socket.socket] = set()

    def hang_up(self) -> None:
        """Hear no more from those who stay connected."""
        for line in list(self._open):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RD)

    @override
    def close_request(self, request: Any) -> None:
        self._open.discard(request)
        super().close_request(request)

    @override
    def shutdown_request(self, request: Any) -> None:
        """Say goodbye to the client, unless a step wants the line broken off."""
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(BROKEN_OFF)) == BROKEN_OFF:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    @override
    def process_request(self, request: Any, client_address: Any) -> None:
        """Count connections."""
        self.standin.connections += 1
        self._open.add(request)
        super().process_request(request, client_address)

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away: some steps want that."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds for which a client may say nothing
    server: _Server
    connection: socket.socket
    mail: dict[str, Any]

    @override
    def setup(self) -> None:
        super().setup()
        self.released = self.server.standin.released

    def do_POST(self) -> None:
        standin = self.server.standin
        if self.path != "/v3/mail/send":
            self._call("POST")
            return
        step = standin.next_step()
        self.close_connection = step is not ACCEPT  # only who sends as it should stays connected
        # All of it is read, for an answer to half a request would be lost on its way.
        body = self.rfile.read(self._length())
        refusal = self._refused_by_headers() or self._refused_by_body(body)
        if refusal:
            self._refuse(*refusal)
        else:
            step.play(self)
        standin.report(f"request {standin.requests}: {len(standin.inbox)} people have mail")

    def do_GET(self) -> None:
        """Show a page of the account's suppressions, or the status of a batch."""
        if self.path.startswith("/v3/user/scheduled_sends"):
            self._call("GET")
            return
        page = self.server.standin.suppressions.page(self.path)
        if page is None:
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, Wrong("Mail is sent by POST."))
            return
        self.close_connection = True
        refusal = self._refused_by_key()
        step = self.server.standin.suppressions.next_step()
        if refusal:
            self._refuse(*refusal)
        elif step is not None:
            step.play(self)
        else:
            self.answer(HTTPStatus.OK, json.dumps(page).encode(), {})

    def do_PATCH(self) -> None:
        self._call("PATCH")

    def do_DELETE(self) -> None:
        self._call("DELETE")

    def _call(self, method: str) -> None:
        self.close_connection = True
        body = self.rfile.read(self._length())
        refusal = self._refused_by_key()
        if refusal:
            self._refuse(*refusal)
            return
        parts = self.path.removeprefix("/v3/").split("/")
        call, argument = f"{method} {'/'.join(parts[:2])}", "/".join(parts[2:])
        step = self.server.standin.call(call, argument, json.loads(body) if body else None)
        step.play(self)

    def _length(self) -> int:
        length = self.headers["Content-Length"] or ""
        return int(length) if length.isdigit() else 0

    def _refused_by_headers(self) -> tuple[int, Wrong] | None:
        headers = self.headers
        if not self._length():
            return HTTPStatus.LENGTH_REQUIRED, Wrong("Content-Length is required.")
        if self._length() > LARGEST:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Wrong("The body exceeds 30 MB.")
        if headers["Content-Encoding"] or headers["Content-Type"] != "application/json":
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, Wrong("Plain JSON is what is read.")
        return self._refused_by_key()

    def _refused_by_key(self) -> tuple[int, Wrong] | None:
        key = self.headers["Authorization"]
        if key == f"Bearer {KEY_WITHOUT_PERMISSION}":
            return HTTPStatus.FORBIDDEN, Wrong("This key may not send mail.", "authorization")
        if key != f"Bearer {KEY}":
            return HTTPStatus.UNAUTHORIZED, Wrong("The key is wrong, ended or revoked.")
        return None

    def _refused_by_body(self, body: bytes) -> tuple[int, *tuple[Wrong, ...]] | None:
        try:
            self.mail = json.loads(body)
        except ValueError:
            return HTTPStatus.BAD_REQUEST, Wrong("The body is not JSON.")
        found = wrongs(self.mail, now=self.server.standin.clock()) or schema_wrongs(self.mail)
        return (HTTPStatus.BAD_REQUEST, *found) if found else None

    def _refuse(self, status: int, *found: Wrong) -> None:
        body = {"errors": [wrong.as_data() for wrong in found]}
        self.answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def take(self) -> None:
        self.server.standin.take(self.mail)

    def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("X-Message-Id", f"standin-{self.server.standin.requests}")
        self.send_header("Content-Length", f"{len(body)}")
        self.end_headers()
        self.write(body)

    def write(self, raw: bytes) -> None:
        self.wfile.write(raw)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Keep stderr for whoever started the stand-in."""
