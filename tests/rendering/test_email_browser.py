"""Look at every email, and each block alone, in a browser: narrow and wide, light and dark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from newsletter.rendering.colours import TEXT, contrast, dark_scheme
from tests.axe import violations
from tests.chromium import resize
from tests.rendering.editions import make_edition
from tests.rendering.emails import SAMPLES, blocks_alone, email, sample_office

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]

WHOLE = [*SAMPLES, "torture"]
EMAILS = [*WHOLE, *sorted(blocks_alone())]
WIDTHS = (320, 375, 600, 1280)  # 320 is also what 640 becomes at a zoom of 200 %

each_email = pytest.mark.parametrize("name", EMAILS)
whole_emails = pytest.mark.parametrize("name", WHOLE)
both_schemes = pytest.mark.parametrize("scheme", ["light", "dark"])

# Each run of words with its size, its colour, and the nearest colour behind it.
_WORDS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
    let behind = element;
    const colour = node => getComputedStyle(node).backgroundColor;
    while (behind.parentElement && colour(behind) === "rgba(0, 0, 0, 0)")
      behind = behind.parentElement;
    const style = getComputedStyle(element);
    found.push([walker.currentNode.data.trim(), parseFloat(style.fontSize), style.color,
                colour(behind)]);
  }
  return found;
}"""
_TARGETS = """selector => [...document.querySelectorAll(selector)].map(
  link => [link.textContent.trim(), link.getBoundingClientRect().height])"""


class Viewer:
    """Open emails in one page, which fetches nothing but the emails' own pictures."""

    def __init__(self, browser: Browser) -> None:
        self._page = browser.new_page()
        self._page.route("**/*", self._answer)
        self._pictures: Mapping[str, bytes] = {}

    def open(self, name: str, *, width: int = 1280, scheme: Scheme = "light") -> Page:
        """Open an email, its pictures shown."""
        rendered = email(name)
        return self._show(rendered.html, rendered.pictures, width, scheme)

    def open_bare(self, name: str, *, width: int) -> Page:
        """Open an email without its <style> blocks, and with its pictures blocked."""
        html = re.sub(r"(?s)<style\b.*?</style>", "", email(name).html)
        # By another address: what the page has shown before, the browser would show again.
        html = re.sub(r'(<img\b[^>]*\ssrc="[^"]+)"', r'\1?blocked"', html)
        return self._show(html, {}, width, "light")

    def open_written(self, body: str, *, width: int) -> Page:
        """Open an email that was just written."""
        return self._show(make_edition(body).html, {}, width, "light")

    def _show(self, html: str, pictures: Mapping[str, bytes], width: int, scheme: Scheme) -> Page:
        self._pictures = pictures
        resize(self._page, width, 900)
        self._page.emulate_media(color_scheme=scheme)
        self._page.set_content(html)
        return self._page

    def _answer(self, route: Route) -> None:
        data = self._pictures.get(route.request.url.rsplit("/", 1)[-1])
        if data is None:
            route.abort()
        else:
            route.fulfill(body=data)


@pytest.fixture(scope="module")
def viewer(browser: Browser) -> Viewer:
    return Viewer(browser)


def colour(computed: str) -> str:
    """Return `#1d4f91` for `rgb(29, 79, 145)`."""
    assert not computed.startswith("rgba"), computed
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", computed))


