"""The stand-in answers as SendGrid does, fails as a network does, and forgets nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from newsletter.transports.sendgrid import payload
from tests.sendgrid_standin.inbox import Received
from tests.sendgrid_standin.server import KEY, KEY_WITHOUT_PERMISSION, LARGEST, StandIn
from tests.sendgrid_standin.steps import (
    CUT_SHORT,
    Answer,
    Drip,
    Hang,
    Raw,
    Reset,
    Taken,
    rate_limited,
    redirect,
)
from tests.transports.samples import edition, people

MAIL = payload(edition(), people(2), "d-1")
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> list[str]:
        return [error["field"] for error in json.loads(self.body)["errors"]]


def post(
    standin: StandIn,
    mail: Any = MAIL,  # noqa: ANN401 -- any JSON, or bytes that are none
    *,
    path: str = "/v3/mail/send",
    method: str = "POST",
    **headers: str,
) -> Reply:
    body = mail if isinstance(mail, bytes) else json.dumps(mail).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = HTTPConnection(standin.host.removeprefix("http://"))
    try:
        connection.request(method, path, body, HEADERS | named)
        response = connection.getresponse()
        return Reply(response.status, dict(response.headers), response.read())
    finally:
        connection.close()


def test_mail_that_is_taken_lies_in_every_inbox(sendgrid: StandIn) -> None:
    """202 has no body, and a name for SendGrid's support."""
    reply = post(sendgrid)
    assert (reply.status, reply.body) == (202, b"")
    assert reply.headers["X-Message-Id"]
    assert sendgrid.mails == [MAIL]
    link = people(1)[0].substitutions["-nl_link-"]
    assert sendgrid.inbox["reader-1@constituents.example"] == [
        Received(
            sender="update@example.org",
            reply_to="robin@example.org",
            subject="Your trains, Reader N1x, and “a vote” that matters 🚆",
            text=f"Dear Reader N1x,\n\nShwmae! Ŵyn ac ŷd: “café”.\n\nStop these: {link}\n",
            html="<!doctype html>\n<p>Dear Reader N1x,</p>\n"
            "<p>Shwmae! Ŵyn ac ŷd: “café”.</p>\n"
            f'<p><a href="{link}">Stop these</a></p>\n',
            headers={
                "List-Id": "Ashcombe East <update.example.org>",
                "List-Unsubscribe": f"<{link}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            custom_args={
                "dispatch": "d-1",
                "recipient": f"{1:032x}",
                "issue": "2019-02-18",
            },
        )
    ]
    assert list(sendgrid.inbox) == [
        "reader-1@constituents.example",
        "reader-2@constituents.example",
    ]


def test_headers_are_not_substituted(sendgrid: StandIn) -> None:
    """SendGrid substitutes in subject, reply-to and content only."""
    person = {
        "to": [{"email": "a@b.example"}],
        "substitutions": {"-who-": "robin"},
        "headers": {"X-Who": "-who-"},
        "custom_args": {"who": "-who-"},
        "subject": "For -who-",
    }
    post(sendgrid, MAIL | {"personalizations": [person], "reply_to": {"email": "-who-@b.example"}})
    (got,) = sendgrid.inbox["a@b.example"]
    assert (got.subject, got.reply_to) == ("For robin", "robin@b.example")
    assert (got.headers["X-Who"], got.custom_args["who"]) == ("-who-", "-who-")


def test_wrong_mail_reaches_nobody(sendgrid: StandIn) -> None:
    """SendGrid takes all of a request or nothing, and says why in JSON."""
    reply = post(sendgrid, MAIL | {"subject": "", "content": []})
    assert reply.status == 400
    assert reply.fields == ["subject", "content", "content"]
    assert (sendgrid.requests, sendgrid.mails, sendgrid.inbox) == (1, [], {})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer SG.wrong"}, 401),
        ({"Authorization": KEY}, 401),
        ({"Authorization": f"Bearer {KEY_WITHOUT_PERMISSION}"}, 403),
        ({"Content_Encoding": "gzip"}, 415),
        ({"Content_Type": "text/plain"}, 415),
    ],
)
def test_wrong_headers_are_refused(
    sendgrid: StandIn, headers: dict[str, str], status: int
) -> None:
    """The key comes first, and only plain JSON is read."""
    assert post(sendgrid, **headers).status == status
    assert sendgrid.mails == []


