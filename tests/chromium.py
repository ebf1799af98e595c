"""Lend a real browser to the tests of what people see."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

PATIENCE = 30_000
"""Milliseconds: no measure of speed, but how long a page may take on a machine that is busy."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start a Chromium that reaches no network."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:
        sync_api.expect.set_options(timeout=PATIENCE)
        running = playwright.chromium.launch(executable_path=program, args=flags)
        yield running
        running.close()


def comes_to(page: Page, question: str, answer: object) -> None:
    """Ask a page the same, a function without arguments, until it gives this answer.

    What one question has found may be drawn anew before the next: whatever belongs together
    is asked in one, and again whenever something else is shown.
    """
    sync_api = pytest.importorskip("playwright.sync_api")
    same = f"wanted => JSON.stringify(({question})()) === JSON.stringify(wanted)"
    try:
        page.wait_for_function(same, arg=answer)
    except sync_api.TimeoutError:
        assert page.evaluate(question) == answer
        raise


def resize(page: Page, width: int, height: int = 800) -> None:
    """Give a page another size, and wait until it has it."""
    page.set_viewport_size({"width": width, "height": height})
    comes_to(page, "() => [innerWidth, innerHeight]", [width, height])
