"""An office's folder is read as it is, and nothing outside it is."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from newsletter.authoring.issue import Issue
from newsletter.authoring.text import LARGEST
from newsletter.errors import ConfigurationError, MistakeError
from newsletter.files import LOGO_WIDTH, OfficeFolder
from tests.offices import DAY, ISSUE, OFFICE, make_office
from tests.rendering.test_pictures import noise, saved

if TYPE_CHECKING:
    from pathlib import Path

LARGE = saved(noise(1_400, 700), "JPEG")


@pytest.fixture
def desk(tmp_path: Path) -> OfficeFolder:
    return OfficeFolder(make_office(tmp_path / "office"))


def read(desk: OfficeFolder) -> Issue:
    issue, findings = desk.issue(DAY)
    assert issue is not None, findings
    return issue


def write_issue(desk: OfficeFolder, text: str | bytes) -> Path:
    path = desk.root / "issues" / "2019-02-18" / "issue.md"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_office_and_issue_are_read(desk: OfficeFolder) -> None:
    """The date of an issue is its folder's name."""
    assert desk.office().name == "Robin Halloway"
    assert (read(desk).date, read(desk).front.number) == (DAY, 268)


def test_the_folder_may_be_reached_by_a_link(desk: OfficeFolder, tmp_path: Path) -> None:
    """Many an office's folder lies on a shared disk."""
    (tmp_path / "link").symlink_to(desk.root)
    linked = OfficeFolder(tmp_path / "link")
    assert linked.office() == desk.office()
    assert read(linked) == read(desk)


def test_a_link_that_stays_inside_is_followed(desk: OfficeFolder) -> None:
    """One picture may serve many issues."""
    target = desk.root / "shared.jpg"
    target.write_bytes(LARGE)
    path = write_issue(desk, f"{ISSUE}\n![Noise](a.jpg)\n").parent / "a.jpg"
    path.symlink_to(target)
    pictures, findings = desk.pictures(read(desk), desk.office())
    assert findings == []
    assert list(pictures) == ["a.jpg"]


@pytest.mark.parametrize("size", [LARGEST + 1, LARGEST * 3])
def test_a_file_that_is_too_long_is_not_read_to_its_end(desk: OfficeFolder, size: int) -> None:
    """Somebody saved the wrong thing under its name."""
    path = write_issue(desk, "")
    with path.open("wb") as opened:
        opened.truncate(size)
    issue, findings = desk.issue(DAY)
    assert issue is None
    assert findings
    (desk.root / "office.yaml").write_bytes(b"#" * size)
    with pytest.raises(ConfigurationError) as caught:
        desk.office()
    assert caught.value.findings


def test_an_issue_that_is_not_there_is_answered_with_the_last_ones(desk: OfficeFolder) -> None:
    """Eight of them: the right one is probably among them."""
    for month in range(1, 11):
        folder = desk.root / "issues" / f"2018-{month:02}-01"
        folder.mkdir()
        (folder / "issue.md").write_text(ISSUE)
    (desk.root / "issues" / "2018-12-01").mkdir()
    with pytest.raises(MistakeError, match="There is no issue of 2018-12-01") as caught:
        desk.issue(DAY.replace(year=2018, month=12, day=1))
    assert caught.value.hint == (
        "There are: 2018-04-01, 2018-05-01, 2018-06-01, 2018-07-01, 2018-08-01, 2018-09-01, "
        "2018-10-01, 2019-02-18."
    )


def test_without_any_issue_one_is_told_where_to_write_it(tmp_path: Path) -> None:
    """The very first time."""
    with pytest.raises(MistakeError) as caught:
        OfficeFolder(tmp_path).issue(DAY)
    assert caught.value.hint == "Write issues/2019-02-18/issue.md."
    assert caught.value.file == "issues/2019-02-18/issue.md"


def test_pictures_and_logo_are_prepared_for_where_they_are_shown(desk: OfficeFolder) -> None:
    """Each is read once, at the width that it is shown at."""
    write_issue(desk, f"{ISSUE}\n![Noise](a.jpg)\n\n![Noise](a.jpg)\n")
    (desk.root / "issues" / "2019-02-18" / "a.jpg").write_bytes(LARGE)
    (desk.root / "logo.jpg").write_bytes(LARGE)
    (desk.root / "office.yaml").write_text(f"{OFFICE}look: {{logo: logo.jpg}}\n")
    pictures, findings = desk.pictures(read(desk), desk.office())
    assert findings == []
    assert {name: picture.width for name, picture in pictures.items()} == {
        "a.jpg": 552,
        "logo.jpg": LOGO_WIDTH,
    }


