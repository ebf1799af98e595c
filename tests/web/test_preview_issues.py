"""The shelf knows every issue, and how far it has come."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from newsletter.errors import ConfigurationError
from newsletter.files import OfficeFolder
from newsletter.pipeline import prepare
from newsletter.web.preview.issues import Shelf
from tests.offices import DAY, ISSUE, make_office

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from newsletter.pipeline import Draft


NOW = datetime(2019, 2, 18, tzinfo=UTC)


class Records:
    """What was sent, and signed."""

    def __init__(self, signatures: Mapping[str, Mapping[str, int]] | None = None) -> None:
        self._signatures = signatures or {}

    def states(self, now: datetime) -> Mapping[str, str]:
        assert now == NOW
        return {"2019-02-18": "sent"}

    def signatures(self) -> Mapping[str, Mapping[str, int]]:
        return self._signatures


class Lost:
    """A database that does not answer."""

    def states(self, _now: datetime) -> Mapping[str, str]:
        raise ConfigurationError("The database server cannot be reached.")

    def signatures(self) -> Mapping[str, Mapping[str, int]]:
        return {}


def add(folder: Path, name: str, text: str | bytes) -> None:
    (folder / "issues" / name).mkdir()
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "issues" / name / "issue.md").write_bytes(data)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_office(tmp_path / "office")


def listing(folder: Path, records: Records | Lost | None = None) -> list[tuple[str, str, str]]:
    desk = OfficeFolder(folder)
    shelf = Shelf(desk, records or Records(), lambda: NOW)
    entries = shelf.listing(lambda day: prepare(desk, day))
    return [(entry["issue"], entry["number"], entry["state"]) for entry in entries]


def test_the_newest_comes_first_with_its_state(folder: Path) -> None:
    """Whatever else lies in the folder of issues."""
    add(folder, "2019-02-25", ISSUE.replace("268", "269"))
    add(folder, "2019-03-04", "no front matter")
    add(folder, "2019-03-11", b"\xff")
    add(folder, "notes", ISSUE)
    add(folder, "20190318", ISSUE)
    assert listing(folder) == [
        ("2019-03-11", "", "draft"),
        ("2019-03-04", "", "draft"),
        ("2019-02-25", "269", "draft"),
        ("2019-02-18", "268", "sent"),
    ]


def test_an_issue_is_approved_as_long_as_it_is_what_was_signed(folder: Path) -> None:
    """By as many as the office asks for; one changed byte voids it."""
    add(folder, "2019-02-25", ISSUE)
    edition = prepare(OfficeFolder(folder), date(2019, 2, 25)).edition
    assert edition
    signed = Records({"2019-02-25": {edition.digest: 1}})
    assert listing(folder, signed)[0] == ("2019-02-25", "268", "approved")
    office = (folder / "office.yaml").read_text("utf-8")
    (folder / "office.yaml").write_text(office.replace("approvals: 0", "approvals: 2"))
    assert listing(folder, signed)[0] == ("2019-02-25", "268", "draft")
    (folder / "office.yaml").write_text(office)
    for text in (ISSUE.replace("lift", "door"), "broken"):
        (folder / "issues" / "2019-02-25" / "issue.md").write_text(text)
        assert listing(folder, signed)[0][2] == "draft"
    (folder / "office.yaml").write_text("broken")
    assert listing(folder, signed)[0][2] == "draft"


def test_a_change_is_seen(folder: Path) -> None:
    """Though what an unchanged file says is remembered."""
    desk = OfficeFolder(folder)
    shelf = Shelf(desk, Records(), lambda: NOW)

    def newest(day: date) -> Draft:
        return prepare(desk, day)

    assert shelf.listing(newest) == shelf.listing(newest)
    path = folder / "issues" / DAY.isoformat() / "issue.md"
    path.write_text(ISSUE.replace("Your trains and", "Buses and"), encoding="utf-8")
    assert shelf.listing(newest)[0]["subject"] == "Buses and a vote that matters"


def test_a_database_out_of_reach_hides_no_issue(folder: Path) -> None:
    """The list is worth having without the states."""
    assert listing(folder, Lost()) == [("2019-02-18", "268", "draft")]


def test_a_file_that_cannot_be_read_is_listed_without_its_words(folder: Path) -> None:
    """A link that leads out of the office is not followed."""
    (folder / "issues" / "2019-02-25").mkdir()
    (folder / "issues" / "2019-02-25" / "issue.md").symlink_to("/etc/hostname")
    assert ("2019-02-25", "", "draft") in listing(folder)
