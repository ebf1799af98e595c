"""The preview answers whoever has its address, and nobody else."""

from __future__ import annotations

import json
import re
import signal
import socket
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from newsletter.errors import ConfigurationError
from newsletter.web.preview.server import HOST, listen
from tests.offices import DAY, ISSUE, make_office
from tests.web.previews import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def client(preview: Running) -> Iterator[httpx.Client]:
    """Somebody who has the address, and follows the issue as a page does."""
    with (
        httpx.Client(base_url=preview.address, timeout=60) as found,
        found.stream("GET", "events") as stream,
    ):
        next(news for news in told(stream) if news["findings"] == [])
        yield found


def told(stream: httpx.Response) -> Iterator[dict[str, Any]]:
    """Yield the documents of a stream."""
    for line in stream.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def token(client: httpx.Client) -> str:
    found = re.search(r'data-token="([\w-]+)"', client.get("").text)
    assert found
    return found[1]


def test_only_those_with_the_key_are_let_in(preview: Running) -> None:
    """Other people work on the same machine, and other pages in the same browser."""
    for path in ("", "/", "/guess/", "/events"):
        answer = httpx.get(preview.origin + path, timeout=60)
        assert answer.status_code == 403
        assert "lacks its key" in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil", ""])
def test_only_this_machine_s_names_are_answered(client: httpx.Client, host: str) -> None:
    """DNS rebinding makes any name an address of ours."""
    assert client.get("", headers={"host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1:1", "[::1]:8080", "LOCALHOST"])
def test_a_forwarded_port_is_as_good(client: httpx.Client, host: str) -> None:
    """Through SSH the browser has another port than we have."""
    assert client.get("", headers={"host": host}).status_code == 200


def test_an_action_needs_token_and_origin(client: httpx.Client, preview: Running) -> None:
    """A form on another site can post here; it has neither."""
    good = {"origin": preview.origin, "x-newsletter-token": token(client)}
    for bad in (
        {},
        {"origin": preview.origin},
        {"x-newsletter-token": good["x-newsletter-token"]},
        {**good, "origin": "https://evil.example"},
        {**good, "origin": "null"},
        {**good, "x-newsletter-token": "guess"},
    ):
        assert client.post("do/send", headers=bad, json={}).status_code == 403
    # What is let in finds that there is no such action: nothing here sends to the audience.
    assert client.post("do/send", headers=good, json={}).status_code == 404


def test_a_button_does_what_its_command_does(client: httpx.Client, preview: Running) -> None:
    """One copy to a colleague, one name under the edition; each for what was seen."""
    headers = {"origin": preview.origin, "x-newsletter-token": token(client)}
    with client.stream("GET", "events") as stream:
        digest = next(told(stream))["edition"]["digest"]

    def act(name: str, body: object) -> httpx.Response:
        return client.post(f"do/{name}", headers=headers, json=body)

    answer = act("test", {"digest": digest, "to": "ann@example.org"})
    assert answer.json() == {"done": "1 test copy lies in outbox/."}
    (copy,) = (preview.folder / "outbox").glob("**/*.eml")
    assert b"Subject: [Test] Your trains" in copy.read_bytes()
    assert act("approve", {"digest": digest, "by": "Ann Example"}).json() == {
        "done": "Approved by Ann Example."
    }
    assert client.get("issues").json()["issues"][0]["state"] == "approved"
    refused = act("test", {"digest": digest, "to": "nobody"})
    assert refused.status_code == 409
    assert refused.json()["error"]["hint"]
    other = act("approve", {"digest": "0" * 64, "by": "Ann Example"})
    assert other.json()["error"]["message"] == "The issue is not the one that you saw"
    assert act("test", ["no", "names"]).status_code == 400
    assert client.post("do/test", headers=headers, content=b"no JSON").status_code == 400
    (preview.folder / "newsletter.db").unlink()


