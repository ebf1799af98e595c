"""Put the public service of an office together, in each of its processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter import wiring
from newsletter.archive.past import Wanted
from newsletter.authoring.office import FILE as OFFICE_FILE
from newsletter.errors import ConfigurationError, NewsletterError
from newsletter.web.public import logs
from newsletter.web.public.app import application
from newsletter.web.public.house import House
from newsletter.web.public.limits import Limiter
from newsletter.web.public.postroom import PostRoom
from newsletter.web.public.reading import WebsiteOnFile
from newsletter.web.public.server import Address, serve
from newsletter.web.public.signatures import verifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from newsletter.settings import Settings


@dataclass(frozen=True, slots=True)
class Service:
    """How to make the service of an office: what each of its processes is given.

    `carrier` is the transport that letters go by; `for_trying` says that nobody but this
    machine can reach the service.
    """

    root: Path
    settings: Settings
    carrier: str
    for_trying: bool

    def house(self) -> House:
        """Return what the handlers work with. Raises ConfigurationError or StoppedError."""
        desk = wiring.office_folder(self.root)
        website = WebsiteOnFile([desk.root / OFFICE_FILE], lambda: wiring.website(desk))
        # Trial links are for who cannot be reached: elsewhere anybody could forge them.
        signed_for = wiring.FOLDER if self.for_trying else wiring.SENDGRID
        signer = wiring.signer(self.settings, signed_for)
        trusted = verifier(self.settings.webhook_key)
        carrier = wiring.transport(self.root, self.settings, self.carrier)
        database = wiring.database(self.root, self.settings)
        postman = wiring.postman(carrier, database, website, signer)
        return House(
            folder=desk,
            website=website,
            database=database,
            signer=signer,
            verifier=trusted,
            limiter=Limiter(now),
            post_room=PostRoom(
                postman.carry_one,
                tidy=database.visitors.forget_unconfirmed,
                close=getattr(carrier, "close", lambda: None),
            ),
            now=now,
            wanted=Wanted.FIRST_STEPS if self.for_trying else Wanted.SENT,
        )

    def __call__(self) -> ASGIApp:
        """Make the application, in a process of several."""
        logs.set_up()
        try:
            return application(self.house())
        except NewsletterError as error:
            logs.failure(error)
            raise SystemExit(1) from None  # another process takes its place in a moment


def run(
    root: Path,
    settings: Settings,
    address: Address,
    *,
    carrier: str | None = None,
    ready: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    """Serve the public until SIGTERM or Ctrl-C; `warn` is given what the office should know.

    Raises ConfigurationError if the office is not set up for it.
    """
    _need_postgresql(settings, address)
    name = wiring.letter_transport_name(settings, carrier)
    service = Service(root.resolve(), settings, name, _is_for_trying(address, name))
    service.house().database.close()  # what is wrong is told here, before anybody is let in
    for sentence in _shortcomings(settings, name):
        warn(sentence)
    serve(service, address, ready=ready)


def _shortcomings(settings: Settings, carrier: str) -> list[str]:
    """Say what does not work as it is set up."""
    found = []
    if not settings.webhook_key:
        found.append(
            "There is no NEWSLETTER_WEBHOOK_KEY: whatever the carrier reports is refused, so "
            "bounces and complaints stay unknown."
        )
    if not settings.secret:
        found.append(
            "There is no NEWSLETTER_SECRET: links are signed for trying out, on this machine only."
        )
    if carrier == wiring.FOLDER:
        found.append("There is no carrier: letters to people who join are written to outbox/.")
    return found


def _need_postgresql(settings: Settings, address: Address) -> None:
    if address.workers > 1 and settings.database_url.startswith("sqlite"):
        raise ConfigurationError(
            "Several workers need PostgreSQL: SQLite takes one writer at a time",
            hint="Leave --workers out, or name a PostgreSQL server in NEWSLETTER_DATABASE_URL.",
        )


def _is_for_trying(address: Address, carrier: str) -> bool:
    """Whether nobody but this machine can reach the service, and nobody is mailed by it."""
    try:
        is_local = ip_address(address.host).is_loopback
    except ValueError:
        is_local = address.host == "localhost"
    return is_local and not address.proxies and carrier == wiring.FOLDER


def now() -> datetime:
    return datetime.now(UTC)
