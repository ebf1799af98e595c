"""`newsletter status` tells what became of every message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.test_send import COUNTS, SEND, bring_in, by_sendgrid, edit
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


def test_an_erratum_is_shown_beside_what_it_corrects(office: Office, sendgrid: StandIn) -> None:
    """Whoever asks how the issue went wants to hear of both, and so does the certificate."""
    bring_in(office, 3)
    by_sendgrid(office, sendgrid)
    office(*SEND, "--yes")
    first = office(*STATUS, "--json").document
    assert (first["state"], "earlier" in first, "purpose" in first) == ("finished", False, False)
    edit(office)
    office("subscribers", "suppress", "reader1@constituents.example")
    sendgrid.plan(Answer(500))
    office(*SEND, "--yes", "--erratum", "--reason", "The date was wrong")
    document = office(*STATUS, "--json").document
    assert (document["purpose"], document["recipients"], document["state"]) == (
        "erratum",
        2,
        "stopped",
    )
    assert document["counts"] == {**COUNTS, "uncertain": 2}
    assert document["earlier"] == [{**first, "purpose": "issue"}]
    shown = office(*STATUS).out
    assert shown.startswith(
        "Issue 2019-02-18 (erratum): stopped\n"
        "          2 uncertain\n"
        "          2 recipients, by sendgrid\n"
        "Before it, the issue itself: finished\n"
        "          3 accepted\n"
        "          3 recipients, by sendgrid\n"
        "  uncertain: reader0@constituents.example (SendGrid answered 500"
    )
    one = office(*STATUS, "--person", "reader1@constituents.example")
    assert "  issue, accepted: reader1@constituents.example\n" in one.out
    build = office.folder / "build" / "2019-02-18"
    certificate = json.loads((build / "certificate.json").read_text(encoding="utf-8"))
    assert [each["purpose"] for each in (certificate, *certificate["earlier"])] == [
        "erratum",
        "issue",
    ]
    assert certificate["earlier"][0]["digest"] == first["digest"]
    page = (build / "certificate.html").read_text(encoding="utf-8")
    assert page.count("<table>") == 2
    assert "<h2>Before it</h2>" in page


def test_a_second_erratum_has_two_before_it(office: Office, sendgrid: StandIn) -> None:
    """Newest first, each with what it was for."""
    bring_in(office, 1)
    by_sendgrid(office, sendgrid)
    office(*SEND, "--yes")
    for subject in ("Edited once", "Edited twice"):
        edit(office, subject=subject)
        office(*SEND, "--yes", "--erratum")
    document = office(*STATUS, "--json").document
    assert [each["purpose"] for each in document["earlier"]] == ["erratum", "issue"]
    assert "Before it, another erratum: finished" in office(*STATUS).out
    assert office(*SEND, "--yes", "--transport", "folder", "--json").document.keys() == {
        "issue", "digest", "state", "transport", "recipients", "counts", "unsettled",
    }, "a rehearsal speaks of itself"  # fmt: skip
