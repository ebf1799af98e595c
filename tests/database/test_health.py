"""A database is looked at without being changed."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from newsletter.database import schema
from newsletter.database.health import DatabaseOfOffice
from newsletter.database.opening import open_database
from newsletter.doctor.facts import Health
from newsletter.errors import ConfigurationError, NewsletterError

if TYPE_CHECKING:
    from pathlib import Path

URL = "sqlite:///newsletter.db"
NEWEST = schema.REVISIONS[-1]


def look(folder: Path, url: str = URL) -> Health:
    return DatabaseOfOffice(url, folder=folder).look()


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """It is made on first use, and this is none."""
    assert look(tmp_path) == Health("newsletter.db", "", NEWEST)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_a_mistake(tmp_path: Path) -> None:
    """The first use would fail."""
    with pytest.raises(ConfigurationError, match="The folder for the database"):
        look(tmp_path / "nowhere")


def test_version_and_backups_are_told(tmp_path: Path) -> None:
    """The newest copy beside the file counts."""
    open_database(URL, folder=tmp_path).close()
    assert look(tmp_path) == Health("newsletter.db", NEWEST, NEWEST)
    for days, name in ((30, "newsletter.db.2019-01-19.backup"), (3, "newsletter.db.0001.backup")):
        copy = tmp_path / name
        copy.touch()
        moment = time.time() - days * 86_400
        os.utime(copy, (moment, moment))
    assert look(tmp_path).backup_age == pytest.approx(3, abs=0.01)


@pytest.mark.postgresql
def test_a_server_is_backed_up_by_its_keeper(postgresql_url: str, tmp_path: Path) -> None:
    """There is no file beside which a copy could stand."""
    assert look(tmp_path, postgresql_url) == Health(
        "The database", "", NEWEST, keeps_backups=False
    )
    open_database(postgresql_url).close()
    assert look(tmp_path, postgresql_url).version == NEWEST


def test_an_empty_file_will_be_filled_on_first_use(tmp_path: Path) -> None:
    """It has no version."""
    (tmp_path / "newsletter.db").touch()
    assert look(tmp_path).version == ""


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    """As the database itself would tell it."""
    (tmp_path / "newsletter.db").write_text("This is a letter. " * 100)
    with pytest.raises(NewsletterError):
        look(tmp_path)


@pytest.mark.parametrize("url", ["mysql://host/name", "nonsense", "sqlite://"])
def test_an_address_that_cannot_be_used_is_told(tmp_path: Path, url: str) -> None:
    """Only SQLite in a file and PostgreSQL can."""
    with pytest.raises(ConfigurationError):
        look(tmp_path, url)
