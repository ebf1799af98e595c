"""Say that a file was written, whatever became of its folder."""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager, suppress
from queue import Queue
from typing import TYPE_CHECKING

import pytest

from newsletter.web.preview.watching import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 30  # seconds: no measure of speed, but how long a busy machine may take


@contextmanager
def told(root: Path, file: str) -> Iterator[Queue[str]]:
    """Watch a folder; the queue holds what stood in `file` whenever something was told."""
    found: Queue[str] = Queue()

    def tell() -> None:
        with suppress(FileNotFoundError):
            found.put((root / file).read_text("utf-8"))

    watcher = Watcher(root, tell)
    watcher.open()
    try:
        yield found
    finally:
        watcher.close()


def wait_for(found: Queue[str], words: str) -> None:
    while found.get(timeout=PATIENCE) != words:
        pass


def test_what_was_saved_while_the_watch_began_is_told(tmp_path: Path) -> None:
    """The system takes a moment to watch a folder, and says nothing of what came before."""
    (tmp_path / "office.yaml").write_text("saved", "utf-8")
    with told(tmp_path, "office.yaml") as found:
        wait_for(found, "saved")


def _anew(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _away_and_back(folder: Path) -> None:
    folder.rename(folder.with_name("aside"))
    folder.with_name("aside").rename(folder)


@pytest.mark.parametrize("change", [_anew, _away_and_back])
@pytest.mark.parametrize("name", ["issues", "templates"])
def test_a_folder_that_was_made_anew_is_watched(
    tmp_path: Path, name: str, change: Callable[[Path], None]
) -> None:
    """As version control does it: many file systems give the new folder the old one's number."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / "page").write_text("first", "utf-8")
    with told(tmp_path, f"{name}/page") as found:
        wait_for(found, "first")
        change(folder)
        (folder / "page").write_text("second", "utf-8")
        wait_for(found, "second")
        time.sleep(0.5)  # what is still to be told of that is told; too short a time proves less
        (folder / "page").write_text("third", "utf-8")
        wait_for(found, "third")


def test_a_folder_that_comes_later_is_watched(tmp_path: Path) -> None:
    """Most offices begin without templates of their own."""
    with told(tmp_path, "templates/page") as found:
        (tmp_path / "templates").mkdir()
        (tmp_path / "templates" / "page").write_text("first", "utf-8")
        wait_for(found, "first")
        (tmp_path / "templates" / "page").write_text("second", "utf-8")
        wait_for(found, "second")
