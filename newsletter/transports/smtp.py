"""Carry messages one by one to a mail server, and know of each what became of it."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from newsletter.errors import (
    CulpritError,
    DeferredError,
    RefusedError,
    TransportError,
    UnavailableError,
    UncertainError,
)
from newsletter.message import compose
from newsletter.transports.deadline import DeadlinePassedError, Departure, within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from newsletter.personalization import Personalization
    from newsletter.rendering.edition import Edition
    from newsletter.transports.smtp_address import MailServer

_UNCERTAIN_HINT = "Do not send again yet: newsletter status shows whose copies are in doubt."
_PRIVATE = re.compile(r"\S*@\S*")
_LONGEST_REASON = 300
_GOOD_RECIPIENT = (250, 251)
_GOES_AWAY = 421  # RFC 5321 §3.8: the server is about to close
_GO_ON = 354
_SOME = "The mail server took some of these messages, and failed at another."


class _ClosedBeforeError(Exception):
    """The line was down before the message left."""


class SmtpTransport:
    """Send each message in a transaction of its own, over one connection that is used again.

    A batch is one person, so that what is in doubt is in doubt for them alone. Encryption is
    demanded and its certificate verified, but for a server on this machine that offers none.
    `deadline` is in seconds, for one message; `date` gives the time of sending.
    """

    name = "smtp"
    batch_size = 1

    def __init__(
        self,
        server: MailServer,
        date: Callable[[], datetime],
        *,
        deadline: float = 60.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._date = date
        self._deadline = deadline
        self._context = context or ssl.create_default_context()
        self._lock = Lock()
        self._line: smtplib.SMTP | None = None

    def __del__(self) -> None:
        """Leave no connection behind."""
        if hasattr(self, "_line"):
            self._hang_up()

    def close(self) -> None:
        """Take leave of the server."""
        with self._lock:
            if self._line is not None:
                with suppress(OSError, smtplib.SMTPException):
                    self._line.quit()
            self._hang_up()

    def send(
        self,
        edition: Edition,
        batch: Sequence[Personalization],
        *,
        dispatch: str,  # noqa: ARG002 -- mail servers report to the sender's address
    ) -> None:
        """Return when the server has accepted every message of `batch`.

        Raises RefusedError, UnavailableError or UncertainError. Let a batch be one person: of
        several, those before the one that failed have been accepted.
        """
        for place, person in enumerate(batch):
            try:
                with self._lock:
                    self._send(edition, person)
            except TransportError as error:
                if place:
                    raise UncertainError(_SOME, hint=_UNCERTAIN_HINT) from error
                raise

    def _send(self, edition: Edition, person: Personalization) -> None:
        message = compose(edition, person, date=self._date())
        errand = _Errand(edition.sender.email, person.address, message, self._line)
        self._line = None
        try:
            within(self._deadline, lambda: self._deliver(errand))
        except (OSError, smtplib.SMTPException, DeadlinePassedError) as error:
            left = not errand.departure.call_off()
            errand.hang_up()
            if not left:
                raise _unreachable() from error
            raise UncertainError(_silence(error, self._deadline), hint=_UNCERTAIN_HINT) from error
        except TransportError:
            errand.start_afresh()
            raise
        finally:
            self._line = errand.line

    def _deliver(self, errand: _Errand) -> None:
        """Make one transaction; a line that was closed while it rested is replaced once."""
        if errand.line is not None:
            try:
                errand.transact(errand.line)
            except _ClosedBeforeError:
                errand.hang_up()
            else:
                return
        errand.line = self._connected()
        try:
            errand.transact(errand.line)
        except _ClosedBeforeError as error:
            errand.hang_up()
            raise _unreachable() from error

    def _connected(self) -> smtplib.SMTP:
        """Return a connection, encrypted and with us logged in."""
        server, timeout = self._server, self._deadline
        line: smtplib.SMTP
        if server.is_wrapped:
            line = smtplib.SMTP_SSL(
                server.host, server.port, context=self._context, timeout=timeout
            )
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=timeout)
        try:
            line.ehlo_or_helo_if_needed()
            if not server.is_wrapped:
                self._encrypt(line)
            if server.user:
                self._log_in(line)
        except BaseException:
            line.close()
            raise
        return line

    def _encrypt(self, line: smtplib.SMTP) -> None:
        if line.has_extn("starttls"):
            line.starttls(context=self._context)
            line.ehlo()
        elif not self._server.is_here:
            raise RefusedError(
                "The mail server offers no encryption, so nothing was sent.",
                hint="Use smtps:// or another port in SMTP_URL; ask who runs the server.",
            )

    def _log_in(self, line: smtplib.SMTP) -> None:
        try:
            line.login(self._server.user, self._server.password)
        except UnicodeEncodeError:  # not chained: it holds the password
            raise RefusedError(
                "The user or the password holds a character beyond ASCII, which cannot be sent.",
                hint="Choose a password without letters such as é and without the pound sign, "
                "and put it into SMTP_URL.",
            ) from None
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code < 500:  # noqa: PLR2004 -- RFC 5321 §4.2.1: from here on, for good
                raise UnavailableError("The mail server does not let us in just now.") from None
            # Not chained: a server may quote what it was given.
            raise RefusedError(
                "The mail server does not accept the user and password.",
                hint="Check both in SMTP_URL; odd characters in the password as %XX.",
            ) from None
        except smtplib.SMTPNotSupportedError as error:
            raise RefusedError(
                "The mail server knows no way to log in.",
                hint="Take user and password out of SMTP_URL, or try another port.",
            ) from error

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()


@dataclass(slots=True)
class _Errand:
    """One message on its way, and the line it goes over."""

    sender: str
    to: str
    message: bytes
    line: smtplib.SMTP | None
    departure: Departure = field(default_factory=Departure)

    def transact(self, line: smtplib.SMTP) -> None:
        """Go through MAIL, RCPT and DATA (RFC 5321 §3.3)."""
        try:
            _introduce(line, self.sender, self.to)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise _ClosedBeforeError from error
        assert line.sock is not None  # noqa: S101  # it has just answered
        self.departure.leave(line.sock)
        # RFC 5321 §4.5.2: a line that begins with a full stop gets another one.
        line.send(re.sub(rb"(?m)^\.", b"..", self.message) + b".\r\n")
        code, said = line.getreply()
        if not _GOOD_RECIPIENT[0] <= code < 600 or 300 <= code < 400:  # noqa: PLR2004 -- no reply to DATA
            raise smtplib.SMTPServerDisconnected
        if code not in _GOOD_RECIPIENT and code < 300:  # noqa: PLR2004 -- a yes, but to what?
            what = "The mail server's answer to the message makes no sense"
            raise UncertainError(_told(what, code, said), hint=_UNCERTAIN_HINT)
        _expect_good(code, said, "The mail server did not take the message")

    def start_afresh(self) -> None:
        """Leave a transaction that failed, so that the next message has a clean line."""
        if self.line is None:
            return
        try:
            code, _ = self.line.rset()
        except (OSError, smtplib.SMTPException):
            code = 0
        if code not in _GOOD_RECIPIENT:
            self.hang_up()

    def hang_up(self) -> None:
        line, self.line = self.line, None
        if line is not None:
            line.close()


def _introduce(line: smtplib.SMTP, sender: str, to: str) -> None:
    """Say from whom and to whom, and get the server to listen."""
    options: list[str] = []
    if not to.isascii():
        if not line.has_extn("smtputf8"):
            raise CulpritError("The mail server cannot write to an address beyond ASCII.")
        options = ["SMTPUTF8", "BODY=8BITMIME"]
        line.command_encoding = "utf-8"
    code, said = line.mail(sender, options)
    _stay(code)
    _expect(code, said, "The mail server does not let us send", RefusedError)
    code, said = line.rcpt(to)
    _stay(code)
    _expect_good(code, said, "The mail server refused the recipient")
    code, said = line.docmd("DATA")
    _stay(code)
    if code != _GO_ON:
        _expect_good(code, said, "The mail server did not want the message")
        raise _ClosedBeforeError  # a yes where none was asked for: we do not understand each other


def _stay(code: int) -> None:
    """Raise _ClosedBeforeError if the server is about to close."""
    if code == _GOES_AWAY:
        raise _ClosedBeforeError


def _expect_good(code: int, said: bytes, what: str) -> None:
    _expect(code, said, what, CulpritError)


def _expect(code: int, said: bytes, what: str, refusal: type[RefusedError]) -> None:
    """Raise what a reply means unless it is a yes (RFC 5321 §4.2.1)."""
    if code in _GOOD_RECIPIENT:
        return
    if code >= 500:  # noqa: PLR2004 -- a no for good
        raise refusal(_told(what, code, said), hint="See what the mail server names.")
    raise DeferredError(_told(what, code, said), hint="Run the same command again later.")


def _told(what: str, code: int, said: bytes) -> str:
    """Return the server's words without the addresses that it likes to quote."""
    words = _PRIVATE.sub("[private]", " ".join(said.decode(errors="replace").split()))
    return f"{what} ({code}): {words[:_LONGEST_REASON]}".rstrip(": ")


def _silence(error: Exception, deadline: float) -> str:
    # smtplib makes a break of a line's own timeout, which may be noticed before the deadline.
    late = (DeadlinePassedError, TimeoutError)
    if isinstance(error, late) or isinstance(error.__context__, late):
        return f"The mail server gave no answer within {deadline:g} s."
    return "The connection to the mail server broke before it had answered."


def _unreachable() -> UnavailableError:
    return UnavailableError(
        "The mail server could not be reached safely, so nothing was sent.",
        hint="Check SMTP_URL, the connection to the internet, and the server's certificate.",
    )
