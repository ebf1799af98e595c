"""Register every check with its reason, and run them all over one edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.checks.families import FAMILIES, family_of
from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsletter.authoring.issue import Issue
    from newsletter.authoring.office import Office
    from newsletter.errors import RefusedError
    from newsletter.rendering.edition import Edition
    from newsletter.rendering.pictures import PictureFile


@dataclass(frozen=True, slots=True)
class Material:
    """What a check looks at.

    `source` and `office_source` are the texts of issue.md and of office.yaml, for the lines of
    findings.
    `pictures` are those of the issue and its look; `last_subject` is the subject of the issue
    before this one, or empty. `message` is what one reader would get, or why it could not be
    put together; None if nobody tried. `words` are the office's own, spelt as in its words.txt.
    """

    issue: Issue
    office: Office
    edition: Edition
    source: str = ""
    pictures: tuple[PictureFile, ...] = ()
    last_subject: str = ""
    message: bytes | RefusedError | None = None
    office_source: str = ""
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a rule is broken: one sentence, what to do, and the place if there is one."""

    message: str
    hint: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that software can check: `reason` says why it is one, `source` who says so."""

    code: str
    severity: Severity
    family: str
    reason: str
    source: str
    judge: Callable[[Material], Iterable[Spot]]


_RULES: dict[str, Rule] = {}


def rule(
    code: str, severity: Severity, *, reason: str, source: str
) -> Callable[[Callable[[Material], Iterable[Spot]]], Callable[[Material], Iterable[Spot]]]:
    """Register a check: a pure function from material to the spots where the rule is broken.

    Its family is the first word of its module's name. `source` is Markdown, so it may hold
    links; `reason` is one or more sentences for somebody who has never heard of the rule.
    """

    def register(
        judge: Callable[[Material], Iterable[Spot]],
    ) -> Callable[[Material], Iterable[Spot]]:
        if code in _RULES:
            raise ValueError(f"Two checks are called {code}")
        family = family_of(judge.__module__)
        _RULES[code] = Rule(code, severity, family, reason, source, judge)
        return judge

    return register


def rules() -> list[Rule]:
    """Return every registered rule, in the order of the guide."""
    return in_order(_RULES.values())


def in_order(unsorted: Iterable[Rule]) -> list[Rule]:
    """Sort rules by family as the guide tells them, and the gravest first in each."""
    order = {name: place for place, name in enumerate(FAMILIES)}
    return sorted(
        unsorted,
        key=lambda item: (
            order.get(item.family, len(order)),
            list(Severity).index(item.severity),
            item.code,
        ),
    )


def findings(material: Material) -> Iterator[Finding]:
    """Yield what every registered check finds."""
    for item in rules():
        for spot in item.judge(material):
            yield Finding(item.code, item.severity, spot.message, spot.hint, spot.file, spot.line)
