"""Have SendGrid check a message that it does not send: the key, the sender, the account."""

from __future__ import annotations

import time
from http.client import HTTPException

from newsletter.errors import UnavailableError, UncertainError
from newsletter.transports.deadline import DeadlinePassedError, Departure, within
from newsletter.transports.lines import Lines
from newsletter.transports.sendgrid import SendGridTransport
from newsletter.transports.sendgrid_answer import failure
from newsletter.transports.sendgrid_call import Account, Answer, call

_PATIENCE = 10.0  # seconds for the whole request


class Sandbox:
    """SendGrid's sandbox mode, in which a message is checked and then thrown away."""

    def __init__(self, api_key: str, host: str) -> None:
        """Raise ConfigurationError for a host that the key may not be sent to."""
        SendGridTransport(api_key, host)  # it knows which hosts those are
        self._api_key = api_key
        self._host = host.rstrip("/")

    def try_out(self, sender: str) -> None:
        """Have a message from the sender to itself checked.

        To itself, so that it reaches nobody else even where the sandbox is not known. Raises
        RefusedError or UnavailableError.
        """
        error = failure(self._post(sender), api_key=self._api_key, now=time.time())
        if isinstance(error, UncertainError):
            raise UnavailableError(error.message) from error
        if error is not None:
            raise error

    def _post(self, sender: str) -> Answer:
        departure = Departure()
        account = Account(self._api_key, self._host, _PATIENCE, Lines())
        try:
            return within(
                _PATIENCE,
                lambda: call(account, "POST", "mail/send", _message(sender), departure),
            )
        except (OSError, HTTPException, DeadlinePassedError) as error:
            departure.call_off()
            raise UnavailableError("SendGrid gives no answer") from error


def _message(sender: str) -> dict[str, object]:
    return {
        "personalizations": [{"to": [{"email": sender}]}],
        "from": {"email": sender},
        "subject": "Is this office ready to send?",
        "content": [{"type": "text/plain", "value": "This message is checked, and not sent."}],
        "mail_settings": {"sandbox_mode": {"enable": True}},
    }
