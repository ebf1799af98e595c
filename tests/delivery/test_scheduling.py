"""What is scheduled arrives exactly once, and what is cancelled does not arrive at all."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from newsletter.cli.options import EXIT_REFUSED, EXIT_STOPPED
from newsletter.database.connections import Lock
from newsletter.database.dispatches import Decision
from newsletter.database.opening import open_database
from newsletter.database.schema import dispatches
from newsletter.database.slips import UNPROVEN
from newsletter.delivery import State
from newsletter.delivery.timetable import check_time, parse_local, shown
from newsletter.errors import MistakeError, NotAllowedError
from newsletter.proposal import Plan, missed
from tests.database.samples import bring_in as people
from tests.database.samples import crowd, scheduled
from tests.delivery.offices import (
    ISSUE,
    SEND,
    address,
    bring_in,
    copies,
    counted,
    in_london,
    one_each,
    state,
)
from tests.offices import DAY
from tests.sendgrid_standin.steps import CUT_SHORT, Answer, Reset, Step, Taken

if TYPE_CHECKING:
    from newsletter.database.opening import Database
    from tests.commands import Office
    from tests.database.fixture import Clock
    from tests.sendgrid_standin.server import StandIn

SOURCE = "issues/2019-02-18/issue.md"
AT = ("--at", in_london(timedelta(hours=3)))


def pass_time(sendgrid: StandIn) -> None:
    """Let the time of sending come and go, as SendGrid sees it."""
    sendgrid.clock = lambda: time.time() + 4 * 3600
    sendgrid.deliver()


@pytest.mark.parametrize(
    ("local", "utc"),
    [("2019-02-22 17:00", "2019-02-22T17:00"), ("2019-07-01 17:00", "2019-07-01T16:00")],
)
def test_times_are_those_of_london(local: str, utc: str) -> None:
    """Whoever types five o'clock means the one on the wall, in summer too."""
    assert parse_local(local) == datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("2019-03-31 01:30", "There is no 01:30 on 31 March 2019"),
        ("2019-10-27 01:30", "There are two times of 01:30 on 27 October 2019"),
        ("tomorrow", "is not a time"),
        ("2019-02-30 10:00", "is not a time"),
    ],
)
def test_a_time_that_is_none_or_two_is_a_mistake(local: str, words: str) -> None:
    """It would leave an hour early or late, and nobody had said which."""
    with pytest.raises(MistakeError, match=words) as caught:
        parse_local(local)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-1, "in the past"),
        (0, "in the past"),
        (59, "less than an hour"),
        (72 * 60 + 1, "72 hours"),
    ],
)
def test_a_time_too_near_or_too_far_is_refused(minutes: int, words: str) -> None:
    """SendGrid sends at once what is past, and holds nothing for longer."""
    now = datetime(2019, 2, 18, 12, tzinfo=UTC)
    with pytest.raises(NotAllowedError, match=words):
        check_time(now + timedelta(minutes=minutes), now)
    check_time(now + timedelta(minutes=60), now)
    check_time(now + timedelta(hours=72), now)


