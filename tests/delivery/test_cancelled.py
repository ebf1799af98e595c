"""After a cancel nobody is left out, and nobody gets anything twice, whatever is sent then."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from newsletter.cli.options import EXIT_REFUSED, EXIT_STOPPED
from newsletter.database.counting import NOT_AGAIN
from tests.delivery.offices import (
    ISSUE,
    SEND,
    address,
    bring_in,
    by_sendgrid,
    copies,
    counted,
    in_london,
    one_each,
    state,
)
from tests.sendgrid_standin.steps import ACCEPT, Answer, Taken

if TYPE_CHECKING:
    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

SOURCE = "issues/2019-02-18/issue.md"
FAULTY, MENDED = "a vote that matters", "a vote"
FIRST = (0, 1, 2, 3, 4, 5)
STOP = [Answer(403)] * 3
AT = ("--at", in_london(timedelta(hours=3)))


@pytest.fixture
def single(office: Office, sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office with six subscribers, whose requests go one after the other."""
    transport = "newsletter.transports.sendgrid.SendGridTransport"
    monkeypatch.setattr(f"{transport}.batch_size", 1)
    monkeypatch.setattr("newsletter.wiring.carriers.PARALLEL", 1)
    bring_in(office, *FIRST)
    by_sendgrid(office, sendgrid)
    return office


def edit(office: Office, new: str = MENDED) -> None:
    source = (office.folder / SOURCE).read_text(encoding="utf-8")
    office.write(SOURCE, source.replace(FAULTY, new))


def subjects(sendgrid: StandIn) -> dict[str, list[str]]:
    return {
        to: [copy.subject.removeprefix("Your trains and ") for copy in got]
        for to, got in sendgrid.inbox.items()
    }


def stop_part_way(office: Office, sendgrid: StandIn, *more: str) -> str:
    """Have one person get it and nobody else, cancel the rest, and return what that said."""
    sendgrid.plan(ACCEPT, *STOP)
    assert office(*SEND, *more).code == EXIT_STOPPED
    cancelled = office("cancel", *ISSUE, "--yes")
    assert cancelled.code == EXIT_STOPPED
    assert (state(office), counted(office)) == (
        "cancelled",
        {"accepted": 1, "refused": 3, "waiting": 2},
    )
    return cancelled.out


def test_what_was_cancelled_part_way_goes_on_and_newcomers_get_it_too(
    single: Office, sendgrid: StandIn
) -> None:
    """Either by itself, or in one command."""
    stop_part_way(single, sendgrid)
    bring_in(single, 20)
    assert single(*SEND, "--new-only").code == 0
    assert copies(sendgrid) == one_each(*FIRST, 20)
    sendgrid.plan(Answer(403))
    bring_in(single, 21)
    assert single(*SEND, "--new-only").code == EXIT_STOPPED
    assert single("cancel", *ISSUE, "--yes").code == EXIT_STOPPED
    bring_in(single, 22)
    assert single(*SEND).code == 0
    assert copies(sendgrid) == one_each(*FIRST, 20, 21)
    assert single(*SEND, "--new-only").code == 0
    assert copies(sendgrid) == one_each(*FIRST, 20, 21, 22)


def test_whom_a_dispatch_that_was_called_off_was_to_reach_is_new_to_the_next(
    single: Office, sendgrid: StandIn
) -> None:
    """Somebody was away when it was sent after all, and has come back since."""
    sendgrid.plan(Answer(403))
    single(*SEND)
    assert single("cancel", *ISSUE, "--yes").code == 0
    leave = ("--reason", "unsubscribed", "--source", "telephone")
    assert single("subscribers", "suppress", address(3), *leave).code == 0
    assert single(*SEND).code == 0
    back = ("--source", "signed card", "--wording", "Yes please")
    assert single("subscribers", "opt-in", address(3), *back).code == 0
    again = single(*SEND, "--new-only")
    assert "1 who have not had it yet" in again.out
    assert copies(sendgrid) == one_each(*FIRST)
    shown = single("status", *ISSUE).out
    assert "Before it, an attempt that was called off: cancelled" in shown
    assert "refused:" not in shown, "nothing is to be decided of what was sent since"


def test_newcomers_to_a_correction_that_was_called_off_get_what_the_others_have(
    single: Office, sendgrid: StandIn
) -> None:
    """They were written down for the correction, and nobody would have thought of them again."""
    single(*SEND)
    edit(single)
    single(*SEND, "--erratum", *AT)
    bring_in(single, 20)
    single(*SEND, "--new-only")
    assert single("cancel", *ISSUE, "--yes").code == 0
    assert single(*SEND, "--new-only").code == 0
    assert subjects(sendgrid) == {address(n): [FAULTY] for n in (*FIRST, 20)}


