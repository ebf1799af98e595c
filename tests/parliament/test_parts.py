"""Each part of a week is read as Parliament sends it, with all its oddities."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.authoring.blocks import Vote
from newsletter.authoring.office import Nation
from newsletter.drafting.parliament_week import (
    Asked,
    Break,
    Business,
    Division,
    House,
    Motion,
    Reply,
    Role,
    Source,
    Span,
    Speech,
    days_after,
    days_before,
)
from newsletter.errors import UnavailableError
from newsletter.parliament import chamber, diary, holidays
from newsletter.parliament.cleaning import plain
from newsletter.parliament.motions import motions
from newsletter.parliament.questions import written_questions
from newsletter.parliament.votes import divisions
from tests.parliament import samples
from tests.parliament import standin as standins
from tests.parliament.conftest import NOON
from tests.parliament.samples import MEMBER

if TYPE_CHECKING:
    from newsletter.parliament.library import Inquiry
    from tests.parliament.conftest import Desk
    from tests.parliament.standin import Standin

DAY = date(2026, 11, 27)
BACK, AHEAD = days_before(DAY), days_after(DAY)
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, day) for day in (23, 24, 25))


def on_record(path: str) -> Source:
    return Source(f"https://{path}", NOON)


def vote_page(number: int) -> Source:
    return on_record(f"votes.parliament.uk/votes/commons/division/{number}")


def test_every_vote_of_the_week_is_there_and_says_what_is_recorded(
    desk: Desk, standin: Standin
) -> None:
    """Aye, no, both, teller, or nothing: and nothing is not called anything else."""
    found, trouble = desk.ask(lambda inquiry: divisions(inquiry, MEMBER, BACK))
    assert trouble == ""
    assert found == (
        Division(
            "Hospital Services Bill: Second Reading",
            WEDNESDAY,
            Vote.BOTH,
            312,
            248,
            vote_page(2305),
        ),
        Division(
            "Hospital Services Bill: Reasoned Amendment",
            WEDNESDAY,
            Vote.TELLER_AYE,
            248,
            312,
            vote_page(2304),
        ),
        Division(
            "Inspection of rented homes",
            TUESDAY,
            Vote.NOT_RECORDED,
            290,
            290,
            vote_page(2303),
            "Whether the draft regulations should be approved.",
        ),
        Division(
            "Budget: *income tax* [thresholds] & reliefs",
            TUESDAY,
            Vote.NO,
            355,
            201,
            vote_page(2302),
        ),
        Division(
            "Station Access Bill: Second Reading", MONDAY, Vote.AYE, 312, 298, vote_page(2301)
        ),
    )
    page = (
        "queryParameters.startDate=2026-11-20&queryParameters.endDate=2026-11-26"
        "&queryParameters.skip=0&queryParameters.take=25"
    )
    own = "queryParameters.memberId=99001&queryParameters.includeWhenMemberWasTeller=true"
    assert [path.partition("?")[2] for path in standin.asked] == [page, f"{own}&{page}"]


def test_a_teller_for_the_noes_is_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """“Voted aye: no, teller: yes” means just that."""
    monkeypatch.setattr(samples, "RECORDED", [samples.record(2301, aye=False, teller=True)])
    found, _ = desk.ask(lambda inquiry: divisions(inquiry, MEMBER, BACK))
    assert {each.vote for each in found if each.title.startswith("Station")} == {Vote.TELLER_NO}


UNKNOWN = "How the member voted could not be found out for 1 of the votes."


@pytest.mark.parametrize("record", [{"MemberId": 5}, {"MemberVotedAye": "?"}, {}])
def test_no_vote_recorded_is_said_only_where_the_record_is_whole(
    desk: Desk, standin: Standin, monkeypatch: pytest.MonkeyPatch, record: dict[str, object]
) -> None:
    """Somebody else's vote is not the member's, and one that cannot be read is not none."""
    odd = {**samples.record(2301, aye=False), **record}
    answer = [samples.record(2302, aye=True), odd]
    standin.answers["/commonsvotes-api/data/divisions.json/membervoting"] = answer
    monkeypatch.setattr(samples, "DIVISIONS", samples.DIVISIONS[:2])
    found, trouble = desk.ask(lambda inquiry: divisions(inquiry, MEMBER, BACK))
    told = {each.title[:7]: each.vote for each in found}
    if record:
        assert told == {"Budget:": Vote.AYE}
        assert UNKNOWN in trouble
    else:
        assert told == {"Budget:": Vote.AYE, "Station": Vote.NO}
        assert trouble == ""


def test_a_vote_since_the_record_was_kept_is_not_called_unrecorded(
    desk: Desk, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One list is new and the other from the shelf: what lies between them nobody knows."""
    desk.time = datetime(2026, 11, 25, 12, tzinfo=UTC)
    monkeypatch.setattr(samples, "RECORDED", [samples.record(2302, aye=True)])
    desk.ask(lambda inquiry: divisions(inquiry, MEMBER, BACK))
    later = samples.division(2309, "2026-11-25", "Late Bill", 2, 1)
    monkeypatch.setattr(samples, "DIVISIONS", [*samples.DIVISIONS[:2], later])
    standin.always["/commonsvotes-api/data/divisions.json/membervoting"] = standins.Reply(b"", 404)
    desk.later(24)
    found, trouble = desk.ask(lambda inquiry: divisions(inquiry, MEMBER, BACK))
    assert {each.title[:7]: each.vote for each in found} == {
        "Budget:": Vote.AYE,
        "Station": Vote.NOT_RECORDED,
    }
    assert UNKNOWN in trouble


