"""Put the many ways in which mail servers say no into a few reasons that people can act on."""

from __future__ import annotations

import re
from enum import StrEnum

_STATUS = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")


class Reason(StrEnum):
    """Why a message was not taken, or not yet."""

    MAILBOX = "mailbox unknown"
    FULL = "mailbox full"
    DOMAIN = "domain not found"
    SPAM = "blocked as spam"
    POLICY = "policy or authentication"
    LATER = "asked to come later"
    CARRIER = "not tried by the carrier"
    OTHER = "other"


WHAT_TO_DO = {
    Reason.MAILBOX: "Nothing: such people are not mailed again. Where many joined on one day, "
    "look how their addresses were taken down.",
    Reason.FULL: "Nothing yet. A mailbox that stays full for months is no longer read.",
    Reason.DOMAIN: "Look for slips in the part behind the @ when you next type in signed cards.",
    Reason.SPAM: "Look at newsletter check, and write only to people who asked. If it is one "
    "provider, its postmaster page says how to be let in.",
    Reason.POLICY: "Run newsletter doctor: it looks at SPF, DKIM and DMARC, which receivers ask "
    "for.",
    Reason.LATER: "Nothing: the carrier goes on trying for three days.",
    Reason.CARRIER: "Nothing: the carrier knows that these bounced, complained or left. "
    "newsletter subscribers sync fetches its lists.",
    Reason.OTHER: "Nothing, unless it grows from issue to issue.",
}
"""What to do about each reason."""

_TRY_AGAIN = "Nothing for now: the next newsletter send of this issue tries them again."
WHEN_REFUSED = {
    Reason.MAILBOX: "Look at the addresses, which newsletter status names: they are still on the "
    "list, and the next newsletter send tries them again.",
    Reason.FULL: _TRY_AGAIN,
    Reason.LATER: _TRY_AGAIN,
}
"""What to do where the carrier did not take the message: nobody is taken off the list for that."""

# RFC 3463 and RFC 7505, and the codes of authentication in RFC 7372: they mean what they say.
_BY_STATUS = {
    "1.1": Reason.MAILBOX,
    "1.2": Reason.DOMAIN,
    "1.3": Reason.MAILBOX,
    "1.6": Reason.MAILBOX,
    "1.10": Reason.DOMAIN,
    "2.1": Reason.MAILBOX,
    "2.2": Reason.FULL,
    "4.4": Reason.DOMAIN,
    **{f"7.{number}": Reason.POLICY for number in range(20, 28)},
}

# Other codes are used for anything; what the servers of the large providers write beside them.
_BY_WORDS = tuple(
    (reason, re.compile(words, re.IGNORECASE))
    for reason, words in (
        (Reason.CARRIER, r"^(?:bounced|unsubscribed|spam reporting) address|^invalid$"),
        (
            Reason.DOMAIN,
            (
                r"domain\b.{0,60}?(?:not (?:found|exist)|n't exist|unknown|invalid)|nxdomain"
                r"|unrouteable|no mx\b|host (?:unknown|not found)|name or service not known"
                r"|unable to (?:get|resolve)"
            ),
        ),
        (Reason.FULL, r"quota|(?:mail)?box[^.]{0,20} full|out of (?:storage|space)|exceeded stor"),
        (
            Reason.POLICY,
            r"\b(?:spf|dkim|dmarc)\b|authenticat|security polic|policy reasons|relay|\btls\b",
        ),
        (
            Reason.SPAM,
            (
                r"spam|unsolicited|block(?:ed|ing)? ?list|(?:black|deny) ?list|\bblocked\b|banned"
                r"|reputation|junk|user complaints|part of their network"
            ),
        ),
        (
            Reason.MAILBOX,
            (
                r"(?:user|recipient|mailbox|account|address|alias)\b[^.]{0,60}"
                r"(?:unknown|not found|not exist|n't exist|n't have|rejected|disabled|inactive"
                r"|unavailable|invalid)"
                r"|(?:unknown|no such|invalid|inactive) (?:user|recipient|mailbox|address|account)"
                r"|n't have an? [^.]{0,40}account|not (?:contain )?a valid [^.]{0,20}address"
                r"|address is refused|beyond ascii"
            ),
        ),
        (
            Reason.LATER,
            (
                r"later|gr[ae]ylist|temporar|too many|throttl|rate limit|busy|timed? ?out|deferred"
                r"|connection"
            ),
        ),
    )
)

# SendGrid's own sorting: coarser, and so only asked when nothing else says anything.
_BY_CLASS = {
    "invalid address": Reason.MAILBOX,
    "mailbox unavailable": Reason.FULL,
    "reputation": Reason.SPAM,
    "content": Reason.SPAM,
    "frequency or volume too high": Reason.LATER,
}


def reason_for(text: str, *, status: str = "", classification: str = "") -> Reason:
    """Return the reason that a server's words give.

    `status` is the code of RFC 3463, if it was told beside them, and `classification` what the
    carrier made of it.
    """
    found = _STATUS.search(status) or _STATUS.search(text)
    by_status = _BY_STATUS.get(found[0].partition(".")[2]) if found else None
    if by_status:
        return by_status
    by_words = (reason for reason, words in _BY_WORDS if words.search(text.strip()))
    return next(by_words, None) or _BY_CLASS.get(classification.strip().lower(), Reason.OTHER)
