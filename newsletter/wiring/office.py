"""Join an office's folder and its database with all that reads them, and publishes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from newsletter.errors import ConfigurationError, NotAllowedError
from newsletter.wiring.clock import now

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from newsletter.archive.past import Past, Wanted
    from newsletter.database.opening import Database
    from newsletter.files import OfficeFolder
    from newsletter.parliament.week import Parliament
    from newsletter.planning import Timetable
    from newsletter.proposal import Plan
    from newsletter.publishing import Published
    from newsletter.rendering.website import Website
    from newsletter.report.telling import Told
    from newsletter.settings import Settings


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


def website(desk: OfficeFolder) -> Website:
    """Return what draws the pages of the office's web site, as its files have it now."""
    from newsletter.rendering.languages import Languages, own_catalogues
    from newsletter.rendering.website import Website

    office = desk.office()
    languages = Languages({**own_catalogues(), **desk.catalogues()})
    return Website(office, desk.templates(), languages, desk.logo(office))


def parliament(root: Path, settings: Settings, *, offline: bool) -> Parliament:
    """Return Parliament's open data; offline it is what was fetched before."""
    from newsletter.parliament.addresses import Addresses
    from newsletter.parliament.shelf import FOLDER as SHELF
    from newsletter.parliament.shelf import Shelf
    from newsletter.parliament.week import Parliament

    addresses = Addresses(settings.parliament_api_base)
    return Parliament(addresses, Shelf(root / SHELF), now, is_offline=offline)


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

    today = now().astimezone(LONDON).date()
    begins = first or today
    span = Span(begins, last or begins + length - timedelta(days=1))
    source = parliament(root, settings, offline=offline)
    return planned(office_folder(root), span, today, source.known)


def plan_file(plan: Timetable, path: Path) -> Path:
    """Write a plan for calendar programs; return its file."""
    from newsletter.drafting.timetable_ics import calendar_file

    path.write_bytes(calendar_file(plan.office, plan.weeks, now()))
    return path


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
    builder = Builder(website(desk), past, shelf.content, now().date())
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
    return office_folder(root).builds.attest(issue, files(record)) if record else []


def told(root: Path, settings: Settings, issue: date | None) -> Told:
    """Return the report on an issue, or on all. Raises MistakeError if it was never sent."""
    from newsletter.report.telling import tell

    office = office_folder(root).office()
    with database(root, settings) as opened:
        return tell(opened.reports, issue, office)


def write_report(root: Path, report: Told, issue: date | None) -> Path:
    """Write a report as a page into the build folder; return its file."""
    folder = office_folder(root)
    return folder.builds.write_report(issue, report.page(folder.office(), now()).encode())
