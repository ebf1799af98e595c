"""Whatever goes wrong is said in one sentence with a hint, and never as a traceback."""

from __future__ import annotations

import builtins
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.cli.answers import exit_code, show_error
from newsletter.cli.options import EXIT_CONFIGURATION, EXIT_REFUSED, EXIT_STOPPED, EXIT_USAGE
from newsletter.errors import (
    ConfigurationError,
    MistakeError,
    NewsletterError,
    NotAllowedError,
    StoppedError,
    UncertainError,
)
from tests.commands import command, environment
from tests.offices import ISSUE, OFFICE, make_office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from tests.commands import Office, Outcome

DATE = ("--issue", "2019-02-18")
CHECK, RENDER = ("check", *DATE), ("render", *DATE)
DRY_RUN, SEND = ("send", *DATE, "--dry-run"), ("send", *DATE, "--yes")
STATUS, LIST = ("status", *DATE), ("subscribers", "list")
IMPORT = ("subscribers", "import", "people.csv")
ON_ISSUES = (CHECK, RENDER, DRY_RUN, SEND)
ON_DATABASES = (DRY_RUN, SEND, STATUS, LIST, IMPORT)


def refused(outcome: Outcome, code: int) -> str:
    """Return the message of an error that is told as the design says."""
    assert outcome.code == code, outcome
    assert "Traceback" not in outcome.err
    assert "unforeseen" not in outcome.err
    assert outcome.err
    error = outcome.document["error"]
    assert {"message", "hint", "file", "line"} <= set(error)
    assert error["hint"]
    return str(error["message"])


def replace(path: Path, how: Callable[[Path], object]) -> None:
    path.unlink(missing_ok=True)
    how(path)


def _binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 20)


