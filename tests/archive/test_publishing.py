"""A site is written as a whole or not at all, and never over what others have put there."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from newsletter.errors import (
    ConfigurationError,
    MistakeError,
    NewsletterError,
    NotAllowedError,
    StoppedError,
)
from newsletter.publishing import MANIFEST, PublicFolder, Published, Source
from tests.commands import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

FIRST = {
    "index.html": b"home",
    "2019-02-18/index.html": b"issue",
    "2019-02-18/pictures/a.png": b"a",
}


def sources(files: Mapping[str, bytes]) -> dict[str, Source]:
    def pieces(data: bytes) -> Iterable[bytes]:
        return [data[:2], data[2:]]

    return {
        path: Source(hashlib.sha256(data).hexdigest(), partial(pieces, data))
        for path, data in files.items()
    }


def found(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder but the manifest."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


@pytest.fixture
def public(tmp_path: Path) -> PublicFolder:
    folder = PublicFolder(tmp_path / "web" / "public")
    folder.publish(sources(FIRST), lasting=["2019-02-18"])
    return folder


def test_a_new_folder_is_made_with_all_that_is_above_it(tmp_path: Path) -> None:
    """As `--out` was typed."""
    folder = PublicFolder(tmp_path / "web" / "public")
    assert folder.publish(sources(FIRST)) == Published(written=tuple(sorted(FIRST)))
    assert found(folder.root) == FIRST


def test_only_what_has_changed_is_written(public: PublicFolder) -> None:
    """So that a program that uploads the folder sends no more than that."""
    times = {path: (public.root / path).stat().st_mtime_ns for path in FIRST}
    manifest = (public.root / MANIFEST).stat().st_mtime_ns
    assert public.publish(sources(FIRST), lasting=["2019-02-18"]) == Published(unchanged=3)
    assert (public.root / MANIFEST).stat().st_mtime_ns == manifest
    done = public.publish(sources({**FIRST, "index.html": b"new"}), lasting=["2019-02-18"])
    assert done == Published(written=("index.html",), unchanged=2)
    kept = {path: (public.root / path).stat().st_mtime_ns for path in FIRST}
    assert [path for path in FIRST if kept[path] != times[path]] == ["index.html"]


def test_what_is_not_wanted_any_more_goes_with_its_empty_folders(public: PublicFolder) -> None:
    """And only what we have made."""
    (public.root / "2019-02-18" / "mine.txt").write_text("mine")
    left = {"index.html": b"home", "2019-02-18/index.html": b"issue"}
    done = public.publish(sources(left), lasting=["2019-02-18"])
    assert done == Published(removed=("2019-02-18/pictures/a.png",), unchanged=2)
    assert not (public.root / "2019-02-18" / "pictures").exists()
    assert found(public.root) == {**left, "2019-02-18/mine.txt": b"mine"}


def test_what_somebody_has_changed_since_is_not_deleted(public: PublicFolder) -> None:
    """It is theirs now."""
    (public.root / "2019-02-18/pictures/a.png").write_bytes(b"retouched")
    left = {"index.html": b"home", "2019-02-18/index.html": b"issue"}
    assert public.publish(sources(left), lasting=["2019-02-18"]).removed == ()
    assert (public.root / "2019-02-18/pictures/a.png").read_bytes() == b"retouched"


def test_a_file_of_somebody_elses_is_not_written_over(tmp_path: Path) -> None:
    """Not even if everything else could be."""
    (tmp_path / "index.html").write_text("the MP's own home page")
    with pytest.raises(NotAllowedError, match="was not made by newsletter"):
        PublicFolder(tmp_path).publish(sources(FIRST))
    assert found(tmp_path) == {"index.html": b"the MP's own home page"}


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_is_no_file_is_not_written_over(public: PublicFolder, kind: str) -> None:
    """A link may lead anywhere."""
    path = public.root / "index.html"
    path.unlink()
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(public.root.parent / "elsewhere")
    with pytest.raises(NotAllowedError, match="was not made by newsletter"):
        public.publish(sources(FIRST), lasting=["2019-02-18"])


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """What it leads to is not ours."""
    (tmp_path / "public").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "public" / "2019-02-18").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError, match="it is a link"):
        PublicFolder(tmp_path / "public").publish(sources(FIRST))
    assert found(tmp_path) == {}


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    """Some hosts want it so."""
    (tmp_path / "real").mkdir()
    (tmp_path / "public").symlink_to(tmp_path / "real")
    PublicFolder(tmp_path / "public").publish(sources(FIRST))
    assert found(tmp_path / "real") == FIRST


def test_what_a_power_cut_left_is_taken_up(public: PublicFolder) -> None:
    """A file of the new site may lie there before the manifest knows it."""
    (public.root / "feed.xml").write_bytes(b"feed")
    (public.root / ".index.html.newsletter-part").write_bytes(b"ho")
    done = public.publish(sources({**FIRST, "feed.xml": b"feed"}), lasting=["2019-02-18"])
    assert done == Published(unchanged=4)
    assert "feed.xml" in json.loads((public.root / MANIFEST).read_text())["files"]


def failing(after: bytes, error: OSError) -> Source:
    def pieces() -> Iterator[bytes]:
        yield after
        raise error

    return Source("0" * 64, pieces)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, StoppedError),
        (errno.EDQUOT, StoppedError),
        (errno.EACCES, ConfigurationError),
    ],
)
def test_when_a_file_cannot_be_written_the_old_site_stays(
    public: PublicFolder, code: int, kind: type[NewsletterError]
) -> None:
    """To the last byte, with nothing left beside it."""
    before = found(public.root)
    site = {
        **sources({"index.html": b"new", "2019-03-08/index.html": b"next"}),
        "2019-03-08/pictures/b.png": failing(b"half", OSError(code, os.strerror(code))),
    }
    with pytest.raises(kind, match=os.strerror(code)) as caught:
        public.publish(site, lasting=["2019-02-18", "2019-03-08"])
    assert "old site" in caught.value.hint
    assert found(public.root) == before
    assert not (public.root / "2019-03-08").exists()


def test_a_disk_that_is_really_full_leaves_nothing_behind(tmp_path: Path) -> None:
    """The limit of a process stands in for the disk's: the same call fails half-way."""
    program = (
        "import hashlib, resource, signal, sys\n"
        "from pathlib import Path\n"
        "from newsletter.errors import NewsletterError\n"
        "from newsletter.publishing import PublicFolder, Source\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "digest = lambda count: hashlib.sha256(b'x' * count).hexdigest()\n"
        "site = {'a/index.html': Source(digest(10), lambda: [b'x' * 10]),"
        " 'b.png': Source(digest(5000), lambda: [b'x' * 5000])}\n"
        "try:\n"
        "    PublicFolder(Path(sys.argv[1])).publish(site)\n"
        "except NewsletterError as error:\n"
        "    print(error.message)\n"
    )
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", program, str(tmp_path / "public")],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "The site cannot be written to" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_somebody_elses_file_stays_in_a_folder_that_could_not_be_filled(tmp_path: Path) -> None:
    """Even if it came there meanwhile."""

    def pieces() -> Iterator[bytes]:
        (tmp_path / "public" / "new" / "mine.txt").write_text("mine")
        yield b""
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(StoppedError):
        PublicFolder(tmp_path / "public").publish({"new/index.html": Source("1", pieces)})
    assert found(tmp_path) == {"public/new/mine.txt": b"mine"}


