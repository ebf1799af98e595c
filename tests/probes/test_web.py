"""Websites are asked for the time, and whether one click unsubscribes."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from newsletter.errors import UnavailableError
from newsletter.probes.web import OthersClock, PublicSite

if TYPE_CHECKING:
    from collections.abc import Iterator

BROKEN = ("/broken", "/no-link-of-ours")
NOW = datetime(2019, 2, 18, 12, tzinfo=UTC)


@contextmanager
def website(date: str | None = None) -> Iterator[tuple[str, list[str]]]:
    """Serve a site that knows a broken link, and remembers what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append(f"{self.path} {body}")
            self.send_response(404 if self.path.endswith(BROKEN) else 200)
            self.end_headers()

        def do_HEAD(self) -> None:
            self.send_response_only(200)
            if date is not None:
                self.send_header("Date", date)
            self.end_headers()

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_click_is_the_post_of_a_mail_program() -> None:
    """RFC 8058: the body says List-Unsubscribe=One-Click."""
    with website() as (url, asked):
        site = PublicSite(url)
        assert (site.leave("good"), site.leave("broken")) == (200, 404)
    assert asked == [
        "/unsubscribe/good List-Unsubscribe=One-Click",
        "/unsubscribe/broken List-Unsubscribe=One-Click",
    ]


def test_a_site_that_does_not_answer_is_no_verdict() -> None:
    """It was there a moment ago."""
    with website() as (url, _):
        pass
    with pytest.raises(UnavailableError, match="the website gives no answer"):
        PublicSite(url).leave("good")


@pytest.mark.parametrize("zone", ["GMT", "-0000"])
def test_the_clock_is_compared_with_the_date_of_an_answer(zone: str) -> None:
    """This machine's is 90 seconds ahead."""
    said = format_datetime(NOW - timedelta(seconds=90), usegmt=True).replace("GMT", zone)
    with website(said) as (url, _):
        assert OthersClock(url, lambda: NOW).away() == timedelta(seconds=90)


@pytest.mark.parametrize("said", [None, "yesterday"])
def test_a_server_that_does_not_know_the_time_is_no_verdict(said: str | None) -> None:
    """Some proxies leave the date out."""
    with website(said) as (url, _), pytest.raises(UnavailableError, match="what time it is"):
        OthersClock(url, lambda: NOW).away()
