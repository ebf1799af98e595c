"""Join settings, files, database and transports: the only module that knows them all."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from newsletter.errors import ConfigurationError, NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from newsletter.archive.past import Past, Wanted
    from newsletter.authoring.office import Office
    from newsletter.database.opening import Database
    from newsletter.delivery import Holder, Transport
    from newsletter.doctor.facts import Answer
    from newsletter.errors import BusyError
    from newsletter.files import OfficeFolder
    from newsletter.letters import Postman
    from newsletter.links import Signer
    from newsletter.parliament.week import Parliament
    from newsletter.planning import Timetable
    from newsletter.probes.records import Records
    from newsletter.probes.sandbox import Sandbox
    from newsletter.probes.web import PublicSite
    from newsletter.proposal import Plan
    from newsletter.publishing import Published
    from newsletter.rendering.website import Website
    from newsletter.report.telling import Told
    from newsletter.sending import Carriage
    from newsletter.settings import Settings
    from newsletter.transports.sendgrid_suppressions import SendGridSuppressions

PARALLEL = 8
"""How many requests are under way at once; SMTP has one connection."""

FOLDER, SENDGRID, SMTP = "folder", "sendgrid", "smtp"
SELECTORS = ("s1", "s2")
"""The names under which SendGrid has a domain publish its keys, unless another is chosen."""


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

        if not settings.sendgrid_api_key:
            raise ConfigurationError(
                "There is no key for SendGrid",
                hint="Put it into SENDGRID_API_KEY, or try out with --transport folder.",
            )
        return SendGridTransport(settings.sendgrid_api_key, settings.sendgrid_host)
    if name == SMTP:
        return _smtp(settings)
    from newsletter.transports.folder import FolderTransport

    return FolderTransport(root / "outbox", _now)


def holder(settings: Settings) -> Holder:
    """Return the carrier that holds messages until a time."""
    from newsletter.transports.sendgrid import SendGridTransport

    if not settings.sendgrid_api_key:
        raise ConfigurationError(
            "There is no key for SendGrid, which holds this dispatch",
            hint="Put it into SENDGRID_API_KEY.",
        )
    return SendGridTransport(settings.sendgrid_api_key, settings.sendgrid_host)


def _smtp(settings: Settings) -> Transport:
    from newsletter.transports.smtp import SmtpTransport
    from newsletter.transports.smtp_address import parse_smtp_url

    if not settings.smtp_url:
        raise ConfigurationError(
            "There is no mail server",
            hint="Put smtp://user:password@host:587 into SMTP_URL, or try out with "
            "--transport folder.",
        )
    return SmtpTransport(parse_smtp_url(settings.smtp_url), _now)


def suppressions(settings: Settings) -> SendGridSuppressions:
    """Return what tells whom the carrier no longer mails. Raises ConfigurationError."""
    from newsletter.transports.sendgrid_suppressions import SendGridSuppressions

    if not settings.sendgrid_api_key:
        raise ConfigurationError(
            "There is no key for SendGrid",
            hint="Put it into SENDGRID_API_KEY: only SendGrid keeps such lists.",
        )
    return SendGridSuppressions(settings.sendgrid_api_key, settings.sendgrid_host)


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


def parliament(root: Path, settings: Settings, *, offline: bool) -> Parliament:
    """Return Parliament's open data; offline it is what was fetched before."""
    from newsletter.parliament.addresses import Addresses
    from newsletter.parliament.shelf import FOLDER as SHELF
    from newsletter.parliament.shelf import Shelf
    from newsletter.parliament.week import Parliament

    addresses = Addresses(settings.parliament_api_base)
    return Parliament(addresses, Shelf(root / SHELF), _now, is_offline=offline)


def timetable(
    root: Path,
    settings: Settings,
    *,
    first: date | None,
    length: timedelta,
    last: date | None,
    offline: bool,
) -> Timetable:
    """Return the publication plan from a day on, which is today if none is named."""
    from newsletter.drafting.parliament_week import Span
    from newsletter.planning import timetable as planned
    from newsletter.rendering.words import LONDON

    today = _now().astimezone(LONDON).date()
    begins = first or today
    span = Span(begins, last or begins + length - timedelta(days=1))
    source = parliament(root, settings, offline=offline)
    return planned(office_folder(root), span, today, source.known)


def plan_file(plan: Timetable, path: Path) -> Path:
    """Write a plan for calendar programs; return its file."""
    from newsletter.drafting.timetable_ics import calendar_file

    path.write_bytes(calendar_file(plan.office, plan.weeks, _now()))
    return path


def website(desk: OfficeFolder) -> Website:
    """Return what draws the pages of the office's web site, as its files have it now."""
    from newsletter.rendering.languages import Languages, own_catalogues
    from newsletter.rendering.website import Website

    office = desk.office()
    languages = Languages({**own_catalogues(), **desk.catalogues()})
    return Website(office, desk.templates(), languages, desk.logo(office))


def postman(
    carrier: Transport, database: Database, website: Callable[[], Website], signer: Signer
) -> Postman:
    """Return what carries the letters that people asked for on the web site."""
    from newsletter.letters import Postman, Stationery

    return Postman(database.letters, Stationery(website, signer, _now), carrier)


