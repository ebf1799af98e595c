"""A snapshot of what each template makes: nothing about it changes unseen.

After a change that is meant, `python -m tests.rendering.snapshots` writes them anew; the
difference is then read in the commit.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rendering.editions import sample_edition

FOLDER = Path(__file__).parent / "snapshots"
FACES = ("email.html", "email.txt", "subject.txt", "web.html")


def shown(face: str) -> str:
    """Return what a template makes of the sample that has nearly every block."""
    edition = sample_edition("2019-03-08")
    return {
        "email.html": edition.html,
        "email.txt": edition.text,
        "subject.txt": f"{edition.subject}\n",
        "web.html": edition.web,
    }[face]


@pytest.mark.parametrize("face", FACES)
def test_a_template_makes_what_it_made(face: str) -> None:
    """A small change of a style sheet shows up in places nobody thought of."""
    assert shown(face) == (FOLDER / face).read_text(encoding="utf-8")
