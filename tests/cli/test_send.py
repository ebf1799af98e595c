"""`newsletter send` delivers an issue once to everyone who asked for it, whatever happens."""

from __future__ import annotations

import email
import email.policy
import os
import pty
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.cli.options import EXIT_CONFIGURATION, EXIT_REFUSED, EXIT_STOPPED, EXIT_USAGE
from newsletter.database.opening import open_database
from newsletter.files import OfficeFolder
from newsletter.pipeline import prepare
from tests.commands import Outcome, command, environment
from tests.offices import DAY, ISSUE
from tests.sendgrid_standin.server import KEY
from tests.sendgrid_standin.steps import ACCEPT, Answer, Hang, Taken, rate_limited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

SEND = ("send", "--issue", "2019-02-18")
STATUS = ("status", "--issue", "2019-02-18", "--json")
SUBJECT = "Your trains and a vote that matters"
HEADER = "email,first_name,status,consent_at,consent_source,consent_wording\n"
COUNTS = {
    "waiting": 0,
    "claimed": 0,
    "accepted": 0,
    "refused": 0,
    "uncertain": 0,
    "delivered": 0,
    "deferred": 0,
    "bounced": 0,
    "complained": 0,
    "suppressed": 0,
}


def bring_in(office: Office, people: int) -> None:
    rows = [
        f"reader{n}@constituents.example,Reader{n},confirmed,2018-05-14,website,Please\n"
        for n in range(people)
    ]
    office.write("people.csv", HEADER + "".join(rows))
    assert office("subscribers", "import", "people.csv").code == 0


@pytest.fixture
def peopled(office: Office) -> Office:
    """An office with three subscribers, one who left and one who never confirmed."""
    bring_in(office, 3)
    office.write(
        "more.csv",
        f"{HEADER}pending@constituents.example,Pat,pending,,,\n"
        "left@constituents.example,Lee,unsubscribed,,,\n",
    )
    assert office("subscribers", "import", "more.csv").code == 0
    return office


def by_sendgrid(office: Office, sendgrid: StandIn) -> None:
    office.environment.update(
        SENDGRID_HOST=sendgrid.host, SENDGRID_API_KEY=KEY, NEWSLETTER_SECRET="a secret" * 4
    )


def edit(office: Office, *, subject: str = "Edited since") -> None:
    office.write("issues/2019-02-18/issue.md", ISSUE.replace(SUBJECT, subject))


def copies(sendgrid: StandIn) -> dict[str, int]:
    return {address: len(messages) for address, messages in sendgrid.inbox.items()}


def counted(office: Office) -> dict[str, int]:
    counts = office(*STATUS).document["counts"]
    return {state: number for state, number in counts.items() if number}


def messages(office: Office) -> list[Any]:
    files = sorted((office.folder / "outbox" / "2019-02-18").glob("*"))
    return [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files
    ]


def test_2500_subscribers_get_exactly_one_message_each_in_3_requests(
    crowded: Office, sendgrid: StandIn
) -> None:
    """This is what it is all for; whoever left or never confirmed gets nothing."""
    by_sendgrid(crowded, sendgrid)
    first = crowded.process(*SEND, "--yes", "--json")
    assert first.code == 0, first.err
    everyone = {f"reader{n}@constituents.example": 1 for n in range(2_500)}
    assert copies(sendgrid) == everyone
    assert sendgrid.requests == 3
    digest = crowded("check", "--issue", "2019-02-18", "--json").document["digest"]
    assert first.document == {
        "issue": "2019-02-18",
        "digest": digest,
        "state": "finished",
        "transport": "sendgrid",
        "recipients": 2_500,
        "counts": {**COUNTS, "accepted": 2_500},
        "unsettled": [],
    }
    again = crowded.process(*SEND, "--yes")
    assert again.code == 0
    assert "nobody gets it twice" in again.out
    assert (sendgrid.requests, copies(sendgrid)) == (3, everyone)


def test_each_copy_is_made_out_to_its_reader(peopled: Office, sendgrid: StandIn) -> None:
    """The greeting, and a link of one's own to leave by, without the address in it."""
    by_sendgrid(peopled, sendgrid)
    assert peopled(*SEND, "--yes").code == 0
    links = set()
    for n in range(3):
        (copy,) = sendgrid.inbox[f"reader{n}@constituents.example"]
        assert f"Dear Reader{n}," in copy.text
        assert f"Dear Reader{n}," in copy.html
        assert "-nl_" not in copy.subject + copy.text + copy.html
        link = copy.headers["List-Unsubscribe"].strip("<>")
        assert link in copy.html
        assert "constituents" not in link
        links.add(link)
    assert len(links) == 3


