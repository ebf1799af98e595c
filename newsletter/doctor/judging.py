"""Decide what the facts about an office's readiness mean, and what to do."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from newsletter.doctor.facts import Answer, Carrier, Dmarc, Health, Spf, Verdict
from newsletter.links import SHORTEST_SECRET, TRIAL_SECRET, parse_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

    from newsletter.authoring.office import Office

MOST_AWAY = 60.0  # seconds by which a clock may be wrong: signatures and schedules still hold
OLD_BACKUP = 8.0  # days
_STRONG = 32  # characters: those of `secrets.token_hex(16)` at least
_LEAST_BITS = 64.0
_MAKE_ONE = "Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'."
_NOBODYS = re.compile(r"(?:^|\.)(?:example\.(?:org|com|net)|example|invalid|test|localhost)$")


def judge_office(office: Office) -> Answer:
    """Say whether office.yaml is more than the sample."""
    domain = office.sender.email.rpartition("@")[2]
    host = office.base_url.partition("//")[2].partition("/")[0].partition(":")[0]
    for name, value in (("sender.email", domain), ("site", host)):
        if _NOBODYS.search(value):
            return Answer(
                "office.yaml",
                Verdict.BAD,
                f"{name} is at {value}, which is for samples and belongs to nobody.",
                "Put in your own, and everything else that is the sample’s.",
            )
    return Answer("office.yaml", Verdict.GOOD, f"{office.name}, {office.constituency}.")


def judge_secret(value: str) -> Answer:
    """Say whether the secret that signs the links can be guessed."""
    name = "NEWSLETTER_SECRET"
    secrets = parse_secrets(value)
    if not secrets:
        return Answer(name, Verdict.BAD, "There is none, so no link can be signed.", _MAKE_ONE)
    newest = secrets[-1]
    if newest == TRIAL_SECRET or any(len(secret) < SHORTEST_SECRET for secret in secrets):
        hint = f"{_MAKE_ONE} Put it in the place of the old one, with which anybody can sign."
        return Answer(name, Verdict.BAD, "It is too short, or known to everybody.", hint)
    if len(newest) < _STRONG or _bits(newest) < _LEAST_BITS:
        hint = (
            f"{_MAKE_ONE} Put it before the old one, with a comma, so that links in old emails go "
            "on working."
        )
        return Answer(name, Verdict.DOUBTFUL, "It could be guessed: it is short or regular.", hint)
    return Answer(name, Verdict.GOOD, "It is long and irregular.")


def judge_carrier(carrier: Carrier | None, sender: str) -> Answer:
    """Say whether SendGrid would take mail from this sender. Raises TransportError if not."""
    name = "SendGrid"
    if carrier is None:
        return Answer(
            name,
            Verdict.BAD,
            "There is no key, so send would only write messages to outbox/.",
            "Put a key with the Mail Send permission into SENDGRID_API_KEY.",
        )
    carrier.try_out(sender)
    return Answer(name, Verdict.GOOD, "It takes the key and the sender.")


def judge_spf(found: Spf, domain: str) -> Answer:
    """Say whether the domain names who may send for it."""
    if not found.record:
        return Answer(
            "SPF",
            Verdict.DOUBTFUL,
            f"{domain} has no SPF record.",
            f"Add a TXT record to {domain}, such as v=spf1 include:sendgrid.net ~all.",
        )
    if found.problem:
        return Answer(
            "SPF",
            Verdict.BAD,
            f"The record cannot be used: {found.problem}.",
            f"Mend the TXT record of {domain}.",
        )
    if found.lets_everybody:
        return Answer(
            "SPF",
            Verdict.BAD,
            "It lets everybody send in your name.",
            "End the record with ~all instead of +all.",
        )
    return Answer("SPF", Verdict.GOOD, f"{domain} has a sound record.")


def judge_dkim(keys: Mapping[str, str], domain: str, selectors: Sequence[str]) -> Answer:
    """Say whether there is a key with which receivers can verify signatures."""
    asked = ", ".join(selectors)
    if not keys:
        return Answer(
            "DKIM",
            Verdict.BAD,
            f"{domain} has no key under {asked}, so nothing can be signed in its name.",
            "Authenticate the domain with SendGrid (Settings, Sender Authentication) and add its "
            "CNAME records; if yours has another selector, name it with --selector.",
        )
    revoked = [name for name, key in keys.items() if re.search(r"(?:^|;)\s*p=\s*(?:;|$)", key)]
    if len(revoked) == len(keys):
        return Answer(
            "DKIM",
            Verdict.BAD,
            f"The key under {', '.join(revoked)} has been revoked.",
            "Authenticate the domain with SendGrid again.",
        )
    return Answer("DKIM", Verdict.GOOD, f"{domain} has a key under {', '.join(keys)}.")


def judge_dmarc(found: Dmarc, domain: str) -> Answer:
    """Say whether the domain has the policy that Gmail and Yahoo ask for."""
    add = f"Add a TXT record to _dmarc.{domain}, such as v=DMARC1; p=none; rua=mailto:YOU."
    if not found.record:
        return Answer("DMARC", Verdict.BAD, f"{domain} has no DMARC record.", add)
    if found.problem:
        return Answer("DMARC", Verdict.BAD, f"The record cannot be used: {found.problem}.", add)
    if found.policy == "none":
        return Answer(
            "DMARC",
            Verdict.GOOD,
            "Its policy is p=none, which is enough to be let in.",
            "Once the reports are clean, p=quarantine keeps others from using your name.",
        )
    return Answer("DMARC", Verdict.GOOD, f"Its policy is p={found.policy}.")


def judge_clock(away: timedelta) -> Answer:
    """Say whether this machine's clock is right."""
    seconds = away.total_seconds()
    if abs(seconds) <= MOST_AWAY:
        return Answer("Clock", Verdict.GOOD, "It is right.")
    direction = "fast" if seconds > 0 else "slow"
    return Answer(
        "Clock",
        Verdict.BAD,
        f"It is {abs(seconds):,.0f} seconds {direction}, so --at would send at another time.",
        "Have this machine set its clock by itself (NTP).",
    )