def widest(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


@each_email
@both_schemes
def test_nothing_is_wider_than_the_screen(viewer: Viewer, name: str, scheme: Scheme) -> None:
    """Nobody scrolls sideways to read a letter, on the smallest telephone either."""
    page = viewer.open(name, scheme=scheme)
    for width in WIDTHS:
        resize(page, width, 900)
        assert widest(page) <= width


@each_email
@both_schemes
def test_every_word_can_be_read(viewer: Viewer, name: str, scheme: Scheme) -> None:
    """WCAG 2.2 AA by the colours that the browser shows, in the light and in the dark."""
    page = viewer.open(name, scheme=scheme)
    pale = [
        (text, ink, ground)
        for text, _, ink, ground in page.evaluate(_WORDS)
        if contrast(colour(ink), colour(ground)) < TEXT
    ]
    assert pale == []


@each_email
def test_the_dark_scheme_leaves_nothing_bright(viewer: Viewer, name: str) -> None:
    """One white box in a dark room is worse than no dark scheme."""
    page = viewer.open(name, scheme="dark")
    words = page.evaluate(_WORDS)
    bright = [
        (text, ground)
        for text, _, ink, ground in words
        if contrast(colour(ground), "#000000") > contrast(colour(ink), "#000000")
        and colour(ground) != dark_scheme(sample_office().look.colours).fill
    ]
    assert bright == []


@whole_emails
def test_words_are_large_enough(viewer: Viewer, name: str) -> None:
    """16 px and more for what is read, and 15 for dates, captions and the imprint."""
    page = viewer.open(name, width=375)
    sizes = page.evaluate(_WORDS)
    assert min(size for _, size, _, _ in sizes) >= 15
    running = page.locator(".prose p, .prose li, .beside p:not(.state)").evaluate_all(
        "all => all.map(each => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert min(running) >= 16
    imprint = next(size for text, size, _, _ in sizes if text.startswith("Promoted by"))
    assert imprint >= 15


@whole_emails
@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_tapped_is_large_enough(viewer: Viewer, name: str, width: int) -> None:
    """44 px for a button, and 24 for a link that stands by itself (WCAG 2.2, 2.5.8)."""
    page = viewer.open(name, width=width)
    for text, height in page.evaluate(_TARGETS, ".button a, .play a"):
        assert height >= 44, text
    for text, height in page.evaluate(_TARGETS, ".footer a, .headline a, .reach a, .alone a"):
        assert height >= 24, text


@whole_emails
@pytest.mark.parametrize("width", WIDTHS)
def test_it_holds_without_styles_and_pictures(viewer: Viewer, name: str, width: int) -> None:
    """Gmail's app drops the styles of other providers' mail, and many block pictures."""
    whole = [text for text, *_ in viewer.open(name).evaluate(_WORDS)]
    bare = viewer.open_bare(name, width=width)
    assert bare.evaluate("[...document.images].filter(each => each.naturalWidth).length") == 0
    assert widest(bare) <= width
    assert [text for text, *_ in bare.evaluate(_WORDS)] == whole


@whole_emails
def test_pictures_keep_their_shape_and_are_never_blown_up(viewer: Viewer, name: str) -> None:
    """Outlook takes the size from the attributes, all others from the styles."""
    page = viewer.open(name, width=320)
    for shown, size, natural, natural_height in page.locator("img").evaluate_all(
        "all => all.map(i => [i.width, i.height, i.naturalWidth, i.naturalHeight])"
    ):
        assert 0 < shown <= min(natural, 272)
        assert size == pytest.approx(shown * natural_height / natural, abs=1)


def test_columns_stand_side_by_side_only_where_there_is_room(viewer: Viewer) -> None:
    """Three on a desk, one over the other in a hand."""
    tops = "all => all.map(each => Math.round(each.getBoundingClientRect().top))"
    wide = viewer.open("columns-2", width=1280).locator(".top").evaluate_all(tops)
    narrow = viewer.open("columns-2", width=375).locator(".top").evaluate_all(tops)
    assert (len(set(wide)), len(set(narrow))) == (1, 3)


# How many lines each word of a table takes: one that is broken takes more.
_LINES = """() => [...document.querySelectorAll(".prose td, .prose th")]
  .filter(cell => cell.getClientRects().length)
  .flatMap(cell => [...cell.childNodes].filter(node => node.nodeType === Node.TEXT_NODE))
  .flatMap(node => [...node.data.matchAll(/\\S+/g)].map(found => {
    const range = document.createRange();
    range.setStart(node, found.index);
    range.setEnd(node, found.index + found[0].length);
    return [found[0], range.getClientRects().length];
  }))"""


# The room is reckoned with Arial's letters: where a machine has only wider ones, they are set
# as much smaller.
_AS_WIDE_AS_ARIAL = """() => {
  const cell = document.querySelector(".prose td");
  const pen = document.createElement("canvas").getContext("2d");
  const ratios = [["normal", 987], ["bold", 1067]].map(([weight, arial]) => {
    pen.font = `${weight} 100px ${getComputedStyle(cell).fontFamily}`;
    return pen.measureText("Trumpington February").width / arial;
  });
  const size = 16 / Math.max(1, ...ratios);
  const style = document.createElement("style");
  style.textContent = `.prose td, .prose th { font-size: ${size}px !important; }`;
  document.head.append(style);
  return size;
}"""


def test_a_phone_never_breaks_the_words_of_a_table(viewer: Viewer) -> None:
    """One that fits stays a table there; one that does not is read row by row."""
    head = ["Ward", "January", "February", "March", "April", "May", "June", "July", "August"]
    cells = ["Trumpington", *["412"] * 8]

    def table(columns: int) -> str:
        rows = (head[:columns], ["---"] * columns, cells[:columns])
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    page = viewer.open_written(table(9), width=320)
    for columns in range(2, 10):
        page = viewer.open_written(table(columns), width=320)
        page.evaluate(_AS_WIDE_AS_ARIAL)
        broken = [word for word, lines in page.evaluate(_LINES) if lines > 1]
        assert broken == [], columns
        assert widest(page) <= 320
        is_list = columns > 3
        expect(page.locator(".prose thead")).to_be_visible(visible=not is_list)
        expect(page.locator(".head")).to_have_count(columns if is_list else 0)
    body = page.locator(".prose tbody")
    begins = re.compile(r"^\s*Ward: Trumpington\s+January: 412\s")
    expect(body).to_have_text(begins, use_inner_text=True)
    resize(page, 1280, 900)
    expect(page.locator(".prose thead")).to_be_visible()
    expect(body).to_contain_text("Trumpington", use_inner_text=True)
    expect(body).not_to_contain_text("January", use_inner_text=True)


@each_email
@both_schemes
def test_axe_finds_nothing(viewer: Viewer, name: str, scheme: Scheme) -> None:
    """All of its rules, best practices too."""
    page = viewer.open(name, width=375, scheme=scheme)
    assert violations(page) == []