def test_a_body_of_unknown_length_is_refused(sendgrid: StandIn) -> None:
    """Requests carry a Content-Length."""
    connection = HTTPConnection(sendgrid.host.removeprefix("http://"))
    connection.request("POST", "/v3/mail/send", iter([b"{}"]), HEADERS, encode_chunked=True)
    assert connection.getresponse().status == 411
    connection.close()


def test_a_body_of_more_than_30_mb_is_refused(sendgrid: StandIn) -> None:
    """That is the most that SendGrid takes."""
    assert post(sendgrid, b" " * (LARGEST + 1)).status == 413


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]"])
def test_a_body_that_is_no_json_object_is_refused(sendgrid: StandIn, body: bytes) -> None:
    """And so is half of one."""
    assert post(sendgrid, body).status == 400


def test_there_is_nothing_else_here(sendgrid: StandIn) -> None:
    """Only sending is stood in for."""
    assert post(sendgrid, path="/v3/elsewhere").status == 404
    assert post(sendgrid, method="GET").status == 405
    assert sendgrid.requests == 0


def test_steps_are_played_one_a_request_and_then_mail_is_taken(sendgrid: StandIn) -> None:
    """A test says what goes wrong, and when."""
    sendgrid.plan(Answer(500, b"{}"), rate_limited(123), redirect("http://127.0.0.1:1/", 301))
    replies = [post(sendgrid) for _ in range(4)]
    assert [reply.status for reply in replies] == [500, 429, 301, 202]
    assert replies[1].headers["X-RateLimit-Reset"] == "123"
    assert replies[2].headers["Location"] == "http://127.0.0.1:1/"
    assert len(sendgrid.mails) == 1


def test_wrong_mail_is_never_taken_whatever_the_step(sendgrid: StandIn) -> None:
    """A step that takes the mail takes right mail only."""
    sendgrid.plan(Taken(Answer(500)))
    assert post(sendgrid, {}).status == 400


def test_mail_may_be_taken_though_the_answer_says_nothing(sendgrid: StandIn) -> None:
    """These are the failures that make a delivery uncertain."""
    sendgrid.plan(Taken(Answer(500)), Taken(Reset()), CUT_SHORT, Taken(Raw()))
    assert post(sendgrid).status == 500
    with pytest.raises(ConnectionResetError) as reset:
        post(sendgrid)
    assert not isinstance(reset.value, RemoteDisconnected)
    with pytest.raises(IncompleteRead):
        post(sendgrid)
    with pytest.raises(RemoteDisconnected):
        post(sendgrid)
    assert [len(got) for got in sendgrid.inbox.values()] == [4, 4]


def test_a_hanging_request_goes_on_when_it_is_released(sendgrid: StandIn) -> None:
    """A test decides when a slow answer comes, not a clock."""
    sendgrid.plan(Hang(Taken(Answer(202))))
    replies: list[Reply] = []
    thread = Thread(target=lambda: replies.append(post(sendgrid)))
    thread.start()
    assert sendgrid.mails == []
    sendgrid.release()
    thread.join()
    assert [reply.status for reply in replies] == [202]
    assert sendgrid.mails == [MAIL]


def test_a_drip_never_ends_by_itself(sendgrid: StandIn) -> None:
    """It outlives every timeout of a socket."""
    sendgrid.plan(Drip(every=0.01))
    connection = HTTPConnection(sendgrid.host.removeprefix("http://"), timeout=30)
    connection.request("POST", "/v3/mail/send", json.dumps(MAIL), HEADERS)
    line = b"HTTP/1.1 202 Accepted\r\nX-Slow: ..."
    assert b"".join(connection.sock.recv(1) for _ in line) == line
    connection.close()


def test_requests_may_come_all_at_once(sendgrid: StandIn) -> None:
    """None is lost, and none is counted twice."""
    threads = [Thread(target=post, args=(sendgrid,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sendgrid.requests, len(sendgrid.mails)) == (8, 8)


def test_it_can_be_started_by_hand() -> None:
    """To try the commands against it in another terminal."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.sendgrid_standin", "--port", "0", "--print"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as running:
        assert running.stdout is not None
        exports = dict(
            word.split("=", 1) for word in running.stdout.readline().split() if "=" in word
        )
        assert exports["SENDGRID_API_KEY"] == KEY
        connection = HTTPConnection(exports["SENDGRID_HOST"].removeprefix("http://"))
        connection.request("POST", "/v3/mail/send", json.dumps(MAIL), HEADERS)
        assert connection.getresponse().status == 202
        connection.close()
        assert running.stdout.readline() == "request 1: 2 people have mail\n"
        running.send_signal(signal.SIGINT)
        assert running.wait() == 0