def publish_archive(
    desk: OfficeFolder, database: Database, wanted: Wanted, folder: Path
) -> tuple[Past, Published]:
    """Write the web site of what has been sent.

    Raises NotAllowedError where nothing has, and where the folder is not for the public.
    """
    from newsletter.archive.past import chosen, gather
    from newsletter.archive.site import Builder
    from newsletter.archive.standalone import whole_site
    from newsletter.publishing import PublicFolder, refuse_private, sources

    refuse_private(folder, desk.root)
    shelf = database.shelf
    past = gather(shelf, chosen(shelf.sent(), wanted))
    if not past.issues:
        raise NotAllowedError(
            "No issue has been sent yet, so there is nothing to show",
            hint="Send one first, or try it out with newsletter send --transport folder.",
        )
    builder = Builder(website(desk), past, shelf.content, _now().date())
    sent = [issue.day.isoformat() for issue in past.issues if issue.day not in past.rehearsed]
    files = sources(whole_site(builder), shelf.pieces)
    return past, PublicFolder(folder).publish(files, lasting=sent)


def papers(root: Path, database: Database, plan: Plan[Any]) -> dict[str, Any]:
    """Return what the certificate of a new dispatch will tell besides its counts."""
    from newsletter.checkout import commit

    signed = database.approvals.of(plan.edition.digest)
    return {
        "commit": commit(root),
        "approvals": [approval.as_data() for approval in signed],
        "waivers": [finding.as_data() for finding in plan.waived],
        **({"reason": plan.reason} if plan.reason else {}),
    }


def attest(root: Path, database: Database, issue: date) -> list[Path]:
    """Write the certificate of what there is of an issue; return its files."""
    from newsletter.certificate import files

    record = database.dispatches.record(issue)
    return office_folder(root).attest(issue, files(record)) if record else []


def told(root: Path, settings: Settings, issue: date | None) -> Told:
    """Return the report on an issue, or on all. Raises MistakeError if it was never sent."""
    from newsletter.report.telling import tell

    office = office_folder(root).office()
    with database(root, settings) as opened:
        return tell(opened.reports, issue, office)


def write_report(root: Path, report: Told, issue: date | None) -> Path:
    """Write a report as a page into the build folder; return its file."""
    folder = office_folder(root)
    return folder.write_report(issue, report.page(folder.office(), _now()).encode())


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
        sleep=time.sleep,
        parallel=1 if name == SMTP else PARALLEL,
        queue=queue,
        close=getattr(carrier, "close", lambda: None),
        warm_up=getattr(carrier, "warm_up", lambda: None),
    )


def checkup(
    office: Office, root: Path, settings: Settings, *, nameserver: str | None, selectors: list[str]
) -> dict[str, Callable[[], Answer]]:
    """Return what `newsletter doctor` asks, by the name of each thing, in order."""
    from newsletter.database.health import DatabaseOfOffice
    from newsletter.doctor import judging
    from newsletter.probes.web import OthersClock, PublicSite

    domain = office.sender.email.rpartition("@")[2]
    selectors = [*selectors, *SELECTORS]
    records = _records(nameserver)
    clock = OthersClock(settings.sendgrid_host, _now)
    site = PublicSite(office.base_url)
    store = DatabaseOfOffice(settings.database_url, folder=root)
    return {
        "office.yaml": lambda: judging.judge_office(office),
        "NEWSLETTER_SECRET": lambda: judging.judge_secret(settings.secret),
        "Database": lambda: judging.judge_store(store.look()),
        "Clock": lambda: judging.judge_clock(clock.away()),
        "SendGrid": lambda: judging.judge_carrier(_sandbox(settings), office.sender.email),
        "SPF": lambda: judging.judge_spf(records().spf(domain), domain),
        "DKIM": lambda: judging.judge_dkim(records().dkim(domain, selectors), domain, selectors),
        "DMARC": lambda: judging.judge_dmarc(records().dmarc(domain), domain),
        "One-click unsubscribe": lambda: judging.judge_website(
            good=_click(site, settings), broken=site.leave("no-link-of-ours")
        ),
    }


def _records(nameserver: str | None) -> Callable[[], Records]:
    """Return what asks the DNS, made where it is first needed: its packages are heavy."""

    @cache
    def made() -> Records:
        from newsletter.probes.records import Records

        return Records(nameserver)

    return made


def _sandbox(settings: Settings) -> Sandbox | None:
    from newsletter.probes.sandbox import Sandbox

    if not settings.sendgrid_api_key:
        return None
    return Sandbox(settings.sendgrid_api_key, settings.sendgrid_host)


def _click(site: PublicSite, settings: Settings) -> int | None:
    """Click on a link that is signed for nobody; None without a secret."""
    from newsletter.links import Purpose

    if not settings.secret:
        return None
    return site.leave(signer(settings, SENDGRID).token(Purpose.UNSUBSCRIBE, "0" * 32))


def _now() -> datetime:
    return datetime.now(UTC)
