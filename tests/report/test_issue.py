"""A report on an issue tells what is known of it, each person once, and nobody's address."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from newsletter.authoring.office import parse_office
from newsletter.delivery import State
from newsletter.report.reasons import WHAT_TO_DO, WHEN_REFUSED, Reason
from newsletter.report.telling import Told, tell
from tests.offices import OFFICE
from tests.report.world import person

if TYPE_CHECKING:
    from newsletter.authoring.office import Office
    from newsletter.report.tables import Table
    from tests.report.world import World

DAY = date(2019, 2, 18)
PEOPLE = 40  # so many as there are domains, of each provider its share


def office(more: str = "") -> Office:
    found, _ = parse_office(OFFICE + more)
    assert found is not None
    return found


def told(world: World, *, tracking: str = "false", day: date | None = DAY) -> Told:
    return tell(world.database.reports, day, office(f"tracking: {tracking}\n"))


def table(report: Told, key: str) -> Table:
    return next(table for table in report.document.tables if table.key == key)


def texts(report: Told, key: str) -> dict[str, list[str]]:
    return {row.label: [cell.text for cell in row.cells] for row in table(report, key).rows}


def sent(world: World) -> None:
    """Send to 40: the last ten uncertain, and reports on most of the others."""
    world.bring_in(*(person(number) for number in range(PEOPLE)))
    dispatch = world.send(
        DAY,
        answer=lambda batch: State.UNCERTAIN if batch == 3 else State.ACCEPTED,
        batch_size=10,
    )
    world.report(dispatch, "delivered", range(18), after=1)
    world.report(dispatch, "delivered", range(18, 20), after=70)
    world.report(dispatch, "busy", [21], after=1)
    for number, what in enumerate(("unknown", "full", "spam", "domain"), 20):
        world.report(dispatch, what, [number], after=2)
    world.report(dispatch, "busy", [24], after=3)
    world.report(dispatch, "complained", [5], after=26 * 60)
    world.clock.move(86_400)
    world.leave([6, 7])
    world.clock.move(7 * 86_400)
    world.leave([8])


def reason(which: Reason, count: int) -> dict[str, Any]:
    return {"reason": which.value, "count": count, "what_to_do": WHAT_TO_DO[which]}


def test_the_document_for_programs_tells_everything(world: World) -> None:
    """Counts, rates with their denominators, reasons, groups and hours; nobody twice."""
    sent(world)
    people = {
        "delivered": 19, "complained": 1, "bounced": 4, "deferred": 1, "accepted": 5,
        "uncertain": 10,
    }  # fmt: skip
    hours = [
        {"hour": hour, "delivered": 0, "bounced": 0, "complained": 0} for hour in range(1, 26)
    ]
    hours[0] |= {"delivered": 18, "bounced": 4}
    hours[1] |= {"delivered": 2}
    hours[24] |= {"complained": 1}
    report = told(world).data
    (dispatch,) = report.pop("dispatches")
    assert {name: number for name, number in dispatch.pop("counts").items() if number} == people
    assert dispatch == {
        "serial": 1,
        "purpose": "issue",
        "kind": "real",
        "transport": "sendgrid",
        "state": "stopped",
        "began": "2019-02-18T17:03:00+00:00",
        "recipients": 40,
        "reported": True,
    }
    assert report == {
        "issue": "2019-02-18",
        "subject": "Your trains",
        "kind": "real",
        "people": 40,
        "known": {"delivered": True, "complained": True, "opened": False},
        "counts": people,
        "delivered": {
            "count": 20, "of": 30, "base": "accepted by the carrier", "percent": 66.667,
        },
        "complaints": {
            "count": 1, "of": 20, "base": "delivered", "percent": 5.0, "level": "alarm",
        },
        "unsubscribed": {
            "count": 2, "of": 20, "base": "delivered", "percent": 10.0,
            "until": "2019-02-25T17:03:00+00:00",
        },
        "opens": None,
        "bounced": [
            reason(Reason.SPAM, 1), reason(Reason.DOMAIN, 1), reason(Reason.FULL, 1),
            reason(Reason.MAILBOX, 1),
        ],
        "deferred": [reason(Reason.LATER, 1)],
        "refused": [],
        "providers": [
            {"provider": "Gmail", "people": 14, "counts": {"delivered": 13, "complained": 1}},
            {"provider": "Outlook and Hotmail", "people": 7,
             "counts": {"delivered": 6, "bounced": 1}},
            {"provider": "BT", "people": 5,
             "counts": {"bounced": 3, "deferred": 1, "accepted": 1}},
            {"provider": "Others", "people": 14, "counts": {"accepted": 4, "uncertain": 10}},
        ],
        "segments": [
            {"segment": "newsletter", "people": 40, "counts": people},
            {"segment": "ward:Trumpington", "people": 14,
             "counts": {"delivered": 7, "bounced": 1, "deferred": 1, "accepted": 1,
                        "uncertain": 4}},
            {"segment": "ward:Castle Hill", "people": 13,
             "counts": {"delivered": 7, "bounced": 1, "accepted": 2, "uncertain": 3}},
            {"segment": "ward:Old Town", "people": 13,
             "counts": {"delivered": 5, "complained": 1, "bounced": 2, "accepted": 2,
                        "uncertain": 3}},
        ],
        "hours": hours,
        "rehearsals": 0,
    }  # fmt: skip


def test_the_tables_for_people_tell_the_same(world: World) -> None:
    """In words, with a base for each share, and each number beside its chart."""
    sent(world)
    report = told(world)
    document = report.document
    assert document.title == "Report on the issue of Monday 18 February 2019"
    assert document.about == (
        "Sent by SendGrid from 2019-02-18 17:03, London time. It is not finished: see below.",
    )
    assert document.figures == (
        ("people", "40"),
        ("delivered, 66.7 % of what the carrier took", "20"),
        ("bounced", "4"),
        ("complained", "1"),
        ("unsubscribed", "2"),
    )
    assert {label: cells[:2] for label, cells in texts(report, "fates").items()} == {
        "Delivered": ["19", "47.5 %"],
        "Complained": ["1", "2.5 %"],
        "Deferred": ["1", "2.5 %"],
        "Accepted": ["5", "12.5 %"],
        "Bounced": ["4", "10.0 %"],
        "Uncertain": ["10", "25.0 %"],
    }
    assert table(report, "fates").notes == (
        "Whoever complained has got it: it was delivered to 20 in all.",
    )
    assert table(report, "answers").lead == "Shares are of the 20 delivered."
    assert texts(report, "answers") == {
        "Complained": ["1", "5.000 %"],
        "Unsubscribed": ["2", "10.000 %"],
    }
    assert texts(report, "providers") == {
        "Gmail": ["14", "100.0 %", "0", "1"],
        "Outlook and Hotmail": ["7", "85.7 %", "1", "0"],
        "BT": ["5", "0.0 %", "3", "0"],
        "Others": ["14", "0.0 %", "0", "0"],
    }
    assert list(texts(report, "hours")) == [*map(str, range(1, 25)), "later"]
    assert list(texts(report, "bounced")) == [
        "Blocked as spam", "Domain not found", "Mailbox full", "Mailbox unknown",
    ]  # fmt: skip
    assert [remark.text.split(".")[0] for remark in document.remarks] == [
        "1 of 20 delivered complained: 5",
        "10 may have got it or not",
        "13",
    ]
    assert "one person’s click is enough" in document.remarks[0].text


def test_a_single_reader_is_a_person_and_shares_of_nobody_are_not_told(world: World) -> None:
    """A first issue to oneself, whose address was typed wrongly: the smallest report there is."""
    world.bring_in(person(0))
    dispatch = world.send(DAY)
    world.report(dispatch, "unknown", [0])
    report = told(world)
    assert report.document.figures[0] == ("person", "1")
    fates = table(report, "fates")
    assert fates.lead == "Shares are of the 1 person it was for; each is counted once."
    assert fates.chart is not None
    assert fates.chart.summary == "Of 1 person: 1 bounced."
    answers = table(report, "answers")
    assert answers.lead == "Nobody is among the delivered, so there are no shares."
    assert [row.cells[1].text for row in answers.rows] == ["not known", "not known"]
    hours = table(report, "hours")
    assert [row.bar for row in hours.rows] == [0.0]
    assert hours.chart is not None
    assert hours.chart.summary == "Nothing was delivered."
    issues = table(told(world, day=None), "issues")
    assert issues.chart is not None
    assert issues.chart.summary == "The issue of 18 February 2019 was for 1 person."


def test_without_reports_nothing_is_said_to_be_nothing(world: World) -> None:
    """Accepted is all that is known: not delivered, and not complained about by nobody."""
    world.bring_in(*(person(number) for number in range(PEOPLE)))
    dispatch = world.send(DAY)
    world.clock.move(60)
    world.leave([3])
    report = told(world)
    assert report.data["known"] == {"delivered": False, "complained": False, "opened": False}
    assert report.data["delivered"] is None
    unknown = {
        "count": None, "of": 40, "base": "accepted", "percent": None, "level": "not known",
    }  # fmt: skip
    assert report.data["complaints"] == unknown
    assert told(world, day=None).data["issues"][0]["complaints"] == unknown
    assert report.data["hours"] == []
    assert report.data["unsubscribed"]["base"] == "accepted"
    assert {label: cells[:2] for label, cells in texts(report, "fates").items()} == {
        "Delivered": ["not known", "not known"],
        "Complained": ["not known", "not known"],
        "Accepted": ["40", "100.0 %"],
        "Bounced": ["not known", "not known"],
    }
    assert texts(report, "answers") == {
        "Complained": ["not known", "not known"],
        "Unsubscribed": ["1", "2.500 %"],
    }
    assert texts(report, "providers")["Gmail"] == ["14", *["not known"] * 3]
    assert report.document.figures[1:4] == (
        ("delivered", "not known"), ("bounced", "not known"), ("complained", "not known"),
    )  # fmt: skip
    assert "newsletter events import" in report.document.remarks[-1].text
    assert {table.key for table in report.document.tables} == {
        "fates", "answers", "providers", "segments",
    }  # fmt: skip
    world.report(dispatch, "delivered", [0])
    assert told(world).data["known"]["delivered"] is True


def test_a_mail_server_reports_nothing_and_that_is_said(world: World) -> None:
    """Its bounces lie in the sender's mailbox, where somebody has to look."""
    world.bring_in(*(person(number) for number in range(9)))
    world.send(
        DAY, transport="smtp", batch_size=1,
        answer=lambda batch: State.REFUSED if batch == 4 else State.ACCEPTED,
    )  # fmt: skip
    report = told(world)
    assert report.data["counts"] == {"accepted": 8, "refused": 1}
    # It is tried again, and so "such people are not mailed again" would be wrong here.
    advice = WHEN_REFUSED[Reason.MAILBOX]
    assert report.data["refused"] == [{**reason(Reason.MAILBOX, 1), "what_to_do": advice}]
    remarks = [remark.text for remark in report.document.remarks]
    assert remarks[0] == (
        "1 is waiting or was refused: newsletter send --issue 2019-02-18 goes on."
    )
    assert "the sender’s mailbox" in remarks[1]


