"""Sign reports as the carrier does, with a key of one's own."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
MOMENT = "1550491200"


class Carrier:
    """Who signs reports; `key` is what an office puts into NEWSLETTER_WEBHOOK_KEY."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.key = shown(self._private.public_key())

    def headers(self, body: bytes, moment: str = MOMENT) -> dict[str, str]:
        signature = self._private.sign(moment.encode() + body, ec.ECDSA(SHA256()))
        return {
            "Content-Type": "application/json",
            SIGNATURE: b64encode(signature).decode(),
            TIMESTAMP: moment,
        }


def shown(key: PublicKeyTypes) -> str:
    """Return a public key as SendGrid's page shows it."""
    return b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def report(*events: dict[str, Any]) -> bytes:
    """Return a body as the carrier writes it, an event a line."""
    return b"[" + b",\r\n".join(json.dumps(event).encode() for event in events) + b"]\r\n"
