"""Carry batches through SendGrid, and tell exactly what became of each request."""

from __future__ import annotations

import importlib
import ipaddress
import json
import re
import time
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from newsletter.delivery.timetable import LAST_POST
from newsletter.errors import ConfigurationError, UnavailableError, UncertainError
from newsletter.message import list_id
from newsletter.rendering.edition import Tracking
from newsletter.transports.deadline import DeadlinePassedError, Departure, within
from newsletter.transports.lines import Lines
from newsletter.transports.sendgrid_answer import UNCERTAIN_HINT, failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsletter.delivery import Appointment
    from newsletter.personalization import Personalization
    from newsletter.rendering.edition import Edition
    from newsletter.transports.sendgrid_call import Answer, Ready

_SLIP = re.compile(r"[\w-]{1,100}", re.ASCII)
_DONE = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT)
_NO_SENSE = "SendGrid gave an answer that makes no sense, so nothing was sent."
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
        self._post(payload(edition, batch, dispatch))

    def schedule(
        self,
        edition: Edition,
        batch: Sequence[Personalization],
        *,
        dispatch: str,
        appointment: Appointment,
    ) -> None:
        """Do as `send` does, but have SendGrid hold the messages until their time.

        Raises UnavailableError, with nothing sent, once that time is too close: a request of
        which nobody knows could not be called back, and a time that has passed means at once.
        """
        at = int(appointment.at.timestamp())
        if self._now() > at - LAST_POST.total_seconds():
            raise UnavailableError(
                "The time of sending is too close to hand over more.",
                hint="Run newsletter send again once that time has passed.",
            )
        body = payload(edition, batch, dispatch) | {"send_at": at, "batch_id": appointment.slip}
        self._post(body)

    def new_slip(self) -> str:
        """Return a new batch ID. Raises TransportError."""
        answer = self._ask("POST", "mail/batch", None)
        found = _read(answer.body).get("batch_id") if answer.status == HTTPStatus.CREATED else None
        if isinstance(found, str) and _SLIP.fullmatch(found):
            return found
        self._fail(answer)
        raise UnavailableError(_NO_SENSE, hint="Send again a little later.")

    def drop(self, slip: str) -> None:
        """Cancel all under a batch ID, and read back that it is. Raises TransportError."""
        body = {"batch_id": slip, "status": "cancel"}
        answer = self._ask("POST", "user/scheduled_sends", body)
        if answer.status == HTTPStatus.BAD_REQUEST:  # it has a status already: change that
            path = f"user/scheduled_sends/{slip}"
            changed = self._ask("PATCH", path, {"status": "cancel"})
            if changed.status != HTTPStatus.NOT_FOUND:  # else the first answer says what is wrong
                answer = changed
        if answer.status not in _DONE:
            self._fail(answer)
        found = self._ask("GET", f"user/scheduled_sends/{slip}", None)
        if found.status == HTTPStatus.OK and _says_cancelled(found.body, slip):
            return
        self._fail(found)
        raise UncertainError(
            "SendGrid has not confirmed that it dropped what it holds.",
            hint="Run the same command again.",
        )

    def warm_up(self) -> None:
        """Read in the package, while there is time."""
        importlib.import_module("newsletter.transports.sendgrid_call")

    def close(self) -> None:
        """Give up the connections."""
        self._lines.close()

    def _post(self, mail: dict[str, Any]) -> None:
        """Hand over one mail, of which only the JSON is kept while its answer is waited for."""
        from newsletter.transports.sendgrid_call import Ready  # noqa: PLC0415 -- as below

        body = Ready(orjson.dumps(mail, default=dict))
        mail.clear()
        self._fail(self._ask("POST", "mail/send", body))

    def _fail(self, answer: Answer) -> None:
        error = failure(answer, api_key=self._api_key, now=self._now())
        if error is not None:
            raise error

    def _ask(self, method: str, path: str, body: dict[str, Any] | Ready | None) -> Answer:
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


def _read(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _says_cancelled(body: bytes, slip: str) -> bool:
    """Read the answer of GET /v3/user/scheduled_sends/ID: a list with one element."""
    try:
        found = json.loads(body)
    except ValueError:
        return False
    entries = found if isinstance(found, list) else [found]
    return any(
        isinstance(entry, dict)
        and (entry.get("batch_id"), entry.get("status")) == (slip, "cancel")
        for entry in entries
    )


def payload(edition: Edition, batch: Sequence[Personalization], dispatch: str) -> dict[str, Any]:
    """Return the body of POST /v3/mail/send: all of a batch in one request.

    What is each person's own stands in it as it came: JSON is made of any mapping.
    """
    off, issue = {"enable": False}, edition.issue.isoformat()
    watched = edition.tracking is Tracking.ON
    return {
        "personalizations": [
            {
                "to": [{"email": person.address}],
                "substitutions": person.substitutions,
                "headers": person.headers,
                "custom_args": {
                    "dispatch": dispatch,
                    "recipient": person.key,
                    "issue": issue,
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
        **({"headers": {"List-Id": list_id(edition)}} if edition.list_id else {}),
        "categories": ["newsletter"],
        # An account may have these on: they would add pixels and a second List-Unsubscribe.
        "tracking_settings": {
            "click_tracking": {"enable": watched, "enable_text": False},
            "open_tracking": {"enable": watched},
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
