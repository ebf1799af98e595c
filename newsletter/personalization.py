"""Fit an edition to one person: the values that take the place of its tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Personalization:
    """What makes one copy differ from the others.

    `substitutions` maps each tag found in the edition to its value, already escaped for the
    place where the tag stands. `headers` are this person's own, literally.
    """

    key: str
    address: str
    substitutions: Mapping[str, str]
    headers: Mapping[str, str]
