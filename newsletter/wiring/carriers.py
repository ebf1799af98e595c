"""Join settings with the carriers: which one is meant, and all that a dispatch is carried with."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

from newsletter.errors import ConfigurationError
from newsletter.wiring.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newsletter.database.opening import Database
    from newsletter.delivery import Holder, Transport
    from newsletter.errors import BusyError
    from newsletter.letters import Postman
    from newsletter.links import Signer
    from newsletter.rendering.website import Website
    from newsletter.sending import Carriage
    from newsletter.settings import Settings
    from newsletter.transports.sendgrid_suppressions import SendGridSuppressions

PARALLEL = 8
"""How many requests are under way at once; SMTP has one connection."""

FOLDER, SENDGRID, SMTP = "folder", "sendgrid", "smtp"


def transport_name(settings: Settings, chosen: str | None) -> str:
    """Return how an issue is sent: as was asked for, or by SendGrid, or without a key rehearsed.

    A mail server is used for an issue only where it is named: it may be there for letters.
    """
    return chosen or (SENDGRID if settings.sendgrid_api_key else FOLDER)


def letter_transport_name(settings: Settings, chosen: str | None) -> str:
    """Return how single messages go, to one person each: by whatever carrier is set up."""
    set_up = (SENDGRID, settings.sendgrid_api_key), (SMTP, settings.smtp_url)
    return chosen or next((name for name, is_there in set_up if is_there), FOLDER)


def transport(root: Path, settings: Settings, name: str) -> Transport:
    """Return a transport ready to send. Raises ConfigurationError if it is not set up."""
    if name == SENDGRID:
        from newsletter.transports.sendgrid import SendGridTransport

        key = _key(settings, more=", or try out with --transport folder.")
        return SendGridTransport(key, settings.sendgrid_host)
    if name == SMTP:
        return _smtp(settings)
    from newsletter.transports.folder import FolderTransport

    return FolderTransport(root / "outbox", now)


def holder(settings: Settings) -> Holder:
    """Return the carrier that holds messages until a time."""
    from newsletter.transports.sendgrid import SendGridTransport

    key = _key(settings, role=", which holds this dispatch")
    return SendGridTransport(key, settings.sendgrid_host)


def _key(settings: Settings, *, role: str = "", more: str = ".") -> str:
    """Return SendGrid's key. Raises ConfigurationError if there is none, told what it is for."""
    if not settings.sendgrid_api_key:
        raise ConfigurationError(
            f"There is no key for SendGrid{role}", hint=f"Put it into SENDGRID_API_KEY{more}"
        )
    return settings.sendgrid_api_key


def _smtp(settings: Settings) -> Transport:
    from newsletter.transports.smtp import SmtpTransport
    from newsletter.transports.smtp_address import parse_smtp_url

    if not settings.smtp_url:
        raise ConfigurationError(
            "There is no mail server",
            hint="Put smtp://user:password@host:587 into SMTP_URL, or try out with "
            "--transport folder.",
        )
    return SmtpTransport(parse_smtp_url(settings.smtp_url), now)


def suppressions(settings: Settings) -> SendGridSuppressions:
    """Return what tells whom the carrier no longer mails. Raises ConfigurationError."""
    from newsletter.transports.sendgrid_suppressions import SendGridSuppressions

    key = _key(settings, more=": only SendGrid keeps such lists.")
    return SendGridSuppressions(key, settings.sendgrid_host)


def signer(settings: Settings, transport_name: str) -> Signer:
    """Return what signs the links; only the folder, which mails nobody, needs no secret."""
    from newsletter.links import TRIAL_SECRET, Signer, parse_secrets

    if settings.secret:
        return Signer(tuple(parse_secrets(settings.secret)))
    if transport_name == FOLDER:
        return Signer((TRIAL_SECRET,))
    raise ConfigurationError(
        "There is no NEWSLETTER_SECRET, which signs the unsubscribe links",
        hint="Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))', keep it "
        "for ever, and put it into NEWSLETTER_SECRET.",
    )


def postman(
    carrier: Transport, database: Database, website: Callable[[], Website], signer: Signer
) -> Postman:
    """Return what carries the letters that people asked for on the web site."""
    from newsletter.letters import Postman, Stationery

    return Postman(database.letters, Stationery(website, signer, now), carrier)


def carriage(
    root: Path,
    settings: Settings,
    name: str,
    base_url: str,
    queue: Callable[[BusyError], None] = lambda _: None,
) -> Carriage:
    """Return all that a dispatch is carried with."""
    from newsletter.sending import Carriage

    carrier = transport(root, settings, name)
    return Carriage(
        transport=carrier,
        signer=signer(settings, name),
        base_url=base_url,
        sleep=sleep,
        parallel=1 if name == SMTP else PARALLEL,
        queue=queue,
        close=getattr(carrier, "close", lambda: None),
        warm_up=getattr(carrier, "warm_up", lambda: None),
    )