def _link_out(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


HOSTILE: dict[str, Callable[[Path], object]] = {
    "missing": lambda _: None,
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "binary": _binary,
    "empty": lambda path: path.write_bytes(b""),
    "a link out of the folder": _link_out,
    "a link to itself": _loop,
}


@pytest.mark.parametrize("how", HOSTILE)
@pytest.mark.parametrize("arguments", ON_ISSUES, ids=lambda words: words[0] + words[-1])
def test_an_office_file_that_cannot_be_read_is_a_matter_of_configuration(
    office: Office, arguments: tuple[str, ...], how: str
) -> None:
    """Exit 3: no issue can be sent until somebody has mended it."""
    replace(office.folder / "office.yaml", HOSTILE[how])
    assert "office.yaml" in refused(office(*arguments, "--json"), EXIT_CONFIGURATION)


@pytest.mark.parametrize("how", HOSTILE)
def test_an_issue_that_cannot_be_read_is_a_mistake(office: Office, how: str) -> None:
    """Exit 1, with what is wrong: nothing of it is sent."""
    office.write("people.csv", "email\n")
    replace(office.folder / "issues" / "2019-02-18" / "issue.md", HOSTILE[how])
    for arguments in ON_ISSUES:
        outcome = office(*arguments, "--json")
        assert outcome.code == EXIT_REFUSED
        assert "unforeseen" not in outcome.err
        assert outcome.err
        json.loads(outcome.out)


@pytest.mark.parametrize("arguments", [*ON_ISSUES, STATUS, LIST, IMPORT])
def test_a_folder_that_is_not_there_is_said_so(office: Office, arguments: tuple[str, ...]) -> None:
    """A slip in --office must not make a database somewhere."""
    message = refused(office(*arguments, "--office", "nowhere", "--json"), EXIT_CONFIGURATION)
    assert message == "There is no folder nowhere"
    assert not (office.folder / "nowhere").exists()


@pytest.mark.parametrize("arguments", ON_DATABASES, ids=lambda words: words[0] + words[-1])
def test_a_database_that_is_none_is_said_so(office: Office, arguments: tuple[str, ...]) -> None:
    """Exit 3, and the file stays as it was: it may be somebody's photograph."""
    office.write("people.csv", "email\nann@constituents.example\n")
    (office.folder / "newsletter.db").write_bytes(b"no database" * 1000)
    assert "database" in refused(office(*arguments, "--json"), EXIT_CONFIGURATION)
    assert (office.folder / "newsletter.db").read_bytes() == b"no database" * 1000


@pytest.mark.parametrize(
    "url", ["mysql://h/n", "sqlite://", "sqlite:////nowhere/x.db", "//", "sqlite:///issues"]
)
def test_a_database_address_that_leads_nowhere_is_said_so(office: Office, url: str) -> None:
    """And its password is not repeated."""
    office.environment["NEWSLETTER_DATABASE_URL"] = url
    refused(office(*STATUS, "--json"), EXIT_CONFIGURATION)


@pytest.mark.parametrize("how", ["missing", "a folder", "binary", "empty", "a link to itself"])
def test_a_spreadsheet_that_cannot_be_read_stores_nothing(office: Office, how: str) -> None:
    """Exit 1 and a reason, as for every file that cannot be read as a whole."""
    replace(office.folder / "people.csv", HOSTILE[how])
    refused(office(*IMPORT, "--json"), EXIT_REFUSED)
    assert office(*LIST, "--json").document["subscribers"] == []


@pytest.mark.parametrize(
    ("picture", "how"),
    [("a.png", how) for how in HOSTILE]
    + [("../office.yaml", "binary"), ("/etc/passwd", "missing"), ("a" * 400 + ".png", "missing")],
)
def test_a_picture_that_cannot_be_read_is_a_finding(
    office: Office, picture: str, how: str
) -> None:
    """With the line that asks for it; nothing outside the office's folder is ever shown."""
    office.write("issues/2019-02-18/issue.md", f"{ISSUE}\n![Words]({picture})\n")
    if picture == "a.png":
        replace(office.folder / "issues" / "2019-02-18" / "a.png", HOSTILE[how])
    outcome = office(*CHECK, "--json")
    assert outcome.code == EXIT_REFUSED
    (finding,) = outcome.document["findings"]
    assert (finding["severity"], finding["file"], finding["line"]) == ("error", "issue.md", 12)
    rendered = office(*RENDER)
    assert rendered.code == EXIT_REFUSED
    assert not (office.folder / "build" / "2019-02-18" / "email.html").exists()


@pytest.mark.parametrize(
    "how", ["a folder", "a pipe", "binary", "a link out of the folder", "a link to itself"]
)
def test_a_template_that_cannot_be_read_is_a_finding(office: Office, how: str) -> None:
    """It is named; the built-in one does not silently take its place."""
    (office.folder / "templates").mkdir()
    replace(office.folder / "templates" / "email.mjml.j2", HOSTILE[how])
    outcome = office(*CHECK, "--json")
    assert outcome.code == EXIT_REFUSED
    findings = outcome.document["findings"]
    assert findings
    for finding in findings:
        assert finding["severity"] == "error"
        assert "email.mjml.j2" in finding["message"] + finding["file"]


@pytest.mark.parametrize("how", ["a folder", "binary", "a link out of the folder"])
def test_what_stands_where_the_result_belongs_is_replaced_or_named(
    office: Office, how: str
) -> None:
    """A folder is replaced; anything else is somebody's, and is left alone."""
    (office.folder / "build").mkdir()
    replace(office.folder / "build" / "2019-02-18", HOSTILE[how])
    outcome = office(*RENDER, "--json")
    if how == "a folder":
        assert outcome.code == 0
    else:
        assert "cannot be written" in refused(outcome, EXIT_CONFIGURATION)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be nobody for a while: root may read everything.

    Modules are still found: Python itself may lie where nobody may enter.
    """
    if os.geteuid():
        yield
        return
    found, turn = builtins.__import__, RLock()

    def find(*what: Any, **how: Any) -> ModuleType:  # noqa: ANN401  # as Python hands them on
        with turn:
            before = os.getresuid()  # a module that is found looks for others
            os.setresuid(0, 0, 0)
            try:
                return found(*what, **how)
            finally:
                os.setresuid(*before)

    os.setresuid(65_534, 65_534, 0)  # what may be read is asked in the name of the real user, too
    builtins.__import__ = find
    try:
        yield
    finally:
        builtins.__import__ = found
        os.setresuid(0, 0, 0)


@pytest.fixture
def locked() -> Iterator[Path]:
    """An office in which nobody may write; below /tmp, for nobody may enter pytest's folder."""
    folder = Path(tempfile.mkdtemp(prefix="newsletter-"))
    make_office(folder / "office")
    for path in (folder, *folder.rglob("*")):  # whatever the umask says
        path.chmod(0o755 if path.is_dir() else 0o644)
    yield folder / "office"
    for path in folder.rglob("*"):
        path.chmod(0o700)
    shutil.rmtree(folder)


def way_to(folder: Path) -> list[Path]:
    """Return a folder and those that one passes on the way to it from the folder for scratch."""
    scratch = Path(tempfile.gettempdir())
    return [folder, *(each for each in folder.parents if scratch in each.parents)]


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        (".", RENDER, EXIT_REFUSED),
        ("office.yaml", RENDER, EXIT_CONFIGURATION),
        ("issues/2019-02-18/issue.md", RENDER, EXIT_REFUSED),
        ("issues/2019-02-18", RENDER, EXIT_REFUSED),
        ("templates", RENDER, EXIT_REFUSED),
        ("people.csv", IMPORT, EXIT_REFUSED),
    ],
)
def test_what_nobody_may_read_is_said_so(
    office: Office, locked: Path, name: str, arguments: tuple[str, ...], code: int
) -> None:
    """Offices share folders, and not everybody may open everything."""
    assert office(*RENDER).code == 0, "imports are made now, while everything may be read"
    (locked / "templates").mkdir()
    (locked / "people.csv").write_text("email\n")
    for path in (locked / "templates", locked / "people.csv"):
        path.chmod(0o755)
    office.environment["NEWSLETTER_DATABASE_URL"] = f"sqlite:///{office.folder / 'other.db'}"
    assert office(*LIST).code == 0
    (locked / name).chmod(0)
    folders = way_to(office.folder)
    modes = [folder.stat().st_mode for folder in folders]
    for folder in folders:
        folder.chmod(0o777)
    (office.folder / "other.db").chmod(0o666)
    try:
        with unprivileged():
            if arguments is IMPORT:
                arguments = (*arguments[:2], str(locked / "people.csv"))
            refused(office(*arguments, "--office", str(locked), "--json"), code)
    finally:
        for folder, mode in zip(folders, modes, strict=True):
            folder.chmod(stat.S_IMODE(mode))


