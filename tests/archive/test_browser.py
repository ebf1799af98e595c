"""The archive is good to read: narrow and wide, light and dark, with and without a script."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect
from typing_extensions import override

from newsletter.archive.searching import folded
from newsletter.archive.standalone import whole_site
from tests.archive.archives import builder, contents, many, put, sample_site
from tests.axe import violations
from tests.chromium import comes_to, resize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOWN_TIMES = """() => [...document.querySelectorAll("#diary time")].filter(
  time => time.checkVisibility()).map(time => time.dateTime)"""
PAGES = ("/", "/404.html", "/2019-03-08/", "/2019-03-08/edition-1/")
IN_FOCUS = """() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    const seen = top >= 0 && bottom <= innerHeight && `${outlineWidth} ${outlineStyle}`;
    return [document.activeElement.textContent.trim(), seen === "3px solid"];
}"""
A_DAY = "2019-03-16T18:00:00Z"
"""Two of four dates in the diary have passed."""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    @override
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site on a web server that knows nothing but files."""
    folder = put(sample_site(), tmp_path_factory.mktemp("site"))
    serve = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """A telephone on a day in March 2019."""
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.clock.set_fixed_time(A_DAY)
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    yield page
    page.close()
    assert failed == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    reader: Page, site: str, scheme: Literal["light", "dark"]
) -> None:
    """At 320 pixels as on a desk (WCAG 2.2, 1.4.10); the search with its results, too."""
    reader.emulate_media(color_scheme=scheme)
    for path in (*PAGES, "/?q=lift"):
        reader.goto(site + path)
        if "q" in path:
            expect(reader.locator("#found li")).not_to_have_count(0)
        assert violations(reader) == [], path
        for width in (320, 375, 1280):
            resize(reader, width)
            assert reader.evaluate(TOO_WIDE) <= 0, (path, width)


def on_paper(reader: Page) -> None:
    """Show the page that is open as it is printed."""
    reader.emulate_media(media="print")
    comes_to(reader, "() => matchMedia('print').matches", answer=True)


def test_on_paper_there_is_nothing_that_only_a_screen_can_do(reader: Page, site: str) -> None:
    """No search, no buttons; the words are all there."""
    reader.goto(f"{site}/")
    on_paper(reader)
    for gone in ("form.search", ".offer", ".follow", ".latest .actions", ".bar"):
        expect(reader.locator(gone)).not_to_have_count(0)
        expect(reader.locator(f"{gone}:visible")).to_have_count(0)
    expect(reader.get_by_text("Why I now sit as an independent").first).to_be_visible()
    reader.goto(f"{site}/2019-03-08/")
    on_paper(reader)
    expect(reader.locator(".past-ways")).to_have_count(1)
    expect(reader.locator(".past-ways")).to_be_hidden()
    expect(reader.get_by_text("It is twelve weeks, not eleven.")).to_be_visible()


def search(reader: Page, words: str) -> None:
    reader.fill("#q", words)
    reader.press("#q", "Enter")


def finds(reader: Page, *titles: str) -> None:
    """Wait until these are found, in this order, and nothing else."""
    expect(reader.locator("#found h3")).to_have_text(titles)
    said = (
        f"Issues found: {len(titles)}" if titles else re.compile("^No issue has all these words")
    )
    expect(reader.locator("[role=status]")).to_have_text(said)
    expect(reader.locator("#list")).to_be_visible(visible=not titles)


def test_the_search_finds_issues_by_their_words(reader: Page, site: str) -> None:
    """All of the words, or their beginnings, with accents or without."""
    march, february = "Twelve weeks without a station lift", "Why I now sit as an independent"
    reader.goto(f"{site}/")
    search(reader, "LÍFT platf")
    finds(reader, march)
    expect(reader).to_have_url(f"{site}/?q=L%C3%8DFT+platf")
    # A word in the title counts for more than a newer issue.
    search(reader, "independent")
    finds(reader, february, march)
    search(reader, "hippopotamus")
    finds(reader)
    search(reader, "")
    expect(reader.locator("[role=status]")).to_be_empty()
    expect(reader).to_have_url(f"{site}/")
    # As one types, without a key that says so; then on to the issue.
    reader.locator("#q").press_sequentially("twelve")
    finds(reader, march)
    # The same search, made while the link is pressed, does not take it away from under the hand.
    reader.hover("#found a")
    reader.mouse.down()
    reader.evaluate("document.querySelector('form.search').requestSubmit()")
    expect(reader).to_have_url(f"{site}/?q=twelve")
    reader.mouse.up()
    reader.wait_for_url(f"{site}/2019-03-08/")