def test_mail_that_may_be_on_its_way_is_never_sent_again_by_itself(
    peopled: Office, sendgrid: StandIn
) -> None:
    """SendGrid answers 500 though it took the mail: a second try would be a second copy."""
    by_sendgrid(peopled, sendgrid)
    sendgrid.plan(Taken(Answer(500)))
    ended = peopled(*SEND, "--yes", "--json")
    assert ended.code == EXIT_STOPPED
    reason = "SendGrid answered 500, so nobody knows whether it took the mail."
    expected = {
        "issue": "2019-02-18",
        "digest": peopled("check", "--issue", "2019-02-18", "--json").document["digest"],
        "state": "stopped",
        "transport": "sendgrid",
        "recipients": 3,
        "counts": {**COUNTS, "uncertain": 3},
        "unsettled": [
            {
                "email": f"reader{n}@constituents.example",
                "state": "uncertain",
                "reason": reason,
            }
            for n in range(3)
        ],
    }
    assert ended.document == expected
    assert peopled(*STATUS).document == expected
    again = peopled(*SEND, "--yes", "--json")
    assert (again.code, again.document) == (EXIT_STOPPED, expected)
    assert sendgrid.requests == 1
    told = peopled(*SEND, "--yes")
    assert "--accept-uncertain" in told.out
    assert "constituents.example" not in told.out + told.err + ended.err
    assert "reader2@constituents.example" in peopled("status", "--issue", "2019-02-18").out


def test_what_is_uncertain_can_be_accepted(peopled: Office, sendgrid: StandIn) -> None:
    """Once somebody has seen that it arrived."""
    by_sendgrid(peopled, sendgrid)
    sendgrid.plan(Taken(Answer(500)))
    peopled(*SEND, "--yes")
    accepted = peopled(*SEND, "--accept-uncertain")
    assert accepted.code == 0
    assert "3 uncertain count as accepted" in accepted.out
    assert (sendgrid.requests, counted(peopled)) == (1, {"accepted": 3})


def test_what_is_uncertain_can_be_sent_again(peopled: Office, sendgrid: StandIn) -> None:
    """Once somebody has seen that it did not arrive, and says so with the number."""
    by_sendgrid(peopled, sendgrid)
    sendgrid.plan(Answer(500))
    peopled(*SEND, "--yes")
    unconfirmed = peopled(*SEND, "--resend-uncertain")
    assert unconfirmed.code == EXIT_REFUSED
    assert "3 messages are ready" in unconfirmed.err
    assert counted(peopled) == {"uncertain": 3}, "a question that was not answered decides nothing"
    assert peopled(*SEND, "--resend-uncertain", "--yes").code == 0
    assert copies(sendgrid) == {f"reader{n}@constituents.example": 1 for n in range(3)}


def test_one_decides_in_one_way(peopled: Office) -> None:
    """Both at once cannot be meant."""
    outcome = peopled(*SEND, "--accept-uncertain", "--resend-uncertain", "--json")
    assert outcome.code == EXIT_USAGE
    assert "not both" in outcome.err
    assert set(outcome.document["error"]) == {"message", "hint", "file", "line"}


def test_a_wrong_key_ends_it_with_a_hint_and_without_the_key(
    peopled: Office, sendgrid: StandIn
) -> None:
    """The commonest slip of all; nothing is lost by it, and nothing is told."""
    by_sendgrid(peopled, sendgrid)
    peopled.environment["SENDGRID_API_KEY"] = "SG.not-the-one"
    outcome = peopled(*SEND, "--yes")
    assert outcome.code == EXIT_STOPPED
    assert "Check SENDGRID_API_KEY" in outcome.out
    assert "To go on, run: newsletter send --issue 2019-02-18" in outcome.out
    assert "not-the-one" not in outcome.out + outcome.err
    assert counted(peopled) == {"refused": 3}
    peopled.environment["SENDGRID_API_KEY"] = KEY
    assert peopled(*SEND, "--yes").code == 0
    assert set(copies(sendgrid).values()) == {1}


def test_when_the_carrier_asks_for_patience_it_gets_it(peopled: Office, sendgrid: StandIn) -> None:
    """429 is no failure: wait, say so, go on; a time that has passed is given a second more."""
    by_sendgrid(peopled, sendgrid)
    sendgrid.plan(rate_limited(1))
    outcome = peopled(*SEND, "--yes", "--json")
    assert outcome.code == 0
    assert "The carrier asks to wait 1 second." in outcome.err
    assert sendgrid.requests == 2