def test_a_folder_that_nobody_may_write_to_is_said_so(office: Office, locked: Path) -> None:
    """Exit 3: neither the result nor the database has a place there."""
    assert office(*RENDER).code == 0, "imports are made now, while everything may be read"
    assert office(*LIST).code == 0
    locked.chmod(0o555)  # not even who owns it
    folders = way_to(office.folder)
    modes = [folder.stat().st_mode for folder in folders]
    for folder in folders:
        folder.chmod(0o755)
    try:
        with unprivileged():
            rendered = office(*RENDER, "--office", str(locked), "--json")
            listed = office(*LIST, "--office", str(locked), "--json")
    finally:
        for folder, mode in zip(folders, modes, strict=True):
            folder.chmod(stat.S_IMODE(mode))
    assert "cannot be written" in refused(rendered, EXIT_CONFIGURATION)
    assert "cannot be opened" in refused(listed, EXIT_CONFIGURATION)


@pytest.mark.parametrize(
    "arguments",
    [
        ("send", "--issue", "2019-2-18"),
        ("send", "--issue", "20190218"),
        ("send", "--issue", "2019-02-30"),
        ("send",),
        ("send", *DATE, "--transport", "pigeon"),
        ("schema", "newspaper"),
        ("subscribers", "import"),
        ("nonsense",),
    ],
)
def test_what_cannot_be_understood_is_a_matter_of_usage(
    office: Office, arguments: tuple[str, ...]
) -> None:
    """Exit 2, and nothing is done."""
    before = sorted(office.folder.rglob("*"))
    outcome = office(*arguments, "--json")
    refused(outcome, EXIT_USAGE)
    assert sorted(office.folder.rglob("*")) == before


