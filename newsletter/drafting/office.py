"""Turn the answers of a short interview into office.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsletter.authoring.office import parse_office
from newsletter.checks.deliverability import FREE_MAIL
from newsletter.checks.law_campaigning import is_of_parliament
from newsletter.drafting.skeleton import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from newsletter.findings import Finding


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the interview: `field` names the answer, `example` shows one."""

    field: str
    words: str
    example: str


QUESTIONS = (
    Question("name", "The member’s name", "Robin Halloway"),
    Question("constituency", "The constituency", "Ashcombe East"),
    Question("party", "The party, or Independent", "Independent"),
    Question("email", "The office’s email address, for readers’ answers", "robin@example.org"),
    Question("phone", "The office’s telephone number", "01632 960123"),
    Question(
        "post", "The office’s postal address, on one line", "12 Example Row, Ashcombe AE1 5BQ"
    ),
    Question("site", "The address of the newsletter’s website", "https://update.example.org"),
)


def suggestion(field: str, answers: Mapping[str, str]) -> str:
    """Return a likely answer from those that were given, or nothing."""
    if field == "site" and "@" in answers.get("email", ""):
        email = answers["email"]
        domain = email.rpartition("@")[2].lower()
        is_own = domain not in FREE_MAIL and not is_of_parliament(email)
        return f"https://update.{domain}" if is_own else ""
    return "Independent" if field == "party" else ""


def problem(field: str, answer: str, today: date) -> Finding | None:
    """Return what is wrong with one answer, or None."""
    sample = {question.field: question.example for question in QUESTIONS}
    _, findings = parse_office(office_text({**sample, field: answer}, today))
    own = [finding for finding in findings if f"“{field}”" in finding.message]
    return next(iter([*own, *findings]), None)


def office_text(answers: Mapping[str, str], today: date) -> str:
    """Return office.yaml for answers to all questions."""
    safe = {field: quoted(" ".join(answer.split())) for field, answer in answers.items()}
    host = urlsplit(answers["site"]).hostname or ""
    sender = f"update@{host.removeprefix('update.').removeprefix('www.')}"
    styled = quoted(f"{' '.join(answers['name'].split())} MP")
    title = quoted(f"The {' '.join(answers['constituency'].split())} Update")
    privacy = quoted(f"{answers['site'].rstrip('/')}/privacy")
    return _OFFICE.format(
        **safe,
        sender=quoted(sender),
        styled=styled,
        title=title,
        privacy=privacy,
        today=today.isoformat(),
    )


_OFFICE = """\
# Who publishes this newsletter, how it looks and what the law wants readers to see.
# Lines that begin with # are notes for you; readers never see them.
# When you have finished, run `newsletter doctor`: it says what is still missing.

# The member. “style” follows the name, and falls away by itself while Parliament
# is dissolved, because then nobody is an MP.
name: {name}
style: MP
constituency: {constituency}

# What the newsletter is called, at the top of every issue.
title: {title}

# The language of the newsletter: en-GB for English, cy-GB for Welsh.
language: en-GB

# Each party with the day it began: put in the right day. After a change add a line and keep
# the old ones, so that an old issue still names the party of its day.
affiliations:
  - {{party: {party}, since: 2015-05-07}}

# What readers see as the sender. “email” must be at a domain that your email provider has
# verified; “reply_to” is where readers’ answers arrive.
sender: {{name: {styled}, email: {sender}, reply_to: {email}}}

# How constituents reach you. These fill the contact block of an issue.
contact: {{email: {email}, phone: {phone}, post: {post}}}

# The public website that `newsletter serve` answers for. It must begin with https://
site: {site}

# Where a reader can pass an issue on, in this order.
share: [email, whatsapp, facebook, bluesky, linkedin, x]

# Your privacy notice, and the words that link to it.
privacy: {{url: {privacy}, text: How we use your data}}

# The imprint. The law asks for the name and the postal address both of whoever promotes the
# newsletter and of whoever it is published for (Elections Act 2022, sections 41 to 48).
imprint:
  promoter: {{name: {name}, address: {post}}}
  publisher: {{name: {name}, address: {post}}}

# On the day that Parliament is dissolved, write {{status: dissolved, since: {today}}} with the
# date of that day. Afterwards, write {{status: sitting}} again.
# Where `newsletter new --from-parliament` asks which member you are, add your number in
# Parliament’s records: {{status: sitting, member: 172}}
parliament: {{status: sitting}}

# The day on which issues come out, and whose bank holidays count: england-and-wales, scotland
# or northern-ireland. Take the # away from the next line to change them.
# calendar: {{day: friday, bank_holidays: england-and-wales}}

# How many people must sign off an issue before it can be sent: 0, 1 or 2.
approvals: 0

# Whether to count who opens an email and follows its links. Readers would have to agree to
# that first, so leave it off unless you have asked them.
tracking: false

# Topics that people can choose on the website when they join, each with the tag that the
# “segment” of an issue names. Take the # away from these lines to offer some.
# topics:
#   - {{tag: trains, label: Trains and buses}}
#   - {{tag: surgeries, label: When the advice surgeries are}}

# Colours are six digits after a #, in quotation marks. For a logo put a picture beside this
# file and add its name: {{colours: {{…}}, logo: logo.png}}
look: {{colours: {{primary: "#1d4f91", text: "#1a1a1a", background: "#ffffff"}}}}
"""

SUBSCRIBERS = """\
email,first_name,last_name,postcode,segments,consent_at,consent_source,consent_wording,status
jo@example.org,Jo,Sample,,newsletter,2024-01-31,website form,Please send me the weekly update by email.,
"""

IGNORED = """\
newsletter.db*
build/
outbox/
.env
"""
