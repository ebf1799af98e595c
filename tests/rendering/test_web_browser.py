"""Look at the web edition in a browser: narrow and wide, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from tests.axe import violations
from tests.rendering.editions import SAMPLES, sample_edition

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

each_page = pytest.mark.parametrize("name", SAMPLES)
both_schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def opened(browser: Browser, name: str, *, width: int, scheme: Literal["light", "dark"]) -> Page:
    """Open a page; its pictures, which lie beside it once built, are left out."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.route("**/*", lambda route: route.abort())
    page.set_content(sample_edition(name).web)
    return page


@each_page
@both_schemes
def test_axe_finds_nothing_on_the_page(
    browser: Browser, name: str, scheme: Literal["light", "dark"]
) -> None:
    """The page is what screen readers, printers and search engines get."""
    page = opened(browser, name, width=375, scheme=scheme)
    assert violations(page) == []
    page.close()


@each_page
@pytest.mark.parametrize("width", [320, 375, 600, 1280])
def test_the_page_never_scrolls_sideways(browser: Browser, name: str, width: int) -> None:
    """At 200 % zoom a desk has 640 pixels, and an old telephone 320 (WCAG 2.2, 1.4.10)."""
    page = opened(browser, name, width=width, scheme="light")
    assert page.evaluate(TOO_WIDE) <= 0
    page.close()