def test_the_unforeseen_is_told_without_a_traceback(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of ours, such as a template engine that cannot be loaded, is no reader's."""
    monkeypatch.setitem(__import__("sys").modules, "newsletter.authoring.schemas", None)
    outcome = office("schema", "issue")
    assert (outcome.code, outcome.out) == (EXIT_REFUSED, "")
    assert outcome.err.startswith("error: Something unforeseen happened (")
    told = office("schema", "issue", "--json")
    assert told.code in {EXIT_REFUSED, EXIT_USAGE}
    monkeypatch.setenv("NEWSLETTER_TRACEBACK", "1")
    with pytest.raises(ImportError):
        office("schema", "issue")


@pytest.mark.parametrize("arguments", [LIST, ("schema", "office"), RENDER, (*RENDER, "--json")])
def test_a_reader_who_leaves_is_no_failure(office: Office, arguments: tuple[str, ...]) -> None:
    """`newsletter schema office | head -1` complains of nothing."""
    office.write(
        "people.csv",
        "email,status\n" + "".join(f"r{n}@constituents.example,pending\n" for n in range(500)),
    )
    office(*IMPORT)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(  # noqa: S603  # our own program
            command(*arguments),
            cwd=office.folder,
            env=environment({}),
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    finally:
        os.close(writing)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert done.returncode in {0, EXIT_REFUSED}


def test_every_mistake_of_the_office_is_listed_at_once(office: Office) -> None:
    """With its line and what to write instead."""
    office.write(
        "office.yaml", OFFICE.replace("constituency:", "constituencey:") + "tracking: 7\n"
    )
    outcome = office(*RENDER, "--json")
    message = refused(outcome, EXIT_CONFIGURATION)
    error = outcome.document["error"]
    assert "mistakes" in message
    assert len(error["findings"]) >= 2
    assert all(finding["line"] for finding in error["findings"])
    for finding in error["findings"]:
        assert f"office.yaml:{finding['line']}: " in outcome.err


def test_a_long_list_of_findings_is_cut_short_for_people_only(office: Office) -> None:
    """A screen holds fifty; a program gets all of them."""
    many = "".join(f"\n![A picture](lost-{number}.png)\n" for number in range(60))
    office.write("issues/2019-02-18/issue.md", ISSUE + many)
    assert "… and 10 more" in office(*CHECK).out
    assert len(office(*CHECK, "--json").document["findings"]) == 60


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MistakeError("It is wrong"), EXIT_REFUSED),
        (NotAllowedError("It may not be"), EXIT_REFUSED),
        (ConfigurationError("It is not set up"), EXIT_CONFIGURATION),
        (StoppedError("It stopped"), EXIT_STOPPED),
        (UncertainError("Nobody knows"), EXIT_STOPPED),
    ],
)
def test_every_kind_of_error_has_its_exit_code(error: NewsletterError, code: int) -> None:
    """Scripts decide by it whether to run the same command again."""
    assert exit_code(error) == code


def test_an_error_with_a_place_begins_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    """As a compiler's does, so that editors jump there."""
    show_error(MistakeError("It is wrong", file="issue.md", line=7, hint="Mend it."), as_json=True)
    said = capsys.readouterr()
    assert said.err == "issue.md:7: It is wrong\n        → Mend it.\n"
    assert json.loads(said.out) == {
        "error": {"message": "It is wrong", "hint": "Mend it.", "file": "issue.md", "line": 7}
    }


def test_a_hint_is_given_only_where_there_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    """No arrow that points at nothing."""
    show_error(StoppedError("It stopped"), as_json=False)
    assert capsys.readouterr().err == "error: It stopped\n"


INTERRUPTED = """
import sys

class Hand:
    pressed = False

    def find_spec(self, name, path=None, target=None):
        if name == "newsletter.cli.check" and not self.pressed:
            self.pressed = True
            raise KeyboardInterrupt

sys.meta_path.insert(0, Hand())
from newsletter.__main__ import main
main()
"""


def test_ctrl_c_before_a_command_has_begun_is_heard_as_well() -> None:
    """Somebody who saw at once that they had typed the wrong thing reads no traceback."""
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", INTERRUPTED, *CHECK, "--json"],
        env=environment({}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Run the same command again" in done.stderr
    assert done.returncode == EXIT_STOPPED
    assert json.loads(done.stdout)["error"]["line"] is None
