"""Join what `newsletter doctor` asks with the world that it asks."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from newsletter.wiring.carriers import SENDGRID, signer
from newsletter.wiring.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newsletter.authoring.office import Office
    from newsletter.doctor.facts import Answer
    from newsletter.probes.records import Records
    from newsletter.probes.sandbox import Sandbox
    from newsletter.probes.web import PublicSite
    from newsletter.settings import Settings

SELECTORS = ("s1", "s2")
"""The names under which SendGrid has a domain publish its keys, unless another is chosen."""


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
    clock = OthersClock(settings.sendgrid_host, now)
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
