"""Check that mail programs will show all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.checks.registry import Material, check
from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

GMAIL_CLIPS_AT = 102_000  # bytes of HTML, style blocks and attributes included
NEARLY = 90_000  # bytes: personal values and the carrier's own additions still come


@check
def gmail_shows_all(material: Material) -> Iterator[Finding]:
    """Gmail cuts off a longer email, and with it the unsubscribe link and the imprint."""
    size = len(material.edition.html.encode())
    if size >= GMAIL_CLIPS_AT:
        yield Finding(
            "too-long-for-gmail",
            Severity.ERROR,
            f"The email is {size:,} bytes long, and Gmail cuts it off at {GMAIL_CLIPS_AT:,}.",
            "Shorten it, or put a part on the website and link to it.",
            "issue.md",
        )
    elif size >= NEARLY:
        yield Finding(
            "nearly-too-long-for-gmail",
            Severity.WARNING,
            f"The email is {size:,} bytes long; from {GMAIL_CLIPS_AT:,} on Gmail cuts it off.",
            "Shorten it a little.",
            "issue.md",
        )
