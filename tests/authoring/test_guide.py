"""The guide for writers shows every block, and each of its examples works."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from newsletter.authoring.blocks import BLOCKS
from newsletter.authoring.issue import Placed, parse_issue

GUIDE = Path(__file__).parents[2] / "docs" / "writing.md"
EXAMPLES = {
    kind: text
    for kind, text in re.findall(
        r"^```(\w+)\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    if kind in BLOCKS
}
TOP = "---\nnumber: 1\nsubject: S\npreheader: P\nfunding: personal\n---\n# Title\n\n"


def test_the_guide_has_an_example_of_every_block() -> None:
    """A block that no page shows is not used."""
    assert EXAMPLES.keys() == BLOCKS.keys()


@pytest.mark.parametrize("kind", EXAMPLES)
def test_an_example_of_the_guide_can_be_copied_as_it_stands(kind: str) -> None:
    """The first thing a newcomer does is to copy an example."""
    issue, findings = parse_issue(f"{TOP}```{kind}\n{EXAMPLES[kind]}```\n", date(2019, 2, 1))
    assert findings == []
    assert issue is not None
    assert [part.block.kind for part in issue.body if isinstance(part, Placed)] == [kind]