def judge_store(health: Health) -> Answer:
    """Say whether the database can be written, is up to date and is backed up."""
    if not health.version:
        return Answer("Database", Verdict.GOOD, f"{health.name} will be made on first use.")
    if health.version != health.newest:
        return Answer(
            "Database",
            Verdict.DOUBTFUL,
            f"{health.name} has version {health.version}, and this program {health.newest}.",
            "The next command that uses it upgrades it, and makes a backup before.",
        )
    if health.keeps_backups and (health.backup_age is None or health.backup_age > OLD_BACKUP):
        since = "none" if health.backup_age is None else f"{health.backup_age:,.0f} days old"
        return Answer(
            "Database",
            Verdict.DOUBTFUL,
            f"{health.name} can be written; the newest backup beside it: {since}.",
            f"Copy it each week, as {health.name}.2019-02-18.backup, and keep a copy on another "
            "machine.",
        )
    return Answer("Database", Verdict.GOOD, f"{health.name} can be written and is up to date.")


def judge_website(*, good: int | None, broken: int) -> Answer:
    """Say whether one click unsubscribes, from the answers to a good and to a broken link.

    The good one is signed for nobody, so that it changes nothing; it is None without a secret.
    """
    name = "One-click unsubscribe"
    serve = "Let `newsletter serve` answer at “site”, behind a proxy that hands on POST."
    if 300 <= broken < 400 or (good is not None and 300 <= good < 400):  # noqa: PLR2004 - HTTP
        return Answer(
            name,
            Verdict.BAD,
            "The site answers with a redirect, which mail programs do not follow.",
            "Write into “site” the address it redirects to.",
        )
    if broken < 400:  # noqa: PLR2004 - HTTP
        return Answer(
            name,
            Verdict.BAD,
            f"The site answers {broken} to a link that is not one: something else answers there.",
            serve,
        )
    if broken >= 500 or (good or 0) >= 500:  # noqa: PLR2004 - HTTP
        return Answer(name, Verdict.BAD, "The site has an error of its own.", serve)
    if good is None:
        message = f"The site answers {broken}; without a secret no more can be asked."
        return Answer(name, Verdict.DOUBTFUL, message, "Set NEWSLETTER_SECRET.")
    if good >= 400:  # noqa: PLR2004 - HTTP
        return Answer(
            name,
            Verdict.BAD,
            f"The site answers {good} to a link signed with this secret.",
            f"{serve} It needs the same NEWSLETTER_SECRET as this machine.",
        )
    return Answer(name, Verdict.GOOD, "The site takes the click, and refuses a broken link.")


def _bits(secret: str) -> float:
    """Return how many bits of surprise there are in a text, by its letters alone."""
    counts = Counter(secret)
    total = len(secret)
    return -sum(count * math.log2(count / total) for count in counts.values())
