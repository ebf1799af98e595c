"""The week becomes a draft that a person mends, and that nobody sends by accident."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsletter.authoring.blocks import Vote
from newsletter.authoring.issue import parse_issue
from newsletter.drafting.parliament import draft
from newsletter.drafting.parliament_week import (
    Asked,
    Break,
    Division,
    Gathered,
    House,
    Member,
    Motion,
    Reply,
    Role,
    Source,
    Span,
    Speech,
    Week,
)
from newsletter.drafting.skeleton import skeleton
from newsletter.errors import NotAllowedError
from newsletter.files import OfficeFolder
from newsletter.starting import start_from_parliament
from tests.offices import OFFICE, make_office
from tests.parliament.conftest import NOON

if TYPE_CHECKING:
    from newsletter.authoring.issue import Issue
    from tests.parliament.conftest import Desk
    from tests.parliament.standin import Standin

DAY = date(2026, 11, 27)
EXPECTED = Path(__file__).with_name("draft.md")
NOTHING: Gathered[tuple[()]] = Gathered((), fetched=NOON)
SITTING = House((date(2026, 11, 24), date(2026, 12, 1)), (), date(2026, 12, 1))
QUIET = Week(
    DAY,
    Member(99001, "Ms Robin Halloway", "Ashcombe East"),
    NOTHING,
    NOTHING,
    NOTHING,
    NOTHING,
    NOTHING,
    NOTHING,
    Gathered(SITTING),
)


def read(week: Week) -> tuple[Issue, str]:
    """Return the draft as an issue, and its part on Parliament."""
    extra = draft(week)
    found, findings = parse_issue(skeleton(week.day, [], extra).text, week.day)
    assert found, findings
    return found, extra.body


def test_a_whole_draft_is_this_one(desk: Desk, tmp_path: Path) -> None:
    """Compared as a whole: it is what a person at an MP's office finds in the morning."""
    folder = OfficeFolder(make_office(tmp_path / "office"))
    source = desk.parliament()
    started, week = start_from_parliament(
        folder, DAY, lambda office: source.week(office, DAY, None)
    )
    text = started.files[0].read_text(encoding="utf-8")
    assert text == EXPECTED.read_text(encoding="utf-8")
    assert started.number == 269
    assert week.troubles == ()
    assert draft(week).body in text


def test_an_issue_that_is_there_is_left_alone_and_nobody_is_asked(
    desk: Desk, standin: Standin, tmp_path: Path
) -> None:
    """Nor is there a week in Parliament to tell of while it is dissolved."""
    folder = make_office(tmp_path / "office")
    source = desk.parliament()
    there = date(2019, 2, 18)
    with pytest.raises(NotAllowedError, match="There is an issue of 2019-02-18 already"):
        start_from_parliament(
            OfficeFolder(folder), there, lambda office: source.week(office, there, None)
        )
    dissolved = OFFICE.replace("{status: sitting}", "{status: dissolved, since: 2026-11-01}")
    (folder / "office.yaml").write_text(dissolved, encoding="utf-8")
    with pytest.raises(NotAllowedError, match="Parliament is dissolved on that day") as caught:
        start_from_parliament(
            OfficeFolder(folder), DAY, lambda office: source.week(office, DAY, None)
        )
    assert "--from-parliament" in caught.value.hint
    assert standin.asked == []


def test_a_quiet_week_has_no_empty_blocks() -> None:
    """Only what is to be read, and the agenda of which nothing is known yet."""
    _, body = read(QUIET)
    assert "```" not in body
    assert "TODO: read every entry below against its source" in body


def test_what_is_missing_is_to_be_filled_in_by_hand() -> None:
    """So that the check stops at it, and with where to look."""
    trouble = "votes.example broke its *answer* off."
    week = replace(
        QUIET, votes=Gathered(None, trouble), business=Gathered(None, ""), house=Gathered(None, "")
    )
    _, body = read(week)
    assert (
        r"TODO: the votes could not be fetched. votes.example broke its \*answer\* off. "
        "See <https://votes.parliament.uk>.\n"
    ) in body
    assert "TODO: the week ahead could not be fetched." in body
    assert "TODO: the sitting days could not be fetched." in body
    notes = draft(week).notes
    assert notes[0] == (
        "In Parliament: 20 November 2026 to 26 November 2026, for Ms Robin Halloway, Ashcombe East "
        "(number 99001)."
    )
    assert "  votes: could not be fetched" in notes
    assert "  speeches: none" in notes
    assert "  Careful: votes.example broke its *answer* off." in notes


CHRISTMAS = Break(Span(date(2026, 11, 19), date(2027, 1, 4)), "Christmas recess")


