"""Old addresses of issues are read with care: each leads to one issue, and hides none."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.authoring.office import parse_office
from tests.offices import OFFICE

OURS = "“path”: this address is one of the new site’s own"
HERE = "Item 1 of “moved”: its path is where the issue stands now"


def test_an_old_address_may_have_a_date_in_it() -> None:
    """As the address of a page on many old sites has: only the issue's own needs no help."""
    paths = ("/2018-03-09/old.html", "/2018-03-09/", "/2018-03-09/pictures.html")
    lines = "".join(f"  - {{path: {path}, issue: 2018-03-08}}\n" for path in paths)
    office, findings = parse_office(f"{OFFICE}moved:\n{lines}")
    assert office is not None, findings
    assert tuple(each.path for each in office.moved) == paths


def test_old_addresses_are_read() -> None:
    """As many as there were issues."""
    office, findings = parse_office(
        f"{OFFICE}moved:\n"
        "  - {path: /newsletters/268.html, issue: 2019-02-18}\n"
        "  - {path: /news/march/, issue: 2019-03-08}\n"
    )
    assert office is not None, findings
    assert [(each.path, each.issue) for each in office.moved] == [
        ("/newsletters/268.html", date(2019, 2, 18)),
        ("/news/march/", date(2019, 3, 8)),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{path: newsletters/268, issue: 2019-02-18}", "“path”: this is not the path of a page"),
        ("{path: /a?id=1, issue: 2019-02-18}", "“path”: this is not the path of a page"),
        ("{path: /a/../b, issue: 2019-02-18}", "“path”: this is not the path of a page"),
        ("{path: /, issue: 2019-02-18}", "“path”: this is not the path of a page"),
        ("{path: //a, issue: 2019-02-18}", "“path”: this is not the path of a page"),
        ("{path: /2019-02-18/, issue: 2019-02-18}", HERE),
        ("{path: /2019-02-18, issue: 2019-02-18}", HERE),
        ("{path: /2019-02-18/index.html, issue: 2019-02-18}", HERE),
        ("{path: /join, issue: 2019-02-18}", OURS),
        ("{path: /privacy/, issue: 2019-02-18}", OURS),
        ("{path: /2018-03-09/pictures/old.html, issue: 2019-02-18}", OURS),
        ("{path: /2018-03-09/edition-1/, issue: 2019-02-18}", OURS),
        ("{path: /a, issue: soon}", "“issue”: “soon” is not a date"),
        ("{path: /a}", "“issue” is missing"),
        (
            "{path: /a, issue: 2019-02-18}\n  - {path: /a/, issue: 2019-03-08}",
            "“moved”: /a stands here twice",
        ),
    ],
)
def test_what_leads_nowhere_is_told(line: str, message: str) -> None:
    """In the words of whoever reads office.yaml."""
    office, findings = parse_office(f"{OFFICE}moved:\n  - {line}\n")
    assert (office, [finding.message for finding in findings]) == (None, [message])
