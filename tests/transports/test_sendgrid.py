"""SendGrid gets exactly what was meant, and its every answer is understood."""

from __future__ import annotations

import io
import logging
import socket
import subprocess
import sys
import time
from email.utils import formatdate
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from newsletter.errors import (
    ConfigurationError,
    RefusedError,
    TransportError,
    UnavailableError,
    UncertainError,
)
from newsletter.transports.sendgrid import SendGridTransport, payload
from tests.commands import environment
from tests.sendgrid_standin.server import KEY, KEY_WITHOUT_PERMISSION, StandIn
from tests.sendgrid_standin.steps import (
    ACCEPT,
    CUT_SHORT,
    Answer,
    Drip,
    Hang,
    Raw,
    Reset,
    Step,
    Taken,
    rate_limited,
    redirect,
)
from tests.transports.contract import Carrier, Copy, TransportContract
from tests.transports.samples import HTML, SUBJECT, TEXT, edition, people, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.delivery import Transport

NOON = 1_550_491_200  # 2019-02-18 12:00 UTC


def transport(
    standin: StandIn, *, key: str = KEY, deadline: float = 30, now: float = NOON
) -> SendGridTransport:
    return SendGridTransport(key, standin.host, deadline, now=lambda: now)


def failure(standin: StandIn, *steps: Step, deadline: float = 30) -> TransportError:
    """Send to one person, and return how it failed."""
    standin.plan(*steps)
    with pytest.raises(TransportError) as caught:
        transport(standin, deadline=deadline).send(edition(), [person()], dispatch="d-1")
    assert standin.requests == 1
    return caught.value


class Account:
    """An account at a SendGrid of our own."""

    def __init__(self, standin: StandIn) -> None:
        self.transport: Transport = transport(standin)
        self._standin = standin

    def inbox(self) -> dict[str, list[Copy]]:
        return {
            address: [Copy(one.subject, one.text, one.html, one.headers) for one in received]
            for address, received in self._standin.inbox.items()
        }


class TestSendGrid(TransportContract):
    @pytest.fixture
    def carrier(self, sendgrid: StandIn) -> Carrier:
        return Account(sendgrid)


def test_the_whole_payload() -> None:
    """What is not in it, SendGrid does by the account's settings, and we would not know."""
    first, second = people(2)
    assert payload(edition(), [first, second], "d-1") == {
        "personalizations": [
            {
                "to": [{"email": "reader-1@constituents.example"}],
                "substitutions": first.substitutions,
                "headers": first.headers,
                "custom_args": {
                    "dispatch": "d-1",
                    "recipient": first.key,
                    "issue": "2019-02-18",
                },
            },
            {
                "to": [{"email": "reader-2@constituents.example"}],
                "substitutions": second.substitutions,
                "headers": second.headers,
                "custom_args": {
                    "dispatch": "d-1",
                    "recipient": second.key,
                    "issue": "2019-02-18",
                },
            },
        ],
        "from": {"email": "update@example.org", "name": "Siân Halloway MP"},
        "reply_to": {"email": "robin@example.org"},
        "subject": SUBJECT,
        "content": [
            {"type": "text/plain", "value": TEXT},
            {"type": "text/html", "value": HTML},
        ],
        "headers": {"List-Id": "Ashcombe East <update.example.org>"},
        "categories": ["newsletter"],
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
            "ganalytics": {"enable": False},
        },
    }


def test_the_payload_is_what_arrives(sendgrid: StandIn) -> None:
    """The package hands the document on as it is, in one request."""
    batch = people(1000)
    transport(sendgrid).send(edition(), batch, dispatch="d-1")
    assert sendgrid.mails == [payload(edition(), batch, "d-1")]
    assert sendgrid.requests == 1


def test_2500_people_are_three_requests(sendgrid: StandIn) -> None:
    """SendGrid takes 1,000 at a time."""
    everybody = people(2500)
    for start in range(0, 2500, SendGridTransport.batch_size):
        batch = everybody[start : start + SendGridTransport.batch_size]
        transport(sendgrid).send(edition(), batch, dispatch="d-1")
    assert sendgrid.requests == 3
    assert [len(mail["personalizations"]) for mail in sendgrid.mails] == [1000, 1000, 500]


