"""Report on one issue: what became of it, how readers answered, and what is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.delivery.timetable import shown
from newsletter.rendering.words import weekday
from newsletter.report import course, fates, groups, why
from newsletter.report.facts import WINDOW
from newsletter.report.rates import (
    arrived,
    complaints_data,
    of_those_reached,
    percent,
)
from newsletter.report.remarks import on_rehearsals, remarks_on
from newsletter.report.tables import (
    UNKNOWN,
    Document,
    Row,
    Table,
    number,
    share,
)

if TYPE_CHECKING:
    from newsletter.report.facts import IssueFacts

MACHINES = (
    "Machines open mail, too: Apple’s and some firms’ programs fetch every picture, and many "
    "people’s programs show none. So opens say little; only compare one issue with another."
)


_CARRIERS = {"sendgrid": "SendGrid", "smtp": "the office’s mail server"}
_STATES = {
    "scheduled": "The carrier holds it until then.",
    "sending": "It is going out just now.",
    "stopped": "It is not finished: see below.",
    "finished": "It is finished.",
    "cancelled": "It was cancelled.",
}


def data(facts: IssueFacts, *, tracked: bool) -> dict[str, Any]:
    """Return the document of `report --issue --json`."""
    line = facts.line
    known = line.is_known
    return {
        "issue": line.first.issue.isoformat(),
        "subject": line.first.subject,
        "kind": line.first.kind,
        "people": sum(line.people.values()),
        "known": {"delivered": known, "complained": known, "opened": tracked and known},
        "counts": dict(line.people),
        "delivered": of_those_who_left(facts) if known else None,
        "complaints": complaints_data(line),
        "unsubscribed": {
            **of_those_reached(line.left, line).as_data(),
            "until": line.until.isoformat(),
        },
        "opens": _readers(facts) if tracked and known else None,
        "bounced": why.data("bounced", facts.bounced),
        "deferred": why.data("deferred", facts.deferred),
        "refused": why.data("refused", facts.refused),
        "providers": groups.data(facts.providers, "provider"),
        "segments": groups.data(facts.segments, "segment"),
        "hours": [
            {
                "hour": place,
                "delivered": hour.delivered,
                "bounced": hour.bounced,
                "complained": hour.complained,
            }
            for place, hour in enumerate(facts.hours if known else (), 1)
        ],
        "dispatches": [fates.dispatch_data(dispatch) for dispatch in line.dispatches],
        "rehearsals": facts.rehearsals,
    }


def of_those_who_left(facts: IssueFacts) -> dict[str, Any]:
    """Return the rate of delivery, as data."""
    return fates.delivery_rate(facts.line).as_data()


def _readers(facts: IssueFacts) -> dict[str, Any]:
    readers, line = facts.readers, facts.line
    return {
        "opened": of_those_reached(readers.opened, line).as_data(),
        "clicked": of_those_reached(readers.clicked, line).as_data(),
        "machines": readers.machines,
        "caveat": MACHINES,
    }


def document(facts: IssueFacts, *, tracked: bool) -> Document:
    """Return the report as tables; `tracked` says whether the office has opens counted."""
    line = facts.line
    first = line.first
    tables = [
        fates.table(line),
        _answers(facts, tracked=tracked),
        why.table("bounced", "Why messages bounced", facts.bounced),
        why.table("deferred", "Why messages are late", facts.deferred),
        why.table("refused", "Why the carrier refused", facts.refused),
        groups.table("providers", "By mail provider", "Provider", facts.providers, line),
        groups.table("segments", "By segment", "Segment", facts.segments, line),
        course.hours(facts),
        course.dispatches(facts),
    ]
    return Document(
        title=f"Report on the issue of {weekday(first.issue)}",
        subtitle=first.subject,
        about=tuple(_about(facts)),
        figures=_figures(facts),
        remarks=tuple(remarks_on(line)),
        tables=tuple(table for table in tables if table is not None),
    )


def _about(facts: IssueFacts) -> list[str]:
    line = facts.line
    first = line.first
    said = [
        (
            f"Sent by {_CARRIERS.get(first.transport, first.transport)} from {shown(first.began)}, London time. "
            f"{_STATES[line.dispatches[-1].state]}"
        )
    ]
    if first.is_rehearsal:
        said = [
            "This was a rehearsal: it was written to the folder outbox/, and nobody was mailed."
        ]
    elif not line.is_known:
        said.append(
            "What became of the messages after that is not known: no report of the carrier was "
            "taken in. Accepted means no more than that the carrier has them."
        )
    if facts.rehearsals and not first.is_rehearsal:
        said.append(on_rehearsals(facts.rehearsals))
    return said


def _figures(facts: IssueFacts) -> tuple[tuple[str, str], ...]:
    line = facts.line
    people = line.people
    rate = fates.delivery_rate(line)
    known = line.is_known
    total = sum(people.values())
    return (
        ("person" if total == 1 else "people", f"{total:,}"),
        (
            f"delivered, {percent(rate.share)} of what the carrier took" if known else "delivered",
            f"{arrived(people):,}" if known else UNKNOWN,
        ),
        ("bounced", f"{people.get('bounced', 0):,}" if known else UNKNOWN),
        ("complained", f"{people.get('complained', 0):,}" if known else UNKNOWN),
        ("unsubscribed", f"{line.left:,}"),
    )


def _answers(facts: IssueFacts, *, tracked: bool) -> Table | None:
    line = facts.line
    if line.first.is_rehearsal:
        return None
    complaints = line.people.get("complained", 0)
    rows = [
        _answer("Complained", complaints if line.is_known else None, facts),
        _answer("Unsubscribed", line.left, facts),
    ]
    notes = [
        (
            f"Unsubscribed are those who were sent it and left until {shown(line.until)}: within "
            f"{WINDOW.days} days, or until the next issue. Which issue they left over is not known."
        ),
        "Gmail does not tell who complained; its rate stands in Google’s Postmaster Tools.",
    ]
    if tracked and line.is_known:
        rows += [
            _answer("Opened", facts.readers.opened, facts),
            _answer("Clicked a link", facts.readers.clicked, facts),
        ]
        notes.append(MACHINES)
        if facts.readers.machines:
            notes.append(
                f"Left out are {facts.readers.machines:,} of whom only a machine opened it."
            )
    elif not tracked:
        notes.append("Opens and clicks are not counted: this office does not track its readers.")
    base = of_those_reached(0, line)
    return Table(
        key="answers",
        title="How readers answered",
        lead=f"Shares are of the {base.of:,} {base.base}."
        if base.of
        else f"Nobody is among the {base.base}, so there are no shares.",
        head=("Answer", "People", "Share"),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _answer(label: str, count: int | None, facts: IssueFacts) -> Row:
    if count is None:
        return Row(label, (number(None), share(None, "")))
    rate = of_those_reached(count, facts.line)
    part = rate.share if rate.of else None
    return Row(label, (number(count), share(part, percent(rate.share, exactly=3))))
