"""Keep answers in a folder, with the time at which each was fetched."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(".newsletter-cache", "parliament")
KEPT = timedelta(days=100)  # a session's longest recess, and a fortnight
_IGNORED = "*\n"


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it came, and when."""

    fetched: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of answers, each in a file of its own named by its address.

    Whatever is wrong with it only costs a request: it is never a reason to fail.
    """

    root: Path

    def find(self, url: str) -> Kept | None:
        """Return what was put here for an address, if that can be read."""
        try:
            held = json.loads(self._file(url).read_bytes())
            fetched = datetime.fromisoformat(held["fetched"])
            if held["url"] != url or fetched.tzinfo is None:
                return None
            return Kept(fetched, held["body"].encode())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def put(self, url: str, kept: Kept) -> None:
        """Keep an answer: whole, or not at all."""
        held = {"url": url, "fetched": kept.fetched.isoformat(), "body": kept.body.decode()}
        with suppress(OSError):
            self._make_folder()
            handle, name = tempfile.mkstemp(dir=self.root, suffix=".new")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(held, file, ensure_ascii=False, indent=1)
            Path(name).replace(self._file(url))

    def clear(self, now: datetime) -> None:
        """Take away what is so old that no issue will need it."""
        with suppress(OSError):
            for path in self._old(now):
                path.unlink()

    def _old(self, now: datetime) -> Iterator[Path]:
        oldest = (now - KEPT).timestamp()
        for path in self.root.glob("*.*"):
            if path.suffix in {".json", ".new"} and path.stat().st_mtime < oldest:
                yield path

    def _file(self, url: str) -> Path:
        return self.root / f"{sha256(url.encode()).hexdigest()[:32]}.json"

    def _make_folder(self) -> None:
        """Make the folder, which no version control is to take in."""
        self.root.mkdir(parents=True, exist_ok=True)
        ignore = self.root.parent / ".gitignore"
        if not ignore.exists():
            ignore.write_text(_IGNORED, encoding="utf-8")
