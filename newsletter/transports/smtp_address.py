"""Read SMTP_URL: which mail server, how to reach it, and as whom."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from newsletter.errors import ConfigurationError

_PORTS = {"smtp": 587, "smtps": 465}  # RFC 8314 §3.3 and RFC 6409


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server; `is_wrapped` says that encryption begins with the first byte."""

    host: str
    port: int
    is_wrapped: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine, so that nobody listens on the way."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_smtp_url(url: str) -> MailServer:
    """Return the server of `smtp://user:pass@host:587` or `smtps://…`.

    Raises ConfigurationError, which never quotes the URL: its password is in it.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")  # as whoever looks it up does
    except ValueError:
        raise _unreadable() from None
    more = parts.query or parts.fragment or parts.path.strip("/")
    if parts.scheme not in _PORTS or not host or port == 0 or more or not url.isprintable():
        raise _unreadable()
    return MailServer(
        host=host,
        port=port or _PORTS[parts.scheme],
        is_wrapped=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _unreadable() -> ConfigurationError:
    return ConfigurationError(
        "SMTP_URL does not name a mail server.",
        hint="Write smtp://user:password@host:587 or smtps://user:password@host:465; odd "
        "characters in the password as %XX.",
    )
