"""The page of a report reads well for everybody, fetches nothing, and prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import html5lib
import pytest

from newsletter.database.opening import open_database
from newsletter.report.telling import tell
from tests.axe import violations
from tests.chromium import resize
from tests.database.fixture import Clock
from tests.report.test_issue import DAY, office, sent
from tests.report.test_overall import weeks
from tests.report.world import World, person

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NAMES = ("issue", "overall")
VISIBLE = """() => [...document.querySelectorAll('svg.chart')].map(chart => {
  const box = chart.getBoundingClientRect();
  return box.width > 200 && box.height > 60;
})"""
PALEST = """() => [...document.querySelectorAll('svg.chart .color-0 .bar rect')].map(
  bar => getComputedStyle(bar).fill + ' on ' + getComputedStyle(document.body).backgroundColor)"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report on an issue with bounces, a complaint and uncertain deliveries, and one on all."""
    folder = tmp_path_factory.mktemp("report")
    clock = Clock()
    with open_database("sqlite:///newsletter.db", folder=folder, now=clock) as database:
        world = World(database, clock)
        sent(world)
        world.bring_in(*(person(number) for number in range(40, 60)))
        weeks(world, 3)
        clock.move(86_400)
        files = {}
        for name, day in zip(NAMES, (DAY, None), strict=True):
            told = tell(database.reports, day, office())
            files[name] = folder / f"{name}.html"
            files[name].write_text(told.page(office(), clock()), encoding="utf-8")
    return files


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_valid_and_fetches_nothing(pages: dict[str, Path], name: str) -> None:
    """It is kept for years, sent by email and opened without a network; nobody is named."""
    text = pages[name].read_text(encoding="utf-8")
    html5lib.HTMLParser(strict=True).parse(text)
    assert "<script" not in text
    assert "http" not in text
    assert "@" not in text.split("</style>")[1].replace("behind the @", "")


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_the_page_reads_well_for_everybody(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    """Narrow and wide, light and dark: nothing to find for axe, and never sideways."""
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages[name].as_uri())
    for width in (320, 375, 1280):
        resize(page, width)
        assert page.evaluate(TOO_WIDE) <= 0
        assert all(page.evaluate(VISIBLE))
    fills = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
        fills.update(page.evaluate(PALEST))
    assert len(fills) == 2
    assert asked == [pages[name].as_uri()]
    page.close()


@pytest.mark.browser
def test_on_paper_nothing_is_cut_off(browser: Browser, pages: dict[str, Path]) -> None:
    """A4 less its margins is 673 CSS pixels wide: no table reaches beyond."""
    page = browser.new_page(viewport={"width": 673, "height": 1_000})
    for file in pages.values():
        page.goto(file.as_uri())
        page.emulate_media(media="print")
        reach = "() => Math.max(...[...document.querySelectorAll('table, svg.chart text')].map("
        reach += "each => each.getBoundingClientRect().right))"
        assert page.evaluate(reach) <= 673
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()
