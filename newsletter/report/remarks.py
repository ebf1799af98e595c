"""Say what somebody should do about an issue: decide, go on, mend, or look more closely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.report.rates import Level, Rate, complaint_level, left_office, of_those_reached
from newsletter.report.rates import percent as in_percent
from newsletter.report.tables import Remark, Weight, quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.report.facts import IssueLine

BOUNCES = 0.02
"""The share of bounces from which a list is in bad order, and providers notice."""

_FEW = 1_000  # messages, of which a single complaint is the limit


def remarks_on(line: IssueLine) -> Iterator[Remark]:
    """Yield what is to be known and done, the gravest first."""
    if line.first.is_rehearsal:
        return
    yield from _complaints(line)
    yield from _open(line)
    yield from _bounces(line)
    if not line.is_known and line.dispatches[-1].state != "scheduled":
        yield Remark(Weight.NOTE, _no_reports(line))


def on_rehearsals(count: int) -> str:
    """Say how many rehearsals there have been, which are in no other number."""
    return f"Rehearsals are not counted; there {'has' if count == 1 else 'have'} been {count:,}."


def _complaints(line: IssueLine) -> Iterator[Remark]:
    rate = of_those_reached(line.people.get("complained", 0), line)
    level = complaint_level(line)
    if level in {Level.UNKNOWN, Level.FINE}:
        return
    said = f"{rate.count:,} of {rate.of:,} {rate.base} complained: {in_percent(rate.share, exactly=3)}"
    if level is Level.ALARM:
        yield Remark(
            Weight.ALARM,
            f"{said}. From 0.3 % on, Google and Yahoo block senders. Before the next issue, look "
            "whether all of them asked for it, and how easily they can leave." + _few(rate),
        )
    else:
        yield Remark(
            Weight.WATCH,
            f"{said}. Google and Yahoo ask for less than 0.1 %. Watch the next issues."
            + _few(rate),
        )


def _few(rate: Rate) -> str:
    """Return what has to be known where a single person makes the rate."""
    return " With so few messages, one person’s click is enough." if rate.of < _FEW else ""


def _open(line: IssueLine) -> Iterator[Remark]:
    issue = line.first.issue.isoformat()
    people = line.people
    if people.get("uncertain"):
        yield Remark(
            Weight.WATCH,
            f"{people['uncertain']:,} may have got it or not. If no report comes, decide: "
            f"newsletter send --issue {issue} --resend-uncertain (some may get it twice), or "
            "--accept-uncertain (some may not get it).",
        )
    undone = people.get("waiting", 0) + people.get("refused", 0)
    if undone:
        yield _of_the_others(line, undone)


def _of_the_others(line: IssueLine, undone: int) -> Remark:
    """Say how those get the issue who have not got it, if they are to."""
    issue, last = line.first.issue.isoformat(), line.dispatches[-1]
    if last.state == "cancelled":
        return Remark(Weight.NOTE, f"{undone:,} did not get it: it was cancelled.")
    if not (last.counts.get("waiting") or last.counts.get("refused")):
        return Remark(
            Weight.WATCH,
            f"{quantity(undone, 'was', 'were')} not reached before a correction followed: newsletter "
            f"send --issue {issue} --new-only gives it to them.",
        )
    return Remark(
        Weight.WATCH,
        f"{quantity(undone, 'is waiting or was', 'are waiting or were')} refused: newsletter send "
        f"--issue {issue} goes on.",
    )


def _bounces(line: IssueLine) -> Iterator[Remark]:
    rate = Rate(line.people.get("bounced", 0), left_office(line.people), "accepted")
    if rate.share >= BOUNCES:
        yield Remark(
            Weight.WATCH,
            f"{in_percent(rate.share)} of what the carrier took bounced; above "
            f"{in_percent(BOUNCES)} providers take a "
            "sender for a careless one. The reasons below say where to look.",
        )


def _no_reports(line: IssueLine) -> str:
    if line.first.transport == "sendgrid":
        return (
            "No report of SendGrid was taken in. newsletter serve takes them as they come, and "
            "newsletter events import takes a file of them."
        )
    return (
        "A mail server reports nothing: bounces come as messages to the sender’s mailbox. Look "
        "there, and run newsletter subscribers suppress for each."
    )
