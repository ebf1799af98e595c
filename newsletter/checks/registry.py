"""Register every check with its reason, and run them all over one edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsletter.authoring.issue import Issue
    from newsletter.authoring.office import Office
    from newsletter.rendering.edition import Edition
    from newsletter.rendering.pictures import PictureFile


@dataclass(frozen=True, slots=True)
class Material:
    """What a check looks at: `source` is the text of issue.md, for the lines of findings.

    `pictures` are those of the issue and its look; `last_subject` is the subject of the issue
    before this one, or empty.
    """

    issue: Issue
    office: Office
    edition: Edition
    source: str = ""
    pictures: tuple[PictureFile, ...] = ()
    last_subject: str = ""


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

    Its family is the module it stands in.
    """

    def register(
        judge: Callable[[Material], Iterable[Spot]],
    ) -> Callable[[Material], Iterable[Spot]]:
        family = judge.__module__.rsplit(".", 1)[-1]
        _RULES[code] = Rule(code, severity, family, reason, source, judge)
        return judge

    return register


def rules() -> list[Rule]:
    """Return every registered rule, by family and code."""
    return sorted(_RULES.values(), key=lambda item: (item.family, item.code))


def findings(material: Material) -> Iterator[Finding]:
    """Yield what every registered check finds."""
    for item in rules():
        for spot in item.judge(material):
            yield Finding(item.code, item.severity, spot.message, spot.hint, spot.file, spot.line)
