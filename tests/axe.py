"""Ask axe-core what it finds wrong with a page for people who cannot see or point well."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


@cache
def _script() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


# What fades in is paler than it will be.
_AT_REST = "Promise.allSettled(document.getAnimations().map(each => each.finished))"


def violations(page: Page, options: str = "{}") -> list[tuple[str, str]]:
    """Return the rules that a page breaks, best practices too, each with an element."""
    page.evaluate(_script())
    found = page.evaluate(f"{_AT_REST}.then(() => axe.run(document, {options}))")
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]]
