"""A database opens whatever its age, and says plainly why when it does not."""

from __future__ import annotations

import sqlite3
import stat
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from typing_extensions import override

from newsletter.database import schema, upgrading
from newsletter.database.connections import Connections, Lock
from newsletter.errors import ConfigurationError, StoppedError
from tests.database.samples import another_process, bring_in, confirmed, states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from newsletter.database.opening import Database


def test_opening_twice_finds_what_was_stored(opened: Callable[..., Database], url: str) -> None:
    """A database is made once and only opened after that."""
    bring_in(opened(url), confirmed("ann@example.org"))
    assert states(opened(url)) == {"ann@example.org": "confirmed"}


def test_a_new_database_needs_no_alembic(tmp_path: Path) -> None:
    """The first command in an office must not wait for the migrations' machinery."""
    code = (
        "import sys\n"
        "from newsletter.database.opening import open_database\n"
        "open_database(sys.argv[1]).close()\n"
        "sys.exit('alembic' in sys.modules)\n"
    )
    assert another_process("-c", code, f"sqlite:///{tmp_path}/new.db").wait() == 0


def test_only_the_owner_may_read_the_file(opened: Callable[..., Database], tmp_path: Path) -> None:
    """To be on the list can reveal a political opinion."""
    bring_in(opened(f"sqlite:///{tmp_path}/newsletter.db"), confirmed("ann@example.org"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {
        "newsletter.db": 0o600,
        "newsletter.db-wal": 0o600,
        "newsletter.db-shm": 0o600,
    }


def test_sqlite_is_set_up_to_survive_a_power_cut(tmp_path: Path) -> None:
    """What was committed is on the disk, and rows point to rows that are there."""
    connections = Connections("sqlite:///newsletter.db", folder=tmp_path)
    with connections.reading() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    connections.close()
    assert settings == ["wal", 2, 1, 30_000]


def test_migrations_lead_to_the_same_tables_as_a_new_database(url: str, tmp_path: Path) -> None:
    """A database that grew and one that was made must never differ."""
    connections = Connections(url, folder=tmp_path)
    with connections.writing(Lock.STRUCTURE) as connection:
        upgrading.upgrade(connection, "head")
        context = MigrationContext.configure(
            connection, opts={"version_table": schema.VERSION_TABLE, "compare_type": True}
        )
        differences = compare_metadata(context, schema.metadata)
        version = connection.scalar(text("SELECT version_num FROM newsletter_version"))
    connections.close()
    # The table of the version is Alembic's, which it leaves out of the comparison.
    assert [difference for difference in differences if "add_table" not in difference[0]] == []
    assert version == schema.REVISIONS[-1]


def test_every_migration_is_known_by_its_number() -> None:
    """The numbers stand in the code, so that opening need not read the files."""
    config = Config()
    config.set_main_option("script_location", str(upgrading._MIGRATIONS))  # noqa: SLF001  # the folder is nobody else's business
    scripts = ScriptDirectory.from_config(config).walk_revisions("base", "head")
    assert tuple(reversed([script.revision for script in scripts])) == schema.REVISIONS


def _age(url: str, folder: Path) -> None:
    """Make the database that the first version of the program would have made."""
    connections = Connections(url, folder=folder)
    with connections.writing(Lock.STRUCTURE) as connection:
        upgrading.upgrade(connection, "0001")
        connection.execute(
            text(
                "INSERT INTO suppressions (email_folded, reason, at, source)"
                " VALUES ('old@example.org', 'manual', '2019-01-01 00:00:00', 'office')"
            )
        )
    connections.close()


def test_an_old_database_is_upgraded_and_keeps_its_rows(
    opened: Callable[..., Database], url: str, tmp_path: Path
) -> None:
    """Nobody should have to know that there are migrations."""
    _age(url, tmp_path)
    found = bring_in(opened(url), confirmed("old@example.org"), confirmed("new@example.org"))
    assert (found["added"], found["suppressed"]) == (1, 1)


def test_a_file_is_copied_before_it_is_upgraded(
    opened: Callable[..., Database], tmp_path: Path
) -> None:
    """Should the upgrade go wrong, yesterday's list is still there, as private as before."""
    url = f"sqlite:///{tmp_path}/newsletter.db"
    _age(url, tmp_path)
    opened(url)
    backup = tmp_path / "newsletter.db.0001-20190218T170300Z.backup"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    copy = sqlite3.connect(backup)
    assert copy.execute("SELECT email_folded FROM suppressions").fetchall() == [
        ("old@example.org",)
    ]
    assert copy.execute("SELECT version_num FROM newsletter_version").fetchall() == [("0001",)]
    copy.close()


def test_without_room_for_the_copy_nothing_is_upgraded(
    opened: Callable[..., Database], tmp_path: Path
) -> None:
    """An upgrade without a backup is a risk that nobody asked to take."""
    url = f"sqlite:///{tmp_path}/newsletter.db"
    _age(url, tmp_path)
    (tmp_path / "newsletter.db.0001-20190218T170300Z.backup").mkdir()
    with pytest.raises(StoppedError, match="its backup could not be written"):
        opened(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM newsletter_version")) == "0001"
    engine.dispose()


def test_a_newer_database_is_left_alone(opened: Callable[..., Database], url: str) -> None:
    """An old program must not write into tables it does not understand."""
    database = opened(url)
    with database.connections.writing(Lock.STRUCTURE) as connection:
        connection.execute(text("UPDATE newsletter_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="newer version of this program"):
        opened(url)


def test_a_strangers_database_is_left_alone(
    opened: Callable[..., Database], url: str, tmp_path: Path
) -> None:
    """Tables of the same name belong to another program."""
    connections = Connections(url, folder=tmp_path)
    with connections.writing(Lock.STRUCTURE) as connection:
        connection.execute(text("CREATE TABLE subscribers (name TEXT)"))
    connections.close()
    with pytest.raises(ConfigurationError, match="belongs to another program"):
        opened(url)


def test_a_relative_file_lies_in_the_office(
    opened: Callable[..., Database], tmp_path: Path
) -> None:
    """The list belongs to the office folder, wherever the command was given."""
    opened("sqlite:///newsletter.db", folder=tmp_path)
    assert (tmp_path / "newsletter.db").is_file()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "The database's address cannot be read."),
        ("postgresql://u:secret@h:port/n", "The database's address cannot be read."),
        ("mysql://user:secret@host/name", "Only SQLite and PostgreSQL can be used."),
        ("sqlite://", "The database's address names no file."),
        ("sqlite:///:memory:", "The database's address names no file."),
        ("sqlite:///missing/newsletter.db", "The database file newsletter.db cannot be opened."),
        (
            "postgresql://user:secret@127.0.0.1:1/name",
            "The database server cannot be reached, or does not let us in.",
        ),
    ],
)
def test_a_wrong_address_is_explained_without_its_password(
    opened: Callable[..., Database], tmp_path: Path, url: str, message: str
) -> None:
    """The address holds a secret, and errors end up in emails and on screens."""
    with pytest.raises(ConfigurationError) as caught:
        opened(url, folder=tmp_path)
    assert caught.value.message == message
    assert caught.value.hint
    assert "secret" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"


def test_a_file_that_is_no_database_is_named_as_such(
    opened: Callable[..., Database], tmp_path: Path
) -> None:
    """Somebody may have saved a spreadsheet under this name."""
    (tmp_path / "newsletter.db").write_text("email,first_name\n" * 100)
    with pytest.raises(ConfigurationError, match="is not a database"):
        opened("sqlite:///newsletter.db", folder=tmp_path)


def test_a_busy_database_is_tried_again_later(
    opened: Callable[..., Database], tmp_path: Path
) -> None:
    """Another program that writes is no reason to change the configuration."""
    database = opened("sqlite:///newsletter.db", folder=tmp_path, patience=0.01)
    other = sqlite3.connect(tmp_path / "newsletter.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoppedError, match="The database is busy"):
        bring_in(database, confirmed("ann@example.org"))
    other.close()
    assert states(database) == {}


def test_a_file_locked_while_it_is_set_up_is_waited_for_only_so_long(
    opened: Callable[..., Database], tmp_path: Path
) -> None:
    """Turning on the write-ahead log is the one statement that must wait by itself."""
    other = sqlite3.connect(tmp_path / "newsletter.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoppedError, match="The database is busy"):
        opened("sqlite:///newsletter.db", folder=tmp_path, patience=0.05)
    other.close()


def test_a_full_disk_stops_and_says_so(opened: Callable[..., Database], tmp_path: Path) -> None:
    """What was committed stays; the rest can be done again once there is room."""
    database = opened("sqlite:///newsletter.db", folder=tmp_path)
    bring_in(database, confirmed("ann@example.org"))
    with database.connections.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoppedError, match="The disk that holds the database is full"):
        bring_in(database, *(confirmed(f"reader{n}@example.org") for n in range(900)))
    assert states(database) == {"ann@example.org": "confirmed"}


@pytest.mark.postgresql
def test_a_server_that_goes_away_stops_the_work(
    opened: Callable[..., Database], postgresql_url: str
) -> None:
    """A lost connection is no fault of the configuration: run it again."""
    database = opened(postgresql_url)
    with (
        pytest.raises(StoppedError, match="The connection to the database was lost"),
        database.connections.reading() as connection,
    ):
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("statement", "failure", "message"),
    [
        ("DO $$ BEGIN RAISE SQLSTATE '53100'; END $$", StoppedError, "is full"),
        ("DO $$ BEGIN RAISE SQLSTATE '42501'; END $$", ConfigurationError, "be written to"),
        ("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", StoppedError, "is busy"),
        ("SELECT nonsense", StoppedError, "did not do what was asked"),
    ],
)
def test_what_a_server_reports_is_said_plainly(
    opened: Callable[..., Database],
    postgresql_url: str,
    statement: str,
    failure: type[Exception],
    message: str,
) -> None:
    """Codes are for programmers; an office manager needs a sentence."""
    database = opened(postgresql_url)
    with (
        pytest.raises(failure, match=message),
        database.connections.writing(Lock.AUDIENCE) as connection,
    ):
        connection.execute(text(statement))


def test_a_mistake_of_our_own_is_no_traceback(database: Database) -> None:
    """Even what should not happen ends in a sentence."""
    with (
        pytest.raises(StoppedError, match="did not do what was asked"),
        database.connections.writing(Lock.AUDIENCE) as connection,
    ):
        connection.execute(text("SELECT :missing"))


def test_processes_that_make_the_database_at_once_all_succeed(
    opened: Callable[..., Database], url: str
) -> None:
    """An office may start the preview and an import on the same morning."""
    processes = [
        another_process("-m", "tests.database.two_processes", url, str(first), "1")
        for first in range(3)
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert len(states(opened(url))) == 3


def test_a_database_made_in_the_meantime_is_not_made_again(
    opened: Callable[..., Database], url: str, tmp_path: Path
) -> None:
    """Between looking and making, another process may have been quicker."""

    class Overtaken(Connections):
        @override
        @contextmanager
        def reading(self) -> Iterator[Connection]:
            with super().reading() as connection:
                yield connection
            bring_in(opened(url), confirmed("ann@example.org"))

    connections = Overtaken(url, folder=tmp_path)
    upgrading.prepare(connections, now=datetime(2019, 2, 18, tzinfo=UTC))
    connections.close()
    assert states(opened(url)) == {"ann@example.org": "confirmed"}


def test_postgresql_without_its_package_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package is optional, so its absence is part of the configuration."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError) as caught:
        Connections("postgresql://user:secret@host/name", folder=tmp_path)
    assert caught.value.hint == 'Install it: pip install "newsletter[postgresql]".'
