"""Checks are found by registration, and each says why it is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter import checks, online
from newsletter.checks import guide
from newsletter.checks.families import FAMILIES
from newsletter.checks.registry import Material, Spot, in_order, rule
from newsletter.findings import Severity
from tests.checks.editions import DAYS, sample

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"
RULES = in_order([*checks.rules(), *online.RULES])


@pytest.mark.parametrize("day", DAYS)
def test_the_samples_check_clean(day: str) -> None:
    """A newcomer's first check must not find fault with what came in the box."""
    assert checks.run(sample(day)) == []


def test_every_check_belongs_to_a_family_and_says_why() -> None:
    """The guide is made of what they say."""
    for item in RULES:
        assert item.family in FAMILIES, item.code
        assert item.reason.lstrip("“")[0].isupper(), item.code
        assert item.reason.endswith((".", "?", "”.")), item.code
        assert item.source, item.code


def test_no_code_is_used_twice() -> None:
    """`--allow CODE` must mean one thing."""
    codes = [item.code for item in RULES]
    assert sorted(set(codes)) == sorted(codes)

    def judge(material: Material) -> list[Spot]:
        del material
        return []

    with pytest.raises(ValueError, match="Two checks are called imprint-missing"):
        rule("imprint-missing", Severity.ERROR, reason="", source="")(judge)


def test_the_order_is_that_of_the_guide() -> None:
    """Law first; in each family the gravest first."""
    families = list(dict.fromkeys(item.family for item in RULES))
    assert families == [name for name in FAMILIES if name in families]
    first = next(item for item in RULES if item.family == "law")
    assert first.severity is Severity.ERROR


def test_the_page_of_the_documentation_is_made_from_the_checks() -> None:
    """`make` it anew with: newsletter check --list --markdown > docs/checks.md."""
    assert PAGE.read_text(encoding="utf-8") == guide.markdown(RULES)


def test_links_are_plain_on_a_terminal() -> None:
    """Nobody reads Markdown's brackets with pleasure."""
    said = guide.plain(RULES)
    assert "Source: PECR, regulation 6 <https://www.legislation.gov.uk/uksi/2003/2426" in said
    assert "](" not in said
