"""The command line answers at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from newsletter import __version__
from tests.commands import environment

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
