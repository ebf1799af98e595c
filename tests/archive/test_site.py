"""The site of past issues is whole, valid, the same on any day, and about nobody but the office."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree import ElementTree as ET

import feedparser
import html5lib
import pytest
from icalendar import Calendar
from lxml import etree, html

from newsletter.archive import feeds
from newsletter.archive.past import Past, PastIssue
from newsletter.archive.site import Made
from newsletter.archive.standalone import whole_site
from newsletter.authoring.moved import Moved
from newsletter.rendering.enclosures import Enclosures
from tests.archive.archives import (
    SENT,
    TODAY,
    Cupboard,
    builder,
    contents,
    many,
    sample,
    sample_site,
    samples,
    website,
)
from tests.database.samples import edition
from tests.rendering.editions import sample_edition

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SITE = "https://update.example.org"
PAGES = (
    "index.html",
    "404.html",
    "2019-02-18/index.html",
    "2019-03-08/index.html",
    "2019-03-08/edition-1/index.html",
)


def page(path: str) -> HtmlElement:
    return html.document_fromstring(sample_site()[path])


def each(document: HtmlElement, xpath: str) -> list[HtmlElement]:
    """Return the elements that a path finds."""
    return cast("list[HtmlElement]", document.xpath(xpath))


def words(path: str) -> str:
    return " ".join(page(path).find("body").text_content().split())


def valid(document: bytes | str) -> None:
    """Raise an error for the first thing that HTML does not allow."""
    text = document.decode() if isinstance(document, bytes) else document
    html5lib.HTMLParser(strict=True).parse(text)


def test_the_site_of_the_samples_has_these_files() -> None:
    """All of it, so that nothing comes or goes unseen."""
    surgery, meeting = "advice-surgery-2019-03-", "meeting-with-robin-halloway-2019-03-"
    march = [
        f"{surgery}15.ics",
        f"{surgery}23.ics",
        "index.html",
        "pictures/logo-1af6f18e00.png",
        "pictures/platform-b08a5df829.png",
        f"public-{meeting}16.ics",
        f"second-public-{meeting}30.ics",
    ]
    assert sorted(sample_site()) == sorted(
        [
            "2019-02-18/index.html",
            "2019-02-18/pictures/logo-1af6f18e00.png",
            f"2019-02-18/second-public-{meeting}30.ics",
            *(f"2019-03-08/{name}" for name in march),
            *(f"2019-03-08/edition-1/{name}" for name in march),
            "404.html",
            "archive.css",
            "calendar.ics",
            "feed.json",
            "feed.xml",
            "index.html",
            "logo/logo-1af6f18e00.png",
            "robots.txt",
            "search.js",
            "search.json",
            "site.css",
            "sitemap.xml",
        ]
    )


def test_the_same_issues_give_the_same_bytes_on_any_day() -> None:
    """A web host is sent only what has changed."""
    past, cupboard = samples()
    later = whole_site(builder(past, cupboard, today=date(2026, 11, 23)))
    assert contents(later, cupboard) == sample_site()
    assert list(later) == sorted(later)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_valid_html(path: str) -> None:
    """Old browsers and screen readers guess differently where a page is not."""
    valid(sample_site()[path])


@pytest.mark.parametrize("name", ["2019-02-18", "2019-03-08", "torture"])
def test_the_web_edition_itself_is_valid_html(name: str) -> None:
    """With every block there is, before the archive has added anything."""
    valid(sample_edition(name).web)


def test_every_link_within_the_site_leads_somewhere() -> None:
    """From each page as it lies there; what only the service answers stands apart."""
    service = {"join", "subscribe"}
    missing = []
    for path in PAGES:
        base = "/" if path == "404.html" else f"/{path.removesuffix('index.html')}"
        for element, _, link, _ in page(path).iterlinks():
            target = urldefrag(urljoin(f"{SITE}{base}", link)).url
            if element.get("rel") == "canonical" or not target.startswith(f"{SITE}/"):
                continue
            below = urlsplit(target).path[1:]
            found = f"{below}index.html" if below.endswith("/") or not below else below
            if found not in sample_site() and below not in {*service, "privacy"}:
                missing.append((path, link))
    assert missing == []


def test_nothing_in_the_site_is_about_a_reader() -> None:
    """Everybody may read it: no tag to be filled in, no greeting, no link that signs anybody off."""
    office = website().office
    ours = {office.contact.email, office.sender.email, office.sender.reply_to}
    personal = {}
    for path, data in sample_site().items():
        if path.endswith(".png"):
            continue
        text = data.decode().replace("\r\n ", "")  # calendars break their lines so
        addresses = set(re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text)) - ours
        found = [each for each in addresses if not each.endswith("@update.example.org")]
        found += re.findall(r"-nl_\w+-|Dear |/unsubscribe/\S+|/my-data/\S+", text)
        if path != "robots.txt" and found:
            personal[path] = found
    assert personal == {}


def test_an_issue_is_shown_as_it_was_sent() -> None:
    """Every character of it, with our own parts between them."""
    sent = sample(date(2019, 2, 18)).edition
    assert sent
    shown = sample_site()["2019-02-18/index.html"].decode()
    style, ways = re.findall(
        r"<style>\n\.past.*?</style>\n|\n<nav class=\"past.*?</nav>\n", shown, re.DOTALL
    )
    assert shown.replace(style, "").replace(ways, "") == sent.web


def test_a_page_of_the_offices_own_making_gets_our_parts_too() -> None:
    """Its templates may have no main, no head, no body."""
    cupboard = Cupboard()
    bare = cupboard.past(edition(), Enclosures(number=1, title="Trains", language="en-GB"), SENT)
    better = replace(bare, edition=replace(edition(), web="<body class=x><p>Better</p></body>"))
    site = contents(whole_site(builder(Past((PastIssue((bare, better)),)), cupboard)), cupboard)
    shown = site["2019-02-18/index.html"].decode()
    assert re.search(
        r"<body class=x>\s*<div class=\"past-note\".*<p>Better</p>\s*<nav", shown, re.DOTALL
    )
    first = site["2019-02-18/edition-1/index.html"].decode()
    assert re.search(r"past-note.*<p>Dear reader</p>.*<nav class=\"past-ways\"", first, re.DOTALL)


def test_a_correction_is_marked_with_its_day_and_reason() -> None:
    """In London's time, half past eleven in the evening of 11 March."""
    assert words("2019-03-08/index.html").count(
        "Corrected on 11 March 2019. It is twelve weeks, not eleven. "
        "Read it as it was sent on 8 March 2019"
    )
    assert "Number 270, 8 March 2019, corrected on 11 March 2019" in words("index.html")
    first = words("2019-03-08/edition-1/index.html")
    assert (
        "This is how it was sent on 8 March 2019. It has been corrected since: "
        "11 March 2019: It is twelve weeks, not eleven. Read the corrected issue" in first
    )
    assert "Eleven weeks without a station lift" in first
    assert page("2019-03-08/edition-1/index.html").xpath("//meta[@name='robots']/@content") == [
        "noindex"
    ]


