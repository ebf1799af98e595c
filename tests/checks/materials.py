"""Make material for checks out of a few lines of an issue."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from newsletter.authoring.issue import parse_issue
from newsletter.authoring.office import parse_office
from newsletter.checks import rules
from newsletter.checks.registry import Material
from newsletter.rendering.edition import Edition, Sender
from tests.offices import OFFICE

if TYPE_CHECKING:
    from newsletter.checks.registry import Spot
    from newsletter.rendering.pictures import PictureFile

DAY = date(2019, 2, 18)

FRONT = """\
---
number: 268
subject: Your trains and a vote that matters
preheader: What I asked the Secretary of State on Tuesday
funding: parliamentary
---

# Your trains

"""
BODY_LINE = FRONT.count("\n") + 1
"""The line of issue.md that a body given to `material` begins in."""


def material(
    body: str = "",
    *,
    front: str = FRONT,
    office: str = OFFICE,
    pictures: tuple[PictureFile, ...] = (),
    last_subject: str = "",
    parts: tuple[str, str, str] = ("", "", ""),
) -> Material:
    """Return what checks look at; `parts` are the HTML, the text and the web page."""
    source = f"{front}{body}\n"
    issue, findings = parse_issue(source, DAY)
    assert issue is not None, findings
    kept, findings = parse_office(office)
    assert kept is not None, findings
    html, text, web = parts
    edition = Edition(
        issue=DAY,
        subject=issue.front.subject,
        preheader=issue.front.preheader,
        html=html,
        text=text,
        web=web,
        sender=Sender(kept.sender.name, kept.sender.email, kept.sender.reply_to),
        list_id="",
    )
    return Material(
        issue, kept, edition, source=source, pictures=pictures, last_subject=last_subject
    )


def spots(code: str, looked_at: Material) -> list[Spot]:
    """Return where one check finds something."""
    (found,) = (item for item in rules() if item.code == code)
    return list(found.judge(looked_at))
