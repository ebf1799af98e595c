"""A mail server gets each message once, and its every reply is understood."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsletter.errors import (
    ConfigurationError,
    CulpritError,
    DeferredError,
    RefusedError,
    TransportError,
    UnavailableError,
    UncertainError,
)
from newsletter.message import message_name
from newsletter.transports.smtp import SmtpTransport
from newsletter.transports.smtp_address import parse_smtp_url
from tests.mailserver.certificate import client_side, make_certificate, server_side
from tests.mailserver.server import PASSWORD, USER, Drop, MailServer, Mute, Say, Step
from tests.transports.contract import Carrier, Copy, TransportContract
from tests.transports.samples import edition, people, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.delivery import Transport

NOW = datetime(2019, 2, 18, 17, 3, tzinfo=UTC)
LOGIN = f"{USER}:pass%3Aw%40rd@"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def transport(
    server: MailServer,
    *,
    deadline: float = 30,
    login: str = "",
    trust: Path | None = None,
    scheme: str = "smtp",
) -> SmtpTransport:
    address = parse_smtp_url(f"{scheme}://{login}127.0.0.1:{server.port}")
    context = client_side(trust) if trust else None
    return SmtpTransport(address, lambda: NOW, deadline=deadline, context=context)


class Mailbox:
    def __init__(self, server: MailServer) -> None:
        self.transport: Transport = transport(server)
        self._server = server

    def inbox(self) -> dict[str, list[Copy]]:
        return {
            address: [
                Copy(
                    str(each["Subject"]),
                    _part(each, "plain"),
                    _part(each, "html"),
                    {name: str(value) for name, value in each.items()},
                )
                for each in messages
            ]
            for address, messages in self._server.inbox.items()
        }


def _part(message: object, subtype: str) -> str:
    (found,) = (
        part
        for part in message.iter_parts()  # type: ignore[attr-defined]  # an EmailMessage
        if part.get_content_subtype() == subtype
    )
    return str(found.get_content()).replace("\r\n", "\n")


class TestSmtp(TransportContract):
    @pytest.fixture
    def carrier(self, server: MailServer) -> Carrier:
        return Mailbox(server)


def failure(server: MailServer, *steps: Step, deadline: float = 30) -> TransportError:
    server.plan(*steps)
    carrier = transport(server, deadline=deadline)
    with pytest.raises(TransportError) as caught:
        carrier.send(edition(), [person()], dispatch="d-1")
    carrier.close()
    return caught.value


def test_one_connection_carries_many_messages(server: MailServer) -> None:
    """Servers do not like to be called anew for each of a thousand."""
    carrier = transport(server)
    for reader in people(5):
        carrier.send(edition(), [reader], dispatch="d-1")
    carrier.close()
    assert (server.connections, len(server.inbox)) == (1, 5)


def test_a_message_is_known_by_the_same_name_whenever_it_is_sent(server: MailServer) -> None:
    """A mail program then shows a second copy, if there ever is one, as the same message."""
    carrier = transport(server)
    for _ in range(2):
        carrier.send(edition(), [person()], dispatch="d-1")
    names = {str(each["Message-ID"]) for each in server.inbox[person().address]}
    assert names == {f"<{message_name(edition(), person())}@example.org>"}


def test_a_line_that_begins_with_a_full_stop_arrives_as_it_is(server: MailServer) -> None:
    """Alone on its line it would end the message for the server."""
    carrier = transport(server)
    carrier.send(edition(text="one\n.\n..two\n"), [person()], dispatch="d-1")
    (message,) = server.inbox[person().address]
    assert _part(message, "plain") == "one\n.\n..two\n"


@pytest.mark.parametrize("stage", ["rcpt", "data", "taken"])
def test_a_no_for_good_is_about_this_person_alone(server: MailServer, stage: str) -> None:
    """The next one gets theirs over the same line."""
    server.plan(Say(stage, "550 5.1.1 <a.b@c.example>: no such user"))  # type: ignore[arg-type]
    carrier = transport(server)
    with pytest.raises(CulpritError) as caught:
        carrier.send(edition(), [person(1)], dispatch="d-1")
    assert "(550): 5.1.1 [private] no such user" in caught.value.message
    carrier.send(edition(), [person(2)], dispatch="d-1")
    assert server.connections == 1
    assert person(2).address in server.inbox


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "taken"])
def test_not_now_is_tried_again_later(server: MailServer, stage: str) -> None:
    """Greylisting is the commonest reason."""
    error = failure(server, Say(stage, "451 4.7.1 greylisted"))  # type: ignore[arg-type]
    assert isinstance(error, DeferredError)


def test_a_sender_who_is_not_let_in_is_refused_for_everybody(server: MailServer) -> None:
    """It will not be otherwise for the next person."""
    error = failure(server, Say("mail", "550 not you"))
    assert type(error) is RefusedError


@pytest.mark.parametrize("step", [Drop("taken"), Drop("data"), Say("taken", "oops")])
def test_a_line_that_breaks_once_the_message_is_out_leaves_it_uncertain(
    server: MailServer, step: Step
) -> None:
    """The server may have taken it, or not."""
    error = failure(server, step)
    assert isinstance(error, UncertainError)
    assert error.message == "The connection to the mail server broke before it had answered."


@pytest.mark.parametrize("code", [252, 299])
def test_a_yes_of_another_kind_than_was_asked_for_is_uncertain(
    server: MailServer, code: int
) -> None:
    """Taken for “not now” it would be sent again, up to three times."""
    error = failure(server, Say("taken", f"{code} fine by me, a@b.example"))
    assert isinstance(error, UncertainError)
    assert f"makes no sense ({code}): fine by me, [private]" in error.message


@pytest.mark.parametrize("stage", ["data", "taken"])
def test_silence_after_the_message_is_uncertain(server: MailServer, stage: str) -> None:
    """For this one person; the next message takes a new line."""
    error, deadline = silence(server, stage)
    assert isinstance(error, UncertainError)
    assert error.message == f"The mail server gave no answer within {deadline:g} s."


def silence(server: MailServer, stage: str) -> tuple[TransportError, float]:
    """Return what a server that says no more makes of a message, and within which time.

    A machine that is busy may need longer to get as far as that.
    """
    for deadline in (0.4, 4.0):
        error = failure(server, Mute(stage), deadline=deadline)  # type: ignore[arg-type]
        if isinstance(error, UncertainError):
            return error, deadline
    return failure(server, Mute(stage), deadline=40.0), 40.0  # type: ignore[arg-type]


def test_silence_is_told_as_such_by_whichever_clock_it_is_noticed(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line has one of its own, and on a busy machine that is the first to strike."""
    monkeypatch.setattr("newsletter.transports.smtp.within", lambda _seconds, call: call())
    error, deadline = silence(server, "taken")
    assert isinstance(error, UncertainError)
    assert error.message == f"The mail server gave no answer within {deadline:g} s."


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_silence_before_the_message_means_that_nothing_was_sent(
    server: MailServer, stage: str
) -> None:
    """Not a byte of it had left, and none will."""
    error = failure(server, Mute(stage), deadline=0.4)  # type: ignore[arg-type]
    assert type(error) is UnavailableError
    assert server.inbox == {}


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_a_line_that_breaks_before_the_message_means_that_nothing_was_sent(
    server: MailServer, stage: str
) -> None:
    """Nothing had been given out of hand."""
    assert type(failure(server, Drop(stage))) is UnavailableError  # type: ignore[arg-type]


