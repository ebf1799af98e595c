"""Whoever was erased and came back gets an issue once, and nothing goes to a name that is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newsletter.audience.subscriber import Consent, Subscriber
from newsletter.cli.options import EXIT_STOPPED
from newsletter.database.opening import open_database
from tests.delivery.offices import SEND, address, copies, counted, one_each
from tests.sendgrid_standin.steps import Answer

if TYPE_CHECKING:
    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

SOURCE = "issues/2019-02-18/issue.md"


def erase_and_return(office: Office, number: int) -> None:
    assert office("subscribers", "erase", address(number), "--yes").code == 0
    consent = Consent(datetime.now(UTC), "signed card", "Yes, again")
    with open_database("sqlite:///newsletter.db", folder=office.folder) as database:
        database.signing_up.opt_in(Subscriber(address(number)), consent, recorded_by="Olu")


def test_whose_turn_had_not_come_is_a_newcomer(peopled: Office, sendgrid: StandIn) -> None:
    """Of the frozen row nothing is left that could be written to."""
    sendgrid.plan(Answer(403))
    assert peopled(*SEND).code == EXIT_STOPPED
    erase_and_return(peopled, 1)
    resumed = peopled(*SEND)
    assert resumed.code == 0, resumed.out
    assert (sendgrid.requests, counted(peopled)) == (2, {"accepted": 2, "suppressed": 1})
    assert copies(sendgrid) == one_each(0, 2)
    assert peopled(*SEND, "--new-only").code == 0
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_whoever_had_it_is_no_newcomer(peopled: Office, sendgrid: StandIn) -> None:
    """They have another key by now, and are known by their pseudonym."""
    peopled(*SEND)
    erase_and_return(peopled, 1)
    assert "nobody gets it twice" in peopled(*SEND, "--new-only").out
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_a_correction_does_not_go_to_a_name_that_is_gone(
    peopled: Office, sendgrid: StandIn
) -> None:
    """It would be refused for ever, and the correction never be finished."""
    peopled(*SEND)
    erase_and_return(peopled, 1)
    source = (peopled.folder / SOURCE).read_text(encoding="utf-8")
    peopled.write(SOURCE, source.replace("a vote that matters", "a vote"))
    corrected = peopled(*SEND, "--erratum", "--json")
    assert corrected.code == 0, corrected.err
    assert (corrected.document["recipients"], sendgrid.requests) == (2, 2)
    assert copies(sendgrid) == {address(0): 2, address(1): 1, address(2): 2}
