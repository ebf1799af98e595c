"""What mail servers say is put into reasons that somebody can act on."""

from __future__ import annotations

import pytest

from newsletter.report.reasons import WHAT_TO_DO, Reason, reason_for


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("550 5.1.1 The email account that you tried to reach does not exist.", Reason.MAILBOX),
        ("554 delivery error: dd This user doesn't have a yahoo.com account (x) [0]",
         Reason.MAILBOX),
        ("550 5.5.0 Requested action not taken: mailbox unavailable", Reason.MAILBOX),
        ("550 5.4.1 Recipient address rejected: Access denied.", Reason.MAILBOX),
        ("550 No such user here", Reason.MAILBOX),
        ("SendGrid refuses it: Does not contain a valid address.", Reason.MAILBOX),
        ("The mail server cannot write to an address beyond ASCII.", Reason.MAILBOX),
        ("550 5.2.1 The email account that you tried to reach is inactive.", Reason.MAILBOX),
        ("452 4.2.2 The recipient's inbox is out of storage space.", Reason.FULL),
        ("552 user is over quota", Reason.FULL),
        ("552 Mailbox is full", Reason.FULL),
        ("unable to get mx info: failed to get IPs from PTR record", Reason.DOMAIN),
        ("550 Domain example.invalid not found", Reason.DOMAIN),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; null MX", Reason.DOMAIN),
        ("554 5.7.1 This message is likely unsolicited mail.", Reason.SPAM),
        (("550 5.7.1 messages from [192.0.2.1] weren't sent; part of their network is on our "
         "block list"), Reason.SPAM),
        ("421 4.7.0 [TSS04] Messages temporarily deferred due to user complaints", Reason.SPAM),
        ("550 5.7.606 Access denied, banned sending IP [192.0.2.1]", Reason.SPAM),
        ("550 5.7.26 This message does not pass authentication checks.", Reason.POLICY),
        ("550 5.7.509 Access denied, sending domain does not pass DMARC.", Reason.POLICY),
        ("554 Email rejected due to security policies", Reason.POLICY),
        ("550 Relaying denied", Reason.POLICY),
        ("421 4.7.0 Try again later, closing connection.", Reason.LATER),
        ("450 Greylisted for 300 seconds", Reason.LATER),
        ("Bounced Address", Reason.CARRIER),
        ("Spam Reporting Address", Reason.CARRIER),
        ("Unsubscribed Address", Reason.CARRIER),
        ("Invalid", Reason.CARRIER),
        ("500 whatever", Reason.OTHER),
        ("", Reason.OTHER),
    ],
)  # fmt: skip
def test_the_words_of_servers_are_understood(text: str, reason: Reason) -> None:
    """They are those of the large providers; a person reads what to do, not codes."""
    assert reason_for(text) is reason


@pytest.mark.parametrize(
    ("text", "status", "classification", "reason"),
    [
        ("550 no", "5.1.1", "", Reason.MAILBOX),
        ("550 no", "5.7.26", "Reputation", Reason.POLICY),
        ("550 no", "5.7.1", "Reputation", Reason.SPAM),
        ("550 no", "5.0.0", "Invalid Address", Reason.MAILBOX),
        ("550 no", "", "Mailbox Unavailable", Reason.FULL),
        ("550 no", "", "Frequency or Volume Too High", Reason.LATER),
        ("550 no", "", "Technical", Reason.OTHER),
        # A code that may mean anything gives way to words, and they to no classification.
        ("550 5.7.1 SPF does not match", "5.7.1", "Content", Reason.POLICY),
    ],
)
def test_codes_and_the_carriers_sorting_help_where_words_do_not(
    text: str, status: str, classification: str, reason: Reason
) -> None:
    """Exact codes come first, words next, and the carrier's coarse sorting last."""
    assert reason_for(text, status=status, classification=classification) is reason


def test_each_reason_says_what_to_do() -> None:
    """A report that leaves people without advice leaves them with a number."""
    assert set(WHAT_TO_DO) == set(Reason)