@pytest.mark.parametrize("step", [Drop("mail"), Drop("rcpt"), Say("mail", "421 good night")])
def test_a_line_that_was_closed_while_it_rested_is_replaced(
    server: MailServer, step: Step
) -> None:
    """Servers close after some minutes, or some hundred messages."""
    carrier = transport(server)
    carrier.send(edition(), [person(1)], dispatch="d-1")
    server.plan(step)
    carrier.send(edition(), [person(2)], dispatch="d-1")
    carrier.close()
    assert server.connections == 2
    assert {address: len(got) for address, got in server.inbox.items()} == {
        person(1).address: 1,
        person(2).address: 1,
    }


def test_nobody_at_the_door_means_that_nothing_was_sent() -> None:
    """It may be tried again at any time."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = parse_smtp_url(f"smtp://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(UnavailableError):
            SmtpTransport(address, lambda: NOW).send(edition(), [person()], dispatch="d-1")


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_encryption_is_used_and_verified(certificate: Path, scheme: str) -> None:
    """By STARTTLS, or from the first byte; then the password may go out."""
    with MailServer(
        certificate=server_side(certificate), is_wrapped=scheme == "smtps", wants_login=True
    ) as server:
        carrier = transport(server, login=LOGIN, trust=certificate, scheme=scheme)
        carrier.send(edition(), [person()], dispatch="d-1")
        carrier.close()
        assert server.encrypted == [True]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_ends_it(certificate: Path, scheme: str) -> None:
    """Somebody between us and the server would read the password and all addresses."""
    with MailServer(certificate=server_side(certificate), is_wrapped=scheme == "smtps") as server:
        with pytest.raises(UnavailableError):
            transport(server, scheme=scheme).send(edition(), [person()], dispatch="d-1")
        assert server.inbox == {}


def test_a_wrong_password_is_told_without_it(certificate: Path) -> None:
    """The commonest slip in a new office."""
    with MailServer(certificate=server_side(certificate), wants_login=True) as server:
        carrier = transport(server, login="office:wr0ng@", trust=certificate)
        with pytest.raises(RefusedError) as caught:
            carrier.send(edition(), [person()], dispatch="d-1")
    assert "user and password" in caught.value.message
    assert "wr0ng" not in f"{caught.value.message}{caught.value.hint}{caught.value.__cause__}"


@pytest.mark.parametrize("login", ["office:%C2%A3ound@", "caf%C3%A9:plain@"])
def test_a_password_that_cannot_be_sent_is_told_and_leaves_nobody_in_doubt(
    certificate: Path, login: str
) -> None:
    """A pound sign stands on every keyboard here."""
    with MailServer(certificate=server_side(certificate), wants_login=True) as server:
        carrier = transport(server, login=login, trust=certificate)
        with pytest.raises(RefusedError, match="beyond ASCII") as caught:
            carrier.send(edition(), [person()], dispatch="d-1")
    assert "£ound" not in f"{caught.value.message}{caught.value.hint}{caught.value.__cause__}"


def test_a_server_that_knows_no_login_is_told(server: MailServer) -> None:
    """aiosmtpd offers it over an encrypted line only, as a good server does."""
    with pytest.raises(RefusedError, match="knows no way to log in"):
        transport(server, login=LOGIN).send(edition(), [person()], dispatch="d-1")


def test_elsewhere_nothing_goes_out_unencrypted(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An attacker on the way can take the offer of encryption away."""
    address = parse_smtp_url(f"smtp://127.0.0.1:{server.port}")
    monkeypatch.setattr(type(address), "is_here", False)
    with pytest.raises(RefusedError, match="no encryption"):
        SmtpTransport(address, lambda: NOW).send(edition(), [person()], dispatch="d-1")
    assert server.inbox == {}


