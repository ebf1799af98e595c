"""`newsletter status` tells what became of every message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.test_send import COUNTS, SEND, bring_in, by_sendgrid
from tests.sendgrid_standin.steps import Answer

if TYPE_CHECKING:
    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

STATUS = ("status", "--issue", "2019-02-18")


def test_before_it_was_sent_there_is_nothing_to_tell(office: Office) -> None:
    """The document has the same keys."""
    assert office(*STATUS, "--json").document == {
        "issue": "2019-02-18",
        "digest": None,
        "state": "none",
        "transport": "",
        "recipients": 0,
        "counts": COUNTS,
        "unsettled": [],
    }
    assert office(*STATUS).out == "Issue 2019-02-18: none\n"


def test_who_is_unsettled_is_named_to_people_and_all_of_them_to_programs(
    office: Office, sendgrid: StandIn
) -> None:
    """This is the one command that names them: somebody has to decide."""
    bring_in(office, 25)
    by_sendgrid(office, sendgrid)
    sendgrid.plan(Answer(500))
    office(*SEND, "--yes")
    outcome = office(*STATUS)
    assert outcome.code == 0
    assert "       25 uncertain\n" in outcome.out
    assert "       25 recipients, by sendgrid\n" in outcome.out
    assert outcome.out.count("uncertain: reader") == 20
    assert "… and 5 more: newsletter status --json lists all of them" in outcome.out
    assert len(office(*STATUS, "--json").document["unsettled"]) == 25
