"""Find every check by its registration, and run them all over one edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsletter.authoring.issue import Issue
    from newsletter.authoring.office import Office
    from newsletter.findings import Finding
    from newsletter.rendering.edition import Edition


@dataclass(frozen=True, slots=True)
class Material:
    """What a check looks at."""

    issue: Issue
    office: Office
    edition: Edition


_CHECKS: list[Callable[[Material], Iterable[Finding]]] = []


def check(
    judge: Callable[[Material], Iterable[Finding]],
) -> Callable[[Material], Iterable[Finding]]:
    """Register a check: a pure function from material to findings."""
    _CHECKS.append(judge)
    return judge


def findings(material: Material) -> Iterator[Finding]:
    """Yield what every registered check finds."""
    for judge in _CHECKS:
        yield from judge(material)
