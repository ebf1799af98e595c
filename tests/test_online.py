"""Ask real servers on this machine for links that live, moved and died."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typing_extensions import override

from newsletter.checks.reader import Link
from newsletter.findings import Finding, Severity
from newsletter.online import AGENT, RULES, ask
from tests.checks.materials import material

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Site(BaseHTTPRequestHandler):
    """A website whose pages do what their names say."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[tuple[str, str, str | None]]] = []
    at_once: ClassVar[list[int]] = [0, 0]
    lock: ClassVar[threading.Lock] = threading.Lock()
    answers: ClassVar[dict[str, tuple[int, str]]] = {
        "/fine": (200, ""),
        "/gone": (410, ""),
        "/moved": (301, "/fine"),
        "/moved-twice": (308, "/moved"),
        "/moved-then-elsewhere": (301, "/elsewhere-now"),
        "/elsewhere-now": (302, "/fine"),
        "/moved-to-nothing": (301, "/no-such-page"),
        "/moved-nowhere": (302, ""),
        "/round": (302, "/round"),
        "/to-a-file": (302, "file:///etc/passwd"),
        "/forbidden": (403, ""),
        "/busy": (503, ""),
    }

    def do_HEAD(self) -> None:
        """Answer, and remember who asked, and how many at once."""
        with self.lock:
            self.asked.append((self.command, self.path, self.headers["User-Agent"]))
            self.at_once[0] += 1
            self.at_once[1] = max(self.at_once)
        status, target = self.answers.get(self.path, (404, ""))
        if self.path == "/no-head":
            status = 405 if self.command == "HEAD" else 200
        self.send_response(status)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", "0")
        with self.lock:  # whoever has the answer may look at the numbers
            self.at_once[0] -= 1
        self.end_headers()

    def do_GET(self) -> None:
        """Answer as to HEAD."""
        self.do_HEAD()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _serving(context: ssl.SSLContext | None = None) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    scheme = "https" if context else "http"
    try:
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def site() -> Iterator[str]:
    """Serve pages that do what their names say; return the site's address."""
    _Site.asked.clear()
    _Site.at_once[:] = [0, 0]
    with _serving() as address:
        yield address


def _unheard(done: int, total: int) -> None:
    del done, total


def _asked(*urls: str, patience: float = 60.0) -> list[Finding]:
    links = [Link(url, "", line) for line, url in enumerate(urls, start=1)]
    return ask(links, answered=_unheard, patience=patience)


ANSWERS = [
    ("/fine", None, "", ""),
    ("/no-head", None, "", ""),
    ("/elsewhere-now", None, "", ""),
    (
        "/gone",
        "link-dead",
        "leads nowhere: the website says that there is no such page (410)",
        "Find out where the page is now, or take the link out.",
    ),
    (
        "/missing",
        "link-dead",
        "leads nowhere: the website says that there is no such page (404)",
        "Find out where the page is now, or take the link out.",
    ),
    (
        "/moved-to-nothing",
        "link-dead",
        "leads nowhere: the website says that there is no such page (404)",
        "Find out where the page is now, or take the link out.",
    ),
    (
        "/round",
        "link-dead",
        "leads round in a circle",
        "Open it in a browser, and copy where it ends.",
    ),
    ("/moved", "link-moved", "has moved for good", "Link to {site}/fine"),
    ("/moved-twice", "link-moved", "has moved for good", "Link to {site}/fine"),
    ("/moved-then-elsewhere", "link-moved", "has moved for good", "Link to {site}/elsewhere-now"),
    (
        "/forbidden",
        "link-unchecked",
        "could not be checked: the website answered 403",
        "Open it in a browser to be sure.",
    ),
    (
        "/busy",
        "link-unchecked",
        "could not be checked: the website answered 503",
        "Open it in a browser to be sure.",
    ),
    ("/moved-nowhere", None, "", ""),
    (
        "/to-a-file",
        "link-silent",
        "gives an answer that cannot be understood",
        "Open it in a browser, and copy the address from there.",
    ),
]


@pytest.mark.parametrize(("page", "code", "message", "hint"), ANSWERS)
def test_an_answer_becomes_a_finding(
    site: str, page: str, code: str | None, message: str, hint: str
) -> None:
    """Dead is an error, moved a note, and what browsers alone may see is no fault."""
    found = _asked(f"{site}{page}")
    severities = {
        "link-dead": Severity.ERROR,
        "link-moved": Severity.NOTE,
        "link-unchecked": Severity.NOTE,
        "link-silent": Severity.WARNING,
    }
    expected = (
        []
        if code is None
        else [
            Finding(
                code,
                severities[code],
                f"“{site}{page}” {message}.",
                hint.format(site=site),
                "issue.md",
                1,
            )
        ]
    )
    assert found == expected