def test_one_transport_serves_several_threads(sendgrid: StandIn) -> None:
    """A dispatch posts several batches at once; no client is shared."""
    shared = transport(sendgrid)
    everybody = people(80)
    threads = [
        Thread(
            target=shared.send,
            args=(edition(), everybody[start : start + 10]),
            kwargs={"dispatch": "d-1"},
        )
        for start in range(0, 80, 10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {address: len(got) for address, got in sendgrid.inbox.items()} == {
        reader.address: 1 for reader in everybody
    }


def test_the_yes_of_the_sandbox_is_a_yes(sendgrid: StandIn) -> None:
    """In sandbox mode SendGrid answers 200 with nothing in it."""
    sendgrid.plan(Answer(200))
    transport(sendgrid).send(edition(), [person()], dispatch="d-1")
    assert sendgrid.requests == 1


@pytest.mark.parametrize(
    "step",
    [
        Taken(Answer(500)),
        Taken(Answer(503, b'{"errors": []}')),
        Taken(Reset()),
        Taken(Raw()),
        CUT_SHORT,
        Taken(Raw(b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha")),
        Taken(Raw(b"nonsense\r\n\r\n")),
        Taken(Raw(b"HTTP/1.1 2")),
        Taken(Raw(b"HTTP/1.1 202 Acc")),
        Taken(Raw(b"HTTP/1.1 202 Accepted\r\n")),
        Taken(Raw(b"HTTP/1.1 202 Accepted\r\nServer: x\r\n")),
        Taken(Raw(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r")),
        Taken(Raw(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n")),
        Answer(200, b"<html>Welcome to the hotel's network</html>"),
        Answer(204),
    ],
)
def test_whatever_is_no_clear_answer_is_uncertain(sendgrid: StandIn, step: Step) -> None:
    """The mail may be on its way: to repeat it could send it twice."""
    assert isinstance(failure(sendgrid, step), UncertainError)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 202 Accepted\r\n\r\n",
        b"HTTP/1.0 202 Accepted\r\nServer: x\r\n\r\n",
        b"HTTP/1.1 202 Accepted\nServer: x\n\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_a_yes_is_one_however_it_is_written_once_its_header_is_whole(
    sendgrid: StandIn, raw: bytes
) -> None:
    """An old proxy says no length and closes; another one leaves the carriage returns out."""
    sendgrid.plan(Taken(Raw(raw)))
    transport(sendgrid).send(edition(), [person()], dispatch="d-1")
    assert sendgrid.requests == 1


@pytest.mark.parametrize(
    "raw", [b"HTTP/1.1 400 Bad", b"HTTP/1.1 413 Payload Too Large\r\nServer: x\r\n"]
)
def test_a_no_that_was_cut_is_one_still(sendgrid: StandIn, raw: bytes) -> None:
    """Its number is whole, and says that nothing was taken."""
    assert isinstance(failure(sendgrid, Raw(raw)), RefusedError)


@pytest.mark.parametrize("step", [Taken(Hang()), Hang(), Taken(Drip())])
def test_silence_is_uncertain_when_the_deadline_has_passed(sendgrid: StandIn, step: Step) -> None:
    """A byte now and then must not hold a dispatch for ever either."""
    error = failure(sendgrid, step, deadline=(deadline := 0.3))
    if isinstance(error, UnavailableError):  # a machine that is busy may need longer to send
        error = failure(sendgrid, step, deadline=(deadline := 10.0))
    assert isinstance(error, UncertainError)
    assert error.message == f"SendGrid gave no answer within {deadline:g} s."
    assert error.hint


def test_a_break_is_told_from_silence(sendgrid: StandIn) -> None:
    """The reason stands in the ledger, for whoever has to decide."""
    error = failure(sendgrid, Taken(Reset()))
    assert error.message == "The connection to SendGrid broke before its answer was complete."


def test_a_server_error_names_its_number(sendgrid: StandIn) -> None:
    """The number is what SendGrid's support asks for."""
    error = failure(sendgrid, Taken(Answer(502)))
    assert error.message == "SendGrid answered 502, so nobody knows whether it took the mail."


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-RateLimit-Reset": f"{NOON + 30}", "Date": formatdate(NOON, usegmt=True)}, 30.0),
        ({"X-RateLimit-Reset": f"{NOON - 30}", "Date": formatdate(NOON, usegmt=True)}, 0.0),
        ({"X-RateLimit-Reset": f"{NOON + 9e6:.0f}", "Date": "Mon, 18 Feb 2019 12:00 GMT"}, 3600.0),
        ({"X-RateLimit-Reset": f"{NOON + 7}", "Date": "yesterday"}, 7.0),
        ({"X-RateLimit-Reset": f"{NOON + 7}"}, 7.0),
        ({"X-RateLimit-Reset": "soon", "Retry-After": "12"}, 12.0),
        ({"Retry-After": "soon"}, 0.0),
        ({}, 0.0),
    ],
)
def test_too_many_requests_may_be_repeated_after_a_while(
    sendgrid: StandIn, headers: dict[str, str], seconds: float
) -> None:
    """SendGrid says when; by its own clock, for the one here may be wrong."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    raw = f"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n{lines}\r\n"
    error = failure(sendgrid, Raw(raw.encode()))
    assert isinstance(error, UnavailableError)
    assert error.retry_after == seconds


def test_after_a_pause_the_same_batch_is_taken(sendgrid: StandIn) -> None:
    """429 means that nothing was taken."""
    assert isinstance(failure(sendgrid, rate_limited(int(time.time()) + 1)), UnavailableError)
    transport(sendgrid).send(edition(), [person()], dispatch="d-1")
    assert [len(received) for received in sendgrid.inbox.values()] == [1]


@pytest.mark.parametrize("key", ["SG.somebody.else", KEY_WITHOUT_PERMISSION])
def test_a_key_that_may_not_send_is_refused_with_what_to_do(sendgrid: StandIn, key: str) -> None:
    """This is the first thing that goes wrong in a new office."""
    with pytest.raises(RefusedError) as caught:
        transport(sendgrid, key=key).send(edition(), [person()], dispatch="d-1")
    assert caught.value.hint == (
        "Check SENDGRID_API_KEY: it must be a current key with the Mail Send permission, "
        "for --at with Scheduled Sends too, and the sender must be verified with SendGrid."
    )
    assert key not in f"{caught.value.message}{caught.value.hint}"


def test_a_refusal_is_told_in_the_words_of_sendgrid(sendgrid: StandIn) -> None:
    """They name what must be mended."""
    with pytest.raises(RefusedError) as caught:
        transport(sendgrid).send(edition(text=""), [person()], dispatch="d-1")
    assert caught.value.message == (
        "SendGrid refused the request (400): Each part must hold at least one character. (content)"
    )


def test_a_refusal_names_nobody_and_no_key(sendgrid: StandIn) -> None:
    """Errors end up in logs and screenshots, and SendGrid quotes what it was given."""
    said = (
        b'{"errors": [{"message": "no: A.B@c.example, <d%40e.example>\\n, SG.x.y, Bearer abc, '
        + KEY.encode()
        + b' end", "field": "to"}]}'
    )
    error = failure(sendgrid, Answer(400, said))
    assert error.message == (
        "SendGrid refused the request (400): no: [private] [private] , [private] [private] "
        "[key] end (to)"
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"\xff\xfe", b"[]", b'{"errors": {}}', b'{"errors": [1, {"field": "x"}]}'],
)
def test_a_refusal_without_reasons_is_still_one(sendgrid: StandIn, body: bytes) -> None:
    """What stands before SendGrid has its own ways to say no."""
    error = failure(sendgrid, Answer(413, body))
    assert isinstance(error, RefusedError)
    assert error.message == "SendGrid refused the request (413)."


def test_half_a_refusal_is_a_refusal(sendgrid: StandIn) -> None:
    """Its status says that nothing was taken, whatever became of its reasons."""
    cut = b"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"
    assert isinstance(failure(sendgrid, Raw(cut)), RefusedError)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_refused_and_the_key_stays_here(sendgrid: StandIn, status: int) -> None:
    """Whoever can make us follow would get the key and everybody's address."""
    with StandIn() as elsewhere:
        error = failure(sendgrid, redirect(f"{elsewhere.host}/v3/mail/send", status))
        assert isinstance(error, RefusedError)
        assert elsewhere.requests == 0


def test_nobody_at_the_door_means_that_nothing_was_sent() -> None:
    """A refused connection took no mail: it may be repeated."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        host = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UnavailableError) as caught:
            SendGridTransport(KEY, host).send(edition(), [person()], dispatch="d-1")
    assert caught.value.message == "SendGrid could not be reached, so nothing was sent."
    assert caught.value.retry_after is None


def test_a_name_that_leads_nowhere_means_that_nothing_was_sent() -> None:
    """Offline, the name of the host is what fails first."""
    with pytest.raises(UnavailableError):
        SendGridTransport(KEY, "https://nobody.localhost:9").send(
            edition(), [person()], dispatch="d-1"
        )


def test_a_failed_handshake_means_that_nothing_was_sent(sendgrid: StandIn) -> None:
    """The key goes out only to whoever has proved to be SendGrid."""
    host = sendgrid.host.replace("http:", "https:")
    with pytest.raises(UnavailableError):
        SendGridTransport(KEY, host).send(edition(), [person()], dispatch="d-1")
    assert sendgrid.requests == 0


def test_a_handshake_without_end_is_called_off() -> None:
    """Nothing left before the deadline, and nothing may leave after it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"https://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UnavailableError):
            SendGridTransport(KEY, host, 0.2).send(edition(), [person()], dispatch="d-1")


def test_proxies_of_the_environment_are_not_asked(
    sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a line without encryption a proxy would read the key and every address."""
    with StandIn() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.host)
        transport(sendgrid).send(edition(), [person()], dispatch="d-1")
        assert (sendgrid.requests, proxy.requests) == (1, 0)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Log everything that anybody logs, as `--debug` of some other tool would."""
    written = io.StringIO()
    root = logging.getLogger()
    theirs = logging.getLogger("python_http_client.client")
    handler = logging.StreamHandler(written)
    levels = root.level, theirs.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    theirs.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(levels[0])
    theirs.setLevel(levels[1])


@pytest.mark.parametrize("step", [ACCEPT, Answer(400), Answer(500), Taken(Reset())])
def test_nothing_leaks_into_a_log(
    sendgrid: StandIn, log: io.StringIO, capfd: pytest.CaptureFixture[str], step: Step
) -> None:
    """The package logs the key and the recipients at DEBUG."""
    logging.getLogger("tests").debug("the log works")
    sendgrid.plan(step)
    try:
        transport(sendgrid).send(edition(), [person()], dispatch="d-1")
    except TransportError as error:
        logging.getLogger("tests").exception("told", exc_info=error)
    written = log.getvalue() + "".join(capfd.readouterr())
    assert "the log works" in written
    assert KEY not in written
    assert "@" not in written
    assert "Dear" not in written


@pytest.mark.parametrize("key", ["", " ", "SG.a b", "SG.a\n", "SG.ä", "SG.a\r\nX: y"])
def test_a_key_that_cannot_be_one_is_a_matter_of_the_office(key: str) -> None:
    """A line break copied along with the key is found before anything is sent."""
    with pytest.raises(ConfigurationError) as caught:
        SendGridTransport(key)
    assert "SENDGRID_API_KEY" in caught.value.hint


@pytest.mark.parametrize(
    "host",
    [
        "",
        "api.sendgrid.com",
        "http://api.sendgrid.com",
        "http://127.0.0.1.example.org",
        "http://192.168.0.1:8000",
        "ftp://127.0.0.1",
        "https://",
        "https://user:word@api.sendgrid.com",
        "http://127.0.0.1:8000@example.org",
        "https://api.sendgrid.com?x=1",
        "https://api.sendgrid.com#x",
        "https://api.sendgrid.com:port",
        "https://api.sendgrid.com:0",
        "https://api.send grid.com",
        "https://api.sendgrid.com\n",
        "https://[::1",
        f"https://{'a' * 64}.example.org",
    ],
)
def test_a_host_that_may_not_have_the_key_is_a_matter_of_the_office(host: str) -> None:
    """Over plain http anybody on the way could read the key."""
    with pytest.raises(ConfigurationError):
        SendGridTransport(KEY, host)


@pytest.mark.parametrize(
    "host",
    [
        "https://api.sendgrid.com",
        "https://api.eu.sendgrid.com/",
        "http://localhost:8000",
        "http://127.1.2.3:8000/",
        "http://[::1]:8000",
    ],
)
def test_sendgrid_and_this_machine_may_have_the_key(host: str) -> None:
    """The EU region has a host of its own; tests have one here."""
    assert SendGridTransport(KEY, host).name == "sendgrid"


def test_a_slash_at_the_end_of_the_host_does_not_matter(sendgrid: StandIn) -> None:
    """Half of all base URLs are written with one."""
    SendGridTransport(KEY, f"{sendgrid.host}/").send(edition(), [person()], dispatch="d-1")
    assert len(sendgrid.mails) == 1


def test_the_package_is_loaded_only_to_send() -> None:
    """It takes 145 ms, which every other command would pay."""
    code = "import newsletter.transports.sendgrid, sys; sys.exit('sendgrid' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 -- our own code
    assert done.returncode == 0


def test_a_fault_of_our_own_is_not_blamed_on_the_network(sendgrid: StandIn) -> None:
    """What cannot become JSON never left, and sending again would not mend it."""
    with pytest.raises(TypeError):
        transport(sendgrid).send(
            edition(),
            [person()],
            dispatch=b"bytes",  # type: ignore[arg-type]  # this is the fault
        )
    assert sendgrid.requests == 0


def test_the_package_is_read_in_before_the_first_request() -> None:
    """It takes a tenth of a second, which there is while the audience is being frozen."""
    program = (
        "import sys\n"
        "from newsletter.transports.sendgrid import SendGridTransport\n"
        "carrier = SendGridTransport('SG.key')\n"
        "assert 'sendgrid' not in sys.modules\n"
        "carrier.warm_up()\n"
        "assert 'sendgrid' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env=environment({}))  # noqa: S603 -- our own words
