"""`newsletter init` makes an office."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from tests.drafting.test_office import ANSWERS

if TYPE_CHECKING:
    from tests.commands import Office

OPTIONS = [word for field, answer in ANSWERS.items() for word in (f"--{field}", answer)]


class Keyboard(io.StringIO):
    """Somebody who sits at a terminal."""

    @override
    def isatty(self) -> bool:
        return True


def test_options_answer_everything(office: Office) -> None:
    """For whoever sets up many offices, or has no terminal."""
    outcome = office("init", "new", *OPTIONS)
    assert outcome.code == 0
    lines = outcome.out.split("\n")
    assert lines[1] == "The office of Robin Halloway is made."
    day = re.search(r"newsletter new (\S+)", outcome.out)
    assert day
    assert office("new", day[1], "--office", "new").code == 0
    assert office("render", "--issue", day[1], "--office", "new").code == 0


def test_what_is_missing_is_asked_until_it_can_be_used(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With examples, likely answers, and what is wrong said at once."""
    typed = ["Jo Sample", "", "Test North", "", "nonsense", "jo@example.org", "1", "1 Row", ""]
    monkeypatch.setattr("sys.stdin", Keyboard("\n".join(typed) + "\n"))
    outcome = office("init", "new")
    assert outcome.code == 0
    assert "The member’s name (such as Robin Halloway): " in outcome.out
    assert "→ Please answer this." in outcome.out
    assert "this is not an email address" in outcome.out
    assert "[https://update.example.org]" in outcome.out
    text = (office.folder / "new" / "office.yaml").read_text("utf-8")
    assert 'name: "Jo Sample"' in text
    assert '{party: "Independent", since: 2015-05-07}' in text


def test_whoever_goes_away_leaves_nothing_behind(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-D in the middle."""
    monkeypatch.setattr("sys.stdin", Keyboard("Jo Sample\n"))
    assert office("init", "new").code == 1
    assert not (office.folder / "new").exists()


def test_without_a_terminal_it_names_the_options(office: Office) -> None:
    """Rather than wait for answers that never come."""
    outcome = office("init", "new", "--name", "Jo", "--site", "https://example.org")
    assert outcome.code == 1
    assert "Answer them with --constituency --party --email --phone --post." in outcome.err


def test_an_option_is_judged_like_an_answer(office: Office) -> None:
    """As a slip in typing, with the option's name."""
    outcome = office("init", "new", *OPTIONS, "--email", "nonsense")
    assert outcome.code == 2
    assert "--email" in outcome.err


def test_an_office_that_is_there_is_left_alone(office: Office) -> None:
    """Nothing of it is changed."""
    before = (office.folder / "office.yaml").read_bytes()
    assert office("init", ".", *OPTIONS).code == 1
    assert (office.folder / "office.yaml").read_bytes() == before
