"""What surrounds a dispatch: test copies, approvals, errata, newcomers, turns, the certificate."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from datetime import date
from typing import TYPE_CHECKING

import pytest

from newsletter.cli.options import EXIT_CONFIGURATION, EXIT_REFUSED, EXIT_STOPPED, EXIT_USAGE
from newsletter.cli.status import Fate
from newsletter.delivery import State
from tests.commands import command, environment
from tests.delivery.offices import (
    ISSUE,
    SEND,
    address,
    bring_in,
    copies,
    counted,
    one_each,
)
from tests.mailserver.server import MailServer, Say
from tests.offices import ISSUE as SOURCE
from tests.sendgrid_standin.steps import ACCEPT, Answer, Hang

if TYPE_CHECKING:
    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

SUBJECT = "Your trains and a vote that matters"
FILE = "issues/2019-02-18/issue.md"


def edit(office: Office, subject: str = "Edited since") -> None:
    office.write(FILE, SOURCE.replace(SUBJECT, subject))


def want_approvals(office: Office, number: int) -> None:
    settings = (office.folder / "office.yaml").read_text(encoding="utf-8")
    office.write("office.yaml", settings.replace("approvals: 0", f"approvals: {number}"))


def approve(office: Office, name: str) -> int:
    return office("approve", *ISSUE, "--by", name).code


def test_a_test_copy_is_marked_and_counts_for_nothing(office: Office, sendgrid: StandIn) -> None:
    """One looks at it in a real inbox, before there is a single subscriber."""
    office.environment.update(
        SENDGRID_HOST=sendgrid.host,
        SENDGRID_API_KEY="SG.standin.may-send",
        NEWSLETTER_SECRET="a secret" * 4,
    )
    want_approvals(office, 2)
    ended = office("test", *ISSUE, "--to", "a@b.example", "--to", "a@b.example", "--json")
    assert ended.code == 0, ended.err
    assert (ended.document["sent"], ended.document["transport"]) == (1, "sendgrid")
    (copy,) = sendgrid.inbox["a@b.example"]
    assert copy.subject == f"[Test] {SUBJECT}"
    assert office("status", *ISSUE, "--json").document["state"] == "none"


def test_a_test_copy_goes_nowhere_else_than_asked(peopled: Office, sendgrid: StandIn) -> None:
    """And not at all if something forbids it."""
    assert peopled("test", *ISSUE, "--to", "nobody").code == EXIT_REFUSED
    peopled.write(FILE, SOURCE.replace("funding", "fundign"))
    assert peopled("test", *ISSUE, "--to", "a@b.example").code == EXIT_REFUSED
    assert sendgrid.requests == 0


def test_two_names_must_sign_exactly_what_is_sent(peopled: Office, sendgrid: StandIn) -> None:
    """One changed byte voids it; the same name twice is one."""
    want_approvals(peopled, 2)
    assert peopled(*SEND).code == EXIT_REFUSED
    assert approve(peopled, "Ann  Example") == approve(peopled, "ann example") == 0
    refused = peopled(*SEND)
    assert refused.code == EXIT_REFUSED
    assert "asks for 2 approvals, and this edition has 1" in refused.err
    signed = peopled("approve", *ISSUE, "--by", "Bob", "--json").document
    assert [each["name"] for each in signed["approvals"]] == ["Ann Example", "Bob"]
    edit(peopled)
    assert "has none" in peopled(*SEND).err
    peopled.write(FILE, SOURCE)
    outcome = peopled(*SEND)
    assert outcome.code == 0
    assert "Approved by Ann Example, Bob" in outcome.out
    assert copies(sendgrid) == one_each(0, 1, 2)


@pytest.mark.parametrize("name", ["", "  ", "a\x07b", "x" * 201])
def test_what_is_no_name_approves_nothing(peopled: Office, name: str) -> None:
    """Somebody has to stand for it."""
    assert approve(peopled, name) == EXIT_REFUSED


def test_an_erratum_goes_to_those_who_got_the_first(peopled: Office, sendgrid: StandIn) -> None:
    """Nobody else needs to hear of the mistake."""
    early = peopled(*SEND, "--erratum")
    assert early.code == EXIT_REFUSED
    assert "has not been sent" in early.err
    peopled(*SEND)
    bring_in(peopled, 9)
    assert "nobody gets it twice" in peopled(*SEND, "--erratum").out, "nothing was edited"
    edit(peopled)
    peopled("subscribers", "suppress", address(1))
    outcome = peopled(*SEND, "--erratum", "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.document["recipients"] == 2
    subjects = {to: [copy.subject for copy in got] for to, got in sendgrid.inbox.items()}
    assert subjects == {
        address(0): [SUBJECT, "Edited since"],
        address(1): [SUBJECT],
        address(2): [SUBJECT, "Edited since"],
    }
    assert peopled(*SEND, "--erratum").code == 0
    assert sendgrid.requests == 2


def test_a_correction_counts_whom_it_goes_to(peopled: Office) -> None:
    """The number that is asked for is that of the messages that leave."""
    peopled(*SEND)
    peopled("subscribers", "suppress", address(1))
    peopled.write("issues/2019-02-18/issue.md", SOURCE.replace(SUBJECT, "Edited since"))
    unconfirmed = peopled("send", *ISSUE, "--erratum")
    assert "Recipients  2 who got the first" in unconfirmed.out
    assert "2 messages are ready" in unconfirmed.err
    assert peopled(*SEND, "--erratum", "--json").document["recipients"] == 2


def test_whoever_was_refused_the_issue_is_open_until_they_have_its_correction(
    peopled: Office, sendgrid: StandIn
) -> None:
    """A correction goes to those who got the first, and nobody would think of the others again."""
    wrong = {"message": "Does not look right", "field": "personalizations.1.to.0.email"}
    sendgrid.plan(Answer(400, json.dumps({"errors": [wrong]}).encode()))
    assert peopled(*SEND).code == EXIT_STOPPED
    edit(peopled)
    for again in ((*SEND, "--erratum"), SEND):
        outcome = peopled(*again, "--json")
        assert outcome.code == EXIT_STOPPED
        assert (outcome.document["state"], outcome.document["counts"]["refused"]) == ("stopped", 0)
        (first,) = outcome.document["earlier"]
        assert (first["state"], first["left_out"]) == ("stopped", 1)
        assert [each["email"] for each in first["unsettled"]] == [address(1)]
        assert "1 have had none of it" in outcome.err
        assert "newsletter status --issue 2019-02-18 names whom that leaves open" in outcome.err
    assert peopled(*SEND, "--new-only").code == 0
    assert peopled(*SEND).code == 0
    document = peopled("status", *ISSUE, "--json").document
    (first,) = document["earlier"]
    assert (document["state"], first["state"], first["unsettled"]) == ("finished", "finished", [])
    assert "refused:" not in peopled("status", *ISSUE).out
    assert copies(sendgrid) == {address(0): 2, address(1): 1, address(2): 2}


def test_whoever_was_refused_the_issue_and_has_left_since_holds_nothing_open(
    peopled: Office, sendgrid: StandIn
) -> None:
    """There is nothing that anybody could do about them any more."""
    wrong = {"message": "Does not look right", "field": "personalizations.1.to.0.email"}
    sendgrid.plan(Answer(400, json.dumps({"errors": [wrong]}).encode()))
    peopled(*SEND)
    edit(peopled)
    peopled("subscribers", "suppress", address(1))
    outcome = peopled(*SEND, "--erratum", "--json")
    assert (outcome.code, outcome.document["state"]) == (0, "finished")


def test_an_erratum_is_not_started_while_anybody_is_in_doubt(
    peopled: Office, sendgrid: StandIn
) -> None:
    """Whether they need it nobody could say."""
    sendgrid.plan(Answer(500))
    peopled(*SEND)
    edit(peopled)
    outcome = peopled(*SEND, "--erratum")
    assert outcome.code == EXIT_REFUSED
    assert "nobody knows whether it has arrived" in outcome.err


def test_newcomers_get_what_the_others_got(peopled: Office, sendgrid: StandIn) -> None:
    """The same edition, edited since or not, and nobody a second time."""
    peopled(*SEND)
    assert peopled(*SEND, "--new-only").code == 0
    assert sendgrid.requests == 1
    bring_in(peopled, 2, 3, 4)
    edit(peopled)
    outcome = peopled(*SEND, "--new-only", "--json")
    assert outcome.code == 0, outcome.err
    assert (outcome.document["recipients"], outcome.document["counts"]["accepted"]) == (5, 5)
    assert copies(sendgrid) == one_each(0, 1, 2, 3, 4)
    assert {copy.subject for got in sendgrid.inbox.values() for copy in got} == {SUBJECT}
    assert peopled(*SEND, "--erratum", "--new-only").code == EXIT_USAGE


def test_a_second_send_waits_for_the_first(peopled: Office, sendgrid: StandIn) -> None:
    """Two laptops, one issue: the second takes its turn, and finds everything done."""
    sendgrid.plan(Hang(ACCEPT))
    words = command(*SEND)
    options = {"cwd": peopled.folder, "env": environment(peopled.environment)}
    first = subprocess.Popen(words, **options, stdout=subprocess.PIPE, text=True)  # type: ignore[call-overload]  # noqa: S603
    while not sendgrid.requests:
        time.sleep(0.01)
    second = subprocess.Popen(words, **options, stdout=subprocess.PIPE, text=True)  # type: ignore[call-overload]  # noqa: S603
    said = ""
    while "It goes on when that ends" not in said:
        said = second.stdout.readline()
        assert second.poll() is None
    sendgrid.release()
    first.communicate()
    second.communicate()
    assert (first.returncode, second.returncode) == (0, 0)
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_a_send_that_waited_counts_what_the_other_has_left(
    peopled: Office, sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was under way when it began may be waiting again by then."""
    from newsletter.database.opening import open_database  # noqa: PLC0415 -- only here

    transport = "newsletter.transports.sendgrid.SendGridTransport"
    monkeypatch.setattr(f"{transport}.batch_size", 1)
    monkeypatch.setattr("newsletter.wiring.carriers.PARALLEL", 1)
    sendgrid.plan(Answer(403))
    peopled(*SEND)
    with open_database("sqlite:///newsletter.db", folder=peopled.folder) as database:
        dispatch = database.dispatches.find(date(2019, 2, 18), "sendgrid")
        assert dispatch is not None
        other = database.dispatches.take(dispatch)
        batches = [other.claim(), other.claim()]

        def give_back(_seconds: float) -> None:
            for batch in batches:
                assert batch is not None
                other.settle(batch, State.WAITING)
            other.release()

        monkeypatch.setattr("newsletter.wiring.carriers.sleep", give_back)
        said = peopled(*SEND).out
    for words in ("1 accepted (1 of 3)", "1 accepted (2 of 3)", "1 accepted (3 of 3)"):
        assert words in said