def test_every_correction_is_told_even_without_a_reason() -> None:
    """Nothing is corrected in silence, and each edition stays at its own address."""
    past, cupboard = samples()
    [issue, other] = past.issues
    third = replace(issue.newest, reason="")
    site = contents(
        whole_site(builder(Past((PastIssue((*issue.editions, third)), other)), cupboard)), cupboard
    )
    newest = html.document_fromstring(site["2019-03-08/index.html"])
    note = " ".join(each(newest, "//div[@role='note']")[0].text_content().split())
    assert note == (
        "Corrected on 11 March 2019. It is twelve weeks, not eleven. Corrected on 11 March 2019. "
        "Read it as it was sent on 8 March 2019Read it as it was sent on 11 March 2019"
    )
    assert "Twelve weeks" in site["2019-03-08/edition-2/index.html"].decode()
    assert "It is twelve" not in site["2019-03-08/edition-2/index.html"].decode()


def test_what_an_earlier_edition_had_stays_where_emails_look_for_it() -> None:
    """A corrected picture takes no picture out of the emails that are in people's inboxes."""
    past, cupboard = samples()
    issue = past.issues[0]
    bare = replace(issue.newest, files=())
    site = whole_site(builder(Past((PastIssue((issue.first, bare)),)), cupboard))
    assert {
        "2019-03-08/pictures/platform-b08a5df829.png",
        "2019-03-08/edition-1/pictures/platform-b08a5df829.png",
        "2019-03-08/advice-surgery-2019-03-15.ics",
    } <= set(site)
    # What its newest edition does not announce any more is not to come either.
    calendar = site["calendar.ics"]
    assert isinstance(calendar, Made)
    assert Calendar.from_ical(calendar.data).events == []