def test_a_rehearsal_is_marked_as_one(world: World) -> None:
    """Nobody was mailed; it must not be taken for the real thing."""
    world.bring_in(*(person(number) for number in range(9)))
    world.send(DAY, transport="folder")
    report = told(world)
    assert report.data["kind"] == "rehearsal"
    assert report.document.about == (
        "This was a rehearsal: it was written to the folder outbox/, and nobody was mailed.",
    )
    assert {label: cells[0] for label, cells in texts(report, "fates").items()} == {
        "Accepted": "9"
    }
    assert report.document.remarks == ()
    assert "answers" not in {table.key for table in report.document.tables}
    world.send(DAY)
    after = told(world)
    assert (after.data["kind"], after.data["rehearsals"]) == ("real", 1)
    assert after.document.about[-1] == "Rehearsals are not counted; there has been 1."


def test_a_correction_counts_nobody_twice(world: World) -> None:
    """Two messages, one person: the best that became of either is told."""
    world.bring_in(*(person(number) for number in range(20)))
    first = world.send(DAY)
    world.report(first, "delivered", range(15))
    world.report(first, "unknown", [15])
    world.report(first, "busy", [16, 17])
    world.clock.move(3_600)
    second = world.correct(DAY, "Your trains, corrected")
    assert second.recipients == 19
    world.report(second, "delivered", range(16, 19))
    world.report(second, "spam", [0, 1])
    world.report(second, "complained", [2])
    report = told(world)
    assert report.data["people"] == 20
    assert report.data["counts"] == {
        "complained": 1, "delivered": 17, "accepted": 1, "bounced": 1,
    }  # fmt: skip
    assert report.data["providers"] == [
        {"provider": "Gmail", "people": 14, "counts": {"complained": 1, "delivered": 13}},
        {"provider": "Outlook and Hotmail", "people": 6,
         "counts": {"delivered": 4, "accepted": 1, "bounced": 1}},
    ]  # fmt: skip
    # A reason is a message's: two who got the issue did not get the correction.
    assert report.data["bounced"] == [
        reason(Reason.SPAM, 2), reason(Reason.MAILBOX, 1),
    ]  # fmt: skip
    assert table(report, "bounced").head[1] == "Messages"
    assert table(report, "hours").lead.endswith("after the start of the first dispatch.")
    assert texts(report, "dispatches") == {
        "1: issue": ["2019-02-18 17:03", "20", "15", "1", "finished"],
        "2: correction": ["2019-02-18 18:03", "19", "4", "2", "finished"],
    }
    assert table(report, "dispatches").notes == (
        "In all 39 messages: 20 in the issue and 19 in the correction.",
    )


