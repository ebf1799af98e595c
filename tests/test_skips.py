"""In CI nothing is skipped unseen."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.commands import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TESTS = """
import pytest

@pytest.mark.skip(reason="../shared is not there")
def test_without_shared(): ...

@pytest.mark.skip(reason="no chromium")
def test_without_chromium(): ...

@pytest.fixture
def server():
    pytest.skip("no server")

def test_without_server(server): ...

@pytest.mark.xfail(reason="known", strict=True)
def test_known():
    assert False

def test_right(): ...
"""
MODULE = """
import pytest
pytest.importorskip("no_such_module_at_all")
"""


@pytest.mark.parametrize(
    ("ci", "outcomes"),
    [
        ("true", "1 passed, 1 skipped, 1 xfailed, 3 errors"),
        ("false", "1 passed, 4 skipped, 1 xfailed"),
    ],
)
def test_a_skipped_test_has_failed_in_ci(tmp_path: Path, ci: str, outcomes: str) -> None:
    """Unless it says that ../shared is missing, which is no part of a clone."""
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "test_module.py").write_text(MODULE)
    arguments = ["-p", "tests.skips", "-p", "no:randomly", "-c", os.devnull, "-q"]
    more = ["--rootdir", str(tmp_path), "--continue-on-collection-errors", str(tmp_path)]
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-m", "pytest", *arguments, *more],
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert outcomes in done.stdout.splitlines()[-1], done.stdout + done.stderr