def test_a_long_week_is_read_to_its_end_and_an_odd_entry_costs_no_other(
    desk: Desk, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty votes make three pages; what is recorded of one that is not listed yet, counts."""
    many = [samples.division(n, "2026-11-23", f"Clause {n}", 2, 1) for n in range(60)]
    late = {**samples.record(2301, aye=True)}
    monkeypatch.setattr(samples, "DIVISIONS", [*many, {"Date": "2026-11-23", "Title": "odd"}])
    monkeypatch.setattr(samples, "RECORDED", [late])
    found, trouble = desk.ask(lambda inquiry: divisions(inquiry, MEMBER, BACK))
    assert len(found) == 61
    assert found[0].vote is Vote.AYE
    assert trouble == "1 of the votes could not be understood and is left out."
    assert len(standin.asked) == 4


def test_two_hundred_votes_are_as_many_as_are_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service says no total, and a fault of its might go on for ever."""
    many = [samples.division(n, "2026-11-23", f"Clause {n}", 2, 1) for n in range(300)]
    monkeypatch.setattr(samples, "DIVISIONS", many)
    monkeypatch.setattr(samples, "RECORDED", [])
    found, trouble = desk.ask(lambda inquiry: divisions(inquiry, MEMBER, BACK))
    assert len(found) == 200
    assert trouble == "There are 200 votes or more: the rest is left out."


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<ul><li><p>One</p></li><li>two <b>and</b></li></ul>", "- One\n- two and"),
        ("<h2>Head</h2><script>no</script><p>a &lt;b&gt; &amp;  c\n d</p>", "Head\n\na <b> & c d"),
        ("No markup & none needed", "No markup & none needed"),
        ("https://example.org/a?b=1&c=2", "https://example.org/a?b=1&c=2"),
        ("", ""),
    ],
)
def test_html_becomes_paragraphs_of_words(html: str, words: str) -> None:
    """Nobody reads tags, and no word is lost."""
    assert plain(html) == words


def question_page(path: str) -> Source:
    return on_record(f"questions-statements.parliament.uk/written-questions/detail/{path}")


ANSWER = """\
The Department holds no such figures. The operator reports that:

- 63 lifts were out of use on 1 November 2026, and
- 17 of them had been for three months.

(There is a table here: it is on record with this text.)

See https://example.org/lifts_2026."""
OFFICERS = "To ask the Secretary of State for Justice, how many officers work in prisons."


