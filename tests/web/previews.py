"""Run the preview of a small office as people do, in a process of its own."""

from __future__ import annotations

import re
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.commands import command, environment
from tests.offices import DAY, make_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ISSUE = f"issues/{DAY.isoformat()}/issue.md"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/[\w-]+/")


@dataclass(frozen=True, slots=True)
class Running:
    """A preview that runs; `said` are the lines it has printed."""

    folder: Path
    address: str
    process: subprocess.Popen[str]

    @property
    def origin(self) -> str:
        return "/".join(self.address.split("/")[:3])

    def write(self, name: str, text: str) -> None:
        """Save a file as most editors do: it is there as it was, or whole."""
        file = self.folder / name
        fresh = file.with_name(f".{file.name}.tmp")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)

    def write_in_place(self, name: str, text: str) -> None:
        """Save a file as some editors do, and `cp`: it is empty first, and then grows."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def read(self, name: str = ISSUE) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Running]:
    """Run `newsletter preview` until the block ends, then press Ctrl-C."""
    process = subprocess.Popen(  # noqa: S603  # our own program
        command("preview", "--no-open", *arguments),
        cwd=folder,
        env=environment({"PYTHONUNBUFFERED": "1"}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        assert process.stdout is not None
        found = _ADDRESS.search(process.stdout.readline())
        assert found, process.stderr and process.stderr.read()
        try:
            yield Running(folder, found[0], process)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A preview of an office with one issue, shared by the tests of a module."""
    with running(make_office(tmp_path_factory.mktemp("preview") / "office")) as process:
        yield process
