"""Describe a screen to the page: everything but the email itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.authoring.issue import FILE as ISSUE_FILE
from newsletter.rendering.view import page_url
from newsletter.rendering.words import size, weekday
from newsletter.web.preview.passages import is_front_matter, passages

if TYPE_CHECKING:
    from newsletter.findings import Finding
    from newsletter.pipeline import Draft
    from newsletter.rendering.edition import Edition
    from newsletter.web.preview.studio import Screen


def document(screen: Screen) -> dict[str, Any]:
    """Return what an event carries; `findings` are null while they are being looked for."""
    draft = screen.draft
    found = [_finding(item, screen.source) for item in screen.findings]
    return {
        "issue": screen.day.isoformat(),
        "date": weekday(screen.day),
        "serial": screen.serial,
        "mistakes": [_finding(item, screen.source) for item in screen.mistakes],
        "findings": found if screen.is_checked else None,
        "edition": _edition(draft, draft.edition) if draft and draft.edition else None,
        "reading": {"words": screen.words, "minutes": screen.minutes},
    }


def _edition(draft: Draft, edition: Edition) -> dict[str, Any]:
    weight = sum(len(picture.data) for picture in draft.pictures)
    return {
        "digest": edition.digest,
        "subject": edition.subject,
        "preheader": edition.preheader,
        "sender": edition.sender.name,
        "address": edition.sender.email,
        "link": page_url(draft.office, draft.day),
        "segment": draft.segment,
        "sizes": {
            "html": size(len(edition.html.encode())),
            "text": size(len(edition.text.encode())),
            "pictures": size(weight),
        },
        "bytes": len(edition.html.encode()),
        "pictures": len(draft.pictures),
    }


def _finding(finding: Finding, source: str) -> dict[str, Any]:
    """Return a finding with what the page looks for to show its place."""
    is_here = finding.file == ISSUE_FILE and finding.line is not None
    line = finding.line or 0
    is_above = is_here and is_front_matter(source, line)
    found = passages(source, line, finding.message) if is_here and not is_above else []
    return {
        **finding.as_data(),
        "place": finding.place,
        "is_in_inbox": is_above,
        "passages": [passage.as_data() for passage in found],
    }
