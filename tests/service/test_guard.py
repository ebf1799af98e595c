"""Whatever is asked of the service, its answer is safe, and its log names nobody."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from newsletter.errors import NotAllowedError
from newsletter.links import Purpose, Signer
from newsletter.settings import Settings
from newsletter.web.public.app import application
from newsletter.web.public.guard import POLICY, BrokenOffError, Guard
from newsletter.web.public.limits import FORMS, PAGES, Limiter, origin
from newsletter.web.public.opening import Service as Service_
from newsletter.web.public.opening import now
from newsletter.web.public.problems import Problems
from tests.offices import OFFICE, make_office
from tests.service.running import SECRET, Service, running_service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from newsletter.web.public.house import House

NOBODY = "0" * 32
SIGNER = Signer((SECRET,))
SAFE = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service behind a proxy, of an office whose site lies below a path."""
    office = OFFICE.replace("https://update.example.org\n", "https://update.example.org/news\n")
    folder = make_office(tmp_path_factory.mktemp("guard") / "office", office=office)
    with running_service(folder, "--behind-proxy", "127.0.0.1") as running:
        yield running


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that nothing stands before."""
    folder = make_office(tmp_path_factory.mktemp("alone") / "office")
    with running_service(folder) as running:
        yield running


def ask(
    service: Service, method: str, path: str, who: str = "192.0.2.1", **headers: str
) -> httpx.Response:
    given = {"X-Forwarded-For": who, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return httpx.request(method, f"{service.address}{path}", headers=given, timeout=60)


def log(service: Service) -> str:
    return service.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/nothing", 404),
        ("DELETE", "/join", 405),
        ("GET", f"/unsubscribe/{SIGNER.token(Purpose.UNSUBSCRIBE, NOBODY)}", 200),
        ("GET", "/unsubscribe/broken", 404),
        ("POST", "/webhook", 403),
    ],
)
def test_every_answer_has_the_headers_that_keep_readers_safe(
    alone: Service, method: str, path: str, status: int
) -> None:
    """No script, no frame, no address passed on, no copy kept; nothing of what runs it."""
    answer = ask(alone, method, path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in SAFE} == SAFE
    assert "server" not in answer.headers
    assert "strict-transport-security" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_a_page_that_went_wrong_says_what_to_do_in_the_office_s_look(alone: Service) -> None:
    """A constituent who is stuck wants the office's telephone number, and no jargon."""
    page = ask(alone, "GET", "/nothing")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>This page does not exist</h1>" in page.text
    assert "01632" in page.text
    assert "nothing" not in page.text.lower().replace("nothing here", "")
    welsh = ask(alone, "GET", "/nothing", accept_language="cy")
    assert '<html lang="cy"' in welsh.text
    assert "This page does not exist" not in welsh.text