def test_a_cancel_stops_a_send_that_is_running(office: Office, sendgrid: StandIn) -> None:
    """What is under way is waited for, and nothing more is claimed."""
    from newsletter.database.opening import open_database  # noqa: PLC0415 -- only here
    from newsletter.files import OfficeFolder  # noqa: PLC0415 -- as above
    from newsletter.pipeline import prepare  # noqa: PLC0415 -- as above
    from tests.delivery.offices import by_sendgrid  # noqa: PLC0415 -- as above
    from tests.offices import DAY  # noqa: PLC0415 -- as above

    bring_in(office, *range(12))
    by_sendgrid(office, sendgrid)
    edition = prepare(OfficeFolder(office.folder), DAY).edition
    assert edition is not None
    with open_database("sqlite:///newsletter.db", folder=office.folder) as database:
        database.dispatches.open(edition, segment="all", transport="sendgrid", batch_size=1)
    sendgrid.plan(*[Hang(ACCEPT)] * 8)
    options = {"cwd": office.folder, "env": environment(office.environment)}
    sending = subprocess.Popen(command(*SEND), **options, stdout=subprocess.DEVNULL)  # type: ignore[call-overload]  # noqa: S603
    while sendgrid.requests < 8:
        time.sleep(0.01)
    cancelling = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
        command("cancel", *ISSUE, "--yes"), **options, stdout=subprocess.DEVNULL
    )
    with open_database("sqlite:///newsletter.db", folder=office.folder) as database:
        while not _is_halted(database):
            time.sleep(0.01)
    sendgrid.release()
    assert sending.wait() == EXIT_STOPPED
    assert cancelling.wait() == EXIT_STOPPED, "eight have left"
    assert counted(office) == {"accepted": 8, "waiting": 4}
    assert sendgrid.requests == 8
    assert office(*SEND).code == 0
    assert copies(sendgrid) == one_each(*range(12))


