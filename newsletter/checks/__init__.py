"""Read an edition as a careful colleague would, and say what to mend.

A check is a function in a module of this package, registered by `@rule`. The modules are
found, not listed, so that a new family needs no list to be kept.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from newsletter.checks import registry
from newsletter.checks.registry import Material, Rule
from newsletter.findings import Finding, worst_first


def run(material: Material) -> list[Finding]:
    """Return what all checks find, worst first."""
    _find_families()
    return worst_first(registry.findings(material))


def rules() -> list[Rule]:
    """Return every rule that is checked, by family and code."""
    _find_families()
    return registry.rules()


def _find_families() -> None:
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
