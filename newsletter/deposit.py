"""Put files that were made into a folder: each whole or not at all, and say where that fails."""

from __future__ import annotations

import errno
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from newsletter.errors import ConfigurationError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from newsletter.errors import NewsletterError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a system says when a disk is full, or holds as much as somebody may put there."""


def put(folder: Path, contents: Mapping[str, bytes], *, what: str, hint: str = "") -> list[Path]:
    """Write files beside what else lies there, each in the place of an earlier one.

    `what` names them all in one word. Raises StoppedError if the disk is full, and
    ConfigurationError if one may not write there.
    """
    with _failures(folder, what, hint):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            _write(folder / name, content)
    return [folder / name for name in contents]


def put_anew(
    folder: Path,
    contents: Mapping[str, bytes],
    *,
    what: str,
    keeping: Collection[str],
    below: Collection[str] = (),
) -> list[Path]:
    """Write files in the place of all that lies there, but for what begins as in `keeping`.

    The folders `below` are made in any case; others may not be named in `contents`. If that fails nothing of them is left: half of it could pass for the whole. Raises as `put`.
    """
    with _failures(folder, what, ""):
        _clear(folder, keeping)
        try:
            for name in ("", *below):
                (folder / name).mkdir(parents=True, exist_ok=True)
            for name, content in contents.items():
                _write(folder / name, content)
        except OSError:
            with suppress(OSError):
                _clear(folder, keeping)
            raise
    return [folder / name for name in contents]


def _write(file: Path, content: bytes) -> None:
    """Write all of it, or leave what was there."""
    unfinished = file.with_name(f"{file.name}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(file)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def _clear(folder: Path, keeping: Collection[str]) -> None:
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "it is a link, and what it leads to is not ours", str(folder))
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.startswith(tuple(keeping)):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextmanager
def _failures(folder: Path, what: str, hint: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _failure(error, folder, what, hint) from error


def _failure(error: OSError, folder: Path, what: str, hint: str) -> NewsletterError:
    told = f"The {what} cannot be written to {folder}"
    if error.errno in NO_ROOM:
        return StoppedError(
            f"{told}: the disk is full",
            hint=hint or "Free some space, then run the same command again.",
        )
    return ConfigurationError(
        f"{told}: {error.strerror or error}",
        hint=hint or "Look whether it is a folder, and whether you may write there.",
    )
