"""Ask SendGrid, page by page, whom it does not mail any more."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from newsletter.errors import ConfigurationError, UnavailableError
from newsletter.transports.deadline import DeadlinePassedError, Departure, within
from newsletter.transports.lines import Lines
from newsletter.transports.sendgrid import valid_host, valid_key
from newsletter.transports.sendgrid_answer import seconds_to_wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.transports.sendgrid_call import Answer

GLOBAL = "asm/suppressions/global"
LISTS = (
    "suppression/bounces",
    "suppression/spam_reports",
    "suppression/invalid_emails",
    "suppression/unsubscribes",
    GLOBAL,
)
"""What SendGrid keeps lists of. Its blocks are not asked for: they pass, and suppress nobody."""

_MOST_WAITS = 5
_LONGEST_WAIT = 60.0  # seconds
_HINT = "Run the same command again: it goes on where it stopped."


class SendGridSuppressions:
    """The account's lists of suppressions; `deadline` is in seconds and for one request."""

    lists = LISTS
    page_size = 500

    def __init__(
        self,
        api_key: str,
        host: str,
        deadline: float = 60.0,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api_key = valid_key(api_key)
        self._host = valid_host(host)
        self._deadline = deadline
        self._sleep = sleep
        self._lines = Lines()

    def page(self, name: str, *, offset: int, until: int) -> list[str]:
        """Return up to `page_size` addresses of a list, from the `offset`th on.

        `until` is in seconds since 1970; what came later is left out, so that the pages stay
        where they are. Raises UnavailableError if asking again may help.
        """
        query = {"limit": self.page_size, "offset": offset, "end_time": until}
        for _ in range(_MOST_WAITS):
            answer = self._get(name, query)
            if answer.status != HTTPStatus.TOO_MANY_REQUESTS:
                return _addresses(name, answer)
            wait = seconds_to_wait(answer.headers, time.time())
            self._sleep(min(_LONGEST_WAIT, 1.0 if wait is None else wait))
        raise UnavailableError("SendGrid asks to wait again and again (429).", hint=_HINT)

    def _get(self, name: str, query: dict[str, int]) -> Answer:
        from newsletter.transports.sendgrid_call import (  # noqa: PLC0415 -- 145 ms, only to ask
            Account,
            call,
        )

        account = Account(self._api_key, self._host, self._deadline, self._lines)
        departure = Departure()
        try:
            return within(
                self._deadline, lambda: call(account, "GET", name, None, departure, query=query)
            )
        except (OSError, HTTPException, DeadlinePassedError) as error:
            departure.call_off()
            raise UnavailableError("SendGrid could not be reached.", hint=_HINT) from error


def _addresses(name: str, answer: Answer) -> list[str]:
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise ConfigurationError(
            f"SendGrid does not let this key read its suppressions ({answer.status}).",
            hint="Give the key in SENDGRID_API_KEY the permission Suppressions: Read.",
        )
    missing = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
    if name == GLOBAL and answer.status in missing:
        return []  # not every account can list it; unsubscribes name the same people
    rows = _parsed(answer.body) if answer.status == HTTPStatus.OK else None
    if not isinstance(rows, list):
        raise UnavailableError(
            f"SendGrid did not answer with a list of suppressions ({answer.status}).", hint=_HINT
        )
    return [row["email"] if _is_entry(row) else "" for row in rows]


def _parsed(body: bytes) -> Any:  # noqa: ANN401  # whatever JSON holds
    try:
        return json.loads(body)
    except ValueError:
        return None


def _is_entry(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("email"), str)
