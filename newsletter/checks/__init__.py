"""Read an edition as a careful colleague would, and say what to mend.

A check is a function in a module of this package, registered by `@check`. Every module here
is imported below by being found, so that a new family needs no list to be kept.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from newsletter.checks.registry import Material, findings
from newsletter.findings import worst_first

if TYPE_CHECKING:
    from newsletter.authoring.issue import Issue
    from newsletter.authoring.office import Office
    from newsletter.findings import Finding
    from newsletter.rendering.edition import Edition


def run(issue: Issue, office: Office, edition: Edition) -> list[Finding]:
    """Return what all checks find, worst first."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return worst_first(findings(Material(issue, office, edition)))