@pytest.mark.parametrize("accepts", [True, False])
def test_an_address_beyond_ascii_goes_where_it_is_understood(accepts: bool) -> None:
    """RFC 6531: a server that does not know of it must not be given one."""
    reader = person()
    odd = type(reader)(reader.key, "zoë@bücher.example", reader.substitutions, reader.headers)
    with MailServer(accepts_utf8=accepts) as server:
        carrier = transport(server)
        if accepts:
            carrier.send(edition(), [odd], dispatch="d-1")
            assert list(server.inbox) == ["zoë@bücher.example"]
        else:
            with pytest.raises(CulpritError, match="beyond ASCII"):
                carrier.send(edition(), [odd], dispatch="d-1")
        carrier.close()


@pytest.mark.parametrize(
    "url",
    ["", "mail.example.org", "http://x.example", "smtp://", "smtp://h:0", "smtp://h:x", "smtp://h/x",
     "smtp://h?x=1", "smtp://h\n.example", "smtp://[::1", "smtp://mail..example.org",
     f"smtp://{'a' * 64}.example.org"],
)  # fmt: skip
def test_an_address_that_names_no_server_is_a_matter_of_the_office(url: str) -> None:
    """And its password is not in the message."""
    with pytest.raises(ConfigurationError, match="does not name a mail server"):
        parse_smtp_url(url)


def test_the_parts_of_an_address() -> None:
    """Odd characters of a password stand as %XX."""
    address = parse_smtp_url(f"smtps://{LOGIN}mail.example.org")
    assert (address.host, address.port, address.is_wrapped) == ("mail.example.org", 465, True)
    assert (address.user, address.password, address.is_here) == (USER, PASSWORD, False)
    assert parse_smtp_url("smtp://localhost").port == 587
    assert parse_smtp_url("smtp://localhost").is_here
    assert PASSWORD not in repr(address)
