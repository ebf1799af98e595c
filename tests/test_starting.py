"""The first files are written whole, and never over others."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from newsletter import pipeline, starting
from newsletter.errors import ConfigurationError, MistakeError, NotAllowedError
from newsletter.files import OfficeFolder
from tests.drafting.test_office import ANSWERS, TODAY
from tests.drafting.word_files import word
from tests.offices import DAY, ISSUE, make_office

if TYPE_CHECKING:
    from pathlib import Path

NEXT = date(2019, 2, 25)


@pytest.fixture
def desk(tmp_path: Path) -> OfficeFolder:
    return OfficeFolder(make_office(tmp_path / "office"))


def test_a_new_issue_can_be_previewed_but_not_sent(desk: OfficeFolder) -> None:
    """It renders at once, and check stops at each TODO."""
    started = starting.start_issue(desk, NEXT)
    assert started.number == 269
    assert started.files == (desk.root / "issues" / "2019-02-25" / "issue.md",)
    draft = pipeline.prepare(desk, NEXT)
    assert draft.edition
    assert {finding.code for finding in draft.errors} == {"placeholder"}


def test_an_issue_is_never_written_over(desk: OfficeFolder) -> None:
    """Neither by a new one nor by a draft."""
    draft = desk.root / "draft.txt"
    draft.write_text("Hello")
    with pytest.raises(NotAllowedError, match="2019-02-18 already"):
        starting.start_issue(desk, DAY)
    with pytest.raises(NotAllowedError, match="2019-02-18 already"):
        starting.import_issue(desk, DAY, draft)
    assert desk.source(DAY) == ISSUE


def test_issues_that_cannot_be_read_are_passed_over(desk: OfficeFolder) -> None:
    """A broken one must not keep the next from being started."""
    for name, text in (("2019-02-20", b"broken"), ("2019-02-21", b"\xff"), ("2019-02-2x", b"")):
        (desk.root / "issues" / name).mkdir()
        (desk.root / "issues" / name / "issue.md").write_bytes(text)
    assert starting.start_issue(desk, NEXT).number == 269


def test_the_number_of_an_issue_with_mistakes_is_not_given_twice(desk: OfficeFolder) -> None:
    """The last issue may be half written when the next is begun."""
    half = desk.root / "issues" / "2019-02-20" / "issue.md"
    half.parent.mkdir()
    half.write_text(ISSUE.replace("number: 268", "number: 269").replace("subject:", "sbject:"))
    draft = desk.root / "draft.txt"
    draft.write_text("The lift")
    assert starting.start_issue(desk, NEXT).number == 270
    assert starting.import_issue(desk, date(2019, 2, 21), draft).number == 270


def test_without_an_office_no_issue_is_started(tmp_path: Path) -> None:
    """It would stand in a folder that nobody looks at."""
    with pytest.raises(ConfigurationError):
        starting.start_issue(OfficeFolder(tmp_path), NEXT)
    assert list(tmp_path.iterdir()) == []


def test_a_word_document_becomes_an_issue(desk: OfficeFolder) -> None:
    """With its title as the subject, and what Word says that it lost."""
    draft = desk.root / "draft.docx"
    draft.write_bytes(word("Trains &amp; buses", style="Heading1"))
    assert starting.import_issue(desk, NEXT, draft).lost == ()
    assert 'subject: "Trains & buses"' in desk.source(NEXT)
    draft.write_bytes(word("Odd", "•\tone", style="Fancy"))
    assert starting.import_issue(desk, date(2019, 3, 4), draft).lost == (
        "Word’s style “Fancy quote”: its words stand as ordinary ones.",
    )
    assert "- one" in desk.source(date(2019, 3, 4))
    draft.write_bytes(word("Odd", style="Gone"))
    assert starting.import_issue(desk, date(2019, 3, 11), draft).lost == (
        "Word’s style “Gone”: its words stand as ordinary ones.",
    )
    broken = '</w:t></w:r><w:r><w:br w:type="odd"/></w:r><w:r><w:t>'
    draft.write_bytes(word(f"T{broken}x"))
    (sentence,) = starting.import_issue(desk, date(2019, 3, 18), draft).lost
    assert sentence.startswith("Something in Word that has no place here (Unsupported break")


def test_pictures_of_a_draft_lie_beside_the_issue(desk: OfficeFolder) -> None:
    """Under the names that the text gives them."""
    draft = desk.root / "draft.html"
    draft.write_text('<h1>T</h1><img alt="x" src="data:image/png;base64,YWJj">')
    started = starting.import_issue(desk, NEXT, draft)
    assert [path.name for path in started.files] == ["issue.md", "picture-1.png"]
    assert started.files[1].read_bytes() == b"abc"


def test_text_of_old_windows_is_read(desk: OfficeFolder) -> None:
    """Its dashes and quotation marks, too."""
    draft = desk.root / "draft.txt"
    draft.write_bytes("Caffè – “good”".encode("cp1252"))
    starting.import_issue(desk, NEXT, draft)
    assert "Caffè – “good”" in desk.source(NEXT)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_text_of_new_windows_is_read(desk: OfficeFolder, encoding: str) -> None:
    """What its editor calls “Unicode” is UTF-16."""
    draft = desk.root / "draft.txt"
    draft.write_bytes("Caffè – “good”, ŵyr".encode(encoding))
    starting.import_issue(desk, NEXT, draft)
    assert "Caffè – “good”, ŵyr" in desk.source(NEXT)


def test_a_draft_writes_over_no_picture(desk: OfficeFolder) -> None:
    """Its folder may be there before it, with pictures of the same names."""
    theirs = desk.root / "issues" / "2019-02-25" / "picture-1.png"
    theirs.parent.mkdir()
    theirs.write_bytes(b"theirs")
    draft = desk.root / "draft.html"
    draft.write_text('<h1>A</h1><img src="data:image/png;base64,YWJj" alt="B">', "utf-8")
    with pytest.raises(NotAllowedError, match=r"picture-1\.png in issues/2019-02-25 already"):
        starting.import_issue(desk, NEXT, draft)
    assert theirs.read_bytes() == b"theirs"
    assert [path.name for path in theirs.parent.iterdir()] == ["picture-1.png"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("draft.pdf", b"", "draft.pdf is of no kind that can be taken in"),
        ("draft.docx", b"no zip", "draft.docx is no Word document that can be read"),
        ("draft.txt", b"\x81", "draft.txt is no text that can be read"),
        ("draft.txt", b"A\0B\0", "draft.txt is no text that can be read"),
        ("none.txt", None, "none.txt cannot be read: No such file or directory"),
    ],
)
def test_a_draft_that_cannot_be_read_is_told(
    desk: OfficeFolder, name: str, data: bytes | None, says: str
) -> None:
    """With what to do, and nothing is written."""
    if data is not None:
        (desk.root / name).write_bytes(data)
    with pytest.raises(MistakeError) as caught:
        starting.import_issue(desk, NEXT, desk.root / name)
    assert caught.value.message == says
    assert caught.value.hint
    assert not (desk.root / "issues" / "2019-02-25").exists()


def test_a_draft_that_is_too_large_is_told(
    desk: OfficeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before all of it is in memory."""
    monkeypatch.setattr(starting, "LARGEST_DRAFT", 10)
    (desk.root / "draft.txt").write_bytes(b"x" * 11)
    with pytest.raises(MistakeError, match="larger than"):
        starting.import_issue(desk, NEXT, desk.root / "draft.txt")


