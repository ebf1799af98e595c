"""Write messages as files instead of sending them, so that everything can be tried."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from newsletter.errors import UnavailableError
from newsletter.message import compose, message_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from newsletter.personalization import Personalization
    from newsletter.rendering.edition import Edition


class FolderTransport:
    """Put one `.eml` file a person into OUTBOX/ISSUE/, named so that nobody is named.

    A repeated batch takes the place of the first. `date` gives the time of sending.
    """

    name = "folder"
    batch_size = 1000

    def __init__(self, outbox: Path, date: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self._date = date

    def send(
        self,
        edition: Edition,
        batch: Sequence[Personalization],
        *,
        dispatch: str,  # noqa: ARG002 -- carriers' reports carry it; a folder reports nothing
    ) -> None:
        """Write every message of `batch`.

        Raises UnavailableError if a file cannot be written, and RefusedError if a message
        cannot be made.
        """
        date = self._date()
        folder = self._outbox / edition.issue.isoformat()
        try:
            for private in (self._outbox, folder):
                private.mkdir(mode=0o700, parents=True, exist_ok=True)
            files = []
            for person in batch:
                files.append(folder / f"{message_name(edition, person)}.eml")
                _write(files[-1], compose(edition, person, date=date))
            _keep(files)
        except OSError as error:
            raise UnavailableError(
                f"The messages could not be written to {folder}: {error.strerror or error}.",
                hint="See that the disk has room and that you may write there; then send again.",
            ) from error


def _write(file: Path, message: bytes) -> None:
    """Write all of it or nothing, for its owner's eyes only."""
    unfinished = file.with_suffix(".part")
    try:
        with open(unfinished, "wb", opener=_private) as opened:
            opened.write(message)
        unfinished.replace(file)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def _keep(files: Sequence[Path]) -> None:
    """Have the disk take them before the ledger says so; one by one would take far longer."""
    for file in files:
        with file.open("r+b") as opened:
            os.fsync(opened.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