def test_newcomers_are_part_of_the_issue(world: World) -> None:
    """Whoever signed up later got the same edition, in the same dispatch."""
    world.bring_in(*(person(number) for number in range(10)))
    dispatch = world.send(DAY)
    world.bring_in(person(10), person(11))
    grown = world.database.dispatches.extend(dispatch)
    world.deliver(grown, lambda _: State.ACCEPTED)
    report = told(world)
    assert report.data["counts"] == {"accepted": 12}
    assert [each["recipients"] for each in report.data["dispatches"]] == [12]


def test_opens_are_told_only_where_the_office_tracks_and_without_machines(world: World) -> None:
    """They were never agreed to elsewhere, and a program that opens mail is no reader."""
    world.bring_in(*(person(number) for number in range(20)))
    dispatch = world.send(DAY)
    world.report(dispatch, "delivered", range(20))
    world.report(dispatch, "opened", [0, 1, 2], after=5)
    world.report(dispatch, "opened", [0, 1], after=90)
    world.report(dispatch, "machine", [2, 3, 4, 5], after=1)
    world.report(dispatch, "clicked", [3, 9], after=9)
    # A scanner follows each link as soon as the message is there.
    world.report(dispatch, "clicked", [0, 1, 2, 3, 4, 5, 6], after=0.1)
    untracked = told(world)
    assert untracked.data["opens"] is None
    assert table(untracked, "answers").notes[-1] == (
        "Opens and clicks are not counted: this office does not track its readers."
    )
    report = told(world, tracking="true")
    opens = report.data["opens"]
    assert "Machines open mail, too" in opens.pop("caveat")
    assert opens == {
        "opened": {"count": 5, "of": 20, "base": "delivered", "percent": 25.0},
        "clicked": {"count": 2, "of": 20, "base": "delivered", "percent": 10.0},
        "machines": 2,
    }
    assert texts(report, "answers")["Opened"] == ["5", "25.000 %"]
    assert table(report, "answers").notes[-1] == (
        "Left out are 2 of whom only a machine opened it."
    )