@pytest.mark.parametrize(
    ("house", "title", "text"),
    [
        (
            House((), (CHRISTMAS,), date(2027, 1, 5)),
            "The House has not been sitting",
            (
                "The House of Commons did not sit from Friday 20 November 2026 to Thursday 26 November "
                "2026 (Christmas recess). It sits again on Tuesday 5 January 2027."
            ),
        ),
        (
            House(
                (date(2026, 11, 24), date(2026, 11, 27), date(2026, 12, 7)), (), date(2026, 11, 27)
            ),
            "The House is about to rise",
            (
                "The House of Commons does not sit from Saturday 28 November 2026 to Friday 4 December "
                "2026. It sits again on Monday 7 December 2026."
            ),
        ),
        (
            House((date(2026, 12, 1),), (), date(2026, 12, 1)),
            "The House has not been sitting",
            (
                "The House of Commons did not sit from Friday 20 November 2026 to Thursday 26 November "
                "2026. It sits again on Tuesday 1 December 2026."
            ),
        ),
    ],
    ids=["recess", "last week before", "first week after"],
)
def test_a_recess_is_announced(house: House, title: str, text: str) -> None:
    """With its name and its end, if Parliament says them."""
    _, body = read(replace(QUIET, house=Gathered(house)))
    assert f"```notice\ntitle: {title}\ntext: |-\n  {text}\n```\n" in body
    assert body.count("```notice") == 1


UNHEARD = "TODO: did the House sit from Friday 20 November 2026 to Thursday 26 November 2026? "


@pytest.mark.parametrize(
    ("house", "votes", "doubts"),
    [
        (House((), ()), False, 1),
        (House((), (Break(Span(date(2026, 11, 25), date(2026, 11, 29)), "Recess"),)), False, 1),
        (House((), (Break(Span(date(2026, 11, 23), date(2026, 11, 29)), "Recess"),)), False, 1),
        (House((date(2026, 11, 24),), ()), False, 0),
        (House((), (), date(2026, 12, 1)), True, 0),
    ],
    ids=[
        "nothing is published",
        "a break from the Wednesday on",
        "a break that leaves out the Friday",
        "the last week that is published",
        "votes say otherwise",
    ],
)
def test_what_is_not_published_is_no_recess(house: House, votes: object, doubts: int) -> None:
    """A service that has lost its days must not have the member say that the House rested."""
    held = Gathered((division(1),)) if votes else NOTHING
    _, body = read(replace(QUIET, house=Gathered(house), votes=held))
    assert "```notice" not in body
    assert body.count(UNHEARD) == doubts


def test_a_break_of_some_days_is_no_week_without_sittings() -> None:
    """The House may well be back on the Thursday: “does not sit from … to …” would be untrue."""
    rest = Break(Span(date(2026, 11, 28), date(2026, 12, 2)), "Recess")
    _, body = read(replace(QUIET, house=Gathered(House((date(2026, 11, 26),), (rest,)))))
    assert "```notice" not in body


def division(number: int) -> Division:
    return Division(
        f"Vote {number}", date(2026, 11, 24), Vote.NO, 0, 0, Source("https://x.example", NOON)
    )


def test_more_votes_than_a_block_holds_make_two() -> None:
    """And a result that is not published yet is not made up."""
    found, body = read(replace(QUIET, votes=Gathered(tuple(map(division, range(25))))))
    assert body.count("```votes") == 2
    assert "title: How I voted, continued" in body
    assert "result:" not in body
    assert found.front.number == 1


def asked(reply: Reply, **more: object) -> Asked:
    plain = Asked("", "", "Why?", "", DAY, reply, "", DAY, Source("https://x.example", NOON))
    return replace(plain, **more)  # type: ignore[arg-type]  # any of its fields


def test_what_parliament_leaves_empty_breaks_no_block() -> None:
    """Titles, texts and numbers may be missing; then there is a word for that, or nothing."""
    source = Source("https://x.example", NOON)
    week = replace(
        QUIET,
        written=Gathered(
            (
                asked(Reply.HOLDING),
                asked(Reply.HOLDING, replied=None),
                asked(Reply.ANSWER, is_cut=True),
                asked(Reply.ANSWER, answer="Yes.", replied=date(2026, 1, 1)),
                asked(Reply.NONE, question="\x07"),
                asked(Reply.ANSWER, answer="*Stars* and words. " * 800),
            )
        ),
        speeches=Gathered((Speech("", DAY, "", 1, source),)),
        motions=Gathered((Motion("7", "", "", DAY, Role.SIGNED, source),)),
    )
    _, body = read(week)
    assert len(body) < 7_500
    assert body.count('to: "(no name)"') == 6
    assert "TODO: these words cannot be shown as they are. See the record.\n" in body
    assert "# it has no words\n" in body
    assert body.count("has had only a holding reply") == 1
    assert "(this) has had only a holding reply, on Friday 27 November 2026." in body
    assert "TODO: the rest of this text, or of its answer, could not be fetched.\n" in body
    assert "(The answer holds no text: it is on record with the question.)\n" in body
    assert "      Yes.\n    url:" in body
    assert "summary:" not in body
    assert '- title: "Early day motion 7:"\n' in body


def test_endless_words_are_cut_before_they_break_the_issue() -> None:
    """A block holds 5,000 characters, and escaping makes them more."""
    words = "*Stars* and words. " * 800
    motion = Motion(
        "1", "T " * 400, words, date(2026, 11, 24), Role.SIGNED, Source("https://x.example", NOON)
    )
    _, body = read(replace(QUIET, motions=Gathered((motion,))))
    assert len(body) < 2_500
    assert " …" in body
