"""Write the guide to a good newsletter from what the checks say of themselves."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from newsletter.checks.families import FAMILIES, Family
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsletter.checks.registry import Rule

_INTRODUCTION = """\
# A guide to a good newsletter

Before an issue goes out, `newsletter check --issue 2019-02-18` reads it the way a careful
colleague, a returning officer and a mail filter would. This page tells what it looks for and
why; it is written from the checks themselves, so it cannot be out of date. `newsletter check
--list` prints the same on a terminal, and `newsletter check --list --json` for programs.

- An **error** forbids sending: `newsletter send` refuses until it is mended.
- A **warning** is very likely a mistake, or needs a person’s judgement. It does not stop you.
- A **note** is a hint for next time.

Each finding names its check, the line of `issue.md` or the file, what is wrong and what to do.
Where a check is mistaken about your issue, allow it by name:
`newsletter send --issue 2019-02-18 --allow imprint-missing`. That holds for this dispatch only,
and the record of the dispatch keeps it. If you find a check mistaken often, please report it: a
false alarm is a defect.
"""
_MEANING = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")


def markdown(rules: Sequence[Rule]) -> str:
    """Return the whole guide as Markdown, chapter by chapter."""
    chapters = ["\n".join(_chapter(family, found)) for family, found in _by_family(rules)]
    return "\n".join([_INTRODUCTION, *chapters])


def plain(rules: Sequence[Rule]) -> str:
    """Return the list of checks for a terminal."""
    lines: list[str] = []
    for family, found in _by_family(rules):
        lines += [family.title, "=" * len(family.title), ""]
        for rule in found:
            lines += [f"{rule.code} ({_MEANING[rule.severity]})", f"  {rule.reason}"]
            source = _LINK.sub(r"\1 <\2>", rule.source)
            lines += [f"  Source: {source}", ""]
    return "\n".join(lines)


def data(rules: Sequence[Rule]) -> list[dict[str, str]]:
    """Return the checks for a program."""
    return [
        {
            "code": rule.code,
            "severity": rule.severity.value,
            "family": rule.family,
            "reason": rule.reason,
            "source": rule.source,
        }
        for rule in rules
    ]


def _by_family(rules: Iterable[Rule]) -> Iterator[tuple[Family, list[Rule]]]:
    for name, found in groupby(rules, key=lambda rule: rule.family):
        yield FAMILIES[name], list(found)


def _chapter(family: Family, rules: Iterable[Rule]) -> Iterator[str]:
    yield f"## {family.title}\n"
    yield f"{family.introduction}\n"
    for rule in rules:
        yield f"### `{rule.code}` – {_MEANING[rule.severity]}\n"
        yield f"{rule.reason}\n"
        yield f"Source: {rule.source}\n"