def test_leaving_is_told_with_one_issue_only(world: World) -> None:
    """What comes after the next issue began is told with that one."""
    world.bring_in(*(person(number) for number in range(20)))
    world.send(DAY)
    world.clock.move(86_400)
    world.leave([0])
    world.clock.move(1)
    world.send(date(2019, 2, 20), segment="ward:Trumpington")
    world.clock.move(86_400)
    world.leave([1, 2, 3])
    assert told(world).data["unsubscribed"]["count"] == 1
    assert told(world).data["unsubscribed"]["until"] == "2019-02-19T17:03:01+00:00"
    # Of the three only number 3 lives in that ward and was sent it.
    assert told(world, day=date(2019, 2, 20)).data["unsubscribed"]["count"] == 1


def test_who_left_before_their_turn_was_sent_nothing(world: World) -> None:
    """They are left out, and nobody can have left over what they did not get."""
    world.bring_in(*(person(number) for number in range(20)))
    begun = world.send(
        DAY, batch_size=10,
        answer=lambda batch: State.ACCEPTED if batch == 0 else State.WAITING,
    )  # fmt: skip
    world.clock.move(60)
    world.leave([0, 15])
    world.deliver(begun, lambda _: State.ACCEPTED)
    report = told(world)
    assert report.data["counts"] == {"accepted": 19, "suppressed": 1}
    assert report.data["unsubscribed"]["count"] == 1