def test_each_page_is_asked_for_once_and_a_site_for_one_after_the_other(site: str) -> None:
    """A newsletter has many readers: its checks should not be felt by the sites it links to."""
    pages = [f"{site}/fine?{number}" for number in range(4)]
    _Site.answers |= {f"/fine?{number}": (200, "") for number in range(4)}
    told: list[tuple[int, int]] = []
    links = [
        Link(url, "", 1)
        for url in (*pages, f"{pages[0]}#part", "mailto:a@example.org", "tel:01632960123")
    ]
    assert ask(links, answered=lambda done, total: told.append((done, total))) == []
    assert _Site.asked == [("HEAD", f"/fine?{number}", AGENT) for number in range(4)]
    assert _Site.at_once == [0, 1]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_each_place_of_a_dead_link_is_named(site: str) -> None:
    """Whoever mends the first would be told of the second only next time."""
    found = _asked(f"{site}/gone", f"{site}/fine", f"{site}/gone#part")
    assert [(finding.code, finding.line) for finding in found] == [
        ("link-dead", 1),
        ("link-dead", 3),
    ]


def test_nothing_to_ask_is_nothing_to_find() -> None:
    """An issue without links is no reason to suspect the connection."""
    assert _asked("mailto:a@example.org") == []


def test_a_site_that_does_not_answer_is_a_warning() -> None:
    """It may be up again by the time that the issue is read."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        (found,) = _asked(url, patience=0.2)
    assert (found.code, found.message) == ("link-silent", f"“{url}” does not answer.")


def test_a_refused_connection_is_a_warning() -> None:
    """The machine is there, and nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    (found,) = _asked(url)
    assert (found.code, found.severity) == ("link-silent", Severity.WARNING)


def test_a_website_that_does_not_exist_is_dead(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can have registered it since, for the sake of one newsletter."""
    _without_names(monkeypatch)
    (found,) = _asked(f"{site}/fine", "https://nowhere.invalid/")
    assert (found.code, found.message, found.line) == (
        "link-dead",
        "“https://nowhere.invalid/” names a website that does not exist.",
        2,
    )


def test_without_a_connection_one_warning_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty dead links would send the office to mend what is whole."""
    _without_names(monkeypatch)
    assert _asked("https://nowhere.invalid/", "https://elsewhere.invalid/") == [
        Finding(
            "offline",
            Severity.WARNING,
            "Not one of the websites could be found.",
            "Look whether this computer is online, and run the same command again.",
        )
    ]


def _without_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have names looked up in vain, as a resolver does: no test asks one outside."""
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *args: int) -> object:
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, port, *args)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_a_bad_certificate_is_an_error(tmp_path: Path) -> None:
    """Browsers show readers a red page before the real one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))
    with _serving(context) as address:
        (found,) = _asked(f"{address}/fine")
        trusting = ssl.create_default_context(cafile=str(_certificate(tmp_path)))
        links = [Link(f"{address}/fine", "", 1)]
        trusted = ask(links, answered=_unheard, verify=trusting)
    assert (found.code, found.severity) == ("link-certificate", Severity.ERROR)
    assert found.message.endswith("has a certificate that browsers do not trust.")
    assert trusted == []


def test_a_site_without_a_secure_connection_is_an_error(site: str) -> None:
    """https was promised, and http answers."""
    (found,) = _asked(site.replace("http:", "https:"))
    assert found.code == "link-certificate"
    assert found.message.endswith("offers no secure connection.")


def test_an_address_that_no_program_can_ask_keeps_none_waiting(site: str) -> None:
    """A label of a name is no longer than 63 letters, says RFC 1035."""
    found = _asked(f"http://{'a' * 70}.example/", f"{site}/fine")
    assert [(finding.code, finding.line) for finding in found] == [("link-silent", 1)]


def _certificate(folder: Path) -> Path:
    """Return a certificate for 127.0.0.1 and its key, signed by nobody but itself."""
    path = folder / "certificate.pem"
    if path.exists():
        return path
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    host = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(host, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_the_list_of_checks_tells_what_asking_can_find(site: str) -> None:
    """`check --list` has to explain every code that a reader may meet."""
    pages = [page for page, *_ in ANSWERS]
    found = {finding.code for finding in _asked(*(f"{site}{page}" for page in pages))}
    assert found <= {rule.code for rule in RULES}
    assert all(rule.reason and not list(rule.judge(material())) for rule in RULES)
