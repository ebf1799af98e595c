"""Check what filters look at before a person does: headers, addresses and the subject."""

from __future__ import annotations

import re
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsletter.checks import sources
from newsletter.checks.lines import front_matter_line
from newsletter.checks.office_lines import office_line
from newsletter.checks.registry import Material, Spot, rule
from newsletter.errors import RefusedError
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

FREE_MAIL = frozenset(
    {"gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "outlook.com", "hotmail.com"}
    | {"hotmail.co.uk", "live.com", "live.co.uk", "icloud.com", "me.com", "aol.com", "gmx.com"}
    | {"btinternet.com", "sky.com", "protonmail.com", "proton.me", "msn.com", "virginmedia.com"}
)
_SHARED = re.compile(r"\.(?:co|org|gov|ac|ltd|me|net|nhs|plc|sch|police)\.uk$")
_NO_REPLY = re.compile(r"(?i)^(?:no|do[-_.]?not|dont)[-_.]?reply")
_OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_SPAMMY = (
    (re.compile(r"^\s*(?:re|fwd?|aw)\s*:", re.IGNORECASE), "begins as if it answered a mail"),
    (re.compile(r"!{2,}|\?{3,}|[!?]*(?:!\?|\?!)[!?]*"), "has several marks in a row"),
    (re.compile(r"(?:!.*){2}!"), "has three exclamation marks"),
    (re.compile(r"[£$€]{2,}"), "has signs of money in a row"),
    (
        re.compile(r"\bFREE\b|(?i:\bfree\b[^.]{0,20}!)|(?i:\b(?:act|order|buy|click) now\b)"),
        "sounds like an advertisement",
    ),
    (
        re.compile(
            r"(?i)\b(?:100% (?:free|guaranteed)|risk[- ]free|winner!|you(?:’|')ve won|urgent!"
            r"|last chance|limited time(?: offer)?|don(?:’|')t miss out|earn £)"
        ),
        "sounds like an advertisement",
    ),
)


@rule(
    "message-refused",
    Severity.ERROR,
    reason="Every message is put together once before anything is sent, so that a header which "
    "cannot be written stops the issue and not the dispatch half-way.",
    source="[RFC 5322](https://www.rfc-editor.org/rfc/rfc5322)",
)
def message_can_be_built(material: Material) -> Iterator[Spot]:
    """Tell why the message to a sample reader could not be put together."""
    error = material.message
    if isinstance(error, RefusedError):
        yield Spot(f"The message cannot be put together: {error.message}", error.hint)


@rule(
    "unsubscribe-header",
    Severity.ERROR,
    reason="Gmail and Yahoo show their own “Unsubscribe” button, and ask for it from anybody "
    "who writes to many. It needs one https address in `List-Unsubscribe`, on one line so that "
    "signatures hold, and its twin `List-Unsubscribe-Post`.",
    source=f"{sources.RFC_8058}; {sources.GMAIL}; {sources.YAHOO}",
)
def mail_programs_can_unsubscribe(material: Material) -> Iterator[Spot]:
    """Read the two headers back from a finished message."""
    if not isinstance(material.message, bytes):
        return
    head = material.message.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    lines = re.findall(r"(?im)^list-unsubscribe:.*(?:\r\n[ \t].*)*", head)
    address = rf"(?i:list-unsubscribe): <{re.escape(material.office.base_url)}/[^<>,\s]+>\s*"
    if len(lines) != 1 or not re.fullmatch(address, lines[0]):
        yield Spot(
            "The header List-Unsubscribe is not one address of this office on one line.",
            "Look at “site” in office.yaml: a short address without signs is best.",
            "office.yaml",
            office_line(material, "site"),
        )
    parsed = BytesParser(policy=policy.default).parsebytes(material.message, headersonly=True)
    if parsed["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        yield Spot(
            "The header List-Unsubscribe-Post is missing.",
            "This is a fault of newsletter: please report it.",
        )


@rule(
    "site-not-public",
    Severity.WARNING,
    reason="Readers fetch pictures and follow the unsubscribe link from wherever they are. An "
    "address on one’s own machine is for trying out.",
    source=sources.RFC_8058,
)
def site_is_public(material: Material) -> Iterator[Spot]:
    """Look at the host of the office's site."""
    parts = urlsplit(material.office.site)
    if parts.hostname in _OWN_MACHINE or parts.scheme != "https":
        yield Spot(
            f"“site” is {material.office.site}, which only this machine can reach.",
            "Write the public address, beginning with https://.",
            "office.yaml",
            office_line(material, "site"),
        )


@rule(
    "sender-free-mail",
    Severity.ERROR,
    reason="Gmail, Yahoo, Microsoft and others tell the world to refuse mail in their name that "
    "they did not send themselves. A newsletter needs an address at a domain of your own.",
    source=f"{sources.GMAIL}; {sources.YAHOO}",
)
def sender_has_a_domain(material: Material) -> Iterator[Spot]:
    """Look for free mail providers in the sender's address."""
    domain = _domain(material.edition.sender.email)
    if domain in FREE_MAIL:
        yield Spot(
            f"The sender’s address is at {domain}, and mail in its name will be refused.",
            "Write an address at your own domain under sender, email.",
            "office.yaml",
            office_line(material, "sender", "email"),
        )


@rule(
    "reply-elsewhere",
    Severity.WARNING,
    reason="Replies to another domain than the sender’s look like a trick, most of all at a free "
    "mail provider. An address at parliament.uk is a usual place for replies.",
    source="[RFC 7489, 3.1](https://www.rfc-editor.org/rfc/rfc7489#section-3.1)",
)
def replies_stay_in_the_house(material: Material) -> Iterator[Spot]:
    """Compare the domains of the sender and of Reply-To."""
    sender = material.edition.sender
    here, there = _organisation(sender.email), _organisation(sender.reply_to)
    if there not in {here, "parliament.uk"}:
        yield Spot(
            f"Replies go to {_domain(sender.reply_to)}, but the sender is at "
            f"{_domain(sender.email)}.",
            "Let reply_to be an address at the same domain, and forward it.",
            "office.yaml",
            office_line(material, "sender", "reply_to"),
        )


@rule(
    "no-reply",
    Severity.WARNING,
    reason="Constituents answer their member. A no-reply address tells them not to, and mail "
    "programs that learn from replies learn nothing good.",
    source=sources.YAHOO,
)
def replies_are_welcome(material: Material) -> Iterator[Spot]:
    """Look for no-reply addresses."""
    sender = material.edition.sender
    for name, email in (("email", sender.email), ("reply_to", sender.reply_to)):
        if _NO_REPLY.match(email):
            yield Spot(
                f"sender.{name} is a no-reply address.",
                "Write an address that somebody reads.",
                "office.yaml",
                office_line(material, "sender", name),
            )


@rule(
    "spammy-subject",
    Severity.WARNING,
    reason="Filters know the subjects of advertisements: FREE, rows of exclamation marks, signs "
    "of money, a “Re:” that answers nothing. So do readers.",
    source=f"{sources.GMAIL}; {sources.YAHOO}",
)
def subject_is_sober(material: Material) -> Iterator[Spot]:
    """Look for the marks of advertisements in the subject."""
    subject = material.edition.subject
    faults = [fault for pattern, fault in _SPAMMY if pattern.search(subject)]
    for fault in dict.fromkeys(faults):
        yield Spot(
            f"The subject {fault}.",
            "Say soberly what the issue is about.",
            "issue.md",
            front_matter_line(material.source, "subject"),
        )


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()


def _organisation(email: str) -> str:
    """Return the domain that was registered: `example.org.uk` of `mail.example.org.uk`."""
    domain = _domain(email)
    labels = domain.split(".")
    return ".".join(labels[-3:] if _SHARED.search(domain) else labels[-2:])