def test_written_questions_come_with_their_whole_texts(desk: Desk, standin: Standin) -> None:
    """Cut ones are fetched again, withdrawn ones dropped, holding replies are no answers."""
    found, trouble = desk.ask(lambda inquiry: written_questions(inquiry, MEMBER, BACK))
    assert trouble == ""
    friday, before = date(2026, 11, 20), date(2026, 11, 10)
    assert found == (
        Asked(
            "12345",
            "Railway Stations: Lifts",
            samples.LONG,
            "Department for Transport",
            friday,
            Reply.ANSWER,
            ANSWER,
            WEDNESDAY,
            question_page("2026-11-20/12345"),
        ),
        Asked(
            "12346",
            "Prisons: Staff",
            OFFICERS,
            "Ministry of Justice",
            friday,
            Reply.NONE,
            "",
            None,
            question_page("2026-11-20/12346"),
        ),
        Asked(
            "12347",
            "Hospitals: Ashcombe",
            "To ask when the night-time figures of Ashcombe General will be published.",
            "Department of Health and Social Care",
            friday,
            Reply.HOLDING,
            "It will not be possible to answer this within the usual time.",
            TUESDAY,
            question_page("2026-11-20/12347"),
        ),
        Asked(
            "12349",
            "Prisons: Staff",
            OFFICERS,
            "Ministry of Justice",
            before,
            Reply.CORRECTED,
            "An earlier answer was wrong; there are 412.",
            MONDAY,
            question_page("2026-11-10/12349"),
        ),
    )
    assert [path for path in standin.asked if "questions/1" in path] == [
        "/questions-statements-api/api/writtenquestions/questions/1012345"
    ]


@pytest.mark.parametrize(
    ("more", "reply", "replied"),
    [
        ({"dateHoldingAnswer": "2026-11-23T00:00:00"}, Reply.HOLDING, MONDAY),
        (
            {"dateHoldingAnswer": "2026-11-23T00:00:00", "answerText": "<p>I will write.</p>"},
            Reply.HOLDING,
            MONDAY,
        ),
        ({"answerIsHolding": True, "dateAnswered": "2026-11-24T00:00:00"}, Reply.HOLDING, TUESDAY),
        ({"answerIsHolding": None, "answerText": "<p>Yes.</p>"}, Reply.ANSWER, None),
        (
            {"answerText": "<p>Yes.</p>", "dateAnswered": "2026-11-23T23:30:00Z"},
            Reply.ANSWER,
            MONDAY,
        ),
    ],
    ids=[
        "only a date",
        "a date and words",
        "a holding answer with the answer's date",
        "null",
        "a zone",
    ],
)
def test_what_is_no_answer_is_not_taken_for_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], reply: Reply, replied: date
) -> None:
    """Whichever of the fields says so."""
    monkeypatch.setattr(samples, "QUESTIONS", [samples.question(1_012_400, **more)])
    (found,), _ = desk.ask(lambda inquiry: written_questions(inquiry, MEMBER, BACK))
    assert (found.reply, found.replied) == (reply, replied)


