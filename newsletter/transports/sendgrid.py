"""Carry batches through SendGrid, and tell exactly what became of each request."""

from __future__ import annotations

import ipaddress
import re
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsletter.errors import ConfigurationError, UnavailableError, UncertainError
from newsletter.message import list_id
from newsletter.transports.deadline import DeadlinePassedError, Departure, within
from newsletter.transports.lines import Lines
from newsletter.transports.sendgrid_answer import UNCERTAIN_HINT, failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsletter.personalization import Personalization
    from newsletter.rendering.edition import Edition
    from newsletter.transports.sendgrid_call import Answer

_WORD = re.compile(r"[!-~]+")  # one word of ASCII, as a header's value must be


class SendGridTransport:
    """Send each batch in one request; `deadline` is in seconds and for all of the request.

    `now` gives the seconds since 1970, for answers that name no time of their own.
    """

    name = "sendgrid"
    batch_size = 1000

    def __init__(
        self,
        api_key: str,
        host: str = "https://api.sendgrid.com",
        deadline: float = 60.0,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._api_key = valid_key(api_key)
        self._host = valid_host(host)
        self._deadline = deadline
        self._now = now
        self._lines = Lines()

    def send(self, edition: Edition, batch: Sequence[Personalization], *, dispatch: str) -> None:
        """Return when SendGrid has accepted every message of `batch`.

        Raises RefusedError, UnavailableError or UncertainError.
        """
        answer = self._ask("POST", "mail/send", payload(edition, batch, dispatch))
        error = failure(answer, api_key=self._api_key, now=self._now())
        if error is not None:
            raise error

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Answer:
        from newsletter.transports.sendgrid_call import (  # noqa: PLC0415 -- 145 ms, only to send
            Account,
            call,
        )

        account = Account(self._api_key, self._host, self._deadline, self._lines)
        departure = Departure()
        try:
            return within(self._deadline, lambda: call(account, method, path, body, departure))
        except Exception as error:
            if not departure.call_off():
                raise UncertainError(self._silence(error), hint=UNCERTAIN_HINT) from error
            if not isinstance(error, (OSError, HTTPException, DeadlinePassedError)):
                raise
            raise UnavailableError(
                "SendGrid could not be reached, so nothing was sent.",
                hint="Check the connection to the internet and SENDGRID_HOST, then send again.",
            ) from error

    def _silence(self, error: Exception) -> str:
        if isinstance(error, (DeadlinePassedError, TimeoutError)):
            return f"SendGrid gave no answer within {self._deadline:g} s."
        return "The connection to SendGrid broke before its answer was complete."


def payload(edition: Edition, batch: Sequence[Personalization], dispatch: str) -> dict[str, Any]:
    """Return the body of POST /v3/mail/send: all of a batch in one request."""
    off = {"enable": False}
    return {
        "personalizations": [
            {
                "to": [{"email": person.address}],
                "substitutions": dict(person.substitutions),
                "headers": dict(person.headers),
                "custom_args": {
                    "dispatch": dispatch,
                    "recipient": person.key,
                    "issue": edition.issue.isoformat(),
                },
            }
            for person in batch
        ],
        "from": {"email": edition.sender.email, "name": edition.sender.name},
        "reply_to": {"email": edition.sender.reply_to},
        "subject": edition.subject,
        "content": [
            {"type": "text/plain", "value": edition.text},
            {"type": "text/html", "value": edition.html},
        ],
        "headers": {"List-Id": list_id(edition)},
        "categories": ["newsletter"],
        # An account may have these on: they would add pixels and a second List-Unsubscribe.
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": off,
            "subscription_tracking": off,
            "ganalytics": off,
        },
    }


def valid_key(api_key: str) -> str:
    """Return the key. Raises ConfigurationError for what cannot be one."""
    if not _WORD.fullmatch(api_key):
        raise ConfigurationError(
            "The SendGrid API key is empty or holds white space or other odd characters.",
            hint="Copy the key once more into SENDGRID_API_KEY: one word that begins with SG.",
        )
    return api_key


def valid_host(host: str) -> str:
    """Return the base URL without a slash at its end."""
    if not _may_have_the_key(host):
        raise ConfigurationError(
            "SENDGRID_HOST is not a base URL that the API key may be sent to.",
            hint="Write https://api.sendgrid.com or https://api.eu.sendgrid.com; plain http is "
            "for this machine only.",
        )
    return host.rstrip("/")


def _may_have_the_key(host: str) -> bool:
    """Allow a bare base URL by https, or by http if it does not leave this machine."""
    try:
        url = urlsplit(host)
        name = (url.hostname or "").encode("idna").decode()
        port = url.port
    except ValueError:
        return False
    private = url.scheme == "https" or (url.scheme == "http" and _is_loopback(name))
    bare = not (url.query or url.fragment or "@" in url.netloc)
    return bool(name and port != 0 and private and bare and _WORD.fullmatch(host))


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
