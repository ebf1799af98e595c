"""Ask git at which commit an office's folder is, where it is a checkout."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE = 5.0  # seconds


def commit(folder: Path) -> str:
    """Return the commit of a folder, with `+changes` where files differ from it; or nothing."""
    head = _git(folder, "rev-parse", "--verify", "HEAD")
    if not head:
        return ""
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no", ".")
    return f"{head}+changes" if changed else head


def _git(folder: Path, *words: str) -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603  # our own words
            [git, "-C", str(folder), *words],
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