def test_issues_lead_to_their_neighbours_and_to_the_list() -> None:
    """And the oldest and the newest to one only."""
    ways = "//nav[@class='past-ways']//a/@href"
    assert page("2019-02-18/index.html").xpath(ways) == ["../2019-03-08/", "../"]
    assert page("2019-03-08/index.html").xpath(ways) == ["../2019-02-18/", "../"]
    assert page("2019-03-08/edition-1/index.html").xpath(ways) == ["../../2019-02-18/", "../../"]


def test_the_home_page_shows_the_newest_issue_and_all_by_year() -> None:
    """With a picture, what is in the diary, and the way to get the next one."""
    home = page("index.html")
    latest = each(home, "//section[@class='latest']")[0]
    assert latest.xpath(".//h2/a/@href") == ["./2019-03-08/"]
    assert latest.xpath(".//img/@src") == ["./2019-03-08/pictures/platform-b08a5df829.png"]
    assert [
        (heading.text, heading.getnext().xpath(".//h4/a/@href"))
        for heading in each(home, "//h3[@class='year']")
    ] == [("2019", ["./2019-03-08/", "./2019-02-18/"])]
    dates = home.xpath("//section[@id='diary']//time/@datetime")
    assert dates == [
        "2019-03-15T16:00",
        "2019-03-16T14:00",
        "2019-03-23T10:00",
        "2019-03-30T14:00",
    ]
    assert "https://update.example.org/join" in home.xpath("//main//a/@href")


def test_years_are_near_where_there_are_several() -> None:
    """Nobody scrolls through ten years."""
    past, cupboard = samples()
    new, old = past.issues
    first = replace(old.first, edition=replace(old.first.edition, issue=date(2018, 12, 21)))
    site = contents(whole_site(builder(Past((new, old, PastIssue((first,)))), cupboard)), cupboard)
    home = html.document_fromstring(site["index.html"])
    assert home.xpath("//nav[@aria-label='Years']//a/@href") == ["#y2019", "#y2018"]
    assert [heading.get("id") for heading in each(home, "//h3[@class='year']")] == [
        "y2019",
        "y2018",
    ]
    assert home.xpath("//details") == []


def test_older_years_are_folded_once_a_dozen_issues_are_listed() -> None:
    """Three hundred issues are sixty thousand pixels on a telephone; in January a year has one."""
    past, cupboard = many()
    page = builder(past, cupboard).home("en")
    valid(page.data)
    home = html.document_fromstring(page.data)
    assert home.xpath("//h3/@id") == ["y2019", "y2018"]
    assert home.xpath("//details/@id") == ["y2017"]
    assert home.xpath("//details/summary/h3/text()") == ["2017"]
    last_year = [issue for issue in past.issues if issue.day.year == 2017]
    assert len(each(home, "//details//h4/a")) == len(last_year)
    assert len(each(home, "//h4/a")) == len(past.issues)


def test_pages_tell_search_engines_and_networks_what_they_are() -> None:
    """One address for each page, a description, a title and a picture."""
    for path, address, picture in (
        ("index.html", f"{SITE}/", "2019-03-08/pictures/platform-b08a5df829.png"),
        (
            "2019-03-08/index.html",
            f"{SITE}/2019-03-08/",
            "2019-03-08/pictures/platform-b08a5df829.png",
        ),
        (
            "2019-02-18/index.html",
            f"{SITE}/2019-02-18/",
            "2019-02-18/pictures/logo-1af6f18e00.png",
        ),
    ):
        document = page(path)
        assert document.xpath("//link[@rel='canonical']/@href") == [address]
        assert document.xpath("//meta[@property='og:url']/@content") == [address]
        assert document.xpath("//meta[@property='og:image']/@content") == [f"{SITE}/{picture}"]
        assert document.xpath("//meta[@name='description']/@content")[0]
        assert document.xpath("//meta[@property='og:title']/@content")[0]


