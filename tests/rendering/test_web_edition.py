"""The page of an issue is for everybody: it reads well, tells nobody, and names no reader."""

from __future__ import annotations

import re
from itertools import pairwise
from textwrap import dedent
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import pytest
from lxml import html

from newsletter.rendering.tags import ANY_TAG
from tests.offices import OFFICE
from tests.rendering.editions import ROOT, SAMPLES, make_edition, sample_edition

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement
    from playwright.sync_api import Browser

EVERY_SAMPLE = pytest.mark.parametrize("name", SAMPLES)


def page(markup: str) -> HtmlElement:
    """Return the page as a tree."""
    return html.document_fromstring(markup)


def texts(tree: HtmlElement, path: str) -> list[str]:
    """Return the text of each element, with single blanks."""
    return [" ".join(element.text_content().split()) for element in tree.xpath(path)]


@EVERY_SAMPLE
def test_nothing_on_the_page_is_personal(name: str) -> None:
    """The archive is public: a token in it would unsubscribe somebody."""
    web = sample_edition(name).web

    assert ANY_TAG.findall(web) == []
    assert "-nl_" not in web
    assert "unsubscribe" not in web.lower()


@EVERY_SAMPLE
def test_the_page_fetches_nothing_and_runs_nothing(name: str) -> None:
    """No tracking: a reader's visit is known to nobody else."""
    tree = page(sample_edition(name).web)
    fetched = [
        *tree.xpath("//*[self::img or self::source or self::iframe]/@src"),
        *tree.xpath("//link[@rel='icon' or @rel='stylesheet']/@href"),
    ]

    assert tree.xpath("//script | //iframe | //object | //embed | //form | //base") == []
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
    assert [address for address in fetched if not address.startswith("pictures/")] == []
    assert "url(" not in tree.findtext(".//style")
    assert "@import" not in tree.findtext(".//style")


@EVERY_SAMPLE
def test_the_page_has_its_landmarks_once(name: str) -> None:
    """A screen reader goes from one to the next."""
    tree = page(sample_edition(name).web)

    assert tree.get("lang") == "en-GB"
    assert tree.get("dir") == "ltr"
    assert [len(tree.xpath(f"//{tag}")) for tag in ("header", "main", "article", "footer")] == [
        1,
        1,
        1,
        1,
    ]
    assert tree.xpath("//a[@class='skip']/@href") == [f"#{tree.xpath('//main/@id')[0]}"]
    named = tree.xpath("//nav/@aria-labelledby")
    assert len(named) == len(tree.xpath("//nav")) == 2
    assert all(tree.get_element_by_id(name) is not None for name in named)


@EVERY_SAMPLE
def test_headings_go_down_one_level_at_a_time(name: str) -> None:
    """There is one h1, and no level is skipped (WCAG 2.2, 1.3.1)."""
    headings = page(sample_edition(name).web).xpath(
        "//*[re:match(name(), '^h[1-6]$')]", namespaces=RE
    )
    levels = [int(heading.tag[1]) for heading in headings]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


RE = {"re": "http://exslt.org/regular-expressions"}


@EVERY_SAMPLE
def test_every_picture_says_what_it_shows_and_how_large_it_is(name: str) -> None:
    """The text must not jump when a picture arrives."""
    pictures = page(sample_edition(name).web).xpath("//article//img")

    assert [image for image in pictures if not image.get("alt")] == []
    assert {image.get("loading") for image in pictures} <= {"lazy"}
    assert [image for image in pictures if not (image.get("width") and image.get("height"))] == []


@EVERY_SAMPLE
def test_every_link_leads_somewhere_and_has_words(name: str) -> None:
    """An empty link is what a screen reader reads as an address."""
    links = page(sample_edition(name).web).xpath("//a")
    schemes = {urlsplit(link.get("href")).scheme for link in links}

    assert schemes <= {"https", "mailto", "tel", ""}
    assert [link for link in links if not (link.text_content().strip() or link.xpath("img"))] == []


@EVERY_SAMPLE
def test_no_id_is_given_twice(name: str) -> None:
    """Blocks come as often as a writer likes."""
    ids = page(sample_edition(name).web).xpath("//@id")

    assert len(ids) == len(set(ids))