def test_pages_and_frames_are_told_what_they_may_do(client: httpx.Client) -> None:
    """Nothing from elsewhere, and in the frames no script at all."""
    page = client.get("")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    frame = client.get("frame").headers["content-security-policy"]
    assert "script-src" not in frame
    assert "default-src 'none'" in frame
    assert frame.endswith("sandbox allow-same-origin")
    view = client.get("view/email")
    assert view.headers["content-type"] == "text/plain; charset=utf-8"
    assert view.headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there_is_not_found(client: httpx.Client) -> None:
    """Each with its own code, and no traceback."""
    codes = {
        path: client.get(path).status_code
        for path in (
            "static/../app.py",
            "static/app.py",
            "view/nothing",
            "view/email?scheme=blue",
            "view/email?reader=0123",
            "view/email?issue=2001-01-01",
            "view/email?issue=yesterday",
            "pictures/2019-02-18/none.png",
            "nothing",
        )
    }
    assert codes.pop("view/email?scheme=blue") == 400
    assert set(codes.values()) == {404}


def test_the_issues_and_the_readers_are_listed(client: httpx.Client) -> None:
    """Without a database there is nobody to find."""
    assert client.get("issues").json() == {
        "issues": [
            {
                "issue": DAY.isoformat(),
                "date": "Monday 18 February 2019",
                "number": "268",
                "subject": "Your trains and a vote that matters",
                "state": "draft",
            }
        ]
    }
    assert client.get("readers", params={"search": "gwen"}).json() == {"readers": []}


def test_static_files_have_their_kinds(client: httpx.Client) -> None:
    """A browser runs no script that says it is text."""
    kinds = {
        name: client.get(f"static/{name}").headers["content-type"].split(";")[0]
        for name in ("main.js", "page.css", "icon.svg")
    }
    assert kinds == {
        "main.js": "text/javascript",
        "page.css": "text/css",
        "icon.svg": "image/svg+xml",
    }


def test_a_taken_port_makes_room_for_the_next() -> None:
    """Two issues may be looked at in two windows."""
    with listen(28_725) as first:
        port = first.getsockname()[1]
        with listen(port) as second:
            host, next_port = second.getsockname()
    assert host == HOST
    assert port < next_port < port + 20, "whoever else may have taken the very next"


def test_no_free_port_is_told() -> None:
    """With what to do about it."""
    with ExitStack() as taken:
        with suppress(ConfigurationError):  # as good, if somebody else has it already
            taken.enter_context(listen(65_535))
        with pytest.raises(ConfigurationError) as caught:
            listen(65_535)
    assert caught.value.hint == "Name another with --port."


def test_ctrl_c_ends_it_cleanly_while_pages_are_open(tmp_path: Path) -> None:
    """No traceback, exit 0, and the port is free again."""
    with running(make_office(tmp_path / "office")) as preview:
        with (
            httpx.Client(timeout=60) as client,
            client.stream("GET", preview.address + "events") as stream,
        ):
            news = told(stream)
            assert next(news)["issue"] == DAY.isoformat()
            preview.process.send_signal(signal.SIGINT)
            for _ in news:
                pass
        out, err = preview.process.communicate()
    assert preview.process.returncode == 0
    assert "The preview has ended." in out
    assert err == ""
    port = int(preview.origin.rpartition(":")[2])
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind((HOST, port))


def places(news: dict[str, Any]) -> list[str]:
    return [item["place"] for item in news["mistakes"]]


def test_the_newest_state_is_told_first_and_every_change_after_it(preview: Running) -> None:
    """What a page gets when it is opened, and when the issue is broken and mended."""
    try:
        with (
            httpx.Client(timeout=60) as client,
            client.stream("GET", preview.address + "events") as stream,
        ):
            all_news = told(stream)
            first = next(news for news in all_news if news["edition"] and news["findings"] == [])
            assert first["date"] == "Monday 18 February 2019"
            assert first["reading"] == {"words": 10, "minutes": 1}
            assert first["edition"]["sizes"]["pictures"] == "0 bytes"
            preview.write("issues/2019-02-18/issue.md", ISSUE.replace("268", "many"))
            # For an instant the file may be empty: then that is what is wrong with it.
            broken = next(news for news in all_news if places(news) == ["issue.md:2"])
            assert broken["mistakes"][0]["is_in_inbox"]
            assert broken["edition"] == first["edition"]
            preview.write("issues/2019-02-18/issue.md", ISSUE)
            mended = next(news for news in all_news if not news["mistakes"])
            assert mended["edition"]["digest"] == first["edition"]["digest"]
            assert mended["serial"] > broken["serial"] > first["serial"]
    finally:
        preview.write("issues/2019-02-18/issue.md", ISSUE)
