"""What the documentation tells people to type exists, and every command explains itself."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import typer

from newsletter.cli.app import app
from tests.commands import ROOT, command, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
]
ENDS = re.compile(r"[;&|><\\#…].*")
ROOT_COMMAND = typer.main.get_command(app)


def typed(text: str) -> Iterator[list[str]]:
    """Yield the words after `newsletter` in every command of a page's code."""
    fences = re.findall(r"(?ms)^(?:```|~~~)[^\n]*\n(.*?)^(?:```|~~~)", text)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^(```|~~~).*?^\1", "", text))
    lines = [line for fence in fences for line in fence.replace("\\\n", " ").splitlines()]
    for line in [*lines, *spans]:
        found = re.match(r"\s*(?:\$ )?(?:\S*/)?newsletter (\S.*)", line)
        if found:
            yield [ENDS.sub("", word) or word for word in _words(found[1])]


def _words(line: str) -> list[str]:
    words = shlex.split(line, comments=True)
    end = next((i for i, word in enumerate(words) if ENDS.fullmatch(word)), len(words))
    return words[:end]


def unknown(words: list[str]) -> str:
    """Return the first word that is neither a command nor an option; empty if all are."""
    command = ROOT_COMMAND
    position = 0
    while commands := getattr(command, "commands", None):
        word = words[position] if position < len(words) else "--help"
        if word.startswith("-"):
            break
        if word not in commands:
            return word
        command = commands[word]
        position += 1
    options = {option for parameter in command.params for option in parameter.opts}
    known = options | {"--help"}
    given = [word.split("=")[0] for word in words[position:] if word.startswith("--")]
    return next((option for option in given if option not in known), "")


def page_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_command_in_the_documentation_exists(page: Path) -> None:
    """Nobody types what they read and is told that it is not there."""
    wrong = {
        " ".join(words): unknown(words)
        for words in typed(page.read_text(encoding="utf-8"))
        if unknown(words)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["send", "--issue", "2019-02-18", "--dry-run"], ""),
        (["subscribers", "import", "x.csv", "--json"], ""),
        (["--version"], ""),
        (["subscribers"], ""),
        (["send", "--isue", "2019-02-18"], "--isue"),
        (["sned"], "sned"),
        (["subscribers", "imprt"], "imprt"),
    ],
)
def test_a_command_that_does_not_exist_is_seen(words: list[str], what: str) -> None:
    """So that the test above can fail."""
    assert unknown(words) == what


def test_commands_are_found_in_fences_and_between_the_words() -> None:
    """With and without a prompt."""
    page = (
        "Type `newsletter check --issue 2019-02-18` or:\n\n```console\n"
        "$ newsletter send --yes | head -1   # now\nnewsletter status > file\n# newsletter no\n"
        "```\nsee `newsletter.db`\n"
    )
    assert list(typed(page)) == [
        ["send", "--yes"],
        ["status"],
        ["check", "--issue", "2019-02-18"],
    ]


def test_every_command_and_option_explains_itself() -> None:
    """In one line, in the list and on its own page."""
    unexplained: list[str] = []
    waiting = [("newsletter", ROOT_COMMAND)]
    while waiting:
        name, command = waiting.pop()
        helps = {name: command.help and command.get_short_help_str()} | {
            f"{name} {parameter.name}": getattr(parameter, "help", None)
            for parameter in command.params
        }
        unexplained += [what for what, help_ in helps.items() if not help_]
        children = getattr(command, "commands", {})
        waiting += [(f"{name} {child}", each) for child, each in children.items()]
    assert unexplained == []


@pytest.fixture(scope="module")
def demo() -> tuple[list[str], list[str]]:
    """What README shows of `make demo`: the commands, and what it says that they print."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"(?s)`make demo` ends like this:\n\n```console\n(.*?)```", page)
    lines = shown.splitlines()
    typed_in = [line for line in lines if line.startswith(".venv/bin/newsletter ")]
    return typed_in, lines


def test_the_readme_shows_what_make_demo_types_and_prints(
    demo: tuple[list[str], list[str]], tmp_path: Path
) -> None:
    """Line by line; the digest alone may differ, as it does with every byte of a template."""
    commands, shown = demo
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ndemo:")[2]
    steps = re.findall(r"\t\$\(BIN\)/(.*)", recipe.partition("\n\n")[0])
    assert [f".venv/bin/{step.replace('$(ISSUE)', '2019-02-18')}" for step in steps] == commands
    for name in ("issues", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("office.yaml", "subscribers.example.csv", "logo.png"):
        shutil.copy(ROOT / name, tmp_path / name)
    printed: list[str] = []
    for line in commands:
        done = subprocess.run(  # noqa: S603  # our own program
            command(*shlex.split(line)[1:]),
            cwd=tmp_path,
            env=environment({"COLUMNS": "80"}),
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        printed += [line, *(said.rstrip() for said in done.stdout.splitlines())]
    digest = re.compile(r"(?<=^Digest      )[0-9a-f]{16}$")
    assert [digest.sub("…", line) for line in printed] == [digest.sub("…", line) for line in shown]


def test_without_make_the_same_is_typed(demo: tuple[list[str], list[str]]) -> None:
    """Or the dry run has nobody to write to."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"(?s)## Without make\n\n```console\n(.*?)```", page)
    given = [line.removeprefix("$ ") for line in lines.splitlines()]
    assert [line for line in given if "/newsletter " in line] == demo[0]


def test_constraints_name_versions_and_nothing_else() -> None:
    """A path or an address of one machine would be found on no other."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    version = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.+!]*")
    assert [line for line in lines if not version.fullmatch(line)] == []
    assert len(lines) > 30


def test_contributing_has_a_line_for_each_file() -> None:
    """Whoever carries the code on finds the room at once."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rooms = dict(
        re.findall(r"(?ms)^### `(newsletter/[^`]*|newsletter/)`\n(.*?)(?=^### |\Z)", page)
    )
    missing = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "newsletter").rglob("*.py"))
        if file.name != "__init__.py"
        and "migrations" not in file.parts
        and f"`{file.name}`" not in rooms.get(f"{file.parent.relative_to(ROOT)}/", "")
    ]
    assert missing == []
