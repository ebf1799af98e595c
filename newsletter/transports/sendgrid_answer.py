"""Tell from SendGrid's answer whether it took the mail, and if not, what to do."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from newsletter.errors import (
    CulpritError,
    RefusedError,
    TransportError,
    UnavailableError,
    UncertainError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message

    from newsletter.transports.sendgrid_call import Answer

UNCERTAIN_HINT = "Do not send again yet: newsletter status shows whose copies are in doubt."

_PERSON = re.compile(r"(?:\$\.)?personalizations[.\[](\d+)")
_PRIVATE = re.compile(r"\S*(?:@|%40)\S*|\bSG\.\S*|\bBearer\s+\S+", re.IGNORECASE)
_LONGEST_REASON = 400
_LONGEST_WAIT = 3600.0  # seconds: whoever must wait longer had better run it again later
_KEY_HINT = (
    "Check SENDGRID_API_KEY: it must be a current key with the Mail Send permission, for --at "
    "with Scheduled Sends too, and the sender must be verified with SendGrid."
)
_HINTS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: _KEY_HINT,
    HTTPStatus.FORBIDDEN: _KEY_HINT,
    HTTPStatus.NOT_FOUND: "Check SENDGRID_HOST: it is a base URL such as https://api.sendgrid.com.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Shorten the issue: a request may hold 30 MB in all.",
}
_ANY_HINT = "Mend what SendGrid names, then send again."


def failure(answer: Answer, *, api_key: str, now: float) -> TransportError | None:
    """Return what went wrong, or None if SendGrid accepted every message.

    `now` is in seconds since 1970, for an answer that does not name its own time.
    """
    status = answer.status
    if status == HTTPStatus.ACCEPTED or (status == HTTPStatus.OK and not answer.body):
        return None  # 200 with nothing in it is the sandbox's yes
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return UnavailableError(
            "SendGrid asks to wait before the next request (429).",
            hint="Send again a little later.",
            # Where it says nothing it is for us to say how long.
            retry_after=seconds_to_wait(answer.headers, now) or 0.0,
        )
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _refusal(answer, api_key)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        # Whoever points elsewhere did not take the mail, and will point there every time.
        return RefusedError(
            f"SENDGRID_HOST answers with a redirect ({status}), which is never followed.",
            hint="Give SENDGRID_HOST the address of SendGrid itself, or leave it out.",
        )
    return UncertainError(
        f"SendGrid answered {status}, so nobody knows whether it took the mail.",
        hint=UNCERTAIN_HINT,
    )


def _refusal(answer: Answer, api_key: str) -> RefusedError:
    said = list(_said(answer.body))
    told = _told((f"{text} ({field})" if field else text for text, field in said), api_key)
    reason = f"SendGrid refused the request ({answer.status})"
    message = f"{reason}: {told}" if told else f"{reason}."
    hint = _HINTS.get(answer.status, _ANY_HINT)
    if answer.status != HTTPStatus.BAD_REQUEST or not all(_is_personal(f) for _, f in said):
        return RefusedError(message, hint=hint)
    culprits: dict[int, str] = {}
    for text, field in said:
        if found := _PERSON.match(field):
            culprits.setdefault(int(found[1]), f"{reason}: {_told([text], api_key)}")
    return CulpritError(message, hint=hint, culprits=culprits)


def _told(said: Iterable[str], api_key: str) -> str:
    """Return what SendGrid said on one line, without the addresses and keys it quotes."""
    whole = "; ".join(said).replace(api_key, "[key]")
    return _PRIVATE.sub("[private]", " ".join(whole.split()))[:_LONGEST_REASON]


def _is_personal(field: str) -> bool:
    """Whether the trouble may be with one of the people; a bad subject is with all of them."""
    return not field or field.removeprefix("$.").startswith("personalizations")


def _said(body: bytes) -> Iterator[tuple[str, str]]:
    """Read `{"errors": [{"message": …, "field": …}]}`; nothing from any other body."""
    try:
        document = json.loads(body)
    except ValueError:
        return
    errors = document.get("errors") if isinstance(document, dict) else None
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict) and isinstance(error.get("message"), str):
            yield error["message"], str(error.get("field") or "")


def seconds_to_wait(headers: Message, now: float) -> float | None:
    """Read X-RateLimit-Reset (in seconds since 1970), or else Retry-After (in seconds)."""
    reset = _whole(headers["X-RateLimit-Reset"])
    if reset is not None:
        # Both times are SendGrid's, so that a wrong clock here does not matter.
        wait = reset - _time(headers["Date"], now)
    else:
        after = _whole(headers["Retry-After"])
        if after is None:
            return None
        wait = float(after)
    return min(max(wait, 0.0), _LONGEST_WAIT)


def _whole(value: str | None) -> int | None:
    return int(value) if value and re.fullmatch(r"[0-9]{1,12}", value.strip()) else None


def _time(value: str | None, now: float) -> float:
    try:
        return parsedate_to_datetime(value).timestamp() if value else now
    except ValueError:
        return now
