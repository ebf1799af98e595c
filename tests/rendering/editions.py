"""Render small issues with the templates of this repository."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from newsletter.authoring.issue import Issue, parse_issue
from newsletter.authoring.office import Office, parse_office
from newsletter.rendering.edition import Edition
from newsletter.rendering.pictures import PictureFile
from newsletter.rendering.render import render
from newsletter.rendering.templates import Templates
from tests.offices import DAY, FRONT, OFFICE

ROOT = Path(__file__).parents[2]

SAMPLES = {
    "2019-02-18": ROOT / "issues" / "2019-02-18" / "issue.md",
    "2019-03-08": ROOT / "issues" / "2019-03-08" / "issue.md",
    "torture": ROOT / "tests" / "torture" / "issue.md",
}


def read_issue(text: str, day: date = DAY) -> Issue:
    """Return the issue, which must be without a mistake."""
    issue, findings = parse_issue(text, day)
    assert issue is not None, findings
    return issue


def read_office(text: str = OFFICE) -> Office:
    """Return the office, which must be without a mistake."""
    office, findings = parse_office(text)
    assert office is not None, findings
    return office


def make_edition(body: str, *, office: str = OFFICE) -> Edition:
    """Return the edition of an issue called “Trains” with this body."""
    return render_text(f"{FRONT}\n# Trains\n\n{body}\n", read_office(office), DAY)


@cache
def sample_edition(name: str) -> Edition:
    """Return a sample's edition, or the torture issue's."""
    office = read_office((ROOT / "office.yaml").read_text(encoding="utf-8"))
    day = date.fromisoformat(name) if name[0].isdigit() else DAY
    return render_text(SAMPLES[name].read_text(encoding="utf-8"), office, day)


def render_text(text: str, office: Office, day: date) -> Edition:
    """Return the edition of an issue as written; its pictures are only named."""
    issue = read_issue(text, day)
    names = [*issue.pictures, *([office.look.logo] if office.look.logo else [])]
    return render(
        issue,
        office,
        templates=templates(),
        pictures={name: PictureFile(f"x-{name}", 552, 310, b"") for name in names},
    )


@cache
def templates() -> Templates:
    """Return the templates of this repository."""
    folder = ROOT / "templates"
    return Templates({path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.j2")})