def test_what_a_page_does_not_take_is_told(alone: Service) -> None:
    """RFC 9110, section 15.5.6: a 405 names what would do."""
    answer = ask(alone, "PUT", f"/unsubscribe/{NOBODY}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    head = ask(alone, "HEAD", "/healthz")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == "6"


def test_nobody_is_sent_where_the_request_says(alone: Service) -> None:
    """An open redirect lends a crook the member's good name."""
    for path in ("/join/", "//evil.example/join", "/join/?next=https://evil.example"):
        answer = ask(alone, "GET", path, host="evil.example")
        assert answer.status_code == 404, path
        assert "location" not in answer.headers
        assert "evil" not in answer.text


def test_browsers_stay_with_https_once_they_came_by_it(service: Service) -> None:
    """Only the proxy knows; who calls from elsewhere is not believed."""
    secure = ask(service, "GET", "/healthz", x_forwarded_proto="https")
    assert secure.headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in ask(service, "GET", "/healthz").headers


def test_without_a_proxy_nobody_is_believed_who_they_are(alone: Service) -> None:
    """Anybody can write a header, and so would be another visitor each time."""
    answer = ask(alone, "GET", "/healthz", x_forwarded_proto="https")
    assert "strict-transport-security" not in answer.headers


def test_a_site_below_a_path_is_found_with_and_without_it(service: Service) -> None:
    """Some proxies pass the whole path on, others what stands after theirs."""
    for path in ("/healthz", "/news/healthz"):
        assert ask(service, "GET", path).status_code == 200, path
    assert ask(service, "GET", "/newshealthz").status_code == 404
    assert ask(service, "GET", "/news").status_code == ask(service, "GET", "/").status_code == 200
    page = ask(service, "GET", "/news/join")
    assert (page.status_code, 'href="/news/site.css"' in page.text) == (200, True)
    token = SIGNER.token(Purpose.UNSUBSCRIBE, NOBODY)
    assert ask(service, "POST", f"/news/unsubscribe/{token}").status_code == 200


def test_who_asks_too_much_is_asked_to_wait_and_nobody_else(service: Service) -> None:
    """One machine must not keep all the others out."""
    greedy = "203.0.113.7"
    token = SIGNER.token(Purpose.UNSUBSCRIBE, NOBODY)
    with service.client() as client:
        for _ in range(PAGES.amount):
            client.get("/site.css", headers={"X-Forwarded-For": greedy})
        refused = client.get("/site.css", headers={"X-Forwarded-For": greedy})
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        assert "Please wait a little" in refused.text
    assert ask(service, "GET", "/site.css", who="203.0.113.8").status_code == 200
    # They fetch an email's pictures for many people, too, all of whom may want to leave.
    assert ask(service, "GET", "/2019-02-18/pictures/hall.jpg", who=greedy).status_code == 404
    assert ask(service, "GET", "/2019-02-18/2/pictures/hall.jpg", who=greedy).status_code == 404
    assert ask(service, "GET", "/2019-02-18/", who=greedy).status_code == 429
    # A mailbox provider's machines click for all of its readers: no opt-out may be lost.
    assert ask(service, "POST", f"/unsubscribe/{token}", who=greedy).status_code == 200
    assert ask(service, "GET", "/readyz", who=greedy).status_code == 200
    assert ask(service, "POST", "/webhook", who=greedy).status_code == 403


def request_from(host: str) -> Request:
    return Request({"type": "http", "client": (host, 1), "headers": []})


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_a_household_counts_as_one(host: str, counted: str) -> None:
    """Whoever has an IPv6 address has billions of them."""
    assert origin(request_from(host)) == counted
    assert origin(Request({"type": "http", "headers": []})) == ""


def test_each_thing_that_is_limited_has_a_count_of_its_own() -> None:
    """Whoever has read a lot may still join."""
    limiter = Limiter(now)
    for _ in range(FORMS.amount):
        limiter.check(request_from("192.0.2.1"), "join", FORMS)
    limiter.check(request_from("192.0.2.2"), "join", FORMS)
    limiter.check(request_from("192.0.2.1"), "ask", FORMS)
    with pytest.raises(HTTPException) as refused:
        limiter.check(request_from("192.0.2.1"), "join", FORMS)
    assert refused.value.status_code == 429
    assert refused.value.headers is not None
    assert 1 <= int(refused.value.headers["retry-after"]) <= 3_601


def test_the_log_names_nobody(service: Service) -> None:
    """It is read by whoever runs the machine, and kept for longer than anybody thinks."""
    token = SIGNER.token(Purpose.UNSUBSCRIBE, NOBODY)
    who = "198.51.100.23"
    ask(service, "GET", f"/unsubscribe/{token}?lang=cy&for=ann@example.org", who=who)
    ask(service, "GET", "/ann@example.org/bob%0aGET /fake 200", who=who)
    ask(service, "ANN", "/join", who=who)
    said = log(service)
    lines = [line.partition(" ")[2] for line in said.splitlines()]
    assert re.fullmatch(r"GET /unsubscribe/\{token\} 200 \d+ ms", lines[-3])
    assert re.fullmatch(r"GET - 404 \d+ ms", lines[-2])
    assert re.fullmatch(r"OTHER /join 405 \d+ ms", lines[-1])
    for secret in (token, "ann@", who, "lang=", "fake"):
        assert secret not in said


def test_no_library_writes_a_line_of_its_own_into_the_log(service: Service) -> None:
    """Whoever sends what is no form must not fill it, nor choose what stands in it."""
    before = log(service)
    answer = httpx.post(
        f"{service.address}/join",
        headers={
            "Content-Type": "multipart/form-data; boundary=here",
            "X-Forwarded-For": "198.51.100.24",
        },
        content=b"--there\r\nann@example.org",
        timeout=60,
    )
    assert answer.status_code == 400
    (line,) = log(service).removeprefix(before).splitlines()
    assert re.fullmatch(r"\S+ POST /join 400 \d+ ms", line)


def test_a_failure_is_told_to_the_office_and_not_to_the_visitor(service: Service) -> None:
    """The log has the sentence; the page says that it is not the visitor's fault."""
    with closing(sqlite3.connect(service.folder / "newsletter.db")) as connection:
        (version,) = connection.execute("SELECT version_num FROM newsletter_version").fetchone()
        connection.execute("UPDATE newsletter_version SET version_num = 'of tomorrow'")
        connection.commit()
        answer = ask(service, "GET", "/readyz")
        connection.execute("UPDATE newsletter_version SET version_num = ?", (version,))
        connection.commit()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "It is not your fault" in answer.text
    assert "database" not in answer.text
    assert "failed: The database is not that of this version of the program." in log(service)
    assert ask(service, "GET", "/readyz").status_code == 200


@pytest.fixture(params=["layout"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """What a process of the service works with, of an office that has broken a template."""
    folder = make_office(tmp_path / "office")
    template = folder / "templates" / "site" / f"{request.param}.html.j2"
    template.parent.mkdir(parents=True)
    template.write_text("{{ nobody.knows.this }}", encoding="utf-8")
    house = Service_(folder, Settings(secret=SECRET), "folder", for_trying=True).house()
    yield house
    house.database.close()


async def _stumbling(scope: Scope, _receive: Receive, send: Send) -> None:
    if scope["path"] == "/late":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"<p>half", "more_body": True})
    raise LookupError("ann@example.org")


def _stumbled(house: House, path: str) -> httpx.Response:
    return _asked(Guard(_stumbling, Problems(house, []), house.limiter, lambda: ""), path)


def _asked(app: ASGIApp, path: str) -> httpx.Response:
    async def ask_it() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path)

    # In a thread of its own: a browser that another test keeps open has a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask_it()).result()


