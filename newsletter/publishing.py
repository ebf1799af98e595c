"""Write a website into a folder: only what has changed, all of it or nothing, and no one else's."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from newsletter.archive.past import KeptFile
from newsletter.deposit import NO_ROOM
from newsletter.errors import ConfigurationError, MistakeError, NotAllowedError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.archive.site import Site

MANIFEST = ".newsletter-archive.json"
_PART = ".newsletter-part"
_STOPPED = (*NO_ROOM, errno.EIO)
_MOST_NAMED = 5
_PRIVATE = ("issues", "build", "outbox", "templates", ".git")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be written: its SHA-256, and what yields its bytes, if they are wanted."""

    hash: str
    pieces: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Published:
    """What became of the files of a site, as paths in order."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What an earlier run made: files by their paths with their SHA-256, and lasting names."""

    files: dict[str, str] = field(default_factory=dict)
    lasting: tuple[str, ...] = ()


def refuse_private(folder: Path, office: Path) -> None:
    """Refuse a folder that lies among the office's own files, or holds all of them.

    Whoever uploads it would publish the list of readers. Raises NotAllowedError.
    """
    place, home = folder.resolve(), office.resolve()
    if home.is_relative_to(place) or any(place.is_relative_to(home / name) for name in _PRIVATE):
        raise NotAllowedError(
            f"{folder} holds files of the office that are not for the public",
            hint="Name a folder of its own with --out, or leave --out away.",
        )


def sources(site: Site, pieces: Callable[[KeptFile], Iterable[bytes]]) -> dict[str, Source]:
    """Return where the bytes of a site come from; `pieces` yields those of a kept file."""
    return {
        path: Source(file.hash, partial(pieces, file))
        if isinstance(file, KeptFile)
        else Source(hashlib.sha256(file.data).hexdigest(), partial(_whole, file.data))
        for path, file in site.items()
    }


def _whole(data: bytes) -> Iterable[bytes]:
    return (data,)