def test_without_a_secret_nothing_real_is_sent(peopled: Office, sendgrid: StandIn) -> None:
    """Its unsubscribe links could be guessed, or would not work tomorrow."""
    by_sendgrid(peopled, sendgrid)
    del peopled.environment["NEWSLETTER_SECRET"]
    outcome = peopled(*SEND, "--yes", "--json")
    assert outcome.code == EXIT_CONFIGURATION
    assert "NEWSLETTER_SECRET" in outcome.document["error"]["message"]
    assert peopled(*STATUS).document["state"] == "none"
    peopled.environment["NEWSLETTER_SECRET"] = "a" * 15
    assert peopled(*SEND, "--yes").code == EXIT_CONFIGURATION
    assert sendgrid.requests == 0


def test_without_a_key_sendgrid_is_not_asked(peopled: Office) -> None:
    """Whoever names the carrier means it: no silent rehearsal instead."""
    outcome = peopled(*SEND, "--yes", "--transport", "sendgrid")
    assert outcome.code == EXIT_CONFIGURATION
    assert "SENDGRID_API_KEY" in outcome.err


def test_without_a_terminal_nothing_is_sent_unasked(peopled: Office, sendgrid: StandIn) -> None:
    """A script that forgot --yes, or ran by mistake, freezes nothing."""
    by_sendgrid(peopled, sendgrid)
    outcome = peopled.process(*SEND, "--json")
    assert outcome.code == EXIT_REFUSED
    assert outcome.document == {
        "error": {
            "message": "3 messages are ready, and nobody is here to confirm them",
            "hint": "Add --yes to send without being asked.",
            "file": None,
            "line": None,
        }
    }
    assert peopled(*STATUS).document["state"] == "none"