def _is_halted(database: object) -> bool:
    from sqlalchemy import text  # noqa: PLC0415 -- only here

    with database.connections.reading() as connection:  # type: ignore[attr-defined]  # a Database
        return bool(connection.scalar(text("SELECT halt FROM dispatches")))


def test_the_certificate_tells_what_was_sent_and_names_no_reader(
    peopled: Office, sendgrid: StandIn
) -> None:
    """It can be shown around, years later; a later render leaves it there."""
    for words in (("init", "-q"), ("config", "user.email", "a@b.example"), ("config", "user.name", "A"), ("add", "office.yaml"), ("commit", "-qm", "x")):  # fmt: skip
        subprocess.run(["git", *words], cwd=peopled.folder, check=True)  # noqa: S603, S607 -- our own words
    approve(peopled, "Ann")
    sendgrid.plan(Answer(500))
    assert peopled(*SEND).code == EXIT_STOPPED
    build = peopled.folder / "build" / "2019-02-18"
    found = json.loads((build / "certificate.json").read_text(encoding="utf-8"))
    assert (found["state"], found["counts"]["uncertain"]) == ("stopped", 3)
    assert "not finished: 3 recipients are open" in (build / "certificate.html").read_text()
    peopled(*SEND, "--accept-uncertain")
    peopled("render", *ISSUE)
    document = json.loads((build / "certificate.json").read_text(encoding="utf-8"))
    digest = peopled("check", *ISSUE, "--json").document["digest"]
    assert document["digest"] == digest
    assert [each["name"] for each in document["approvals"]] == ["Ann"]
    assert len(document["commit"]) == 40
    assert (document["transport"], document["recipients"]) == ("sendgrid", 3)
    assert document["counts"]["accepted"] == 3
    page = (build / "certificate.html").read_text(encoding="utf-8")
    assert "This dispatch is finished" in page
    whole = json.dumps(document) + page
    for private in ("constituents.example", "SG.standin", "a secret"):
        assert private not in whole


