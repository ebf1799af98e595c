"""Check that mail programs will show all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.checks.registry import Material, Spot, rule
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

GMAIL_CLIPS_AT = 102_000  # bytes of HTML, style blocks and attributes included
NEARLY = 90_000  # bytes: personal values and the carrier's own additions still come


@rule(
    "too-long-for-gmail",
    Severity.ERROR,
    reason="Gmail cuts a longer email off, and with it the imprint and the unsubscribe link.",
    source="email-bugs #41 and #56 on GitHub",
)
def gmail_shows_all(material: Material) -> Iterator[Spot]:
    """Count the bytes of the HTML part."""
    size = len(material.edition.html.encode())
    if size >= GMAIL_CLIPS_AT:
        yield Spot(
            f"The email is {size:,} bytes long, and Gmail cuts it off at {GMAIL_CLIPS_AT:,}.",
            "Shorten it, or put a part on the website and link to it.",
            "issue.md",
        )


@rule(
    "nearly-too-long-for-gmail",
    Severity.WARNING,
    reason="Personal values and the carrier's own additions still come on top.",
    source="email-bugs #41 and #56 on GitHub",
)
def gmail_has_room_left(material: Material) -> Iterator[Spot]:
    """Warn before it is too late."""
    size = len(material.edition.html.encode())
    if NEARLY <= size < GMAIL_CLIPS_AT:
        yield Spot(
            f"The email is {size:,} bytes long; from {GMAIL_CLIPS_AT:,} on Gmail cuts it off.",
            "Shorten it a little.",
            "issue.md",
        )
