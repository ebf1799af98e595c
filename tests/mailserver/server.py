"""Take mail over SMTP with aiosmtpd, and play what a test plans for each message."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections import deque
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

if TYPE_CHECKING:
    import ssl
    from collections.abc import Coroutine
    from email.message import EmailMessage

_Result = TypeVar("_Result")
USER, PASSWORD = "office", "pass:w@rd"
Stage = Literal["connect", "mail", "rcpt", "data", "taken"]


@dataclass(frozen=True, slots=True)
class Say:
    """Answer `reply` at `stage` of one transaction; `taken` is after the message was kept."""

    stage: Stage
    reply: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Break the line off at `stage` of one transaction."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class Mute:
    """Say nothing any more at `stage` of one transaction."""

    stage: Stage


Step = Say | Drop | Mute


@dataclass
class MailServer:
    """A server on 127.0.0.1 from `with` to its end; `inbox` is what each address has got."""

    inbox: dict[str, list[EmailMessage]] = field(default_factory=dict)
    connections: int = 0
    encrypted: list[bool] = field(default_factory=list)
    certificate: ssl.SSLContext | None = None
    is_wrapped: bool = False
    wants_login: bool = False
    accepts_utf8: bool = True
    _plan: deque[Step] = field(default_factory=deque)
    _now: Step | None = None

    def plan(self, *steps: Step) -> None:
        """Say what becomes of the next transactions; after them everything is taken."""
        self._plan.extend(steps)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_error: object) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _listen(self) -> asyncio.Server:
        wrapped = self.certificate if self.is_wrapped else None
        return await self._loop.create_server(self._answer, "127.0.0.1", 0, ssl=wrapped)

    async def _stop(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _answer(self) -> SMTP:
        self.connections += 1
        starttls = None if self.is_wrapped else self.certificate
        return SMTP(
            _Handler(self),
            loop=self._loop,
            enable_SMTPUTF8=self.accepts_utf8,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=_authenticate,
            # aiosmtpd warns of this over a line that it has not encrypted itself.
            auth_required=self.wants_login and not self.is_wrapped,
            auth_require_tls=not self.is_wrapped,
        )

    async def at(self, stage: Stage, server: SMTP) -> str | None:
        """Play the step of this transaction if it is meant for this stage."""
        if stage == "mail":
            self._now = self._plan.popleft() if self._plan else None
        step = self._now
        if step is None or step.stage != stage:
            return None
        match step:
            case Say(reply=reply):
                return reply
            case Drop():
                assert isinstance(server.transport, asyncio.WriteTransport)
                server.transport.abort()
                return "250 nobody hears this"
            case Mute():
                await asyncio.sleep(3600)
        return None


class _Handler:
    def __init__(self, standin: MailServer) -> None:
        self.standin = standin

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd looks for these names
        self, server: SMTP, _session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := await self.standin.at("mail", server):
            return said
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 -- as above
        self, server: SMTP, _session: object, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if said := await self.standin.at("rcpt", server):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        if said := await self.standin.at("data", server):
            return said
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.standin.encrypted.append(session.ssl is not None or self.standin.is_wrapped)
        for address in envelope.rcpt_tos:
            self.standin.inbox.setdefault(address, []).append(message)
        return await self.standin.at("taken", server) or "250 OK"


def _authenticate(
    _server: object, _session: object, _envelope: object, _mechanism: str, data: object
) -> AuthResult:
    good = isinstance(data, LoginPassword) and data == LoginPassword(
        USER.encode(), PASSWORD.encode()
    )
    return AuthResult(success=good, handled=False)