def test_an_office_without_a_logo_or_an_issue_has_a_home_page_all_the_same() -> None:
    """The first thing that a visitor of a new service sees."""
    bare = replace(builder(Past(()), Cupboard()), website=replace(website(), logo=None))
    home = bare.home("en")
    valid(home.data)
    text = home.data.decode()
    assert "No issue has been sent yet." in text
    assert "feed.xml" not in text
    assert "og:image" not in text
    assert set(bare.companions()) == {"archive.css", "robots.txt", "sitemap.xml"}


def test_before_the_first_issue_the_site_is_of_today() -> None:
    """“© 2019” on a service that was set up today looks abandoned."""
    home = builder(Past(()), Cupboard(), today=date(2026, 11, 23)).home("en")
    assert "<p>© 2026 Robin Halloway MP" in home.data.decode()


def test_the_site_names_the_member_as_of_the_newest_change() -> None:
    """An old issue keeps its party; the site says MP only while there is a House."""
    past, cupboard = samples()
    office = website().office
    dissolved = office.model_copy(
        update={
            "parliament": office.parliament.model_copy(
                update={"status": "dissolved", "since": date(2019, 11, 6)}
            )
        }
    )
    site = replace(website(), office=dissolved)
    for today, name in ((TODAY, "Robin Halloway MP"), (date(2019, 11, 7), "Robin Halloway")):
        made = replace(builder(past, cupboard, today=today), website=site)
        assert made.feed().author == name


def test_an_old_address_of_an_issue_leads_to_the_new_one() -> None:
    """Links to it stand in other people's pages and letters."""
    past, cupboard = samples()
    moved = [
        Moved(path=path, issue=issue)
        for path, issue in (
            ("/newsletters/268.html", "2019-02-18"),
            ("/archive/march", "2019-03-08"),
            ("/archive/april/", "2019-04-01"),
            ("/feed.xml", "2019-03-08"),
            ("/2018-03-09/old.html", "2019-03-08"),
            ("/2019-03-08/", "2019-02-18"),
        )
    ]
    office = website().office.model_copy(update={"moved": moved})
    made = replace(builder(past, cupboard), website=replace(website(), office=office))
    site = contents(whole_site(made), cupboard)
    assert set(site) - set(sample_site()) == {
        "newsletters/268.html", "archive/march/index.html", "2018-03-09/old.html",
    }  # fmt: skip
    for ours in ("feed.xml", "2019-03-08/index.html"):
        assert site[ours] == sample_site()[ours]
    document = html.document_fromstring(site["newsletters/268.html"])
    valid(site["newsletters/268.html"])
    refresh = document.xpath("//meta[@http-equiv='refresh']/@content")
    assert refresh == ["0; url=/2019-02-18/"]
    assert document.xpath("//main//a/@href") == ["/2019-02-18/"]


# Feeds


def test_the_atom_feed_is_one_to_a_parser_and_to_its_rfc() -> None:
    """RFC 4287: every entry has an id, a title and the time of its last change."""
    data = sample_site()["feed.xml"]
    feed = feedparser.parse(data)
    assert (feed.bozo, feed.version) == (False, "atom10")
    assert [
        (entry.id, entry.title, entry.link, entry.published, entry.updated)
        for entry in feed.entries
    ] == [
        (
            "tag:newsletter.update.example.org,2019-03-08:issue",
            "Twelve weeks without a station lift",
            f"{SITE}/2019-03-08/",
            "2019-03-08T17:03:00+00:00",
            "2019-03-11T23:30:00+00:00",
        ),
        (
            "tag:newsletter.update.example.org,2019-02-18:issue",
            "Why I now sit as an independent",
            f"{SITE}/2019-02-18/",
            "2019-02-18T17:03:00+00:00",
            "2019-02-18T17:03:00+00:00",
        ),
    ]
    assert feed.feed.id == "tag:newsletter.update.example.org,2019-02-18:archive"
    assert feed.feed.updated == "2019-03-11T23:30:00+00:00"
    assert {(link.rel, link.href) for link in feed.feed.links} == {
        ("self", f"{SITE}/feed.xml"),
        ("alternate", f"{SITE}/"),
    }
    atom = "{http://www.w3.org/2005/Atom}"
    root = ET.fromstring(data)  # noqa: S314  # we have written it ourselves
    for element in (root, *root.iter(f"{atom}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{atom}{name}")) == 1
    assert len(root.findall(f"{atom}author")) == 1


