"""Sign the links in emails, and know them again years later."""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from json.encoder import encode_basestring_ascii
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
    from hashlib import _Hash

SHORTEST_SECRET = 16  # characters
TRIAL_SECRET = "trial-links-lead-nowhere"  # noqa: S105 - signs what is never mailed


_IN_URLS = bytes.maketrans(b"+/", b"-_")
_FILLING = b"="


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
        return self.stamp(purpose)(key)

    def stamp(self, purpose: Purpose) -> Callable[[str], str]:
        """Return what makes the tokens of one purpose, for whoever needs very many."""
        return _stamp(self.secrets, purpose)

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
    """Return what makes tokens: those of the serializer, twenty times as fast.

    It derives its key anew for each token, and tries to compress each; a dispatch makes
    200,000 of them.
    """
    secret = _serializer(secrets, purpose).make_signer().derive_key()
    begin, end = _halves_of_hmac(secret)

    def token(key: str) -> str:
        payload = _as_base64(encode_basestring_ascii(key).encode())
        inner, outer = begin(), end()
        inner.update(payload)
        outer.update(inner.digest())
        return (payload + b"." + _as_base64(outer.digest())).decode()

    return token


def _halves_of_hmac(secret: bytes) -> tuple[Callable[[], _Hash], Callable[[], _Hash]]:
    """Return what begins the two hashes of HMAC-SHA1 (RFC 2104 §2) with the secret taken in.

    That module of Python's copies its objects in Python, which takes as long as the hashing.
    """
    block = secret.ljust(64, b"\0")
    inner, outer = (hashlib.sha1(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))  # noqa: S324 - as itsdangerous signs
    return inner.copy, outer.copy


def _as_base64(value: bytes) -> bytes:
    """Return base64 as it stands in a URL, without the signs that fill it up."""
    return b2a_base64(value, newline=False).translate(_IN_URLS, _FILLING)


def parse_secrets(value: str) -> Sequence[str]:
    """Return the secrets of NEWSLETTER_SECRET, which stand newest first between commas."""
    return [part.strip() for part in reversed(value.split(",")) if part.strip()]


def unsubscribe_url(base_url: str, token: str) -> str:
    """Return the link that ends a subscription with one POST (RFC 8058)."""
    return f"{base_url}/unsubscribe/{token}"


def my_data_url(base_url: str, token: str) -> str:
    """Return the link at which people ask to see what is held on them."""
    return f"{base_url}/my-data/{token}"
