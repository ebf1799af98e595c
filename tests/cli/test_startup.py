"""The command line answers at once."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from newsletter import __version__
from tests.commands import environment
from tests.offices import DAY

if TYPE_CHECKING:
    from tests.commands import Office

HEAVY = (
    "PIL",
    "alembic",
    "cssutils",
    "jinja2",
    "lxml",
    "markdown_it",
    "mjml",
    "premailer",
    "pydantic",
    "rich",
    "ruamel",
    "sendgrid",
    "sqlalchemy",
)
REHEARSAL = ("send", "--issue", DAY.isoformat(), "--dry-run", "--json")
RUN = f"""
import sys
from newsletter.cli.app import run
code = run()
print("loaded:", sorted(set(sys.modules) & set({HEAVY!r})))
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("arguments", "words", "loaded"),
    [
        (["--help"], "send", []),
        (["--version"], f"newsletter {__version__}", []),
        # Typer has pydantic look at a command's options as soon as one is named.
        (["send", "--help"], "--accept-uncertain", ["pydantic"]),
        (["subscribers", "--help"], "import", ["pydantic"]),
    ],
)
def test_help_loads_nothing_heavy(arguments: list[str], words: str, loaded: list[str]) -> None:
    """These take two seconds together, and help needs none of them."""
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", RUN, *arguments],
        env=environment({}),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert words in done.stdout
    assert done.stdout.splitlines()[-1] == f"loaded: {loaded}"
    assert done.stderr == ""


UNNEEDED = (
    "alembic",
    "babel",
    "httpx",
    "newsletter.database.letters",
    "newsletter.database.reports",
    "newsletter.web",
    "sendgrid",
    "starlette",
)


def test_what_sending_has_no_use_for_is_not_loaded_before_it(office: Office) -> None:
    """Each takes time before the first message leaves."""
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", RUN.replace(repr(HEAVY), repr(UNNEEDED)), *REHEARSAL],
        cwd=office.folder,
        env=environment({}),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "loaded: []"


@pytest.mark.parametrize(
    "start", [["-m", "newsletter"], ["-c", "from newsletter.__main__ import main; main()"]]
)
def test_the_program_can_be_run_without_its_script(start: list[str]) -> None:
    """As the tests do, and as one does without an activated environment."""
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, *start, "--version"],
        env=environment({}),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == f"newsletter {__version__}\n"
