"""Read the environment: the only place that does."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping

SENDGRID = "https://api.sendgrid.com"
DATABASE = "sqlite:///newsletter.db"
PARLIAMENT = "https://{api}.parliament.uk"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; empty where it says nothing. Never shown or logged."""

    sendgrid_api_key: str = ""
    sendgrid_host: str = SENDGRID
    smtp_url: str = ""
    secret: str = ""
    database_url: str = DATABASE
    webhook_key: str = ""
    parliament_api_base: str = PARLIAMENT

    @override
    def __repr__(self) -> str:
        """Show nothing: a repr ends up in logs."""
        return "Settings(…)"


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this process's environment."""
    values = os.environ if environment is None else environment
    return Settings(
        sendgrid_api_key=values.get("SENDGRID_API_KEY", "").strip(),
        sendgrid_host=values.get("SENDGRID_HOST", "").strip() or SENDGRID,
        smtp_url=values.get("SMTP_URL", "").strip(),
        secret=values.get("NEWSLETTER_SECRET", "").strip(),
        database_url=values.get("NEWSLETTER_DATABASE_URL", "").strip() or DATABASE,
        webhook_key=values.get("NEWSLETTER_WEBHOOK_KEY", "").strip(),
        parliament_api_base=values.get("PARLIAMENT_API_BASE", "").strip() or PARLIAMENT,
    )