def test_the_head_describes_the_page_to_search_engines_and_networks() -> None:
    """What is shared shows its title, its line and its picture, from the public address."""
    edition = make_edition("![A dark lift](lift.png)\n\n![A map](map.png)")
    tree = page(edition.web)
    address = "https://update.example.org/2019-02-18/"

    assert tree.findtext(".//title") == "Trains – The Ashcombe East Update"
    assert {meta.get("name"): meta.get("content") for meta in tree.xpath("//meta[@name]")} == {
        "viewport": "width=device-width, initial-scale=1",
        "description": "What I asked the Secretary of State on Tuesday",
        "author": "Robin Halloway MP",
        "color-scheme": "light dark",
        "referrer": "no-referrer",
        "format-detection": "telephone=no, date=no, address=no, email=no",
    }
    assert {
        meta.get("property"): meta.get("content") for meta in tree.xpath("//meta[@property]")
    } == {
        "og:type": "article",
        "og:title": "Trains",
        "og:description": "What I asked the Secretary of State on Tuesday",
        "og:url": address,
        "og:site_name": "The Ashcombe East Update",
        "og:locale": "en_GB",
        "og:image": f"{address}pictures/x-lift.png",
        "article:published_time": "2019-02-18",
    }
    assert {link.get("rel"): link.get("href") for link in tree.xpath("//link")} == {
        "canonical": address,
        "alternate": "https://update.example.org/feed.xml",
    }


def test_the_logo_stands_in_for_a_picture() -> None:
    """It is also the sign in the browser's tab."""
    look = 'look: {colours: {primary: "#1d4f91"}, logo: logo.png}\n'
    tree = page(make_edition("Words.", office=OFFICE + look).web)

    assert tree.xpath("//meta[@property='og:image']/@content") == [
        "https://update.example.org/2019-02-18/pictures/x-logo.png"
    ]
    assert tree.xpath("//link[@rel='icon']/@href") == ["pictures/x-logo.png"]
    assert tree.xpath("//header//img/@alt") == [""]


def test_without_a_picture_none_is_promised() -> None:
    """An empty address would be the page itself."""
    tree = page(make_edition("Words.").web)

    assert tree.xpath("//meta[@property='og:image'] | //img | //link[@rel='icon']") == []


def test_the_masthead_says_whose_news_these_are_and_from_when() -> None:
    """A page found by a search has no inbox around it."""
    tree = page(make_edition("Words.").web)

    assert texts(tree, "//header") == [
        (
            "The Ashcombe East Update "
            "Robin Halloway MP, Ashcombe EastNumber 268, Monday 18 February 2019"
        )
    ]
    assert tree.xpath("//header//time/@datetime") == ["2019-02-18"]


def test_readers_can_answer_share_and_subscribe() -> None:
    """The page is where somebody arrives who is not yet a reader."""
    extra = 'share: [x]\nsocial: [{network: mastodon, url: "https://example.social/@robin"}]\n'
    tree = page(make_edition("Words.", office=OFFICE + extra).web)
    links = {
        " ".join(link.text_content().split()): link.get("href")
        for link in tree.xpath("//main//a | //footer//a")
    }

    assert links == {
        "Reply to this by email": (
            "mailto:robin@example.org?subject=Re%3A%20Your%20trains%20and%20a%20vote%20that%20matters"
        ),
        "X": (
            "https://x.com/intent/post?text=Your%20trains%20and%20a%20vote%20that%20matters"
            "&url=https%3A%2F%2Fupdate.example.org%2F2019-02-18%2F"
        ),
        "robin@example.org": "mailto:robin@example.org",
        "01632 960123": "tel:01632960123",
        "Mastodon": "https://example.social/@robin",
        "Get it by email": "https://update.example.org/join",
        "Read other issues": "https://update.example.org/",
        "Follow the feed": "https://update.example.org/feed.xml",
        "How we use your data": "https://update.example.org/privacy",
    }


def test_the_imprint_is_on_the_page_itself() -> None:
    """Elections Act 2022, sections 41 to 48: not behind a link."""
    footer = texts(page(make_edition("Words.").web), "//footer/p")

    assert footer == [
        (
            "Promoted by Robin Halloway, 12 Example Row, Ashcombe AE1 5BQ. "
            "Published by Robin Halloway, 12 Example Row, Ashcombe AE1 5BQ."
        ),
        "© 2019 Robin Halloway MP, Independent, Ashcombe East",
    ]


def test_nobody_is_a_member_of_a_dissolved_house() -> None:
    """Not anywhere on the page, nor in what describes it."""
    dissolved = OFFICE.replace("status: sitting", "status: dissolved, since: 2019-02-01")

    assert not re.search(r"\bMP\b", make_edition("Words.", office=dissolved).web)