def test_every_picture_that_is_wrong_is_told_at_once(desk: OfficeFolder) -> None:
    """With the line that asks for it; the logo's is in office.yaml."""
    write_issue(desk, f"{ISSUE}\n![A](a.jpg)\n\n![B](b.jpg)\n\n![C](c.jpg)\n\n![D](d.jpg)\n")
    folder = desk.root / "issues" / "2019-02-18"
    (folder / "a.jpg").write_bytes(b"")
    os.mkfifo(folder / "b.jpg")
    (folder / "c.jpg").symlink_to("/etc/hostname")
    (desk.root / "office.yaml").write_text(f"{OFFICE}look: {{logo: logo.jpg}}\n")
    pictures, findings = desk.pictures(read(desk), desk.office())
    assert pictures == {}
    assert [(finding.place, finding.message) for finding in findings] == [
        ("issue.md:12", "The picture “a.jpg” cannot be read"),
        ("issue.md:14", "b.jpg is not a file"),
        ("issue.md:16", "c.jpg is a link that leads out of the office's folder"),
        ("issue.md:18", "There is no picture “d.jpg”"),
        ("office.yaml", "There is no picture “logo.jpg”"),
    ]
    assert all(finding.hint for finding in findings)


def test_an_offices_own_template_goes_before_the_one_that_came_with_us(
    desk: OfficeFolder,
) -> None:
    """File by file, and notes beside them are no templates."""
    (desk.root / "templates").mkdir()
    (desk.root / "templates" / "subject.txt.j2").write_text("Own")
    (desk.root / "templates" / "README.md").write_text("Notes")
    sources = desk.templates().sources
    assert sources["subject.txt.j2"] == "Own"
    assert sources["email.mjml.j2"]
    assert "README.md" not in sources


def test_a_template_in_another_encoding_is_named(desk: OfficeFolder) -> None:
    """An editor on an old machine saved it."""
    (desk.root / "templates").mkdir()
    (desk.root / "templates" / "subject.txt.j2").write_bytes("Caffè".encode("latin-1"))
    with pytest.raises(MistakeError) as caught:
        desk.templates()
    assert caught.value.file == "templates/subject.txt.j2"
    assert caught.value.findings


def test_what_a_render_made_is_replaced_as_a_whole(desk: OfficeFolder) -> None:
    """Nobody takes an old picture for a new one."""
    first = desk.builds.write(DAY, {"a": "é"}, {"email.txt": b"one"}, {"p.png": b"1"})
    folder = desk.root / "build" / "2019-02-18"
    assert first == [folder / "email.txt", folder / "findings.json"]
    assert (folder / "pictures" / "p.png").read_bytes() == b"1"
    assert json.loads((folder / "findings.json").read_text()) == {"a": "é"}
    assert desk.builds.write(DAY, {}, {}, {}) == [folder / "findings.json"]
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["findings.json"]


@pytest.mark.parametrize("where", ["build", "build/2019-02-18"])
def test_what_is_no_folder_is_not_replaced(desk: OfficeFolder, where: str) -> None:
    """It is somebody's, or leads somewhere else."""
    path = desk.root / where
    path.parent.mkdir(exist_ok=True)
    path.write_text("somebody's")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        desk.builds.write(DAY, {}, {}, {})
    assert path.read_text() == "somebody's"
    path.unlink()
    elsewhere = desk.root / "elsewhere"
    (elsewhere / "2019-02-18").mkdir(parents=True)
    (elsewhere / "2019-02-18" / "kept").write_text("kept")
    if where == "build/2019-02-18":
        path.symlink_to(elsewhere / "2019-02-18")
        with pytest.raises(ConfigurationError, match="cannot be written"):
            desk.builds.write(DAY, {}, {}, {})
        assert (elsewhere / "2019-02-18" / "kept").exists()


def test_the_logo_is_read_where_there_is_one(desk: OfficeFolder) -> None:
    """The web site shows it; a page is better without than not at all."""
    office = desk.office()
    assert desk.logo(office) is None
    with_logo = office.model_copy(
        update={"look": office.look.model_copy(update={"logo": "logo.png"})}
    )
    assert desk.logo(with_logo) is None
    (desk.root / "logo.png").write_bytes(saved(noise(300, 300), "PNG"))
    found = desk.logo(with_logo)
    assert found is not None
    assert (found.width, found.height) == (LOGO_WIDTH, LOGO_WIDTH)


def test_an_office_has_templates_in_folders_and_languages_of_its_own(desk: OfficeFolder) -> None:
    """Each takes the place of ours of the same name; all others stay."""
    for name, text in (
        ("templates/site/welcome.html.j2", "Come in"),
        ("translations/gd/LC_MESSAGES/newsletter.po", 'msgid "Join"\nmsgstr "Gabh"\n'),
    ):
        path = desk.root / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    sources = desk.templates().sources
    assert sources["site/welcome.html.j2"] == "Come in"
    assert {"site/layout.html.j2", "email.mjml.j2"} <= sources.keys()
    assert desk.catalogues() == {"gd": 'msgid "Join"\nmsgstr "Gabh"\n'}


def test_a_translation_that_is_no_text_is_told(desk: OfficeFolder) -> None:
    """It was saved by a program in an encoding of the past."""
    path = desk.root / "translations" / "gd" / "LC_MESSAGES" / "newsletter.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\xfe\x00m")
    with pytest.raises(ConfigurationError) as caught:
        desk.catalogues()
    assert caught.value.file == "newsletter.po"