def test_a_search_that_cannot_be_reached_leaves_the_list(reader: Page, site: str) -> None:
    """And goes on once it can."""
    refusals: list[Callable[[Route], None]] = [
        lambda route: route.abort(),
        lambda route: route.fulfill(status=503),
    ]
    for refuse in refusals:
        reader.route("**/search.json", refuse)
        reader.goto(f"{site}/?q=lift+platform")
        lost = re.compile("^The search cannot be reached")
        expect(reader.locator("[role=status]")).to_have_text(lost)
        expect(reader.locator("#found li")).to_have_count(0)
        expect(reader.locator("#list")).to_be_visible()
        reader.unroute("**/search.json")
        reader.press("#q", "Enter")
        finds(reader, "Twelve weeks without a station lift")


def serve_index(reader: Page, index: dict[str, object]) -> None:
    reader.route("**/search.json", lambda route: route.fulfill(json=index))


def test_the_browser_folds_words_as_the_index_does(reader: Page, site: str) -> None:
    """Or what stands in an issue would not be found in it."""
    for text in ("Tŷ’r Cyffredin", "Straße Łódź cœur", "ﬁne ½ naïve", "01632-960", "x" * 50):
        words = {word: [0] for word in folded(text)}
        serve_index(reader, {"issues": [{"title": "A", "url": "a/"}], "words": words})
        reader.goto(f"{site}/")
        search(reader, text)
        finds(reader, "A")
        reader.unroute("**/search.json")


def test_the_diary_leaves_out_what_has_taken_place(reader: Page, site: str) -> None:
    """The page was made when the newest issue was sent."""
    reader.goto(f"{site}/")
    comes_to(reader, SHOWN_TIMES, ["2019-03-23T10:00", "2019-03-30T14:00"])
    reader.clock.set_fixed_time("2019-04-01T09:00:00Z")
    reader.reload()
    expect(reader.locator("#diary")).to_have_count(1)
    expect(reader.locator("#diary")).to_be_hidden()


def test_a_folded_year_opens_by_its_link_and_by_the_keyboard(reader: Page, tmp_path: Path) -> None:
    """And nobody who goes by the keyboard loses sight of where they are."""
    past, cupboard = many()
    site = put(contents(whole_site(builder(past, cupboard)), cupboard), tmp_path)
    reader.goto((site / "index.html").as_uri())
    issue = reader.locator("#y2017 h4").first
    expect(issue).to_have_count(1)
    reader.keyboard.press("Tab")
    comes_to(reader, IN_FOCUS, ["Skip to the text", True])
    expect(issue).to_be_hidden()
    reader.get_by_role("link", name="2017").focus()
    reader.keyboard.press("Enter")
    expect(issue).to_be_visible()
    comes_to(
        reader,
        "() => Math.abs(document.querySelector('#y2017').getBoundingClientRect().top)"
        " < innerHeight / 2",
        answer=True,
    )
    reader.keyboard.press("Tab")
    comes_to(reader, IN_FOCUS, ["2017", True])
    reader.keyboard.press("Space")
    expect(issue).to_be_hidden()
    assert violations(reader) == []


def test_without_a_script_everything_but_the_search_is_there(browser: Browser, site: str) -> None:
    """An old telephone, or somebody who wants none."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/")
    expect(page.locator("form.search")).to_have_count(1)
    expect(page.locator("form.search")).to_be_hidden()
    expect(page.locator("#diary li")).to_have_count(4)
    page.click("#list h4 a >> nth=1")
    page.wait_for_url(f"{site}/2019-02-18/")
    page.click("text=The issue after")
    page.wait_for_url(f"{site}/2019-03-08/")
    page.click("text=Read it as it was sent on 8 March 2019")
    page.wait_for_url(f"{site}/2019-03-08/edition-1/")
    page.click("text=Read the corrected issue")
    page.wait_for_url(f"{site}/2019-03-08/")
    context.close()
