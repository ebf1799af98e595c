"""Join settings, files, database and transports: the only module that knows them all."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newsletter.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.database.opening import Database
    from newsletter.delivery import Transport
    from newsletter.files import OfficeFolder
    from newsletter.links import Signer
    from newsletter.pipeline import Carriage
    from newsletter.settings import Settings

FOLDER, SENDGRID = "folder", "sendgrid"


def office_folder(root: Path) -> OfficeFolder:
    """Return the office of a folder. Raises ConfigurationError if there is no such folder."""
    from newsletter.files import OfficeFolder

    if not root.is_dir():
        raise ConfigurationError(
            f"There is no folder {root}", hint="Name the office's folder with --office."
        )
    return OfficeFolder(root)


def database(root: Path, settings: Settings) -> Database:
    """Open the office's database, which is made on first use."""
    from newsletter.database.opening import open_database

    return open_database(settings.database_url, folder=root)


def transport_name(settings: Settings, chosen: str | None) -> str:
    """Return the transport that was asked for; without a key that is the folder."""
    return chosen or (SENDGRID if settings.sendgrid_api_key else FOLDER)


def transport(root: Path, settings: Settings, name: str) -> Transport:
    """Return a transport ready to send. Raises ConfigurationError if it is not set up."""
    if name == SENDGRID:
        from newsletter.transports.sendgrid import SendGridTransport

        if not settings.sendgrid_api_key:
            raise ConfigurationError(
                "There is no key for SendGrid",
                hint="Put it into SENDGRID_API_KEY, or try out with --transport folder.",
            )
        return SendGridTransport(settings.sendgrid_api_key, settings.sendgrid_host)
    from newsletter.transports.folder import FolderTransport

    return FolderTransport(root / "outbox", _now)


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


def carriage(root: Path, settings: Settings, name: str, base_url: str) -> Carriage:
    """Return all that a dispatch is carried with."""
    from newsletter.pipeline import Carriage

    return Carriage(
        transport=transport(root, settings, name),
        signer=signer(settings, name),
        base_url=base_url,
        sleep=time.sleep,
    )


def _now() -> datetime:
    return datetime.now(UTC)
