"""Sign the links in emails, and know them again years later."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from itsdangerous import (
    BadData,
    SignatureExpired,
    TimestampSigner,
    URLSafeSerializer,
    URLSafeTimedSerializer,
)
from typing_extensions import override

from newsletter.errors import ConfigurationError, ExpiredError, NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

SHORTEST_SECRET = 16  # characters
TRIAL_SECRET = "trial-links-lead-nowhere"  # noqa: S105 - signs what is never mailed


class Purpose(StrEnum):
    """What a link is for: a link for one thing does not open another."""

    UNSUBSCRIBE = "unsubscribe"
    MY_DATA = "my-data"
    """Has a letter sent to the address on record, and shows nothing itself."""
    CONFIRM = "confirm"
    DATA_ACCESS = "data-access"


@dataclass(frozen=True, slots=True)
class Signer:
    """Sign with the newest secret, and verify with any of them.

    `secrets` are oldest first, so that links in old emails work after a change. A link names
    a person by their opaque key, never by their address, and does not expire: an opt-out must
    go on working (PECR regulation 22; RFC 8058).
    """

    secrets: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse secrets that could be guessed."""
        if not self.secrets or any(len(secret) < SHORTEST_SECRET for secret in self.secrets):
            raise ConfigurationError(
                f"NEWSLETTER_SECRET has to have {SHORTEST_SECRET} characters at least",
                hint="Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'",
            )

    def token(self, purpose: Purpose, key: str) -> str:
        """Return a token for one person and one purpose, safe in a URL."""
        return _stamp(self.secrets, purpose)(key)

    def key(self, purpose: Purpose, token: str) -> str:
        """Return whose token this is. Raises NotAllowedError if it is not one of ours."""
        try:
            return str(self._serializer(purpose).loads(token))
        except BadData as error:
            raise _incomplete() from error

    def passing_token(self, purpose: Purpose, key: str, *, now: Callable[[], datetime]) -> str:
        """Return a token that knows when it was made, for a link that does not work for ever."""
        return str(self._passing(purpose, now).dumps(key))

    def passing_key(
        self, purpose: Purpose, token: str, *, now: Callable[[], datetime], age: timedelta
    ) -> str:
        """Return whose token this is, unless it is older than `age`.

        Raises ExpiredError if it is, and NotAllowedError if it is not one of ours.
        """
        try:
            return str(self._passing(purpose, now).loads(token, int(age.total_seconds())))
        except SignatureExpired as error:
            raise ExpiredError("This link has expired", hint="Ask for a new one.") from error
        except BadData as error:
            raise _incomplete() from error

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        return _serializer(self.secrets, purpose)

    def _passing(self, purpose: Purpose, now: Callable[[], datetime]) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            list(self.secrets),
            salt=f"newsletter.{purpose}",
            signer=_Stamper,
            signer_kwargs={"clock": now},
        )


class _Stamper(TimestampSigner):
    """Stamp with the time that is passed in."""

    def __init__(self, *arguments: Any, clock: Callable[[], datetime], **more: Any) -> None:  # noqa: ANN401 - as the library has it
        super().__init__(*arguments, **more)
        self._clock = clock

    @override
    def get_timestamp(self) -> int:
        return int(self._clock().timestamp())


def _incomplete() -> NotAllowedError:
    return NotAllowedError("This link is not complete", hint="Copy the whole link from the email.")


@lru_cache(maxsize=16)
def _serializer(secrets: tuple[str, ...], purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(list(secrets), salt=f"newsletter.{purpose}")


@lru_cache(maxsize=16)
def _stamp(secrets: tuple[str, ...], purpose: Purpose) -> Callable[[str], str]:
    """Return what makes tokens: those of the serializer, ten times as fast.

    It derives its key anew for each token, and tries to compress each; a dispatch makes
    100,000 of them.
    """
    secret = _serializer(secrets, purpose).make_signer().derive_key()
    keyed = hmac.new(secret, digestmod="sha1")  # the key is taken in once, not for each

    def token(key: str) -> str:
        payload = urlsafe_b64encode(json.dumps(key).encode()).rstrip(b"=")
        signed = keyed.copy()
        signed.update(payload)
        signature = urlsafe_b64encode(signed.digest()).rstrip(b"=")
        return f"{payload.decode()}.{signature.decode()}"

    return token


def parse_secrets(value: str) -> Sequence[str]:
    """Return the secrets of NEWSLETTER_SECRET, which stand newest first between commas."""
    return [part.strip() for part in reversed(value.split(",")) if part.strip()]


def unsubscribe_url(base_url: str, token: str) -> str:
    """Return the link that ends a subscription with one POST (RFC 8058)."""
    return f"{base_url}/unsubscribe/{token}"


def my_data_url(base_url: str, token: str) -> str:
    """Return the link at which people ask to see what is held on them."""
    return f"{base_url}/my-data/{token}"
