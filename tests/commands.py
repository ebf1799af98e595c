"""Run the command line as it is typed: in this process, or in one of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.cli.app import run
from tests.offices import make_office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).parents[1]
OURS = ("SENDGRID_", "NEWSLETTER_", "SMTP_", "BROWSER", "PARLIAMENT_")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401  # any JSON
        """Return the one JSON document on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Office:
    """An office's folder, and a way to type commands in it."""

    folder: Path
    environment: dict[str, str]
    type_in: Callable[[Office, tuple[str, ...]], Outcome]

    def __call__(self, *arguments: str) -> Outcome:
        """Run a command in this process, which is quick."""
        return self.type_in(self, arguments)

    def process(self, *arguments: str) -> Outcome:
        """Run a command in a process of its own."""
        done = subprocess.run(  # noqa: S603  # our own program
            command(*arguments),
            cwd=self.folder,
            env=environment(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "newsletter", *arguments]


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment, with our own settings as given and no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


@pytest.fixture
def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Office:
    """A small office with one issue, in an environment that says nothing of ours."""
    return _office(make_office(tmp_path / "office"), monkeypatch, capsys)


@pytest.fixture(scope="session")
def _crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An office with 2,500 subscribers, and three that must get nothing; it is copied."""
    folder = make_office(tmp_path_factory.mktemp("crowd") / "office")
    rows = [f"reader{n}@constituents.example,Reader{n}," for n in range(2_500)]
    rows[700:700] = [
        "pending@constituents.example,Pat,pending",
        "left@constituents.example,Lee,unsubscribed",
    ]
    (folder / "crowd.csv").write_text(
        "email,first_name,status,consent_at,consent_source,consent_wording\n"
        + "".join(f"{row},2018-05-14,website,Please send me the update\n" for row in rows),
        encoding="utf-8",
    )
    subprocess.run(  # noqa: S603  # our own program
        command("subscribers", "import", "crowd.csv"),
        cwd=folder,
        env=environment({}),
        check=True,
        capture_output=True,
    )
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def crowded(
    _crowded: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Office:
    """The office with 2,500 subscribers."""
    folder = tmp_path / "office"
    shutil.copytree(_crowded, folder)
    return _office(folder, monkeypatch, capsys)


def _office(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Office:
    for name in list(os.environ):
        if name.startswith(OURS):
            monkeypatch.delenv(name)

    def type_in(office: Office, arguments: tuple[str, ...]) -> Outcome:
        with monkeypatch.context() as patch:
            patch.chdir(office.folder)
            patch.setattr(sys, "argv", ["newsletter", *arguments])
            for name, value in office.environment.items():
                patch.setenv(name, value)
            capsys.readouterr()
            code = run()
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return Office(folder, {}, type_in)
