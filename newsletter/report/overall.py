"""Report on all issues together: how they went, one after the other, and how the list fares."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from newsletter.rendering.words import day
from newsletter.report import groups, growth
from newsletter.report.facts import RECENT, WINDOW
from newsletter.report.fates import dispatch_data
from newsletter.report.rates import (
    ALARM,
    WATCH,
    Level,
    arrived,
    complaint_level,
    complaints_data,
    left_office,
    of_those_reached,
    percent,
)
from newsletter.report.remarks import on_rehearsals
from newsletter.report.tables import (
    Chart,
    Document,
    Remark,
    Row,
    Series,
    Shape,
    Table,
    Weight,
    number,
    quantity,
    share,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.report.facts import IssueLine, OverallFacts

_DRAWN = 26
"""How many issues a chart has room for: half a year of weeks."""


def data(facts: OverallFacts, *, tracked: bool) -> dict[str, Any]:
    """Return the document of `report --json`."""
    return {
        "issue": None,
        "issues": [_issue_data(line) for line in facts.issues],
        "rehearsals": facts.rehearsals,
        "providers": groups.data(facts.providers, "provider"),
        **growth.data(facts, tracked=tracked),
    }


def _issue_data(line: IssueLine) -> dict[str, Any]:
    return {
        "issue": line.first.issue.isoformat(),
        "subject": line.first.subject,
        "people": sum(line.people.values()),
        "known": line.is_known,
        "counts": dict(line.people),
        "complaints": complaints_data(line),
        "unsubscribed": {
            **of_those_reached(line.left, line).as_data(),
            "until": line.until.isoformat(),
        },
        "dispatches": [dispatch_data(dispatch) for dispatch in line.dispatches],
    }


def document(facts: OverallFacts, *, tracked: bool) -> Document:
    """Return the report as tables; `tracked` says whether the office has opens counted."""
    tables = [
        _issues(facts.issues),
        _complaints(facts.issues),
        _providers(facts),
        growth.months_table(facts),
        growth.ages_table(facts),
        growth.unreached_table(facts, tracked=tracked),
    ]
    return Document(
        title="Report on all issues",
        subtitle=_span(facts.issues),
        about=tuple(_about(facts)),
        figures=_figures(facts),
        remarks=tuple(_remarks(facts)),
        tables=tuple(table for table in tables if table is not None),
    )


def _span(issues: Sequence[IssueLine]) -> str:
    if not issues:
        return "Nothing has been sent yet"
    first, last = issues[0].first.issue, issues[-1].first.issue
    if first == last:
        return f"One issue, of {day(first)}"
    return f"{len(issues)} issues, from {day(first)} to {day(last)}"


def _about(facts: OverallFacts) -> Iterator[str]:
    if not facts.issues:
        yield "There is nothing to tell of issues yet; what follows is about the list."
    if any(not line.is_known for line in facts.issues):
        yield (
            "Where no report of the carrier was taken in, what became of the messages is not "
            "known; it is not counted as nothing."
        )
    if facts.rehearsals:
        yield on_rehearsals(facts.rehearsals)


def _figures(facts: OverallFacts) -> tuple[tuple[str, str], ...]:
    standing = facts.standing
    last = facts.months[-1]
    return (
        ("may be mailed", f"{standing['confirmed']:,}"),
        ("have yet to confirm", f"{standing['pending']:,}"),
        ("joined this month", f"{last.joined:,}"),
        ("left this month", f"{last.unsubscribed + last.lost:,}"),
        ("issues", f"{len(facts.issues):,}"),
    )


def _remarks(facts: OverallFacts) -> Iterator[Remark]:
    for line in reversed(facts.issues[-RECENT:]):
        level = complaint_level(line)
        if level is Level.ALARM:
            yield Remark(Weight.ALARM, _complained(line, "From 0.3 % on they block senders."))
        elif level is Level.WATCH:
            yield Remark(Weight.WATCH, _complained(line, "Watch the next issues."))
    yield from growth.remarks(facts)


def _complained(line: IssueLine, what_then: str) -> str:
    rate = of_those_reached(line.people.get("complained", 0), line)
    return (
        f"Of the issue of {day(line.first.issue)} {percent(rate.share, exactly=3)} "
        f"({rate.count:,} of {rate.of:,} {rate.base}) complained; Google and Yahoo ask for less "
        f"than 0.1 %. {what_then}"
    )


def _issues(issues: Sequence[IssueLine]) -> Table | None:
    if not issues:
        return None
    drawn = issues[-_DRAWN:]
    labels = tuple(line.first.issue.isoformat() for line in drawn)
    return Table(
        key="issues",
        title="Issue by issue",
        lead="Each person counts once an issue, however many corrections followed. Arrived is "
        "the share of what the carrier took.",
        head=("Issue", "People", "Arrived", "Bounced", "Complained", "Left"),
        rows=tuple(_issue(line) for line in reversed(issues)),
        notes=(
            (
                f"Left are those who were sent it and unsubscribed within {WINDOW.days} days, or until "
                "the next issue. Which issue they left over is not known."
            ),
        ),
        chart=Chart(
            Shape.COLUMNS,
            labels,
            (
                Series("Arrived", tuple(arrived(line.people) for line in drawn)),
                Series("Bounced", tuple(line.people.get("bounced", 0) for line in drawn)),
                Series("Not known or open", tuple(_rest(line) for line in drawn)),
            ),
            f"The issue of {day(issues[-1].first.issue)} was for "
            f"{quantity(sum(issues[-1].people.values()))}.",
        ),
        barred="Arrived",
    )


def _rest(line: IssueLine) -> int:
    people = line.people
    return sum(people.values()) - arrived(people) - people.get("bounced", 0)


def _issue(line: IssueLine) -> Row:
    people = line.people
    taken = left_office(people)
    known = line.is_known
    part = arrived(people) / taken if known and taken else None
    return Row(
        line.first.issue.isoformat(),
        (
            number(sum(people.values())),
            share(part, percent(part or 0.0)),
            number(people.get("bounced", 0) if known else None),
            number(people.get("complained", 0) if known else None),
            number(line.left),
        ),
        part,
    )


def _complaints(issues: Sequence[IssueLine]) -> Table | None:
    told = [line for line in issues if line.is_known]
    if not told:
        return None
    drawn = told[-_DRAWN:]
    rates = [of_those_reached(line.people.get("complained", 0), line) for line in drawn]
    over = sum(rate.share >= WATCH for rate in rates)
    limit = f"{WATCH * 100:g} %"
    return Table(
        key="complaints",
        title="Complaints",
        lead=f"Google and Yahoo ask senders to stay below {limit} of what was delivered, and "
        f"never to reach {ALARM * 100:g} %.",
        head=("Issue", "Complained", "Delivered", "Share", "That is"),
        rows=tuple(_complaint(line) for line in reversed(told)),
        notes=(
            "Gmail does not tell who complained; its rate stands in Google’s Postmaster Tools.",
        ),
        chart=Chart(
            Shape.LINES,
            tuple(line.first.issue.isoformat() for line in drawn),
            (
                Series("Complaints", tuple(round(rate.share * 100, 4) for rate in rates)),
                Series(f"Limit of {limit}", tuple(WATCH * 100 for _ in rates)),
            ),
            f"{over} of {quantity(len(rates), 'issue', 'issues')} reached the limit of {limit}.",
            unit="% of the delivered",
        ),
    )


def _complaint(line: IssueLine) -> Row:
    rate = of_those_reached(line.people.get("complained", 0), line)
    return Row(
        line.first.issue.isoformat(),
        (
            number(rate.count),
            number(rate.of),
            share(rate.share if rate.of else None, percent(rate.share, exactly=3)),
            words(complaint_level(line).value),
        ),
    )


def _providers(facts: OverallFacts) -> Table | None:
    """Return the providers over the last issues; those without reports would blur the shares."""
    known = [line for line in facts.issues if line.is_known]
    recent = (known or facts.issues)[-RECENT:]
    if not recent:
        return None
    table = groups.table(
        "providers",
        "By mail provider",
        "Provider",
        facts.providers,
        recent[-1],
        unit="messages",
    )
    return table and _over(table, len(recent), " on which the carrier reported" if known else "")


def _over(table: Table, issues: int, which: str) -> Table:
    over = f"the last issue{which}" if issues == 1 else f"the last {issues} issues{which}"
    return replace(table, lead=f"Messages of {over}, not people. {table.lead}")
