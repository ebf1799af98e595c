"""The studio shows the newest draft, and says why where there is none."""

from __future__ import annotations

import shutil
from threading import Event, Semaphore
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from newsletter.files import OfficeFolder
from newsletter.web.preview.desk import RememberingFolder
from newsletter.web.preview.studio import Screen, Studio
from newsletter.web.preview.watching import Watcher
from tests.offices import DAY, ISSUE, make_office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newsletter.authoring.office import Office

FILE = f"issues/{DAY.isoformat()}/issue.md"
LONGEST = 60  # seconds, for a machine that is busy with something else


class Told:
    """Wait until a screen is as wanted."""

    def __init__(self, folder: Path, desk: OfficeFolder | None = None) -> None:
        self.folder = folder
        self._news = Event()
        self.studio = Studio(desk or RememberingFolder(folder), self._news.set)

    def screen(self, wanted: Callable[[Screen], bool]) -> Screen:
        for _ in range(200):
            screen = self.studio.screen(DAY)
            if wanted(screen):
                return screen
            assert self._news.wait(LONGEST)
            self._news.clear()
        pytest.fail("it never came")

    def write(self, text: str) -> None:
        (self.folder / FILE).write_text(text, encoding="utf-8")
        self.studio.refresh()


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    one = Told(make_office(tmp_path / "office"))
    one.studio.open()
    with one.studio.follow(DAY):
        yield one
    one.studio.close()


def good(screen: Screen) -> bool:
    return screen.is_checked and not screen.mistakes


def broken(screen: Screen) -> bool:
    return bool(screen.mistakes)


def test_an_issue_is_rendered_once_it_is_followed(tmp_path: Path) -> None:
    """Before, there is nothing, and nobody waits."""
    studio = Studio(RememberingFolder(make_office(tmp_path / "office")), lambda: None)
    assert studio.screen(DAY) == Screen(DAY)


def test_the_last_good_email_stays_while_there_are_mistakes(told: Told) -> None:
    """With the sentence, the line and the text as it is now."""
    first = told.screen(good)
    text = ISSUE.replace("268", "many")
    told.write(text)
    screen = told.screen(broken)
    assert screen.draft == first.draft
    assert screen.source == text
    assert [finding.place for finding in screen.mistakes] == ["issue.md:2"]
    told.write(ISSUE)
    assert told.screen(good).draft == first.draft


def test_an_issue_that_vanishes_is_told_and_comes_back(told: Told) -> None:
    """An editor may be about to put it there again."""
    told.screen(good)
    (told.folder / FILE).unlink()
    told.studio.refresh()
    screen = told.screen(broken)
    assert [finding.message for finding in screen.mistakes] == ["There is no issue of 2019-02-18"]
    told.write(ISSUE)
    told.screen(good)


def test_a_broken_office_is_told_by_its_lines(told: Told) -> None:
    """With all findings, not only that there are some."""
    told.screen(good)
    office = (told.folder / "office.yaml").read_text("utf-8")
    (told.folder / "office.yaml").write_text(office.replace("approvals: 0", "approvals: x"))
    told.studio.refresh()
    assert [finding.file for finding in told.screen(broken).mistakes] == ["office.yaml"]


def test_what_nobody_foresaw_is_told_too(tmp_path: Path) -> None:
    """The page goes on, and so does the thread that renders."""

    class Failing(OfficeFolder):
        __slots__ = ()

        @override
        def office(self) -> Office:
            raise ZeroDivisionError

    folder = make_office(tmp_path / "office")
    one = Told(folder, Failing(folder))
    one.studio.open()
    with one.studio.follow(DAY):
        screen = one.screen(broken)
        assert "(ZeroDivisionError)" in screen.mistakes[0].message
        before = screen.serial
        one.studio.refresh()
        one.screen(lambda screen: screen.serial > before)
    one.studio.close()


def test_a_picture_is_prepared_again_only_when_it_changed(tmp_path: Path) -> None:
    """To scale a photograph takes longer than everything else."""
    folder = make_office(tmp_path / "office", issue=ISSUE + "\n![Dusk](dusk.png)\n")
    shutil.copy("logo.png", folder / "issues" / DAY.isoformat() / "dusk.png")
    desk = RememberingFolder(folder)
    issue, _ = desk.issue(DAY)
    assert issue
    first, _ = desk.pictures(issue, desk.office())
    again, _ = desk.pictures(issue, desk.office())
    assert again["dusk.png"] is first["dusk.png"]
    shutil.copy("issues/2019-03-08/platform.png", folder / "issues" / "2019-02-18" / "dusk.png")
    other, _ = desk.pictures(issue, desk.office())
    assert other["dusk.png"].file != first["dusk.png"].file
    (folder / "issues" / DAY.isoformat() / "dusk.png").unlink()
    none, findings = desk.pictures(issue, desk.office())
    assert none == {}
    assert [finding.code for finding in findings] == ["picture-missing"]


def test_only_what_somebody_writes_is_noticed(tmp_path: Path) -> None:
    """Not the database, not an editor's own files, not what was built."""
    folder = make_office(tmp_path / "office")
    told = Semaphore(0)
    watcher = Watcher(folder, told.release)
    watcher.open()
    for _ in ("the office's folder", "the folder of issues"):
        assert told.acquire(timeout=LONGEST)  # looked at for the first time
    for name in ("newsletter.db-wal", ".office.yaml.swp", "office.yaml~", "#office.yaml#"):
        (folder / name).write_text("")
    (folder / "issues" / "2019-02-18" / ".issue.md.swp").write_text("")
    assert not told.acquire(timeout=0.5)
    for name in ("office.yaml", "issues/2019-02-18/issue.md", "issues/2019-02-18/new.jpg"):
        (folder / name).write_text("changed")
        assert told.acquire(timeout=LONGEST), name
        while told.acquire(timeout=0.3):  # a file may be written in several steps
            pass
    watcher.close()