def test_a_time_is_one_for_machines_too() -> None:
    """A browser can offer to remember it."""
    written = """
        ```event
        title: Public meeting
        date: 2019-03-30
        starts: "14:00"
        ends: "16:00"
        venue: Weavers’ Hall
        ```

        ```event
        title: Open day
        date: 2019-03-31
        ```
        """
    tree = page(make_edition(dedent(written)).web)
    times = tree.xpath("//article//time")

    assert [(time.get("datetime"), time.text_content()) for time in times] == [
        ("2019-03-30T14:00", "Saturday 30 March 2019, 2 pm to 4 pm"),
        ("2019-03-31", "Sunday 31 March 2019"),
    ]


def test_a_number_to_ring_is_shown() -> None:
    """Nobody can read it out of a button, and a computer does not ring."""
    written = """
        ```surgery
        date: 2019-03-15
        venue: Library
        book: tel:+441632960123
        ```
        """
    tree = page(make_edition(dedent(written)).web)

    assert texts(tree, "//article//section//a[@class]") == ["01632 960123"]
    assert tree.xpath("//article//a[@class]/@href") == ["tel:+441632960123"]


def test_a_wide_table_can_be_scrolled_with_the_keyboard() -> None:
    """Without a mouse, its last column could not be reached (WCAG 2.2, 2.1.1)."""
    tree = page(make_edition("| Ward | Calls |\n|---|--:|\n| Ŵyn | <table> |").web)

    assert [dict(box.attrib) for box in tree.xpath("//article//table/..")] == [
        {"class": "wide", "role": "group", "aria-label": "Table", "tabindex": "0"}
    ]
    assert texts(tree, "//article//td") == ["Ŵyn", "<table>"]


def test_what_was_typed_is_never_markup() -> None:
    """Neither in a block, nor in a title, nor in an attribute."""
    written = """
        ```news
        title: "<b>1</b>"
        items: [{title: "<b>2</b>", date: 2019-02-01, summary: "<b>3</b>"}]
        ```

        ![“"><b>4</b>](lift.png '"><b>5</b>')
        """
    tree = page(make_edition(dedent(written)).web)

    assert tree.xpath("//article//b") == []
    assert texts(tree, "//article//h2 | //article//h3 | //figcaption") == [
        "<b>1</b>",
        "<b>2</b>",
        '"><b>5</b>',
    ]
    assert tree.xpath("//article//img/@alt") == ['“"><b>4</b>']


def test_a_page_of_an_office_that_writes_arabic_runs_right_to_left() -> None:
    """The language says so."""
    arabic = OFFICE.replace("style: MP", "style: MP\nlanguage: ar")

    assert page(make_edition("Words.", office=arabic).web).get("dir") == "rtl"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 375, 600, 1280])
@EVERY_SAMPLE
def test_the_page_fits_every_screen_and_asks_nobody_for_anything(
    name: str, width: int, scheme: Literal["light", "dark"], browser: Browser, tmp_path: Path
) -> None:
    """Nothing is cut off or scrolled sideways, and targets are large enough to touch."""
    (tmp_path / "web.html").write_text(sample_edition(name).web, encoding="utf-8")
    view = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    try:
        asked: list[str] = []
        view.on("request", lambda request: asked.append(request.url))
        view.goto((tmp_path / "web.html").as_uri())
        wide = view.evaluate("document.documentElement.scrollWidth")
        small = view.evaluate(SMALL_TARGETS)
    finally:
        view.close()

    assert wide == width
    assert [address for address in asked if not address.startswith("file:")] == []
    assert small == []


# WCAG 2.2, 2.5.8: links within a sentence are excepted.
SMALL_TARGETS = """
    [...document.querySelectorAll('.button, footer a, .ways a, .play')]
        .filter(a => a.getClientRects().length && a.getBoundingClientRect().height < 24)
        .map(a => a.outerHTML)
"""


def test_the_style_names_no_class_that_is_not_there() -> None:
    """A rule for nothing misleads whoever changes the look."""
    folder = ROOT / "templates"
    markup = "".join((folder / name).read_text() for name in ("web.html.j2", "blocks.html.j2"))
    style = re.sub(r"\{\{.*?\}\}", "", (folder / "web.css.j2").read_text())
    styled = set(re.findall(r"\.([a-z][a-z-]*)(?=[ ,.:{>])", style))
    used = {name for value in re.findall(r'class="([^"]*)"', markup) for name in value.split()}

    assert styled == used
