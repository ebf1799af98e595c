"""Say when a file of the office has been written."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from watchfiles import Change, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Milliseconds: an editor writes a file in several steps, and all of them come within these.
_STEP, _LONGEST = 10, 60
_WAKE = 200  # milliseconds between two looks whether to go on
_FOLDERS = ("issues", "templates")


class Watcher:
    """Watch an office's folder in threads of its own, but not what is made from it.

    The office's own files lie in `root` itself, beside much that is no concern of ours (an
    environment, a database, what was built): so it is watched without what lies below it.
    """

    def __init__(self, root: Path, tell: Callable[[], None]) -> None:
        self._root = root
        self._tell = tell
        self._end = Event()
        self._threads: list[Thread] = []
        self._made: Counter[str] = Counter()  # how often each folder was seen to be made

    def open(self) -> None:
        """Begin to watch."""
        self._start(self._watch_root)
        self._watch_folders(_FOLDERS)

    def close(self) -> None:
        """End all threads."""
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _watch_folders(self, names: Iterable[str]) -> None:
        """Watch folders that are new, or made anew: the system forgets one that is deleted."""
        for name in names:
            self._made[name] += 1
            self._start(partial(self._watch_folder, name, self._made[name]))

    def _watch_root(self) -> None:
        is_known = False
        for found in self._changes(self._root, _is_of_the_office, recursive=False):
            self._watch_folders(
                {Path(path).name for change, path in found if _is_other(change, path)}
            )
            # The first look may be empty: what was written before it is told all the same.
            if found or not is_known:
                self._tell()
            is_known = True

    def _watch_folder(self, name: str, nth: int) -> None:
        is_known = False
        with suppress(FileNotFoundError):  # whoever makes it is seen in the root
            for found in self._changes(self._root / name, _is_written, recursive=True):
                if self._made[name] != nth:
                    return
                if found or not is_known:
                    self._tell()
                is_known = True

    def _changes(
        self, path: Path, wanted: Callable[[Change, str], bool], *, recursive: bool
    ) -> Iterator[set[tuple[Change, str]]]:
        return watch(
            path,
            watch_filter=wanted,
            debounce=_LONGEST,
            step=_STEP,
            rust_timeout=_WAKE,
            yield_on_timeout=True,
            stop_event=self._end,
            raise_interrupt=False,
            recursive=recursive,
        )

    def _start(self, target: Callable[[], None]) -> None:
        thread = Thread(target=target, name="watch", daemon=True)
        self._threads.append(thread)
        thread.start()


def _is_other(change: Change, path: str) -> bool:
    """Whether a folder has come or gone, perhaps for another of the same name."""
    return change is not Change.modified and Path(path).name in _FOLDERS


def _is_of_the_office(_change: Change, path: str) -> bool:
    name = Path(path).name
    return _is_written(_change, path) and not name.startswith("newsletter.db")


def _is_written(_change: Change, path: str) -> bool:
    """Whether a file is one that somebody writes, and not an editor's own."""
    name = Path(path).name
    return not (name.startswith((".", "#")) or name.endswith(("~", ".swp", ".tmp", ".part")))
