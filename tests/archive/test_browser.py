"""The archive is good to read: narrow and wide, light and dark, with and without a script."""

from __future__ import annotations

import functools
import http.server
import threading
from typing import TYPE_CHECKING, Literal

import pytest
from typing_extensions import override

from newsletter.archive.searching import folded
from newsletter.archive.standalone import whole_site
from tests.archive.archives import builder, contents, many, put, sample_site
from tests.axe import violations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = ("/", "/404.html", "/2019-03-08/", "/2019-03-08/edition-1/")
IN_FOCUS = """() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    const seen = top >= 0 && bottom <= innerHeight && `${outlineWidth} ${outlineStyle}`;
    return [document.activeElement.textContent.trim(), seen === "3px solid"];
}"""
A_DAY = "2019-03-16T18:00:00"
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
            reader.wait_for_selector("#found li")
        assert violations(reader) == [], path
        for width in (320, 375, 1280):
            reader.set_viewport_size({"width": width, "height": 800})
            assert reader.evaluate(TOO_WIDE) <= 0, (path, width)


def test_on_paper_there_is_nothing_that_only_a_screen_can_do(reader: Page, site: str) -> None:
    """No search, no buttons; the words are all there."""
    reader.emulate_media(media="print")
    reader.goto(f"{site}/")
    for gone in ("form.search", ".offer", ".follow", ".latest .actions", ".bar"):
        assert not reader.locator(gone).first.is_visible()
    assert reader.get_by_text("Why I now sit as an independent").first.is_visible()
    reader.goto(f"{site}/2019-03-08/")
    assert not reader.locator(".past-ways").is_visible()
    assert reader.get_by_text("It is twelve weeks, not eleven.").is_visible()


def found(reader: Page, words: str) -> list[str]:
    """Type words, and return the titles that are found."""
    reader.fill("#q", words)
    reader.press("#q", "Enter")
    reader.wait_for_function("document.querySelector('[role=status]').textContent !== ''")
    return reader.locator("#found h3").all_inner_texts()


def test_the_search_finds_issues_by_their_words(reader: Page, site: str) -> None:
    """All of the words, or their beginnings, with accents or without."""
    march, february = "Twelve weeks without a station lift", "Why I now sit as an independent"
    reader.goto(f"{site}/")
    assert found(reader, "LÍFT platf") == [march]
    assert reader.inner_text("[role=status]") == "Issues found: 1"
    assert not reader.locator("#list").is_visible()
    assert reader.url.endswith("/?q=L%C3%8DFT+platf")
    # A word in the title counts for more than a newer issue.
    assert found(reader, "independent") == [february, march]
    assert found(reader, "hippopotamus") == []
    assert "No issue has all these words" in reader.inner_text("[role=status]")
    assert reader.locator("#list").is_visible()
    reader.fill("#q", "")
    reader.press("#q", "Enter")
    reader.wait_for_function("document.querySelector('[role=status]').textContent === ''")
    assert "?" not in reader.url
    # As one types, without a key that says so; then on to the issue.
    reader.locator("#q").press_sequentially("twelve")
    reader.wait_for_selector("#found li")
    reader.click("#found a")
    reader.wait_for_url(f"{site}/2019-03-08/")


def test_a_search_that_cannot_be_reached_leaves_the_list(reader: Page, site: str) -> None:
    """And goes on once it can."""
    reader.route("**/search.json", lambda route: route.abort())
    reader.goto(f"{site}/")
    assert found(reader, "lift") == []
    assert "The search cannot be reached" in reader.inner_text("[role=status]")
    assert reader.locator("#list").is_visible()
    reader.unroute("**/search.json")
    reader.route("**/search.json", lambda route: route.fulfill(status=503))
    reader.wait_for_timeout(500)  # a search that was begun while one typed has ended
    with reader.expect_response("**/search.json"):
        reader.fill("#q", "lift 2")
        reader.press("#q", "Enter")
    reader.unroute("**/search.json")
    reader.fill("#q", "lift platform")
    reader.wait_for_selector("#found li")


def serve_index(reader: Page, index: dict[str, object]) -> None:
    reader.route("**/search.json", lambda route: route.fulfill(json=index))


def test_the_browser_folds_words_as_the_index_does(reader: Page, site: str) -> None:
    """Or what stands in an issue would not be found in it."""
    reader.goto(f"{site}/")
    for text in ("Tŷ’r Cyffredin", "Straße Łódź cœur", "ﬁne ½ naïve", "01632-960", "x" * 50):
        words = {word: [0] for word in folded(text)}
        serve_index(reader, {"issues": [{"title": "A", "url": "a/"}], "words": words})
        reader.goto(f"{site}/")
        assert found(reader, text) == ["A"], text
        reader.unroute("**/search.json")


def test_the_diary_leaves_out_what_has_taken_place(reader: Page, site: str) -> None:
    """The page was made when the newest issue was sent."""
    reader.goto(f"{site}/")
    shown = reader.locator("#diary time").evaluate_all(
        "times => times.filter(time => time.checkVisibility()).map(time => time.dateTime)"
    )
    assert shown == ["2019-03-23T10:00", "2019-03-30T14:00"]
    reader.clock.set_fixed_time("2019-04-01T09:00:00")
    reader.reload()
    assert not reader.locator("#diary").is_visible()


def test_a_folded_year_opens_by_its_link_and_by_the_keyboard(reader: Page, tmp_path: Path) -> None:
    """And nobody who goes by the keyboard loses sight of where they are."""
    past, cupboard = many()
    site = put(contents(whole_site(builder(past, cupboard)), cupboard), tmp_path)
    reader.goto((site / "index.html").as_uri())
    year, issue = reader.locator("#y2017"), reader.locator("#y2017 h4").first
    reader.keyboard.press("Tab")
    assert reader.evaluate(IN_FOCUS) == ["Skip to the text", True]
    assert not issue.is_visible()
    reader.get_by_role("link", name="2017").focus()
    reader.keyboard.press("Enter")
    issue.wait_for()
    assert year.evaluate("year => Math.abs(year.getBoundingClientRect().top) < innerHeight / 2")
    reader.keyboard.press("Tab")
    assert reader.evaluate(IN_FOCUS) == ["2017", True]
    reader.keyboard.press("Space")
    issue.wait_for(state="hidden")
    assert violations(reader) == []


def test_without_a_script_everything_but_the_search_is_there(browser: Browser, site: str) -> None:
    """An old telephone, or somebody who wants none."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/")
    assert not page.locator("form.search").is_visible()
    assert page.locator("#diary li").count() == 4
    page.click("#list h4 >> nth=1")
    page.click("#list h4 a >> nth=1")
    assert page.url == f"{site}/2019-02-18/"
    page.click("text=The issue after")
    assert page.url == f"{site}/2019-03-08/"
    page.click("text=Read it as it was sent on 8 March 2019")
    page.click("text=Read the corrected issue")
    assert page.url == f"{site}/2019-03-08/"
    context.close()