@dataclass(frozen=True, slots=True)
class PublicFolder:
    """A folder that a website is written to, among files of others, which are left alone."""

    root: Path

    def publish(self, files: Mapping[str, Source], *, lasting: Iterable[str] = ()) -> Published:
        """Make the folder hold exactly these files of ours.

        `lasting` are the parts of the site that must be in every later one, too: what was
        public once stays so. Raises NotAllowedError where that or somebody else's file
        stands in the way or a file is not what it was, StoppedError where the disk is full, ConfigurationError where
        nothing may be written. Then the folder is as it was.
        """
        try:
            return self._publish(files, tuple(sorted(lasting)))
        except OSError as error:
            raise _trouble(error, self.root) from error

    def _publish(self, files: Mapping[str, Source], lasting: tuple[str, ...]) -> Published:
        old = self._manifest()
        _keep_lasting(old, lasting, self.root)
        changed = {
            path: source for path, source in files.items() if self._differs(path, source, old)
        }
        gone = [path for path in sorted(old.files) if path not in files]
        removed = [path for path in gone if self._hash(path) == old.files[path]]
        hashes = {path: source.hash for path, source in files.items()}
        if not changed and not removed and (old.files, old.lasting) == (hashes, lasting):
            return Published(unchanged=len(files))
        self._stage(changed, _Manifest({**old.files, **hashes}, lasting))
        for path in changed:
            self._part(path).replace(self.root / path)
        for path in removed:
            self._remove(path)
        self._note(_Manifest(hashes, lasting))
        return Published(tuple(sorted(changed)), tuple(removed), len(files) - len(changed))

    def _differs(self, path: str, source: Source, old: _Manifest) -> bool:
        found = self._hash(path)
        if found is None or found == source.hash:
            return found is None
        if path not in old.files or not found:
            raise NotAllowedError(
                f"{path} in {self.root} was not made by newsletter, and is left as it is",
                hint="Move it away, or name another folder with --out.",
            )
        return True

    def _stage(self, changed: Mapping[str, Source], both: _Manifest) -> None:
        """Write what is new beside what is there; leave nothing behind if that fails.

        `both` names the old files and the new ones: should the power fail after this, all of
        them are known as ours.
        """
        begun: list[Path] = []
        folders: list[Path] = []
        try:
            for path, source in changed.items():
                folders += self._make_folders(path)
                part = self._part(path)
                begun.append(part)
                _write_source(part, source, path)
            self._note(both)
        except BaseException:
            for part in begun:
                part.unlink(missing_ok=True)
            for folder in reversed(folders):
                with suppress(OSError):  # somebody else may have put something there
                    folder.rmdir()
            raise

    def _make_folders(self, path: str) -> Iterator[Path]:
        """Make the folders above a file; yield those that were not there, from the top."""
        above = [self.root, *_below(self.root, PurePosixPath(path).parent)]
        for folder in above:
            if folder != self.root and folder.is_symlink():
                raise OSError(
                    errno.ELOOP, "it is a link, and what it leads to is not ours", folder
                )
            if not folder.is_dir():
                folder.mkdir(parents=folder == self.root)
                yield folder

    def _part(self, path: str) -> Path:
        return (self.root / path).with_name(f".{PurePosixPath(path).name}{_PART}")

    def _remove(self, path: str) -> None:
        """Remove a file of ours, and the folders that are empty without it."""
        file = self.root / path
        file.unlink()
        for folder in reversed(_below(self.root, PurePosixPath(path).parent)):
            if any(folder.iterdir()):
                return
            folder.rmdir()

    def _hash(self, path: str) -> str | None:
        """Return the SHA-256 of what lies there; None if there is nothing, empty for no file."""
        file = self.root / path
        if not os.path.lexists(file):
            return None
        if file.is_symlink() or not file.is_file():
            return ""
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()

    def _manifest(self) -> _Manifest:
        file = self.root / MANIFEST
        if not file.is_file():
            return _Manifest()
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
            files = {str(path): str(known) for path, known in found["files"].items()}
            lasting = tuple(map(str, found["lasting"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MistakeError(
                f"{MANIFEST} in {self.root}, which says what newsletter made there, cannot be read",
                hint="Restore it, or name another folder with --out.",
            ) from error
        return _Manifest({path: files[path] for path in files if _is_inside(path)}, lasting)

    def _note(self, manifest: _Manifest) -> None:
        """Write the manifest; all of it or nothing."""
        document = {"files": dict(sorted(manifest.files.items())), "lasting": manifest.lasting}
        self.root.mkdir(parents=True, exist_ok=True)
        part = self._part(MANIFEST)
        try:
            _write(part, [json.dumps(document, indent=1).encode() + b"\n"])
            part.replace(self.root / MANIFEST)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def _keep_lasting(old: _Manifest, lasting: tuple[str, ...], root: Path) -> None:
    lost = sorted(set(old.lasting) - set(lasting))
    if lost:
        named = ", ".join(lost[:_MOST_NAMED]) + (" and more" if len(lost) > _MOST_NAMED else "")
        raise NotAllowedError(
            f"{root} shows issues that this database does not know as sent: {named}",
            hint="Look whether NEWSLETTER_DATABASE_URL names the right database. To take them "
            "off the web all the same, delete the folder and run this again.",
        )


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts


def _below(root: Path, folder: PurePosixPath) -> list[Path]:
    """Return the folders from just below `root` down to `folder`."""
    parts = folder.parts
    return [root.joinpath(*parts[: depth + 1]) for depth in range(len(parts))]


def _write_source(file: Path, source: Source, path: str) -> None:
    if _write(file, source.pieces()) != source.hash:
        raise NotAllowedError(
            f"{path} is not in the database as it was when it was sent",
            hint="Restore a backup of the database; until then the old site stays.",
        )


def _write(file: Path, pieces: Iterable[bytes]) -> str:
    """Write a file, and return the SHA-256 of what was written."""
    digest = hashlib.sha256()
    with file.open("wb") as opened:
        for piece in pieces:
            opened.write(piece)
            digest.update(piece)
    return digest.hexdigest()


def _trouble(error: OSError, root: Path) -> StoppedError | ConfigurationError:
    message = f"The site cannot be written to {root}: {error.strerror or error}"
    if error.errno in _STOPPED:
        hint = "Make room, then run the same command again; until then the old site stays."
        return StoppedError(message, hint=hint)
    return ConfigurationError(
        message, hint="Look whether you may write there; the old site stays."
    )
