"""A week is gathered at once, and what one service does not give the others do not lose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from newsletter.authoring.office import Nation, Office, parse_office
from newsletter.drafting.parliament_week import Member, Span
from newsletter.errors import MistakeError, UnavailableError
from tests.offices import OFFICE
from tests.parliament import samples
from tests.parliament.conftest import NOON
from tests.parliament.standin import Reply

if TYPE_CHECKING:
    from newsletter.drafting.parliament_week import Week
    from tests.parliament.conftest import Desk
    from tests.parliament.standin import Standin

DAY = date(2026, 11, 27)
FULL: dict[str, int | None] = {
    "votes": 5,
    "written_questions": 4,
    "oral_questions": 2,
    "speeches": 1,
    "motions": 2,
    "business": 6,
}
ROBIN = Member(99001, "Ms Robin Halloway", "Ashcombe East")
BROKEN = Reply(b"", 503)


def office(**parliament: object) -> Office:
    found, findings = parse_office(OFFICE)
    assert found, findings
    held = found.parliament.model_copy(update=parliament)
    return found.model_copy(update={"parliament": held})


def week(desk: Desk, member: str | None = None) -> Week:
    return desk.parliament().week(office(), DAY, member)


def test_a_whole_week_is_found_by_the_name_in_office_yaml(desk: Desk) -> None:
    """With when it was fetched."""
    found = week(desk)
    assert (found.member, found.counts, found.troubles) == (ROBIN, FULL, ())
    assert found.fetched == NOON
    assert found.house.found is not None
    assert found.house.found.next_sitting == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("service", "missing"),
    [
        ("commonsvotes-api", {"votes"}),
        ("questions-statements-api", {"written_questions"}),
        ("oralquestionsandmotions-api", {"oral_questions", "motions"}),
        ("hansard-api", {"speeches"}),
        ("whatson-api", {"business"}),
    ],
)
def test_what_one_service_does_not_give_the_others_do_not_lose(
    desk: Desk, standin: Standin, service: str, missing: set[str]
) -> None:
    """And it is said what is missing, and why."""
    standin.always[f"/{service}"] = Reply(b"", 404)
    found = week(desk)
    assert {name for name, count in found.counts.items() if count is None} == missing
    assert found.troubles == ("127.0.0.1 refused the question (404).",)


def test_without_a_line_the_shelf_is_enough(desk: Desk, standin: Standin) -> None:
    """A train through a tunnel on Friday morning: and it says from when everything is."""
    week(desk)
    desk.later(20)
    standin.always["/"] = BROKEN
    found = week(desk)
    assert found.counts == FULL
    assert found.fetched == NOON
    assert all(
        "what was fetched on 27 November 2026 at noon was used." in t for t in found.troubles
    )
    asked = len(standin.asked)
    offline = desk.parliament(offline=True).week(office(), DAY, None)
    assert offline.counts == FULL
    assert offline.troubles == ("Offline, what was fetched on 27 November 2026 at noon was used.",)
    assert len(standin.asked) == asked


def test_a_host_that_hangs_does_not_keep_the_shelf_from_helping(
    desk: Desk, standin: Standin
) -> None:
    """When the time is up nobody is asked any more, and what there is is used."""
    week(desk)
    desk.later(20)
    desk.deadline = -1
    asked = len(standin.asked)
    found = week(desk)
    assert found.counts == FULL
    assert found.troubles[0].startswith("There was no time left to ask 127.0.0.1, so that what")
    assert len(standin.asked) == asked


def test_with_nothing_to_be_had_nothing_is_made(desk: Desk, standin: Standin) -> None:
    """Not even an empty draft, which would look like an idle week."""
    standin.always["/"] = BROKEN
    with pytest.raises(
        UnavailableError, match="Nothing could be fetched from Parliament"
    ) as caught:
        week(desk, "99001")
    assert "Run the same command again" in caught.value.hint
    with pytest.raises(
        UnavailableError, match="number in Parliament’s records could not be found"
    ):
        week(desk)


def test_a_number_is_believed_where_it_cannot_be_looked_up(desk: Desk, standin: Standin) -> None:
    """The office wrote it down; the draft says that nobody has looked."""
    standin.always["/members-api"] = BROKEN
    found = desk.parliament().week(office(member=99001), DAY, None)
    assert found.member == Member(99001, "Robin Halloway", "Ashcombe East")
    assert found.troubles == (
        (
            "127.0.0.1 has trouble of its own (503), so that the name of member 99001 was not looked "
            "up."
        ),
    )
    assert found.counts == FULL


def test_the_option_goes_before_the_office(desk: Desk) -> None:
    """A number names one member, and a name has to fit the constituency."""
    assert week(desk, "99105").member.name == "Robin Hallowayson5"
    assert desk.parliament().week(office(member=99105), DAY, "99001").member == ROBIN
    with pytest.raises(MistakeError, match="It is not certain"):
        week(desk, "Hallowayson")


def test_a_recess_has_an_end(
    desk: Desk, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Far ahead, or not known to anybody yet."""
    monkeypatch.setattr(samples, "SITTINGS", ["2026-11-26", "2027-06-01"])
    found = week(desk)
    assert found.house.found is not None
    assert found.house.found.next_sitting == date(2027, 6, 1)
    monkeypatch.setattr(samples, "SITTINGS", ["2026-11-26"])
    desk.later(4)
    standin.always["/whatson-api/calendar/proceduraldates/Commons/next"] = Reply(b"null")
    desk.folder = desk.folder.parent / "another"
    found = week(desk)
    assert found.house.found is not None
    assert found.house.found.next_sitting is None


def test_the_number_of_another_seats_member_is_doubted(desk: Desk) -> None:
    """One wrong digit, and somebody else's votes would be the member's own."""
    elsewhere = office(member=99001).model_copy(update={"constituency": "Ashcombe West"})
    assert desk.parliament().week(elsewhere, DAY, None).troubles[0] == (
        "Member 99001 is Ms Robin Halloway, Ashcombe East, and office.yaml names Robin Halloway, "
        "Ashcombe West."
    )


def test_what_a_plan_needs_is_fetched_at_once(desk: Desk, standin: Standin) -> None:
    """And one of the two may be missing."""
    span = Span(date(2026, 12, 14), date(2027, 1, 7))
    known = desk.parliament().known(span, Nation.ENGLAND_AND_WALES)
    assert known.troubles == ()
    assert known.house.found is not None
    assert len(known.house.found.sittings) == 7
    assert list(known.bank_holidays.found or ()) == [date(2026, 12, 25), date(2027, 1, 1)]
    standin.always["/gov-uk"] = BROKEN
    desk.later(4)
    desk.folder = desk.folder.parent / "another"
    again = desk.parliament().known(span, Nation.ENGLAND_AND_WALES)
    assert again.house == replace(known.house, fetched=desk.time)
    assert again.troubles == (
        "No bank holidays could be fetched.",
        "127.0.0.1 has trouble of its own (503).",
    )