def test_what_is_scheduled_arrives_at_its_time_and_once(
    peopled: Office, sendgrid: StandIn
) -> None:
    """The office has gone home by then."""
    outcome = peopled(*SEND, *AT, "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.document["state"] == "scheduled"
    assert (copies(sendgrid), counted(peopled)) == ({}, {"accepted": 3})
    again = peopled(*SEND)
    assert "nobody gets it twice" in again.out
    pass_time(sendgrid)
    assert copies(sendgrid) == one_each(0, 1, 2)


@pytest.mark.parametrize(
    "step", [Taken(Answer(500)), Answer(500), Taken(Reset()), Reset(), CUT_SHORT]
)
def test_what_is_in_doubt_is_called_back_and_posted_again(
    peopled: Office, sendgrid: StandIn, step: Answer
) -> None:
    """Whether it was taken or not: exactly once, and nobody has to decide."""
    sendgrid.plan(step, step)
    outcome = peopled(*SEND, *AT)
    assert outcome.code == 0, outcome.out + outcome.err
    assert counted(peopled) == {"accepted": 3}
    assert sendgrid.calls.count("GET user/scheduled_sends") == 2
    pass_time(sendgrid)
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_a_batch_that_cannot_be_called_back_stays_in_doubt(
    peopled: Office, sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Posted again without proof it could arrive twice."""
    monkeypatch.setattr("newsletter.wiring.carriers.sleep", lambda _: None)
    sendgrid.plan(Taken(Answer(500)))
    sendgrid.plan_call("POST user/scheduled_sends", *[Answer(503)] * 10)
    outcome = peopled(*SEND, *AT)
    assert outcome.code == EXIT_STOPPED
    assert (sendgrid.requests, counted(peopled)) == (1, {"uncertain": 3})
    assert peopled(*SEND).code == 0
    assert "PATCH user/scheduled_sends" not in sendgrid.calls
    pass_time(sendgrid)
    assert copies(sendgrid) == one_each(0, 1, 2)


@pytest.mark.parametrize("decision", ["--resend-uncertain", "--accept-uncertain"])
@pytest.mark.parametrize("step", [Taken(Answer(500)), Answer(500)])
def test_nobody_decides_of_what_can_still_be_called_back(
    peopled: Office,
    sendgrid: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    step: Step,
    decision: str,
) -> None:
    """A decision is a guess, by which somebody gets it twice or never; this is proof."""
    monkeypatch.setattr("newsletter.delivery.timetable.PATIENCE", 0.0)
    sendgrid.plan(step)
    sendgrid.plan_call("POST user/scheduled_sends", *[Answer(503)] * 10)
    stopped = peopled(*SEND, *AT)
    assert (stopped.code, counted(peopled)) == (EXIT_STOPPED, {"uncertain": 3})
    assert "Run the same command again" in stopped.out
    assert "--resend-uncertain" not in stopped.out
    assert "Do not send again" not in stopped.out
    refused = peopled(*SEND, decision)
    assert (refused.code, counted(peopled)) == (EXIT_REFUSED, {"uncertain": 3})
    assert "can still be called back" in refused.err
    assert peopled(*SEND).code == 0
    pass_time(sendgrid)
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_who_is_not_in_doubt_needs_no_decision(peopled: Office) -> None:
    """To repeat a command is no mistake."""
    assert peopled(*SEND, *AT).code == 0
    again = peopled(*SEND, "--accept-uncertain")
    assert (again.code, counted(peopled)) == (0, {"accepted": 3})


def test_a_key_that_may_not_call_back_is_told_of_at_once(
    peopled: Office, sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It will not be allowed to half a minute later, nor ten times that."""
    naps: list[float] = []
    monkeypatch.setattr("newsletter.wiring.carriers.sleep", naps.append)
    sendgrid.plan(Taken(Answer(500)))
    sendgrid.plan_call("POST user/scheduled_sends", Answer(403))
    stopped = peopled(*SEND, *AT)
    assert (stopped.code, naps) == (EXIT_STOPPED, [])
    assert "SendGrid refused the request (403)" in stopped.out
    assert "Scheduled Sends" in stopped.out
    assert peopled(*SEND).code == 0, "with another key it goes on"
    pass_time(sendgrid)
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_a_cancel_whose_answer_was_lost_is_made_sure_of(
    peopled: Office, sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second POST is refused with 400, for the first was done: so it is changed and read."""
    monkeypatch.setattr("newsletter.wiring.carriers.sleep", lambda _: None)
    sendgrid.plan(Taken(Answer(500)))
    sendgrid.plan_call("POST user/scheduled_sends", Taken(Reset()))
    assert peopled(*SEND, *AT).code == 0
    assert sendgrid.calls.count("PATCH user/scheduled_sends") == 1
    pass_time(sendgrid)
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_eight_slips_are_the_most(peopled: Office, sendgrid: StandIn) -> None:
    """SendGrid lets ten be cancelled at once, and others may need some."""
    sendgrid.plan(*[Taken(Answer(500))] * 20)
    stopped = peopled(*SEND, *AT)
    assert stopped.code == EXIT_STOPPED
    assert "Run newsletter cancel, then send without --at" in stopped.out
    assert "cannot be called back any more" not in stopped.out, "it can, and nobody may decide"
    assert sendgrid.calls.count("POST mail/batch") == 8
    assert counted(peopled) == {"uncertain": 3}
    pass_time(sendgrid)
    assert set(copies(sendgrid).values()) == {1}


def test_an_issue_may_be_scheduled_and_called_off_again_and_again(
    peopled: Office, sendgrid: StandIn
) -> None:
    """SendGrid has ten dropped at once: of each that is held it must be possible."""
    scheduled = 0
    while peopled(*SEND, *AT).code == 0:
        scheduled += 1
        cancelled = peopled("cancel", *ISSUE, "--yes")
        assert cancelled.code == 0, cancelled.err
    assert scheduled >= 4
    assert sendgrid.schedule.known == sendgrid.schedule.halted.keys(), "each can be dropped"
    refused = peopled(*SEND)
    assert (refused.code, counted(peopled)) == (EXIT_STOPPED, {"waiting": 3})
    assert "no more than ten batches at once" in refused.out
    assert peopled("cancel", *ISSUE, "--yes").code == 0
    pass_time(sendgrid)
    assert copies(sendgrid) == {}
    assert peopled(*SEND).code == 0
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_what_is_cancelled_does_not_arrive_and_makes_room(
    peopled: Office, sendgrid: StandIn
) -> None:
    """A slip is noticed at four o'clock: it is mended, and sent after all."""
    peopled(*SEND, *AT)
    unconfirmed = peopled("cancel", *ISSUE)
    assert unconfirmed.code == EXIT_REFUSED
    cancelled = peopled("cancel", *ISSUE, "--yes", "--json")
    assert cancelled.code == 0, cancelled.err
    assert (state(peopled), counted(peopled)) == ("cancelled", {"waiting": 3})
    pass_time(sendgrid)
    assert copies(sendgrid) == {}
    assert peopled(*SEND).code == 0
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_a_cancelled_erratum_leaves_the_issue_sent(peopled: Office, sendgrid: StandIn) -> None:
    """Nobody gets the issue again, and a better correction can still go out."""
    peopled(*SEND)
    source = (peopled.folder / SOURCE).read_text(encoding="utf-8")
    peopled.write(SOURCE, source.replace("a vote that matters", "a vote"))
    peopled(*SEND, "--erratum", *AT)
    assert peopled("cancel", *ISSUE, "--yes").code == 0
    again = peopled(*SEND)
    assert (again.code, "nobody gets it twice" in again.out) == (0, True)
    pass_time(sendgrid)
    assert copies(sendgrid) == one_each(0, 1, 2)
    corrected = peopled(*SEND, "--erratum", "--json")
    assert corrected.code == 0, corrected.err
    assert (corrected.document["recipients"], corrected.document["state"]) == (3, "finished")
    assert copies(sendgrid) == {address(n): 2 for n in range(3)}


def test_what_has_not_left_yet_is_cancelled_and_not_corrected(
    peopled: Office, sendgrid: StandIn
) -> None:
    """A correction would come first, and the mistake after it, with no command left to stop it."""
    peopled(*SEND, *AT)
    source = (peopled.folder / SOURCE).read_text(encoding="utf-8")
    peopled.write(SOURCE, source.replace("a vote that matters", "a vote"))
    refused = peopled(*SEND, "--erratum")
    assert (refused.code, copies(sendgrid)) == (EXIT_REFUSED, {})
    assert "has not left yet" in refused.err
    assert "newsletter cancel --issue 2019-02-18" in refused.err
    assert peopled("cancel", *ISSUE, "--yes").code == 0
    assert peopled(*SEND).code == 0
    pass_time(sendgrid)
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_what_waits_for_its_time_is_not_called_sent_and_keeps_its_time(peopled: Office) -> None:
    """Whoever asks for another time must not think they have got it."""
    peopled(*SEND, *AT)
    waits = f"Issue 2019-02-18: scheduled for {AT[1]}, London time"
    assert waits in peopled("status", *ISSUE).out
    for more in ((), ("--new-only",)):
        again = peopled(*SEND, *more)
        assert (again.code, "has been sent" in again.out) == (0, False)
        assert f"To leave at {AT[1]}" in again.out
    other = peopled(*SEND, "--at", in_london(timedelta(hours=5)))
    assert other.code == EXIT_REFUSED
    assert "at another time" in other.err
    peopled.write(SOURCE, f"{(peopled.folder / SOURCE).read_text(encoding='utf-8')}\nMore.\n")
    assert "run newsletter cancel first" in " ".join(peopled(*SEND).out.split())


def test_newcomers_have_no_time_of_their_own(
    peopled: Office, sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time that was taken no notice of would have them written to at once."""
    peopled(*SEND, *AT)
    pass_time(sendgrid)
    monkeypatch.setattr("newsletter.proposal.LATEST", timedelta(hours=-5))
    bring_in(peopled, 7)
    refused = peopled(*SEND, "--new-only", "--at", in_london(timedelta(hours=5)))
    assert refused.code == EXIT_REFUSED
    assert "cannot be given a time of their own" in refused.err
    assert copies(sendgrid) == one_each(0, 1, 2)
    assert peopled(*SEND, "--new-only").code == 0, "they are not late: nobody was promised a time"
    assert counted(peopled) == {"accepted": 4}


def test_a_cancel_that_is_not_confirmed_is_not_called_one(
    peopled: Office, sendgrid: StandIn
) -> None:
    """Exit 0 would have somebody go home who should pick up the telephone."""
    peopled(*SEND, *AT)
    sendgrid.plan_call("GET user/scheduled_sends", Answer(200, b"[]"))
    assert peopled("cancel", *ISSUE, "--yes").code == EXIT_STOPPED
    shown = peopled("status", *ISSUE)
    assert "Issue 2019-02-18: stopped\n" in shown.out
    assert f"uncertain: {address(0)} ({UNPROVEN})" in shown.out
    assert counted(peopled) == {"uncertain": 3}, "it may leave, or it may not"
    refused = peopled(*SEND)
    assert refused.code == EXIT_REFUSED
    assert "Run newsletter cancel once more" in refused.err
    for decision in ("--resend-uncertain", "--accept-uncertain"):
        assert peopled(*SEND, decision).code == EXIT_REFUSED
        assert counted(peopled) == {"uncertain": 3}, "nothing is decided of what may be dropped"
    assert peopled("cancel", *ISSUE, "--yes").code == 0
    assert (state(peopled), counted(peopled)) == ("cancelled", {"waiting": 3})
    pass_time(sendgrid)
    assert copies(sendgrid) == {}


@pytest.mark.parametrize("step", [Answer(503), Answer(429), Reset()])
def test_a_cancel_that_fails_says_to_cancel_again(
    peopled: Office, sendgrid: StandIn, step: Step
) -> None:
    """“Do not send again yet” would be the answer to another question."""
    peopled(*SEND, *AT)
    sendgrid.plan_call("POST user/scheduled_sends", step)
    failed = peopled("cancel", *ISSUE, "--yes")
    assert failed.code == EXIT_STOPPED
    assert "The carrier has not confirmed that it drops what it holds" in failed.err
    assert "Run newsletter cancel again" in failed.err
    assert "send again" not in failed.err
    assert peopled("cancel", *ISSUE, "--yes").code == 0


def test_a_cancel_in_the_last_minutes_proves_nothing(
    peopled: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The carrier says yes, but promises it only up to ten minutes before."""
    peopled(*SEND, *AT)
    monkeypatch.setattr("newsletter.delivery.timetable.LAST_CANCEL", timedelta(hours=4))
    outcome = peopled("cancel", *ISSUE, "--yes", "--json")
    assert outcome.code == EXIT_STOPPED
    assert (outcome.document["state"], outcome.document["counts"]["uncertain"]) == ("stopped", 3)
    assert "Some of it has left, or may leave" in outcome.err


def test_once_its_time_has_passed_an_unproven_cancel_leaves_it_to_reports_or_a_person(
    database: Database, clock: Clock
) -> None:
    """Nothing is held any more; nobody is counted as having got it who may have not."""
    people(database, *crowd(2))
    at = clock() + timedelta(hours=2)
    dispatch = scheduled(database, at)
    with database.dispatches.take(dispatch) as ledger:
        ledger.slips.add("slip")
        while batch := ledger.claim():
            ledger.settle(batch, State.ACCEPTED)
    halt = database.dispatches.halt(DAY)
    halt.stop_sending()
    halt.slips.cancelling("slip")
    clock.move(3 * 3600)
    late = database.dispatches.halt(DAY)
    assert not late.is_held
    late.stop_sending()
    assert not late.finish(), "both may have left"
    status = database.dispatches.status(DAY)
    assert (status["state"], status["counts"]["uncertain"]) == ("cancelled", 2)
    assert {person["reason"] for person in status["unsettled"]} == {UNPROVEN}
    assert database.dispatches.decide(DAY, Decision.RESEND) == 2


def test_what_was_to_be_posted_again_has_certainly_not_left_once_all_of_it_was_dropped(
    database: Database, clock: Clock
) -> None:
    """The first copy was held under a slip, too, and the carrier has proved that it is gone."""
    people(database, *crowd(1))
    at = clock() + timedelta(hours=2)
    dispatch = scheduled(database, at)
    with database.dispatches.take(dispatch) as ledger:
        ledger.slips.add("slip")
        batch = ledger.claim()
        assert batch is not None
        ledger.settle(batch, State.UNCERTAIN, "no answer")
    with pytest.raises(NotAllowedError, match="can still be called back"):
        database.dispatches.decide(DAY, Decision.RESEND)
    clock.move(109 * 60)  # too late to post again, and not too late to drop
    assert database.dispatches.decide(DAY, Decision.RESEND) == 1
    assert database.dispatches.status(DAY)["again"] == 1
    halt = database.dispatches.halt(DAY)
    halt.stop_sending()
    halt.slips.cancelling("slip")
    halt.slips.cancelled("slip")
    assert halt.finish()
    status = database.dispatches.status(DAY)
    assert (status["counts"]["waiting"], "again" in status) == (1, False)
    assert database.dispatches.find(DAY, "sendgrid") is None, "the next one goes to everybody"


def test_what_has_gone_cannot_be_cancelled(peopled: Office, sendgrid: StandIn) -> None:
    """It is in people's inboxes."""
    assert peopled("cancel", *ISSUE, "--yes").code == EXIT_REFUSED
    assert peopled(*SEND).code == 0
    refused = peopled("cancel", *ISSUE, "--yes")
    assert refused.code == EXIT_REFUSED
    assert "nothing of it can be called back" in refused.err
    assert sendgrid.requests == 1


def test_what_waits_can_be_cancelled_and_gone_on_with(peopled: Office, sendgrid: StandIn) -> None:
    """Part of it may have left: then that is said, and the rest is not lost."""
    sendgrid.plan(Answer(403))
    peopled(*SEND)
    assert peopled("cancel", *ISSUE, "--yes").code == 0
    assert state(peopled) == "cancelled"
    assert peopled(*SEND).code == 0
    sendgrid.plan(Answer(500))
    bring_in(peopled, 7)
    peopled(*SEND, "--new-only")
    partly = peopled("cancel", *ISSUE, "--yes")
    assert (partly.code, counted(peopled)) == (EXIT_STOPPED, {"accepted": 3, "uncertain": 1})
    assert copies(sendgrid) == one_each(0, 1, 2)


def test_of_a_copy_that_is_held_for_whoever_leaves_the_office_is_told(
    peopled: Office, sendgrid: StandIn
) -> None:
    """SendGrid sends it nevertheless; only a cancel stops it, and whoever sends again knows."""
    leave = ("subscribers", "suppress", address(1))
    sent = peopled(*SEND, *AT)
    assert "Whoever unsubscribes before then, and after this, gets this one still" in sent.out
    gone = peopled(*leave)
    assert "This address will not be mailed any more.\n" in gone.out
    assert "SendGrid holds a copy for this address, which leaves at" in " ".join(gone.out.split())
    again = peopled(*leave, "--json")
    assert "before: newsletter cancel --issue 2019-02-18, then send it again" in again.err
    (held,) = again.document["held"]
    assert held["issue"] == "2019-02-18"
    erased = peopled("subscribers", "erase", address(2), "--yes", "--json")
    assert erased.document["held"] == [held]
    assert "Erased. This address will not be mailed any more." in erased.err
    assert peopled("status", *ISSUE, "--json").document["held_though_gone"] == 2
    assert "2 of them must not be mailed any more" in peopled("status", *ISSUE).out
    assert peopled("cancel", *ISSUE, "--yes").code == 0
    assert "must not be mailed" not in peopled("status", *ISSUE).out
    assert "held" not in peopled(*leave, "--json").document
    assert peopled(*SEND, *AT).code == 0
    pass_time(sendgrid)
    assert copies(sendgrid) == one_each(0)


@pytest.mark.parametrize("transport", ["folder", "smtp"])
def test_only_sendgrid_holds_messages(peopled: Office, transport: str) -> None:
    """A program that had to stay awake until then would not."""
    peopled.environment["SMTP_URL"] = "smtp://127.0.0.1:9"
    outcome = peopled(*SEND, *AT, "--transport", transport)
    assert outcome.code == EXIT_REFUSED
    assert "Only SendGrid holds messages" in outcome.err


def test_another_time_for_what_is_under_way_is_refused(peopled: Office, sendgrid: StandIn) -> None:
    """Half of the readers at five and half at six is nothing anybody asks for."""
    sendgrid.plan(Answer(403))
    peopled(*SEND, *AT)
    outcome = peopled(*SEND, "--at", in_london(timedelta(hours=5)))
    assert outcome.code == EXIT_REFUSED
    assert "Cancel it first" in outcome.err


def test_a_schedule_missed_by_hours_asks_again(
    peopled: Office, sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lid was closed on Friday: nobody wants Friday's news on Monday unasked."""
    sendgrid.plan(Answer(403))
    peopled(*SEND, *AT)
    monkeypatch.setattr("newsletter.delivery.timetable.LATEST", timedelta(hours=-5))
    monkeypatch.setattr("newsletter.proposal.LATEST", timedelta(hours=-5))
    late = peopled(*SEND)
    assert late.code == EXIT_REFUSED
    assert "This was to leave at" in late.err
    assert sendgrid.requests == 1
    sendgrid.plan(Answer(403))
    stopped = peopled(*SEND, "--late")
    assert "To go on, run: newsletter send --issue 2019-02-18 --late" in stopped.out
    assert peopled(*SEND, "--late").code == 0


def test_a_time_that_has_passed_is_not_told_as_one_to_come(
    peopled: Office, sendgrid: StandIn
) -> None:
    """Nobody is to wait for what goes at once, or to think that it cannot be stopped."""
    sendgrid.plan(Answer(403))
    peopled(*SEND, *AT)
    past = datetime.now(UTC) - timedelta(minutes=10)
    with (
        open_database("sqlite:///newsletter.db", folder=peopled.folder) as database,
        database.connections.writing(Lock.DISPATCHES) as connection,
    ):
        connection.execute(update(dispatches).values(send_at=past))
    late = peopled(*SEND)
    assert (late.code, copies(sendgrid)) == (0, one_each(0, 1, 2))
    assert "To leave at" not in late.out
    assert "Whoever unsubscribes before then" not in late.out
    assert "what is left goes at once" in late.out


def test_a_time_that_was_missed_is_still_known_after_a_try_that_failed(
    database: Database, clock: Clock
) -> None:
    """Ten minutes late, and without a connection: three days later somebody has to be asked."""
    people(database, *crowd(1))
    at = clock() + timedelta(hours=2)
    dispatch = scheduled(database, at)
    clock.move(130 * 60)
    assert not missed(Plan(dispatch.edition, "all", dispatch), clock())
    rest = database.dispatches.send_rest_at_once(dispatch)
    with database.dispatches.take(rest) as ledger:
        batch = ledger.claim()
        assert batch is not None
        assert batch.slip == "", "it leaves at once"
        ledger.settle(batch, State.WAITING, "no connection")
    clock.move(3 * 24 * 3600)
    begun = database.dispatches.find(DAY, "sendgrid")
    assert begun is not None
    assert missed(Plan(begun.edition, "all", begun), clock()) == shown(at)