def test_what_was_cancelled_for_a_mistake_is_mended_for_those_who_have_it_and_the_others(
    single: Office, sendgrid: StandIn
) -> None:
    """The others must not have to get the mistake first; and each is told what is left to do."""
    said = stop_part_way(single, sendgrid)
    assert "newsletter send --issue 2019-02-18 --erratum gives it to those who have" in said
    bring_in(single, 20)
    edit(single)
    why = ("--reason", "It was another vote")
    corrected = single(*SEND, "--erratum", *why, "--json")
    assert corrected.code == 0, corrected.err
    assert corrected.document["missing"] == 6
    assert subjects(sendgrid) == {address(0): [FAULTY, MENDED]}
    for words in (single("status", *ISSUE).out, single(*SEND).out):
        assert "6 have had none of it. It goes to them by: newsletter send" in words
    report = " ".join(single("report", *ISSUE).out.split())
    assert "5 were not reached before a correction followed" in report
    assert single(*SEND, "--new-only").code == 0
    assert subjects(sendgrid) == {
        address(0): [FAULTY, MENDED],
        **{address(n): [MENDED] for n in (*FIRST[1:], 20)},
    }
    assert "missing" in single("status", *ISSUE, "--json").document
    assert "none of it" not in single("status", *ISSUE).out
    assert "were not reached" not in " ".join(single("report", *ISSUE).out.split())
    assert single(*SEND, "--new-only").code == 0
    assert sum(copies(sendgrid).values()) == 8
    assert single("archive").code == 0
    (page,) = (single.folder / "public").glob("2019-02-18/index.html")
    assert "It was another vote" in page.read_text(encoding="utf-8")


def test_the_archive_does_not_show_a_mistake_that_was_stopped_before_it_is_mended(
    single: Office, sendgrid: StandIn
) -> None:
    """Few have got it; they, too, find it there once there is the better one beside it."""
    stop_part_way(single, sendgrid)
    assert "No issue has been sent yet" in single("archive").err
    edit(single)
    single(*SEND, "--erratum", *AT)
    assert "No issue has been sent yet" in single("archive").err


def test_a_correction_that_was_cancelled_part_way_goes_on_as_it_was(
    single: Office, sendgrid: StandIn
) -> None:
    """And newcomers get the corrected issue alone."""
    single(*SEND)
    edit(single)
    stop_part_way(single, sendgrid, "--erratum")
    bring_in(single, 20)
    assert single(*SEND, "--new-only").code == 0
    assert subjects(sendgrid) == {
        **{address(n): [FAULTY, MENDED] for n in FIRST},
        address(20): [MENDED],
    }


def test_a_correction_waits_until_somebody_has_decided_of_those_in_doubt(
    single: Office, sendgrid: StandIn
) -> None:
    """Whether they have the mistake nobody knows; to go on would send it to the others first."""
    sendgrid.plan(Answer(500), Answer(403))
    single(*SEND)
    single("cancel", *ISSUE, "--yes")
    edit(single)
    refused = single(*SEND, "--erratum")
    assert refused.code == EXIT_REFUSED
    assert "Add --accept-uncertain or --resend-uncertain" in refused.err
    corrected = single(*SEND, "--erratum", "--accept-uncertain")
    assert corrected.code == 0
    assert "1 uncertain count as accepted.\n" in corrected.out
    assert "Recipients  1 who got" in corrected.out, "whoever counts as accepted is counted in"
    assert single(*SEND, "--new-only").code == 0
    assert subjects(sendgrid) == {address(n): [MENDED] for n in FIRST}


def test_who_may_have_it_still_may_once_somebody_has_decided_to_send_it_again(
    single: Office, sendgrid: StandIn
) -> None:
    """A cancel in between would else promise that nothing left, and all would get another one."""
    sendgrid.plan(*[Taken(Answer(500))] * 3)
    assert single(*SEND).code == EXIT_STOPPED
    sendgrid.plan(Answer(403))
    assert single(*SEND, "--resend-uncertain").code == EXIT_STOPPED
    assert counted(single) == {"refused": 1, "waiting": 5}
    shown = " ".join(single("status", *ISSUE).out.split())
    assert "3 of those waiting or refused may have it already" in shown
    cancelled = single("cancel", *ISSUE, "--yes")
    assert cancelled.code == EXIT_STOPPED
    assert "Some of it has left, or may leave" in cancelled.out
    assert (state(single), counted(single)) == ("cancelled", {"uncertain": 3, "waiting": 3})
    assert f"uncertain: {address(0)} ({NOT_AGAIN})" in single("status", *ISSUE).out
    edit(single)
    assert single(*SEND, "--erratum").code == EXIT_REFUSED
    assert single(*SEND, "--erratum", "--accept-uncertain").code == 0
    assert single(*SEND, "--new-only").code == 0
    assert subjects(sendgrid) == {
        **{address(n): [FAULTY, MENDED] for n in FIRST[:3]},
        **{address(n): [MENDED] for n in FIRST[3:]},
    }


def test_a_correction_is_not_started_while_the_issue_still_waits(
    single: Office, sendgrid: StandIn
) -> None:
    """Unless somebody says that it is not to go on."""
    sendgrid.plan(ACCEPT, *STOP)
    single(*SEND)
    edit(single)
    refused = single(*SEND, "--erratum")
    assert refused.code == EXIT_REFUSED
    assert "or stop it with newsletter cancel" in refused.err