def test_the_status_can_be_asked_for_people_and_batches(
    peopled: Office, sendgrid: StandIn
) -> None:
    """“Did Mrs Jones get it?” is what people ask."""
    assert peopled("status", *ISSUE, "--batches", "--person", "x@y.example").code == 0
    sendgrid.plan(Answer(500))
    peopled(*SEND)
    whole = peopled("status", *ISSUE, "--json", "--batches", "--state", "uncertain").document
    assert [person["email"] for person in whole["people"]] == [address(n) for n in range(3)]
    assert [(batch["size"], batch["state"]) for batch in whole["batches"]] == [(3, "uncertain")]
    one = peopled("status", *ISSUE, "--person", "Reader1@Constituents.example")
    assert "uncertain: reader1@constituents.example (SendGrid answered 500" in one.out
    assert "reader0" not in one.out
    listed = peopled("status", *ISSUE, "--batches", "--state", "refused")
    assert "batch 1: 3 uncertain" in listed.out
    assert "nobody" in listed.out
    assert [fate.value for fate in Fate] == list(whole["counts"])
    mistyped = peopled("status", *ISSUE, "--state", "refsued")
    assert (mistyped.code, mistyped.out) == (EXIT_USAGE, ""), "“nobody” would be believed"
    assert "uncertain" in mistyped.err


def test_a_mail_server_settles_each_message_by_itself(peopled: Office) -> None:
    """One bad address among three, over SMTP."""
    with MailServer() as server:
        peopled.environment["SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
        server.plan(Say("connect", "never said"), Say("rcpt", "550 no such user"))
        outcome = peopled(*SEND, "--transport", "smtp", "--json")
        assert outcome.code == EXIT_STOPPED
        assert outcome.document["counts"]["accepted"] == 2
        assert [(each["email"], each["state"]) for each in outcome.document["unsettled"]] == [
            (address(1), "refused")
        ]
        other = peopled(*SEND, "--transport", "sendgrid")
        assert other.code == EXIT_REFUSED
        assert "began to go out by smtp" in other.err
        assert peopled(*SEND, "--new-only", "--transport", "sendgrid").code == EXIT_REFUSED
        assert peopled(*SEND, "--transport", "smtp").code == 0
        assert {to: len(got) for to, got in server.inbox.items()} == one_each(0, 1, 2)
        assert server.connections == 2


def test_without_a_mail_server_smtp_is_not_set_up(peopled: Office) -> None:
    """Whoever names the carrier means it."""
    outcome = peopled(*SEND, "--transport", "smtp")
    assert outcome.code == EXIT_CONFIGURATION
    assert "SMTP_URL" in outcome.err


def test_signals_are_left_as_they_were(peopled: Office) -> None:
    """A command that ran in somebody's program must not take Ctrl-C away from it."""
    before = signal.getsignal(signal.SIGINT)
    peopled(*SEND)
    assert signal.getsignal(signal.SIGINT) is before