def test_a_folder_that_cannot_be_made_is_told(public: PublicFolder) -> None:
    """A file is in its way; with what to do."""
    folder = PublicFolder(public.root / "index.html" / "public")
    with pytest.raises(ConfigurationError, match="Not a directory") as caught:
        folder.publish(sources(FIRST))
    assert "whether you may write there" in caught.value.hint


def test_a_manifest_that_cannot_be_written_changes_nothing(public: PublicFolder) -> None:
    """It may be what finds the disk full."""
    before = found(public.root)
    (public.root / MANIFEST).unlink()
    (public.root / MANIFEST).mkdir()
    with pytest.raises(ConfigurationError, match="Is a directory"):
        public.publish(sources({**FIRST, "feed.xml": b"feed"}))
    assert found(public.root) == before


def test_issues_that_were_public_do_not_vanish(public: PublicFolder) -> None:
    """A laptop with an empty database would clear years of them off the web."""
    with pytest.raises(NotAllowedError, match="does not know as sent: 2019-02-18") as caught:
        public.publish(sources({"index.html": b"new"}), lasting=["2019-03-08"])
    assert "NEWSLETTER_DATABASE_URL" in caught.value.hint
    assert found(public.root) == FIRST


def test_of_many_lost_issues_a_few_are_named(tmp_path: Path) -> None:
    """The rest would hide what to do."""
    folder = PublicFolder(tmp_path)
    folder.publish({}, lasting=[f"2019-01-0{n}" for n in range(1, 8)])
    with pytest.raises(NotAllowedError, match=r"2019-01-05 and more$"):
        folder.publish({}, lasting=[])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": [], "lasting": []}', "\ud800"])
def test_a_manifest_that_cannot_be_read_is_told(public: PublicFolder, text: str) -> None:
    """Without it nobody knows whose files these are."""
    (public.root / MANIFEST).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(MistakeError, match="cannot be read"):
        public.publish(sources(FIRST))


def test_a_manifest_names_nothing_outside_its_folder(public: PublicFolder) -> None:
    """Whoever can write it could have us delete anything."""
    outside = public.root.parent / "precious.txt"
    outside.write_bytes(b"precious")
    known = json.loads((public.root / MANIFEST).read_text())
    digest = hashlib.sha256(b"precious").hexdigest()
    known["files"] |= {"../precious.txt": digest, str(outside): digest, ".": digest}
    (public.root / MANIFEST).write_text(json.dumps(known))
    public.publish(sources(FIRST), lasting=["2019-02-18"])
    assert outside.read_bytes() == b"precious"
