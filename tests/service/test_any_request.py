"""Whatever anybody sends to any address of the service, it stays up, safe and discreet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.database.opening import open_database
from newsletter.links import Purpose, Signer
from newsletter.settings import Settings
from newsletter.web.public.app import routes
from newsletter.web.public.opening import Service as Plan
from newsletter.web.public.opening import now
from tests.database.samples import bring_in, confirmed
from tests.offices import make_office
from tests.service.carrier import Carrier
from tests.service.running import SECRET, Service, running_service

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN = "a.known.reader@constituents.example"
ASKED = "an.asking.visitor@private.example"
ALWAYS = (
    "content-security-policy", "cache-control", "cross-origin-opener-policy",
    "cross-origin-resource-policy", "permissions-policy", "referrer-policy",
    "x-content-type-options", "x-frame-options",
)  # fmt: skip
SIGNER = Signer((SECRET,))
CARRIER = Carrier()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with somebody on record, which believes who says where they come from."""
    folder = make_office(tmp_path_factory.mktemp("any") / "office")
    with open_database("sqlite:///newsletter.db", folder=folder) as database:
        bring_in(database, confirmed(KNOWN))
    settings = {"NEWSLETTER_SECRET": SECRET, "NEWSLETTER_WEBHOOK_KEY": CARRIER.key}
    with running_service(folder, "--behind-proxy", "127.0.0.1", settings=settings) as running:
        yield running


@pytest.fixture(scope="module")
def patterns(service: Service) -> list[str]:
    """Every path that the service knows, as its routes have them."""
    house = Plan(service.folder, Settings(secret=SECRET), "folder", for_trying=True).house()
    found = sorted({route.path for route in routes(house)})
    house.database.close()
    assert {"/join", "/unsubscribe/{token}", "/webhook", "/healthz"} <= set(found)
    return found


texts = st.text(max_size=40)
tokens = st.one_of(
    texts,
    st.sampled_from([
        ASKED, "..", "%2e%2e", "0" * 32, "2019-02-18", "\r\nSet-Cookie: a=b", "<script>",
        *(SIGNER.token(purpose, "0" * 32) for purpose in Purpose),
        *(SIGNER.passing_token(purpose, "0" * 32, now=now) for purpose in Purpose),
    ]),
)  # fmt: skip
methods = st.one_of(
    st.sampled_from(["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]),
    st.from_regex(r"[A-Z!#$%&'*+.^_`|~-]{1,12}", fullmatch=True),
)
header_values = st.one_of(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40).map(str.strip),
    st.just(ASKED),
)
headers = st.dictionaries(
    st.sampled_from([
        "Accept", "Accept-Language", "Content-Type", "Cookie", "Host", "If-None-Match",
        "If-Modified-Since", "Origin", "Range", "Referer", "User-Agent", "X-Forwarded-Proto",
        "X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp",
    ]),
    header_values,
    max_size=4,
)  # fmt: skip
kinds = st.sampled_from([
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "multipart/form-data", "application/json", "text/plain", "*",
])  # fmt: skip
fields = st.dictionaries(
    st.sampled_from(["email", "first_name", "last_name", "postcode", "topics", "website", "form"]),
    texts,
)
bodies = st.one_of(st.binary(max_size=300), fields)


def path_of(pattern: str, data: st.DataObject) -> str:
    """Fill the places of a pattern with whatever there may be."""
    return re.sub(r"\{[^}]*\}", lambda _: quote(data.draw(tokens), safe=""), pattern)


@given(data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_request_brings_the_service_down(
    patterns: list[str], client: httpx.Client, data: st.DataObject
) -> None:
    """Never a failure, never an answer without its headers, never anybody's address in it."""
    path = data.draw(
        st.one_of(
            st.sampled_from(patterns).map(lambda pattern: path_of(pattern, data)),
            st.text(max_size=60).map(lambda text: "/" + quote(text)),
        )
    )
    query = data.draw(st.one_of(st.just(""), texts, st.just(f"email={ASKED}&lang=cy")))
    given_headers = {"Content-Type": data.draw(kinds), **data.draw(headers)}
    # Each visitor comes from elsewhere, or most would be asked to wait.
    given_headers["X-Forwarded-For"] = f"2001:db8:{data.draw(st.integers(0, 0xFFFF)):x}::1"
    body: Any = data.draw(bodies)
    answer = client.request(
        data.draw(methods),
        f"{path}?{quote(query, safe='=&')}",
        headers=given_headers,
        **({"data": body} if isinstance(body, dict) else {"content": body}),
    )
    assert answer.status_code < 500
    assert [name for name in ALWAYS if name not in answer.headers] == []
    shown = answer.text + str(answer.headers)
    assert KNOWN not in shown
    assert ASKED not in shown
    assert "a=b" not in answer.headers.get("set-cookie", "")
    assert not answer.headers.get("location", "/").startswith(("http", "//"))


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client


def test_all_of_that_left_no_trace_of_anybody(service: Service, client: httpx.Client) -> None:
    """The log says what was asked for by its pattern, and nothing failed."""
    client.post("/join", data={"email": "not an address", "first_name": ASKED})
    client.get(f"/{ASKED}?email={ASKED}", headers={"Referer": f"https://{ASKED}/"})
    said = service.log.read_text(encoding="utf-8")
    assert "GET - 404" in said
    assert "POST /join" in said
    for trace in (ASKED, KNOWN, "private.example", "2001:db8", "failed"):
        assert trace not in said
