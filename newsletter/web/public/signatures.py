"""Know the carrier's own reports by their signatures (ECDSA over P-256 and SHA-256)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from newsletter.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
_ALGORITHM = ec.ECDSA(SHA256())
_LONGEST = 256  # characters; a signature has 96, a time 10
_HINT = (
    "Copy the verification key that SendGrid shows under Mail Settings, Event Webhook, Signature "
    "Verification; while it changes, both keys may stand there with a comma between them."
)


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public keys that a report may be signed with; without any, nothing is believed."""

    keys: tuple[ec.EllipticCurvePublicKey, ...] = ()

    def is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether these very bytes come from who holds one of the keys.

        A report is good for ever: the carrier goes on trying for a day, clocks differ, and a
        report that comes again has no effect.
        """
        signature = _signature(headers)
        signed = headers.get(TIMESTAMP, "").encode() + body
        return signature is not None and any(_fits(key, signature, signed) for key in self.keys)


def claims_to_be_signed(headers: Mapping[str, str]) -> bool:
    """Whether a report has what could be a signature: without it, it need not even be read."""
    return _signature(headers) is not None


def _signature(headers: Mapping[str, str]) -> bytes | None:
    """Return the signature in the headers, or None where there is none, or no time with it."""
    moment, text = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    if not moment or not text or len(moment) > _LONGEST or len(text) > _LONGEST:
        return None
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _fits(key: ec.EllipticCurvePublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed, _ALGORITHM)
    except InvalidSignature:
        return False
    return True


def verifier(text: str) -> Verifier:
    """Read NEWSLETTER_WEBHOOK_KEY: keys as SendGrid shows them (base64 of DER), with commas between.

    Raises ConfigurationError for what is no such key.
    """
    return Verifier(tuple(_key(part) for part in text.split(",") if part.strip()))


def _key(text: str) -> ec.EllipticCurvePublicKey:
    """Read one key; the lines around a key in a PEM file may stand there, too."""
    lines = [line for line in text.split("\n") if not line.strip().startswith("-----")]
    try:
        key = load_der_public_key(b64decode("".join("".join(lines).split()), validate=True))
    except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigurationError(
            "NEWSLETTER_WEBHOOK_KEY is not a public key", hint=_HINT
        ) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise ConfigurationError(
            "NEWSLETTER_WEBHOOK_KEY is not a key of the kind that SendGrid signs with", hint=_HINT
        )
    return key