@pytest.mark.parametrize("place", [0, 1])
def test_an_entry_holds_the_whole_issue_with_every_address_in_full(place: int) -> None:
    """A feed reader shows it far away from our site."""
    article = html.fragment_fromstring(
        json.loads(sample_site()["feed.json"])["items"][place]["content_html"], create_parent="div"
    )
    schemes = {urlsplit(link).scheme for _, _, link, _ in article.iterlinks()}
    assert schemes <= {"https", "mailto", "tel"}
    assert article.xpath(".//*[@aria-hidden]") == []
    text = article.text_content()
    assert ("Corrected on 11 March 2019." in text) is (place == 0)
    assert ("Twelve weeks", "independent")[place] in text


def test_the_json_feed_has_what_version_1_1_asks_for() -> None:
    """https://www.jsonfeed.org/version/1.1/ names what must and what may stand in it."""
    feed = json.loads(sample_site()["feed.json"])
    items = feed.pop("items")
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Ashcombe East Update",
        "home_page_url": f"{SITE}/",
        "feed_url": f"{SITE}/feed.json",
        "description": "Robin Halloway MP, Ashcombe East",
        "icon": f"{SITE}/logo/logo-1af6f18e00.png",
        "authors": [{"name": "Robin Halloway MP"}],
        "language": "en-GB",
    }
    for item in items:
        assert item.pop("content_html").startswith(("<article>", "<p><b>Corrected"))
    assert items[1] == {
        "id": "tag:newsletter.update.example.org,2019-02-18:issue",
        "url": f"{SITE}/2019-02-18/",
        "title": "Why I now sit as an independent",
        "summary": "My five reasons, what I believe, and how my office goes on helping you as before",
        "date_published": "2019-02-18T17:03:00Z",
        "date_modified": "2019-02-18T17:03:00Z",
    }


def test_a_feed_holds_the_newest_twenty() -> None:
    """Readers remember the others, and a telephone need not load ten years."""
    past, cupboard = samples()
    old = past.issues[1].first
    issues = tuple(
        PastIssue((replace(old, edition=replace(old.edition, issue=date(2019, 1, 28 - n))),))
        for n in range(25)
    )
    feed = builder(Past(issues), cupboard).feed()
    assert len(feed.entries) == feeds.MOST
    assert feed.entries[0].url == f"{SITE}/2019-01-28/"
    assert feed.id == "tag:newsletter.update.example.org,2019-01-04:archive"
    bare = replace(feed, icon="")
    assert b"<icon>" not in feeds.atom(bare)
    assert "icon" not in json.loads(feeds.json_feed(bare))


# Robots


def test_the_sitemap_lists_each_page_that_holds_now() -> None:
    """An edition that was corrected is not to be found by search."""
    root = etree.fromstring(sample_site()["sitemap.xml"])
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    assert root.tag == f"{{{space['s']}}}urlset"
    assert [
        (url.findtext("s:loc", namespaces=space), url.findtext("s:lastmod", namespaces=space))
        for url in root.findall("s:url", space)
    ] == [
        (f"{SITE}/", "2019-03-11"),
        (f"{SITE}/2019-03-08/", "2019-03-11"),
        (f"{SITE}/2019-02-18/", "2019-02-18"),
    ]


def test_robots_are_shown_the_sitemap_and_kept_from_personal_pages() -> None:
    """A link that somebody has posted by mistake must not be found by search."""
    assert sample_site()["robots.txt"].decode() == (
        "User-agent: *\nDisallow: /join/confirm/\nDisallow: /my-data/\nDisallow: /unsubscribe/\n"
        f"\nSitemap: {SITE}/sitemap.xml\n"
    )
