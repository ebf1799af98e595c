"""Find the line of office.yaml that a value stands in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.authoring.office import FILE
from newsletter.authoring.yaml import Located, read_mapping

if TYPE_CHECKING:
    from newsletter.checks.registry import Material


def office_line(material: Material, *path: str) -> int | None:
    """Return the line of the value that these keys lead to, or of what is around it."""
    located = _located(material.office_source)
    return located.line(path) if located and path[0] in located.data else None


@lru_cache(maxsize=4)
def _located(source: str) -> Located | None:
    return read_mapping(source, file=FILE)[0] if source else None