@pytest.mark.parametrize("house", ["join"], indirect=True)
def test_a_page_that_the_office_has_broken_is_not_the_visitor_s_fault(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says in which line of which file."""
    with caplog.at_level("INFO", "newsletter.service"):
        answer = _asked(application(house), "/join")
    assert answer.status_code == 503
    assert "<h1>We cannot do this at the moment</h1>" in answer.text
    told = caplog.records[0].getMessage()
    assert told.startswith("failed: templates/site/join.html.j2:1: The template cannot be filled")


def test_a_page_that_cannot_be_drawn_is_told_in_plain_text(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """An office may break its own templates; whoever visits still learns what to do."""
    with caplog.at_level("INFO", "newsletter.service"):
        answer = _stumbled(house, "/")
    assert (answer.status_code, answer.headers["content-type"]) == (
        500,
        "text/plain; charset=utf-8",
    )
    assert answer.text == (
        "Something went wrong here.\nIt is not your fault. Please try again later.\n"
    )
    assert {name: answer.headers.get(name) for name in SAFE} == SAFE
    told = [record.getMessage() for record in caplog.records]
    assert re.match(r"failed: LookupError at .*test_guard.py:\d+ < ", told[0])
    assert re.match(r"failed: .*layout.html.j2", told[1])
    assert re.match(r"GET - 500 \d+ ms", told[2])
    assert "ann@" not in "".join(told)


def test_an_answer_that_breaks_off_is_no_answer(house: House) -> None:
    """Half a page that looks whole would be worse than none."""
    with pytest.raises(BrokenOffError):
        _stumbled(house, "/late")


def test_what_is_not_allowed_is_the_request_s_fault(house: House) -> None:
    """A link that was cut off is no failure of the service."""
    request = Request(
        {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    )
    assert Problems(house, []).page(request, NotAllowedError("no")).status_code == 400