def on_a_terminal(office: Office, typed: str) -> Outcome:
    """Run `send` with a terminal on stdin, at which somebody types."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, typed.encode())
        done = subprocess.run(  # noqa: S603  # our own program
            command(*SEND),
            cwd=office.folder,
            env=environment(office.environment),
            stdin=theirs,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    return Outcome(done.returncode, done.stdout, done.stderr)


def test_the_number_of_recipients_is_typed_to_send(peopled: Office) -> None:
    """No slip of a finger does that."""
    wrong = on_a_terminal(peopled, "y\n")
    assert wrong.code == EXIT_REFUSED
    assert "That is not the number: nothing was sent" in wrong.err
    assert peopled(*STATUS).document["state"] == "none"
    right = on_a_terminal(peopled, " 3\n")
    assert right.code == 0
    assert "Type the number of recipients (3) to send: " in right.out
    assert counted(peopled) == {"accepted": 3}


def test_a_terminal_shows_how_far_it_is(peopled: Office) -> None:
    """A bar, and no line for each batch."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S603  # our own program
        command(*SEND, "--yes"),
        cwd=peopled.folder,
        env=environment({"TERM": "xterm", **peopled.environment}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as running:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # which is how a terminal ends on Linux
            while more := os.read(ours, 1_000):
                shown += more
        os.close(ours)
    assert running.returncode == 0
    assert b"3/3" in shown
    assert b"(3 of 3)" not in shown


def test_the_folder_needs_no_account_and_no_settings(peopled: Office) -> None:
    """Everything can be tried: one file a person, as a mail program would get it."""
    outcome = peopled(*SEND, "--yes")
    assert outcome.code == 0, outcome.err
    found = messages(peopled)
    assert {str(message["To"]) for message in found} == {
        f"reader{n}@constituents.example" for n in range(3)
    }
    for message in found:
        assert message.defects == []
        assert message["Subject"] == SUBJECT
        assert message["From"] == "Robin Halloway MP <update@example.org>"
        assert message["List-Unsubscribe"].startswith("<https://update.example.org/unsubscribe/")
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert [part.get_content_type() for part in message.iter_parts()] == [
            "text/plain",
            "text/html",
        ]
    assert "constituents.example" not in outcome.out + outcome.err


def test_a_dry_run_writes_the_newsletter_and_sends_nothing(
    peopled: Office, sendgrid: StandIn
) -> None:
    """One looks at it all, with the number of those who would get it, and nothing is frozen."""
    by_sendgrid(peopled, sendgrid)
    del peopled.environment["NEWSLETTER_SECRET"]
    outcome = peopled(*SEND, "--dry-run", "--json")
    assert outcome.code == 0, outcome.err
    build = peopled.folder / "build" / "2019-02-18"
    assert sorted(path.name for path in build.iterdir()) == [
        "email.eml",
        "email.html",
        "email.txt",
        "findings.json",
        "pictures",
        "web.html",
    ]
    document = outcome.document
    assert (document["recipients"], document["suppressed"], document["segment"]) == (3, 1, "all")
    assert len(document["files"]) == 5
    assert "3 (all); left out: 1 must not be mailed, 1 not confirmed" in outcome.err
    assert sendgrid.requests == 0
    assert not (peopled.folder / "outbox").exists()
    assert peopled(*STATUS).document["state"] == "none"
    assert "nothing is sent" in peopled(*SEND, "--dry-run").out


def test_a_dry_run_of_an_issue_with_mistakes_is_one_document(peopled: Office) -> None:
    """A program that reads it meets the findings once, and no second document."""
    peopled.write("issues/2019-02-18/issue.md", ISSUE.replace("funding", "fundign"))
    outcome = peopled(*SEND, "--dry-run", "--json")
    assert outcome.code == EXIT_REFUSED
    assert outcome.document["counts"]["error"] > 0
    assert outcome.document["digest"] is None
    refused = peopled(*SEND, "--yes", "--json")
    assert refused.code == EXIT_REFUSED
    assert refused.document["error"]["findings"] == outcome.document["findings"]


def test_approvals_that_cannot_be_given_forbid_sending(peopled: Office) -> None:
    """An office that asks for them must not be sent for without."""
    settings = (peopled.folder / "office.yaml").read_text()
    peopled.write("office.yaml", settings.replace("approvals: 0", "approvals: 1"))
    for options in (("--yes",), ("--dry-run",)):
        outcome = peopled(*SEND, *options)
        assert outcome.code == EXIT_REFUSED
        assert "asks for 1 approval" in outcome.out + outcome.err


def test_what_has_begun_goes_on_with_the_edition_it_began_with(
    peopled: Office, sendgrid: StandIn
) -> None:
    """Half of the readers must not get another newsletter than the other half."""
    by_sendgrid(peopled, sendgrid)
    sendgrid.plan(Answer(403))
    assert peopled(*SEND, "--yes").code == EXIT_STOPPED
    edit(peopled)
    outcome = peopled(*SEND, "--yes")
    assert outcome.code == 0
    assert "Resuming: 0 of 3 accepted, 0 uncertain." in outcome.out
    assert "it goes on with the edition it began with" in outcome.out
    subjects = {copy.subject for got in sendgrid.inbox.values() for copy in got}
    assert subjects == {SUBJECT}


def test_what_was_sent_is_not_sent_again_after_an_edit(peopled: Office, sendgrid: StandIn) -> None:
    """A correction is an issue of its own."""
    by_sendgrid(peopled, sendgrid)
    peopled(*SEND, "--yes")
    edit(peopled)
    outcome = peopled(*SEND, "--yes")
    assert outcome.code == 0
    assert "It was edited since; what was sent stays as it was." in outcome.out
    assert sendgrid.requests == 1


def test_an_edited_issue_can_be_rehearsed_again(peopled: Office) -> None:
    """A rehearsal mails nobody, so it may be repeated after every change."""
    peopled(*SEND, "--yes")
    edit(peopled)
    outcome = peopled(*SEND, "--yes", "--json")
    assert outcome.code == 0
    assert {message["Subject"] for message in messages(peopled)} == {"Edited since"}
    assert len(messages(peopled)) == 3


def test_a_rehearsal_after_the_sending_speaks_of_itself(
    peopled: Office, sendgrid: StandIn
) -> None:
    """What was really sent is shown by `status`, and is decided of by its own carrier only."""
    by_sendgrid(peopled, sendgrid)
    sendgrid.plan(Answer(500))
    peopled(*SEND, "--yes")
    rehearsed = peopled(*SEND, "--yes", "--transport", "folder", "--json")
    assert rehearsed.code == 0
    assert (rehearsed.document["transport"], rehearsed.document["counts"]["accepted"]) == (
        "folder",
        3,
    )
    assert peopled(*STATUS).document["transport"] == "sendgrid"
    peopled(*SEND, "--accept-uncertain", "--transport", "folder")
    assert counted(peopled) == {"uncertain": 3}


def test_an_issue_for_nobody_is_not_sent(office: Office) -> None:
    """It would count as sent, and could never be sent to anyone."""
    outcome = office(*SEND, "--yes", "--json")
    assert outcome.code == EXIT_REFUSED
    assert "Nobody would receive this issue" in outcome.document["error"]["message"]


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another process does; the test's own time limit ends it."""
    while not condition():
        time.sleep(0.01)


@contextmanager
def sending(office: Office) -> Iterator[subprocess.Popen[str]]:
    """Have `send` run in a process of its own; whatever happens, it ends with the test."""
    with subprocess.Popen(  # noqa: S603  # our own program
        command(*SEND, "--yes", "--json"),
        cwd=office.folder,
        env=environment(office.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def until_it_says(running: subprocess.Popen[str], words: str) -> None:
    assert running.stderr is not None
    while words not in running.stderr.readline():
        assert running.poll() is None


def open_in_twelve_batches(office: Office) -> None:
    """Freeze the issue for twelve people, one a request."""
    bring_in(office, 12)
    edition = prepare(OfficeFolder(office.folder), DAY).edition
    assert edition is not None
    with open_database("sqlite:///newsletter.db", folder=office.folder) as database:
        database.dispatches.open(edition, segment="all", transport="sendgrid", batch_size=1)


def test_a_killed_process_leaves_nobody_out_and_mails_nobody_twice(
    office: Office, sendgrid: StandIn
) -> None:
    """The laptop dies: what hung is uncertain, all else is sent by the next run."""
    open_in_twelve_batches(office)
    by_sendgrid(office, sendgrid)
    sendgrid.plan(*[Hang()] * 8)
    with sending(office) as running:
        until(lambda: sendgrid.requests == 8)
        running.send_signal(signal.SIGKILL)
        running.wait()
    with closing(sqlite3.connect(office.folder / "newsletter.db")) as ledger, ledger:
        ledger.execute("UPDATE leases SET expires_at = '2019-02-18 17:00:00.000000'")
    again = office(*SEND, "--yes", "--json")
    assert again.code == EXIT_STOPPED
    assert counted(office) == {"accepted": 4, "uncertain": 8}
    unsettled = {person["email"] for person in again.document["unsettled"]}
    assert len(unsettled) == 8
    assert unsettled.isdisjoint(sendgrid.inbox)
    assert unsettled | set(sendgrid.inbox) == {
        f"reader{n}@constituents.example" for n in range(12)
    }
    assert set(copies(sendgrid).values()) == {1}
    assert sendgrid.requests == 12


def test_ctrl_c_lets_what_is_under_way_finish(office: Office, sendgrid: StandIn) -> None:
    """Its answers are worth having: without them eight people would be uncertain."""
    open_in_twelve_batches(office)
    by_sendgrid(office, sendgrid)
    sendgrid.plan(*[Hang(ACCEPT)] * 8)
    with sending(office) as running:
        until(lambda: sendgrid.requests == 8)
        running.send_signal(signal.SIGINT)
        until_it_says(running, "Waiting for the answers")
        sendgrid.release()
        out, err = running.communicate()
    assert running.returncode == EXIT_STOPPED, err
    assert "Traceback" not in err
    assert "Stopped: Ctrl-C was pressed" in err
    assert '"accepted": 8' in out
    assert counted(office) == {"accepted": 8, "waiting": 4}
    assert office(*SEND, "--yes").code == 0
    assert set(copies(sendgrid).values()) == {1}
    assert len(copies(sendgrid)) == 12


def test_a_second_ctrl_c_ends_it_at_once(office: Office, sendgrid: StandIn) -> None:
    """A request may hang for a minute; whoever cannot wait knows what that means."""
    open_in_twelve_batches(office)
    by_sendgrid(office, sendgrid)
    sendgrid.plan(*[Hang()] * 8)
    with sending(office) as running:
        until(lambda: sendgrid.requests == 8)
        running.send_signal(signal.SIGINT)
        until_it_says(running, "Ctrl-C again")
        running.send_signal(signal.SIGINT)
        _, err = running.communicate()
    assert not sendgrid.released.is_set()
    assert running.returncode == EXIT_STOPPED, err
    assert "Traceback" not in err
    assert counted(office) == {"uncertain": 8, "waiting": 4}


def test_a_reader_of_its_output_who_leaves_does_not_stop_it(
    peopled: Office, sendgrid: StandIn
) -> None:
    """`newsletter send --yes | head -1` must not leave everybody uncertain."""
    by_sendgrid(peopled, sendgrid)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(  # noqa: S603  # our own program
            command(*SEND, "--yes"),
            cwd=peopled.folder,
            env=environment(peopled.environment),
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
    assert counted(peopled) == {"accepted": 3}