def test_forty_questions_are_read_page_by_page_and_one_that_stays_cut_says_so(
    desk: Desk, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty a page; a cut text must not look like a whole one."""
    many = [samples.question(1_020_000 + n) for n in range(40)]
    cut = samples.question(1_030_000, questionText=samples.CUT)
    odd = {
        "value": {
            "id": 1,
            "askingMemberId": MEMBER,
            "dateTabled": "2026-11-20",
            "dateAnswered": None,
        }
    }
    odd["value"]["id"] = None
    monkeypatch.setattr(samples, "QUESTIONS", [*many, cut, odd])
    found, trouble = desk.ask(lambda inquiry: written_questions(inquiry, MEMBER, BACK))
    assert len(found) == 41
    assert [each.number for each in found if each.is_cut] == ["30000"]
    assert "so that some questions are not whole." in trouble
    assert "1 of the written questions could not be understood" in trouble
    assert sum("tabledWhenFrom" in path for path in standin.asked) == 3


def test_a_list_without_end_is_left_some_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is said where."""
    many = [samples.question(1_020_000 + n) for n in range(400)]
    monkeypatch.setattr(samples, "QUESTIONS", many)
    found, trouble = desk.ask(lambda inquiry: written_questions(inquiry, MEMBER, BACK))
    assert len(found) == 300
    assert trouble == "There are more than 300 entries: the rest is left out."


async def said(inquiry: Inquiry) -> tuple[chamber.Contribution, ...]:
    return await chamber.contributions(inquiry, MEMBER, BACK)


HANSARD = "hansard.parliament.uk/Commons"
BENEFIT = "What steps she is taking to help people in Ashcombe East move to the new benefit."
MINISTER = "Secretary of State for Work and Pensions"


def test_oral_questions_come_with_what_the_minister_said(desk: Desk) -> None:
    """Where Hansard has the question's words; else nobody claims that it was answered."""

    async def find(inquiry: Inquiry) -> tuple[Asked, ...]:
        return await chamber.oral_questions(inquiry, MEMBER, BACK, await said(inquiry))

    found, trouble = desk.ask(find)
    assert trouble == ""
    assert found == (
        Asked(
            "901001",
            "",
            BENEFIT,
            MINISTER,
            TUESDAY,
            Reply.ANSWER,
            "We have written to every household, and the help desk opens on Monday.",
            TUESDAY,
            on_record(
                f"{HANSARD}/2026-11-24/debates/D-BENEFIT/NewBenefitAshcombeEast#contribution-C3"
            ),
        ),
        Asked(
            "901002",
            "",
            "If she will make a statement on her departmental responsibilities.",
            MINISTER,
            TUESDAY,
            Reply.SPOKEN,
            "",
            None,
            on_record(f"{HANSARD}/2026-11-24"),
        ),
    )


GROUPED = [
    {"MemberId": 99003, "UIN": 901009, "Value": "What he has done."},
    {"MemberId": 99003, "IsReiteration": True, "Value": "Where he was."},
    {"MemberId": 99003, "Value": "<p>9. What he is doing.</p>"},
    {"MemberId": 99003, "Value": "What he will do. [901010]"},
    {"MemberId": 99004, "AttributedTo": "Mr Speaker", "Value": "Order. We must get on."},
]


def test_a_question_beside_it_and_the_speaker_are_no_answer(desk: Desk, standin: Standin) -> None:
    """Ministers answer alike questions together: another member's words are not their answer."""
    between = [{"ItemType": "Contribution", "ExternalId": "C8", **item} for item in GROUPED]
    items = [*samples.DEBATE["Items"][:2], *between, samples.DEBATE["Items"][2]]
    standin.answers["/hansard-api/debates/debate/D-BENEFIT.json"] = {"Items": items}

    async def find(inquiry: Inquiry) -> tuple[Asked, ...]:
        return await chamber.oral_questions(inquiry, MEMBER, BACK, await said(inquiry))

    found, _ = desk.ask(find)
    assert found[0].answer == (
        "We have written to every household, and the help desk opens on Monday."
    )


@pytest.mark.parametrize(
    "items",
    [
        samples.DEBATE["Items"][:2],
        [
            *samples.DEBATE["Items"][:2],
            {"ItemType": "Contribution", "Value": "Order!", "ExternalId": "C9"},
        ],
        [],
        None,
    ],
    ids=["nobody yet", "not a member", "nothing", "null"],
)
def test_what_nobody_said_is_no_answer(desk: Desk, standin: Standin, items: object) -> None:
    """Hansard of the day grows while one reads it."""
    standin.answers["/hansard-api/debates/debate/D-BENEFIT.json"] = {"Items": items}

    async def find(inquiry: Inquiry) -> tuple[Asked, ...]:
        return await chamber.oral_questions(inquiry, MEMBER, BACK, await said(inquiry))

    found, _ = desk.ask(find)
    assert [each.reply for each in found] == [Reply.SPOKEN, Reply.SPOKEN]


def test_a_debate_that_cannot_be_had_costs_its_answer_only(desk: Desk, standin: Standin) -> None:
    """And the link that Parliament gives is used where there is one."""
    standin.always["/hansard-api/debates"] = standins.Reply(b"", 404)
    link = "https://hansard.parliament.uk/x"
    standin.answers["/oralquestionsandmotions-api/oralquestions/list"] = {
        "Response": [{**samples.ORAL[0], "UIN": None}, {**samples.ORAL[1], "HansardLink": link}]
    }

    async def find(inquiry: Inquiry) -> tuple[Asked, ...]:
        return await chamber.oral_questions(inquiry, MEMBER, BACK, await said(inquiry))

    found, trouble = desk.ask(find)
    assert [(each.reply, each.number) for each in found] == [
        (Reply.SPOKEN, ""),
        (Reply.SPOKEN, "901002"),
    ]
    assert found[1].source.url == link
    assert trouble.endswith("(404), so that some spoken answers are missing.")


def test_what_others_said_and_asked_is_never_the_members(desk: Desk, standin: Standin) -> None:
    """A service that overlooks whom it was asked about gives everybody's."""
    others = [{**each, "MemberId": 5} for each in samples.SPOKEN[:2]]
    standin.answers["/hansard-api/search/contributions/Spoken.json"] = {
        "TotalResultCount": 3,
        "Results": [*others, samples.SPOKEN[2]],
    }
    standin.answers["/oralquestionsandmotions-api/oralquestions/list"] = {
        "Response": [samples.ORAL[0], {**samples.ORAL[1], "AskingMemberId": 5}]
    }
    foreign = samples.question(1_012_346, askingMemberId=5)
    standin.answers["/questions-statements-api/api/writtenquestions/questions"] = {
        "results": [foreign, samples.question(1_012_347)],
        "totalResults": 2,
    }

    async def find(inquiry: Inquiry) -> tuple[Asked, ...]:
        return await chamber.oral_questions(inquiry, MEMBER, BACK, await said(inquiry))

    asked, trouble = desk.ask(find)
    assert [each.number for each in asked] == ["901001"]
    assert trouble == (
        "2 of the speeches were not the member’s, and left out. "
        "1 of the oral questions was not the member’s, and left out."
    )
    written, trouble = desk.ask(lambda inquiry: written_questions(inquiry, MEMBER, BACK))
    assert [each.number for each in written] == ["12347"]
    assert trouble == "1 of the written questions was not the member’s, and left out."


def test_a_debate_is_one_speech_and_its_html_is_gone(desk: Desk) -> None:
    """The longest part stands for all; questions are told of elsewhere."""
    spoken, trouble = desk.ask(said)
    assert trouble == ""
    asked = Asked("", "", "", "", TUESDAY, Reply.SPOKEN, "", None, spoken[2].source)
    floods = Speech(
        "Flood Protection",
        MONDAY,
        "The river came over the lock twice this winter, and 46 homes in Ashcombe were wet to the "
        "first stair. I ask the Minister for one thing & one thing only: a date.",
        2,
        on_record(f"{HANSARD}/2026-11-23/debates/D-FLOODS/FloodProtection#contribution-C1"),
    )
    assert chamber.speeches(spoken, [asked]) == (floods,)
    assert [each.debate for each in chamber.speeches(spoken, [])] == [
        "Flood Protection",
        "New Benefit: Ashcombe East",
    ]


def test_many_contributions_are_read_page_by_page(
    desk: Desk, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty at once; what has no debate leads to the day's page."""
    many = [samples.spoken(n, "", "", "2026-11-23", f"Words {n}") for n in range(120)]
    monkeypatch.setattr(samples, "SPOKEN", many)
    spoken, _ = desk.ask(said)
    assert (len(spoken), len(standin.asked)) == (120, 3)
    assert spoken[0].source == on_record(f"{HANSARD}/2026-11-23")
    monkeypatch.setattr(samples, "SPOKEN", many * 4)
    desk.later(4)
    spoken, trouble = desk.ask(said)
    assert len(spoken) == 400
    assert trouble == "There are more than 400 contributions: the rest is left out."
    assert spoken[0].debate_title == "Debate"


def test_motions_are_those_tabled_or_signed_this_week(desk: Desk, standin: Standin) -> None:
    """A signature that was withdrawn is none, and an old one no news."""
    found, trouble = desk.ask(lambda inquiry: motions(inquiry, MEMBER, BACK))
    words = samples.MOTIONS[0]["MotionText"]
    assert trouble == ""
    assert found == (
        Motion(
            "412",
            "Motion 60412",
            words,
            WEDNESDAY,
            Role.TABLED,
            on_record("edm.parliament.uk/early-day-motion/60412"),
        ),
        Motion(
            "411",
            "Motion 60411",
            words,
            TUESDAY,
            Role.SIGNED,
            on_record("edm.parliament.uk/early-day-motion/60411"),
        ),
    )
    assert standin.asked[0].partition("?")[2] == (
        "parameters.memberId=99001&parameters.includeSponsoredByMember=true"
        "&parameters.tabledStartDate=2026-09-25&parameters.tabledEndDate=2026-11-26"
        "&parameters.orderBy=DateTabledDesc&parameters.take=100"
    )


def test_who_signs_a_hundred_motions_has_the_newest_looked_at(
    desk: Desk, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes a request; what is left out is said, and so is what failed."""
    many = [samples.motion(70_000 + n, 5, "2026-11-20", []) for n in range(90)]
    monkeypatch.setattr(samples, "MOTIONS", many)
    found, trouble = desk.ask(lambda inquiry: motions(inquiry, MEMBER, BACK))
    assert found == ()
    assert len(standin.asked) == 41
    assert trouble.startswith("Of the motions signed only the newest 40 were looked at. ")
    assert trouble.endswith("(404), so that motions signed may be missing.")


def agenda(day: date) -> Source:
    return on_record(f"whatson.parliament.uk/commons/{day.isoformat()}/")


def test_business_is_what_the_chamber_does_and_where_the_member_has_a_part(desk: Desk) -> None:
    """What is called off, elsewhere or empty is left out or said in as few words as there are."""
    found, trouble = desk.ask(lambda inquiry: diary.business(inquiry, MEMBER, AHEAD))
    monday, tuesday, wednesday = date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)
    assert trouble == ""
    bill = "https://bills.parliament.uk/bills/4080"
    assert found == (
        Business(monday, time(14, 30), "Oral questions: Home Office", "", agenda(monday)),
        Business(
            monday,
            None,
            "Legislation: Station Access Bill: Committee of the whole House",
            bill,
            agenda(monday),
        ),
        Business(tuesday, time(11, 30), "Oral questions: Treasury", "", agenda(tuesday)),
        Business(tuesday, time(12, 30), "Adjournment: Crèches in Ashcombe", "", agenda(tuesday)),
        Business(
            wednesday,
            time(9, 30),
            "Debate: River levels (Westminster Hall)",
            "",
            agenda(wednesday),
        ),
        Business(
            tuesday,
            None,
            "Crèches Bill",
            "https://bills.parliament.uk/bills/4081",
            agenda(tuesday),
        ),
    )


def test_a_bill_that_is_named_gets_its_link(desk: Desk, standin: Standin) -> None:
    """Events name bills in their words, and seldom by their numbers."""
    words = "Station Access Bill: Third Reading"
    named = samples.event("2026-11-30", "15:30", "Legislation", Description=words)
    standin.answers["/whatson-api/calendar/events/list.json"] = [named]
    found, trouble = desk.ask(lambda inquiry: diary.business(inquiry, MEMBER, AHEAD))
    assert trouble == ""
    assert [(each.words, each.url[-4:]) for each in found] == [
        (f"Legislation: {words}", "4080"),
        ("Crèches Bill", "4081"),
    ]


@pytest.mark.parametrize("path", ["/bills-api/api/v1/Sittings", "/bills-api/api/v1/Bills"])
def test_without_bills_there_is_still_business(desk: Desk, standin: Standin, path: str) -> None:
    """They are a help, and no more."""
    standin.always[path] = standins.Reply(b"", 404)
    found, trouble = desk.ask(lambda inquiry: diary.business(inquiry, MEMBER, AHEAD))
    assert len(found) == 5
    assert trouble.endswith("(404), so that bills may lack their links.")


def test_an_event_without_words_is_still_business(desk: Desk, standin: Standin) -> None:
    """Descriptions are null as often as not, and members may be, too."""
    odd = samples.event("2026-11-30", "soon", "", Members=None, Category=None)
    standin.answers["/whatson-api/calendar/events/list.json"] = [odd, {"StartDate": "odd"}]
    (found, *_), trouble = desk.ask(lambda inquiry: diary.business(inquiry, MEMBER, AHEAD))
    assert (found.words, found.starts) == ("Business of the House", None)
    assert trouble == "1 of the items of business could not be understood and is left out."


def test_the_house_sits_rests_and_comes_back(desk: Desk, standin: Standin) -> None:
    """The Lords' recess is their own; a date may come as a bare string."""
    span = Span(date(2026, 12, 14), date(2027, 1, 5))
    found, trouble = desk.ask(lambda inquiry: diary.house(inquiry, span))
    assert trouble == ""
    sittings = [date(2026, 12, day) for day in (14, 15, 16, 17)]
    rest = Span(date(2026, 12, 18), date(2027, 1, 4))
    assert found == House((*sittings, date(2027, 1, 5)), (Break(rest, "Christmas recess"),))
    assert found.name_of_break(date(2026, 12, 25)) == "Christmas recess"
    assert found.name_of_break(date(2027, 1, 5)) == ""
    last = date(2026, 12, 17)
    assert desk.ask(lambda inquiry: diary.next_sitting(inquiry, last))[0] == date(2027, 1, 5)
    assert standin.asked[-1] == (
        "/whatson-api/calendar/proceduraldates/Commons/nextsittingdate.json?dateToCheck=2026-12-17"
    )


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"Description": None, "Category": "Prorogation"}, "Prorogation"),
        ({"Description": "", "SummarisedDetails": "Whitsun <b>recess</b>"}, "Whitsun recess"),
        ({"Description": "NonSitting", "Category": "Not sitting"}, ""),
    ],
)
def test_a_break_is_called_what_parliament_calls_it(
    desk: Desk, standin: Standin, more: dict[str, Any], name: str
) -> None:
    """Which stands now here, now there; the name of a kind of record is none."""
    period = {**samples.NONSITTING[0], "EndDate": None, **more}
    standin.answers["/whatson-api/calendar/events/nonsitting.json"] = [period]
    first = date(2026, 12, 18)
    found, _ = desk.ask(lambda inquiry: diary.house(inquiry, BACK))
    assert found.breaks == (Break(Span(first, first), name),)


