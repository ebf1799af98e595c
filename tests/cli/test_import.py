"""`newsletter import` starts an issue from a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.commands import Office

DRAFT = "<h1>Our trains</h1><p><u>They</u> run.</p>"


def test_it_says_what_it_wrote_and_what_it_could_not_keep(office: Office) -> None:
    """Every sentence that somebody has to act on."""
    office.write("draft.html", DRAFT)
    outcome = office("import", "draft.html", "2019-02-25")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "Issue 269 is started from draft.html.",
        "  issues/2019-02-25/issue.md",
        "Not kept: Underlining: readers take it for a link.",
        "See it while you write: newsletter preview --issue 2019-02-25",
    ]
    text = (office.folder / "issues" / "2019-02-25" / "issue.md").read_text("utf-8")
    assert text.endswith("---\n\n# Our trains\n\nThey run.\n")


def test_programs_are_told_too(office: Office) -> None:
    """One document on stdout, and nothing else."""
    office.write("draft.html", DRAFT)
    assert office("import", "draft.html", "2019-02-25", "--json").document == {
        "issue": "2019-02-25",
        "number": 269,
        "files": ["issues/2019-02-25/issue.md"],
        "lost": ["Underlining: readers take it for a link."],
    }


def test_a_draft_that_is_not_there_is_told(office: Office) -> None:
    """Exit 1, with the file's name."""
    outcome = office("import", "draft.txt", "2019-02-25")
    assert outcome.code == 1
    assert "draft.txt cannot be read" in outcome.err
