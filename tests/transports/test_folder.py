"""What lies in the outbox is what would have been sent."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import TYPE_CHECKING

import pytest

from newsletter.errors import UnavailableError
from newsletter.transports.folder import FolderTransport
from tests.transports.contract import Carrier, Copy, TransportContract
from tests.transports.samples import edition, people, person

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.delivery import Transport

SENT = datetime(2019, 2, 18, 17, 0, tzinfo=UTC)


def folder(outbox: Path) -> FolderTransport:
    return FolderTransport(outbox, lambda: SENT)


class Outbox:
    """A folder that is looked into with Python's own parser of mail."""

    def __init__(self, path: Path) -> None:
        self.transport: Transport = folder(path)
        self._path = path

    def inbox(self) -> dict[str, list[Copy]]:
        found: dict[str, list[Copy]] = {}
        for file in self._path.rglob("*"):
            if file.is_file():
                message = message_from_bytes(file.read_bytes())
                text, html = (
                    bytes(part.get_payload(decode=True)).decode().replace("\r\n", "\n")
                    for part in message.walk()
                    if not part.is_multipart()
                )
                headers = dict(message.raw_items())
                subject = str(make_header(decode_header(headers["Subject"])))
                copy = Copy(subject, text, html, headers)
                found.setdefault(copy.headers["To"], []).append(copy)
        return found


class TestFolder(TransportContract):
    @pytest.fixture
    def carrier(self, tmp_path: Path) -> Carrier:
        return Outbox(tmp_path / "outbox")


def test_sending_again_overwrites_and_does_not_duplicate(tmp_path: Path) -> None:
    """A folder may always be repeated, after a crash or a change of the issue."""
    folder(tmp_path).send(edition(), people(3), dispatch="d-1")
    first = sorted(tmp_path.rglob("*"))
    folder(tmp_path).send(edition(subject="Mended"), people(3), dispatch="d-2")
    assert sorted(tmp_path.rglob("*")) == first
    assert all(b"Subject: Mended" in file.read_bytes() for file in tmp_path.rglob("*.eml"))


def test_names_of_files_tell_nobody_who(tmp_path: Path) -> None:
    """A folder's listing ends up in backups and screenshots."""
    reader = person()
    folder(tmp_path).send(edition(), [reader], dispatch="d-1")
    (file,) = (tmp_path / "2019-02-18").iterdir()
    assert file.suffix == ".eml"
    assert reader.key not in file.name
    assert reader.address not in file.name


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_read_the_outbox(tmp_path: Path) -> None:
    """The messages hold addresses and links that unsubscribe."""
    outbox = tmp_path / "new" / "outbox"
    folder(outbox).send(edition(), [person()], dispatch="d-1")
    modes = {
        path.suffix: stat.S_IMODE(path.stat().st_mode) for path in [outbox, *outbox.rglob("*")]
    }
    assert modes == {"": 0o700, ".eml": 0o600}


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    """Nothing was sent, so that it may be repeated once the disk is mended."""
    outbox = tmp_path / "outbox"
    outbox.write_text("a file where the folder should be")
    with pytest.raises(UnavailableError) as caught:
        folder(outbox).send(edition(), [person()], dispatch="d-1")
    assert caught.value.message == (
        f"The messages could not be written to {outbox / '2019-02-18'}: File exists."
    )


def test_a_message_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """What cannot be put in its place leaves nothing behind that looks like a message."""
    folder(tmp_path).send(edition(), [person()], dispatch="d-1")
    (file,) = tmp_path.rglob("*.eml")
    file.unlink()
    (file / "in the way").mkdir(parents=True)
    with pytest.raises(UnavailableError):
        folder(tmp_path).send(edition(), [person()], dispatch="d-1")
    assert [path.name for path in file.parent.iterdir()] == [file.name]
