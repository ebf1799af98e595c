"""`newsletter new --from-parliament` and `newsletter calendar`, as they are typed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from newsletter.authoring.office import Nation
from newsletter.cli.calendar import WEEKS
from newsletter.drafting.parliament_week import Gathered, Span
from newsletter.drafting.timetable import Known, Standing
from newsletter.files import OfficeFolder
from newsletter.planning import timetable
from tests.offices import ISSUE, OFFICE
from tests.parliament.standin import Reply

if TYPE_CHECKING:
    from tests.commands import Office, Outcome
    from tests.parliament.standin import Standin

DAY = "2026-11-27"
COUNTS = {
    "votes": 5,
    "written_questions": 4,
    "oral_questions": 2,
    "speeches": 1,
    "motions": 2,
    "business": 6,
}


@pytest.fixture
def linked(office: Office, standin: Standin) -> Office:
    """An office that asks the stand-in for Parliament."""
    office.environment["PARLIAMENT_API_BASE"] = standin.url

    def type_in(typed: Office, arguments: tuple[str, ...]) -> Outcome:
        with ThreadPoolExecutor(1) as pool:  # see in_a_thread
            return pool.submit(office.type_in, typed, arguments).result()

    return replace(office, type_in=type_in)


def test_a_draft_is_made_told_and_stopped_by_the_check(linked: Office) -> None:
    """Its TODOs are errors, and there is hardly anything else to find in it."""
    outcome = linked("new", DAY, "--from-parliament")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[:9] == [
        "Issue 269 is started.",
        "  issues/2026-11-27/issue.md",
        "In Parliament, for Ms Robin Halloway (Ashcombe East):",
        "  votes: 5",
        "  written questions: 4",
        "  oral questions: 2",
        "  speeches: 1",
        "  motions: 2",
        "  business: 6",
    ]
    assert lines[9].startswith("Fetched from Parliament’s open data on ")
    assert lines[10] == "It is a draft: it cannot be sent before each TODO in it is gone."
    checked = linked("check", "--issue", DAY, "--json")
    assert checked.code == 1
    codes = [finding["code"] for finding in checked.document["findings"]]
    assert set(codes) == {"placeholder", "long-sentence"}
    refused = linked("send", "--issue", DAY, "--yes", "--transport", "folder")
    assert (refused.code, not (linked.folder / "outbox").exists()) == (1, True)
    git = (linked.folder / ".newsletter-cache" / ".gitignore").read_text(encoding="utf-8")
    assert git == "*\n"


def test_once_it_is_edited_it_can_be_sent(linked: Office) -> None:
    """Nothing but the TODOs stands in the way: neither its data nor its YAML."""
    linked("new", DAY, "--from-parliament")
    path = linked.folder / "issues" / DAY / "issue.md"
    edited = path.read_text(encoding="utf-8").replace("TODO", "Lifts")
    linked.write(f"issues/{DAY}/issue.md", edited)
    checked = linked("check", "--issue", DAY, "--json")
    assert (checked.code, checked.document["counts"]["error"]) == (0, 0)


def test_programs_are_told_what_was_found(linked: Office, standin: Standin) -> None:
    """One document; what was missing is in it, and does not make the command fail."""
    standin.always["/commonsvotes-api"] = Reply(b"", 404)
    outcome = linked("new", DAY, "--from-parliament", "--member", "99001", "--json")
    assert outcome.code == 0
    told = outcome.document["parliament"]
    assert told.pop("fetched")
    assert told == {
        "member": {
            "number": 99001,
            "name": "Ms Robin Halloway",
            "constituency": "Ashcombe East",
        },
        "counts": {**COUNTS, "votes": None},
        "problems": ["127.0.0.1 refused the question (404)."],
    }
    assert "Careful: 127.0.0.1 refused the question (404)." in outcome.err
    assert "votes: could not be fetched" in outcome.err


def test_it_goes_on_without_a_line_and_says_how_old_everything_is(
    linked: Office, standin: Standin
) -> None:
    """A second draft, of the same week, without one request."""
    linked("new", DAY, "--from-parliament")
    (linked.folder / "issues" / DAY / "issue.md").unlink()
    asked = len(standin.asked)
    outcome = linked("new", DAY, "--from-parliament", "--offline")
    assert outcome.code == 0
    assert "Fetched from Parliament’s open data on " in outcome.out
    assert len(standin.asked) == asked


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--from-parliament", "--member", "Hallowayson"), 1, "It is not certain which member"),
        (("--from-parliament", "--member", "5"), 1, "no member of the number 5"),
        (("--from-parliament", "--offline"), 4, "has never been fetched"),
        (("--member", "5"), 2, "--member and --offline go with --from-parliament"),
        (("--offline",), 2, "--member and --offline go with --from-parliament"),
    ],
    ids=["unsure", "nobody", "nothing kept", "member alone", "offline alone"],
)
def test_where_no_draft_can_be_made_none_is(
    linked: Office, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """And there is a sentence about why, and no folder."""
    outcome = linked("new", DAY, *arguments)
    assert outcome.code == code
    assert words in outcome.err
    assert not (linked.folder / "issues" / DAY).exists()


def test_an_issue_that_is_there_is_not_overwritten(linked: Office, standin: Standin) -> None:
    """Nor is anybody asked for what would not be used."""
    linked.write(f"issues/{DAY}/issue.md", ISSUE)
    outcome = linked("new", DAY, "--from-parliament")
    assert outcome.code == 1
    assert "There is an issue of 2026-11-27 already" in outcome.err
    assert (linked.folder / "issues" / DAY / "issue.md").read_text(encoding="utf-8") == ISSUE
    assert standin.asked == []


def test_an_address_that_is_none_is_the_offices_mistake(linked: Office) -> None:
    """As with every other setting."""
    linked.environment["PARLIAMENT_API_BASE"] = "parliament"
    outcome = linked("new", DAY, "--from-parliament")
    assert (outcome.code, "PARLIAMENT_API_BASE is no address" in outcome.err) == (3, True)


def test_a_plan_without_sittings_calls_them_not_known(office: Office) -> None:
    """It says why, and has the number of the next issue all the same."""
    found: list[Span] = []

    def find(span: Span, nation: Nation) -> Known:
        found.append(span)
        assert nation is Nation.ENGLAND_AND_WALES
        return Known(Gathered(None, "It is silent."), Gathered({}))

    day = date(2026, 12, 18)
    plan = timetable(OfficeFolder(office.folder), Span(day, day), day, find)
    assert [week.standing for week in plan.weeks] == [Standing.UNKNOWN]
    assert plan.troubles == ("No sitting days could be fetched.", "It is silent.")
    assert found == [Span(date(2026, 12, 11), date(2027, 4, 17))]


PLAN = ("calendar", "--from", "2026-12-14", "--until", "2027-01-15")


def test_the_plan_is_a_table(linked: Office) -> None:
    """Days, numbers, what and why, and how far anything is known."""
    linked.write("issues/2026-12-18/issue.md", ISSUE)
    linked.write("issues/notes/issue.md", ISSUE)
    outcome = linked(*PLAN)
    assert outcome.code == 0
    rows = [" ".join(line.split()) for line in outcome.out.splitlines() if line.strip()]
    assert rows[0] == "Day No. What Why"
    assert rows[2:] == [
        "Friday 18 December 2026 268 in issues/ already",
        "Friday 25 December 2026 recess, no issue Christmas recess",
        "Friday 1 January 2027 recess, no issue Christmas recess",
        "Friday 8 January 2027 269 issue to come",
        "Friday 15 January 2027 not known yet no sittings published yet",
        "The next new issue is number 269.",
        "Sitting days are published up to 7 January 2027.",
    ]


def test_the_plan_is_a_document_and_a_calendar(linked: Office) -> None:
    """With every key, and the file that was asked for."""
    outcome = linked(*PLAN, "--json", "--ics", "plan.ics")
    assert outcome.code == 0
    document = outcome.document
    weeks = document.pop("weeks")
    assert document == {
        "from": "2026-12-14",
        "until": "2027-01-15",
        "day": "friday",
        "bank_holidays": "england-and-wales",
        "next_number": 269,
        "sittings_known_until": "2027-01-07",
        "problems": [],
    }
    assert weeks[0] == {
        "usual": "2026-12-18",
        "day": "2026-12-18",
        "standing": "issue",
        "number": 269,
        "moved": False,
        "reason": "",
    }
    assert [week["standing"] for week in weeks] == [
        "issue",
        "recess",
        "recess",
        "issue",
        "not known",
    ]
    read = Calendar.from_ical((linked.folder / "plan.ics").read_bytes())
    assert [event.decoded("dtstart") for event in read.walk("VEVENT")] == [
        date(2026, 12, 18),
        date(2027, 1, 8),
    ]
    assert "plan.ics" in outcome.err


def test_a_nation_has_its_own_bank_holidays_and_an_office_its_own_day(linked: Office) -> None:
    """In Scotland the thirtieth of November is one: the issue comes out on the Friday before."""
    linked.write("office.yaml", f"{OFFICE}calendar: {{day: monday, bank_holidays: scotland}}\n")
    outcome = linked("calendar", "--from", "2026-11-30", "--weeks", "1", "--json")
    assert outcome.document["weeks"][0] == {
        "usual": "2026-11-30",
        "day": "2026-11-27",
        "standing": "issue",
        "number": 269,
        "moved": True,
        "reason": "St Andrew’s Day on Monday",
    }
    assert "issue to come, moved" in linked("calendar", "--from", "2026-11-30", "--weeks", "1").out


def test_what_could_not_be_found_out_is_said_and_the_rest_is_planned(
    linked: Office, standin: Standin
) -> None:
    """An office without a network still sees which issues there are, and the next number."""
    standin.always["/gov-uk"] = Reply(b"", 404)
    outcome = linked(*PLAN)
    assert outcome.code == 0
    assert "Careful: No bank holidays could be fetched." in outcome.out
    assert "bank holidays are not known" in outcome.out
    standin.always["/whatson-api"] = Reply(b"", 404)
    unknown = linked("calendar", "--from", "2027-02-01", "--weeks", "2", "--json")
    assert unknown.code == 0
    assert {(week["standing"], week["reason"]) for week in unknown.document["weeks"]} == {
        ("not known", "sitting days could not be found out")
    }
    assert unknown.document["sittings_known_until"] is None
    assert unknown.document["problems"] == [
        "No sitting days could be fetched.",
        "No bank holidays could be fetched.",
        "127.0.0.1 refused the question (404).",
    ]
    assert linked(*PLAN, "--offline").code == 0


def test_from_the_dissolution_on_nobody_is_asked(linked: Office, standin: Standin) -> None:
    """There is no House whose sittings could be known."""
    text = OFFICE.replace("{status: sitting}", "{status: dissolved, since: 2026-11-06}")
    linked.write("office.yaml", text)
    linked.write("issues/2026-12-18/issue.md", "no front matter")
    (linked.folder / "issues" / "2026-12-25" / "issue.md").mkdir(parents=True)
    outcome = linked(*PLAN, "--json", "--ics", "plan.ics")
    assert outcome.code == 0
    assert (linked.folder / "plan.ics").read_bytes().count(b"BEGIN:VEVENT") == 2
    told = linked(*PLAN).out
    assert "Sitting days are published" not in told
    assert "Careful" not in told
    assert [(week["standing"], week["number"]) for week in outcome.document["weeks"]] == [
        *[("started", None)] * 2,
        *[("dissolved", None)] * 3,
    ]
    assert standin.asked == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--from", "Christmas"), 2),
        (("--until", "2026-13-01"), 2),
        (("--from", "9999-12-30"), 2),
        (("--weeks", "0"), 2),
        (("--from", "2026-12-14", "--until", "2026-12-13"), 1),
    ],
)
def test_a_plan_of_no_days_is_not_made(
    linked: Office, standin: Standin, arguments: tuple[str, ...], code: int
) -> None:
    """It is a slip of the keyboard."""
    outcome = linked("calendar", *arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert standin.asked == []


def test_without_options_it_is_the_next_twelve_weeks(linked: Office, standin: Standin) -> None:
    """Whatever day it is when this is run."""
    standin.answers["/whatson-api/calendar/proceduraldates/Commons/sittingdates.json"] = {
        "SittingDates": []
    }
    assert len(linked("calendar", "--json").document["weeks"]) == WEEKS