def test_a_dispatch_that_was_cancelled_says_so(world: World) -> None:
    """What went before the cancel went; the rest is no oversight."""
    world.bring_in(*(person(number) for number in range(20)))
    world.send(
        DAY, batch_size=10,
        answer=lambda batch: State.ACCEPTED if batch == 0 else State.WAITING,
    )  # fmt: skip
    halt = world.database.dispatches.halt(DAY)
    halt.stop_sending()
    halt.finish()
    report = told(world)
    assert report.data["counts"] == {"accepted": 10, "waiting": 10}
    assert report.document.about[0].endswith("It was cancelled.")
    assert report.document.remarks[0].text == "10 did not get it: it was cancelled."


def test_what_was_cancelled_before_anything_left_was_never_sent(world: World) -> None:
    """There is nothing to report on, and what follows it is the issue."""
    world.bring_in(*(person(number) for number in range(6)))
    world.send(DAY, answer=lambda _: State.WAITING)
    halt = world.database.dispatches.halt(DAY)
    halt.finish()
    assert world.database.reports.issue(DAY) is None
    world.send(DAY)
    report = told(world)
    assert report.data["counts"] == {"accepted": 6}
    assert [each["serial"] for each in report.data["dispatches"]] == [2]


def test_the_erased_are_counted_and_nothing_is_known_of_them(world: World) -> None:
    """Counts stay as they were sent; reason and domain are gone."""
    world.bring_in(*(person(number) for number in range(20)))
    dispatch = world.send(DAY)
    world.report(dispatch, "unknown", [0])
    world.database.subscribers.erase("reader0@gmail.com", actor="office")
    report = told(world)
    assert report.data["counts"] == {"bounced": 1, "accepted": 19}
    assert report.data["bounced"] == [reason(Reason.OTHER, 1)]
    assert sum(each["people"] for each in report.data["providers"]) == 20


def test_nobody_is_named_whatever_servers_and_offices_write(world: World) -> None:
    """Not in reasons, not in domains of one's own, and not in a tag that is an address."""
    rows = [person(number).replace("newsletter;", "ann@example.org;") for number in range(40)]
    world.bring_in(*rows)
    dispatch = world.send(DAY)
    world.report(dispatch, "delivered", range(30))
    world.report(dispatch, "unknown", range(30, 40))
    report = told(world)
    shown = json.dumps(report.data) + repr(report.document)
    assert "@" not in shown.replace("behind the @", "")
    assert "smiths" not in shown
    assert "(not shown: it holds an address)" in texts(report, "segments")


def test_small_segments_are_not_shown(world: World) -> None:
    """Four people who come to a surgery are four names."""
    rows = [person(number, agreed="2019-01-05") for number in range(1_000, 1_040)]
    world.bring_in(*rows)
    world.send(DAY)
    report = told(world)
    assert "surgery" not in texts(report, "segments")
    assert table(report, "segments").notes == (
        "1 group of fewer than 5 people cannot be shown without names.",
    )


def test_a_segment_is_one_however_it_was_typed(world: World) -> None:
    """Large or small letters are no other people, whatever became of their messages."""
    rows = [person(number) for number in range(20)]
    rows[10:] = [row.replace("newsletter;", "Newsletter;") for row in rows[10:]]
    world.bring_in(*rows)
    dispatch = world.send(DAY)
    world.report(dispatch, "delivered", range(10))
    found = [each for each in told(world).data["segments"] if each["people"] == 20]
    assert found == [
        {"segment": "Newsletter", "people": 20, "counts": {"accepted": 10, "delivered": 10}}
    ]


def test_many_segments_are_cut_for_people_only(world: World) -> None:
    """A page has room for twenty; programs get all."""
    rows = [
        f"reader{number}@gmail.com,R,{';'.join(f'tag{tag}' for tag in range(23))},2019-01-05,web,"
        "I agree,confirmed"
        for number in range(6)
    ]
    world.bring_in(*rows)
    world.send(DAY)
    report = told(world)
    assert len(report.data["segments"]) == 23
    assert len(texts(report, "segments")) == 20
    assert table(report, "segments").notes == ("3 smaller segments stand in --json.",)