def test_a_new_office_is_complete(tmp_path: Path) -> None:
    """Its first issue renders, and its database would never be committed."""
    root = tmp_path / "new" / "office"
    started = starting.start_office(root, ANSWERS, TODAY)
    assert [path.name for path in started.files] == [
        "office.yaml",
        "subscribers.example.csv",
        ".gitignore",
    ]
    desk = OfficeFolder(root)
    starting.start_issue(desk, NEXT)
    assert pipeline.prepare(desk, NEXT).edition
    assert "newsletter.db*" in (root / ".gitignore").read_text().split("\n")


def test_an_office_is_never_written_over(tmp_path: Path) -> None:
    """And other files of the folder stay as they are."""
    (tmp_path / ".gitignore").write_text("mine")
    starting.start_office(tmp_path, ANSWERS, TODAY)
    assert (tmp_path / ".gitignore").read_text() == "mine"
    with pytest.raises(NotAllowedError, match="There is an office"):
        starting.start_office(tmp_path, ANSWERS, TODAY)


def test_an_answer_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """Whoever calls this without asking first."""
    with pytest.raises(MistakeError) as caught:
        starting.start_office(tmp_path, {**ANSWERS, "email": "x"}, TODAY)
    assert caught.value.findings
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_nobody_may_write_is_told(tmp_path: Path) -> None:
    """A file stands where the folder would."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        starting.start_office(tmp_path / "taken" / "office", ANSWERS, TODAY)
    desk = OfficeFolder(make_office(tmp_path / "office"))
    (desk.root / "issues" / "2019-02-25").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        starting.start_issue(desk, NEXT)
