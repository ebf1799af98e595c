"""By which carrier an issue goes when none is named, and what is said of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.cli.options import EXIT_STOPPED
from tests.delivery.offices import ISSUE, SEND, address, bring_in, by_sendgrid, copies, one_each
from tests.mailserver.server import MailServer, Say

if TYPE_CHECKING:
    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

REHEARSAL = "This is a rehearsal: the messages are written to outbox/, and nobody is mailed."


def in_outbox(office: Office) -> int:
    return len(list((office.folder / "outbox").glob("*/*.eml")))


def test_a_mail_server_mails_an_issue_only_where_it_is_named(office: Office) -> None:
    """It may be set up for letters; who gets a rehearsal instead is told so, and the way on."""
    bring_in(office, 0, 1)
    with MailServer() as server:
        office.environment["SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
        rehearsed = office(*SEND)
        assert rehearsed.code == 0
        assert REHEARSAL in rehearsed.out
        assert (
            "To mail them by your mail server (SMTP_URL), add --transport smtp." in rehearsed.out
        )
        assert (in_outbox(office), server.connections) == (2, 0)
        office.environment["NEWSLETTER_SECRET"] = "a secret" * 4
        server.plan(Say("rcpt", "550 no such user"))
        stopped = office(*SEND, "--transport", "smtp")
        assert stopped.code == EXIT_STOPPED
        assert REHEARSAL not in stopped.out
        again = "To go on, run: newsletter send --issue 2019-02-18 --transport smtp\n"
        assert again in stopped.out, "without that it would be rehearsed"
        assert office(*SEND, "--transport", "smtp").code == 0
        assert {to: len(got) for to, got in server.inbox.items()} == one_each(0, 1)


def test_a_test_copy_goes_by_the_mail_server_unasked(office: Office) -> None:
    """Whoever asks for one copy to an address wants it there."""
    with MailServer() as server:
        office.environment["SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
        office.environment["NEWSLETTER_SECRET"] = "a secret" * 4
        assert office("test", *ISSUE, "--to", address(7)).code == 0
        assert list(server.inbox) == [address(7)]


def test_without_any_carrier_it_is_said_that_nobody_is_mailed(office: Office) -> None:
    """A first rehearsal must not pass for the sending."""
    bring_in(office, 0)
    outcome = office(*SEND, "--json")
    assert (outcome.code, outcome.document["transport"]) == (0, "folder")
    assert REHEARSAL in outcome.err
    assert "put a key for SendGrid into SENDGRID_API_KEY" in outcome.err
    assert REHEARSAL not in office(*SEND, "--transport", "folder").out, "who names it knows"


def test_with_a_key_it_goes_by_sendgrid(office: Office, sendgrid: StandIn) -> None:
    """Even beside a mail server."""
    bring_in(office, 0)
    by_sendgrid(office, sendgrid)
    office.environment["SMTP_URL"] = "smtp://127.0.0.1:9"
    outcome = office(*SEND)
    assert (outcome.code, copies(sendgrid)) == (0, one_each(0))
    assert REHEARSAL not in outcome.out
