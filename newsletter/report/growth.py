"""Tell how the list fares: who joins and leaves, how old consents are, whom nothing reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.rendering.words import LONDON, month
from newsletter.report.facts import AGES, FAILURES, STREAK
from newsletter.report.rates import percent
from newsletter.report.tables import (
    Chart,
    Remark,
    Row,
    Series,
    Shape,
    Table,
    Weight,
    as_shares,
    number,
    share,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.report.facts import MonthFacts, OverallFacts

_OLD = 2
"""From the band after the second on, that is after two years, consent is old."""


def data(facts: OverallFacts, *, tracked: bool) -> dict[str, Any]:
    """Return what the JSON tells of the list."""
    unreached = facts.unreached
    return {
        "list": dict(facts.standing),
        "erased": facts.erased,
        "months": [
            {
                "month": f"{each.start.astimezone(LONDON):%Y-%m}",
                "joined": each.joined,
                "unsubscribed": each.unsubscribed,
                "lost": each.lost,
            }
            for each in facts.months
        ],
        "consent_age": [
            {"from_years": start, "to_years": end, "people": people}
            for (start, end), people in zip(_bands(), facts.ages, strict=True)
        ],
        "consent_undated": facts.undated,
        "unreached": {
            "issues": unreached.issues,
            "failing": unreached.failing,
            "silent": unreached.silent if tracked else None,
        },
    }


def _bands() -> list[tuple[int, int | None]]:
    return list(zip((0, *AGES), (*AGES, None), strict=True))


def remarks(facts: OverallFacts) -> Iterator[Remark]:
    """Yield what is to be done about the list."""
    old = sum(facts.ages[_OLD:]) + facts.undated
    if old:
        total = sum(facts.ages) + facts.undated
        yield Remark(
            Weight.NOTE,
            f"{old:,} of {total:,} agreed more than two years ago, or nobody wrote down when. "
            "The law sets no term, but asks that people still expect your letter: consider "
            "asking them again.",
        )
    if facts.unreached.failing:
        yield Remark(
            Weight.NOTE,
            f"{facts.unreached.failing:,} who may be mailed got none of the last "
            f"{facts.unreached.issues} issues: their mailboxes may be full, or no longer read.",
        )


def months_table(facts: OverallFacts) -> Table:
    """Return who joined and left, month by month."""
    names = tuple(_name(each) for each in facts.months)
    joined = sum(each.joined for each in facts.months)
    left = sum(each.unsubscribed + each.lost for each in facts.months)
    return Table(
        key="months",
        title="How the list grows",
        lead="Who first agreed in a month, and whom the list lost in it.",
        head=("Month", "Joined", "Unsubscribed", "Lost", "Change"),
        rows=tuple(_month(each) for each in facts.months),
        notes=(
            (
                "Lost are those whose mail bounced, who complained, or whom the office took off. "
                "Whoever left and came back counts as having stayed."
            ),
            f"Of the {facts.erased:,} who were erased nothing is kept: they are in no column.",
        )[: 2 if facts.erased else 1],
        chart=Chart(
            Shape.COLUMNS,
            names,
            (
                Series("Joined", tuple(each.joined for each in facts.months)),
                Series("Left", tuple(-(each.unsubscribed + each.lost) for each in facts.months)),
            ),
            f"In these {len(names)} months {joined:,} joined and {left:,} left.",
        ),
    )


def _name(each: MonthFacts) -> str:
    start = each.start.astimezone(LONDON)
    return f"{month(start)} {start.year}"


def _month(each: MonthFacts) -> Row:
    change = each.joined - each.unsubscribed - each.lost
    return Row(
        _name(each),
        (
            number(each.joined),
            number(each.unsubscribed),
            number(each.lost),
            number(change),
        ),
    )


def ages_table(facts: OverallFacts) -> Table | None:
    """Return how old the consent is of those who may be mailed; none without anybody."""
    total = sum(facts.ages) + facts.undated
    if not total:
        return None
    counted = [(_band(*band), people) for band, people in zip(_bands(), facts.ages, strict=True)]
    if facts.undated:
        counted.append(("No date", facts.undated))
    young = facts.ages[0]
    return Table(
        key="consent_age",
        title="How old consents are",
        lead=f"Of the {total:,} who may be mailed now; what counts is when they last agreed.",
        head=("Age", "People", "Share"),
        rows=as_shares(
            [
                (label, (number(count), share(count / total, percent(count / total))), count)
                for label, count in counted
            ]
        ),
        chart=Chart(
            Shape.BARS,
            tuple(label for label, _ in counted),
            (Series("People", tuple(count for _, count in counted)),),
            f"{young:,} of {total:,} agreed within the last year.",
        ),
    )


def _band(start: int, end: int | None) -> str:
    if end is None:
        return f"Over {start} years"
    if not start:
        return "Under 1 year"
    return f"{start} to {end} years"


def unreached_table(facts: OverallFacts, *, tracked: bool) -> Table:
    """Return whom the last issues did not reach, as far as that can be known."""
    unreached = facts.unreached
    rows = [Row("Put off or sent back, never delivered", (number(unreached.failing),))]
    notes = [
        (
            f"These failed in at least {FAILURES} of the last {STREAK} issues of which the carrier "
            "reported, and are still on the list: a block or a full mailbox suppresses nobody."
        )
    ]
    if tracked:
        rows.append(Row("Got all, opened and clicked none", (number(unreached.silent),)))
        notes.append(
            "Many programs show no pictures, so somebody who opens nothing may read everything. "
            "Ask such readers whether they want to go on; take nobody off for it."
        )
    else:
        notes.append("Who reads is not known: this office does not track its readers.")
    issues = unreached.issues
    lead = f"Over the last {issues} issues that the carrier has reported on."
    if issues < FAILURES:
        lead = f"This can be told from {FAILURES} issues on that the carrier has reported on."
    return Table(
        key="unreached",
        title="Who may be out of reach",
        lead=lead,
        head=("What", "People"),
        rows=tuple(rows),
        notes=tuple(notes),
    )