def test_bank_holidays_are_those_of_the_nation(desk: Desk, standin: Standin) -> None:
    """Scotland keeps St Andrew’s Day."""
    christmas = {date(2026, 12, 25): "Christmas Day", date(2027, 1, 1): "New Year’s Day"}
    saint = {date(2026, 11, 30): "St Andrew’s Day"}

    def days(nation: Nation) -> dict[date, str]:
        return desk.ask(lambda inquiry: holidays.bank_holidays(inquiry, nation))[0]

    assert days(Nation.ENGLAND_AND_WALES) == christmas
    assert days(Nation.SCOTLAND) == {**christmas, **saint}
    standin.answers["/gov-uk/bank-holidays.json"] = {}
    desk.later(4)
    with pytest.raises(UnavailableError, match="names no bank holidays for scotland"):
        days(Nation.SCOTLAND)


@pytest.mark.parametrize("find", [divisions, written_questions, motions])
def test_an_empty_week_is_empty_and_no_mistake(
    desk: Desk,
    find: Any,  # noqa: ANN401  # three functions of one shape
) -> None:
    """In recess there is nothing to tell."""
    quiet = Span(date(2026, 8, 3), date(2026, 8, 9))
    assert desk.ask(lambda inquiry: find(inquiry, 5, quiet)) == ((), "")
