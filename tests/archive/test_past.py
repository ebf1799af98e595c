"""Only what was really sent is shown, and a correction never hides what it corrects."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from newsletter.archive.past import Past, PastEdition, PastIssue, Sent, Wanted, chosen, gather
from tests.archive.archives import SENT
from tests.database.samples import edition

FEBRUARY, MARCH = date(2019, 2, 18), date(2019, 3, 8)


def sent(number: int, issue: date, what: str = "") -> Sent:
    """Return a dispatch; `what` holds `rehearsal` or `correction`, or both."""
    return Sent(
        id=number,
        issue=issue,
        digest=f"{number:064x}",
        sent_at=datetime(2019, 3, number, tzinfo=UTC),
        is_rehearsal="rehearsal" in what,
        is_correction="correction" in what,
        reason="",
    )


REAL = sent(1, FEBRUARY)
REHEARSED = sent(2, MARCH, "rehearsal")


@pytest.mark.parametrize(
    ("dispatches", "wanted", "shown"),
    [
        ([REAL, REHEARSED], Wanted.SENT, [[REAL]]),
        ([REHEARSED], Wanted.SENT, []),
        ([REHEARSED], Wanted.FIRST_STEPS, [[REHEARSED]]),
        ([REAL, REHEARSED], Wanted.FIRST_STEPS, [[REAL]]),
        ([REAL, REHEARSED], Wanted.EVERYTHING, [[REHEARSED], [REAL]]),
        ([], Wanted.EVERYTHING, []),
    ],
)
def test_rehearsals_stay_out_once_anything_has_been_sent(
    dispatches: list[Sent], wanted: Wanted, shown: list[list[Sent]]
) -> None:
    """A draft that was tried out must not be found on the web."""
    assert chosen(dispatches, wanted) == shown


def test_what_was_sent_goes_before_its_own_rehearsal() -> None:
    """Both are of one issue: what people got is what it says."""
    real, tried = sent(3, MARCH), sent(2, MARCH, "rehearsal")
    assert chosen([real, tried], Wanted.EVERYTHING) == [[real]]


def test_an_issue_has_its_first_edition_and_every_correction() -> None:
    """In the order in which they went out; the newest issue comes first."""
    first, second, third = (
        sent(1, MARCH),
        sent(2, MARCH, "correction"),
        sent(3, MARCH, "correction"),
    )
    assert chosen([REAL, first, second, third], Wanted.SENT) == [[first, second, third], [REAL]]


def test_a_rehearsal_gives_way_to_the_next_one() -> None:
    """Nobody got the earlier one, so there is nothing to correct."""
    again = sent(3, MARCH, "rehearsal")
    better = sent(4, MARCH, "rehearsal correction")
    assert chosen([REHEARSED, again, better], Wanted.FIRST_STEPS) == [[again, better]]


def test_a_correction_stands_alone_where_its_first_edition_was_cancelled() -> None:
    """What was called back is told nowhere."""
    lone = sent(2, MARCH, "correction")
    assert chosen([lone], Wanted.SENT) == [[lone]]


class Shelf:
    def sent(self) -> list[Sent]:
        return [REAL, REHEARSED]

    def edition(self, sent: Sent) -> PastEdition:
        return PastEdition(edition(), sent.sent_at, number=None if sent.is_rehearsal else 268)


def test_what_is_gathered_tells_what_nobody_got_and_what_has_lost_its_pictures() -> None:
    """So that the office hears of both."""
    past = gather(Shelf(), chosen(Shelf().sent(), Wanted.EVERYTHING))
    one = PastIssue((PastEdition(edition(), REHEARSED.sent_at),))
    other = PastIssue((PastEdition(edition(), REAL.sent_at, number=268),))
    assert past == Past((one, other), (MARCH,))
    assert past.without_files == (edition().issue,)


def test_an_issue_knows_its_editions() -> None:
    """The first is what everybody got, the newest what holds."""
    first = PastEdition(edition(), SENT)
    second = PastEdition(edition("Right trains"), SENT)
    assert not PastIssue((first,)).is_corrected
    corrected = PastIssue((first, second))
    assert (corrected.first, corrected.newest, corrected.is_corrected) == (first, second, True)
    assert corrected.day == date(2019, 2, 18)
