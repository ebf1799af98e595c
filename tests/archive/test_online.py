"""The running service shows what has been sent at once, and lets browsers keep it."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING

import pytest

from newsletter.archive.past import Wanted
from newsletter.database.opening import open_database
from newsletter.files import OfficeFolder
from newsletter.pipeline import prepare
from newsletter.settings import Settings
from newsletter.web.public.opening import Service as Service_
from newsletter.web.public.past import HOME_POLICY, ISSUE_POLICY
from newsletter.web.public.past_site import PastSite
from tests.archive.archives import SAMPLES, carry, sample_site
from tests.commands import ROOT
from tests.database.samples import bring_in, crowd
from tests.service.running import SECRET, running_service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    import httpx

    from newsletter.database.dispatch import Dispatch
    from newsletter.database.opening import Database
    from newsletter.web.public.house import House

OLD, NEW = SAMPLES
PICTURE = "/2019-03-08/pictures/platform-b08a5df829.png"
MAY_KEEP = "public, max-age=60"


def make_office(folder: Path) -> Path:
    """Copy the sample office, with three readers."""
    folder.mkdir()
    for name in ("office.yaml", "logo.png"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "issues", folder / "issues")
    with stored(folder) as database:
        bring_in(database, *crowd(3))
    return folder


def stored(folder: Path) -> Database:
    return open_database("sqlite:///newsletter.db", folder=folder)


def frozen(
    database: Database, folder: Path, issue: date, *, transport: str = "sendgrid"
) -> Dispatch:
    draft = prepare(OfficeFolder(folder), issue)
    assert draft.edition
    return database.dispatches.open(
        draft.edition,
        segment="all",
        transport=transport,
        batch_size=10,
        enclosures=draft.enclosures,
    )


def correct(database: Database, folder: Path, issue: date) -> None:
    """Send an erratum: its title says that it is one."""
    file = folder / "issues" / issue.isoformat() / "issue.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\n# ", "\n# Correctly: ", 1), encoding="utf-8")
    draft = prepare(OfficeFolder(folder), issue)
    assert draft.edition
    erratum = database.dispatches.open_erratum(
        draft.edition,
        transport="sendgrid",
        batch_size=10,
        papers={"reason": "it was not right"},
        enclosures=draft.enclosures,
    )
    carry(database, erratum)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service whose office has sent both samples, and corrected the second."""
    folder = make_office(tmp_path_factory.mktemp("online") / "office")
    with (folder / "office.yaml").open("a", encoding="utf-8") as office:
        office.write("moved:\n  - {path: /news/268.html, issue: 2019-02-18}\n")
        office.write("  - {path: /news/300.html, issue: 2019-04-01}\n")
        office.write("  - {path: /news/march, issue: 2019-03-08}\n")
        office.write("  - {path: /2018-03-09/old.html, issue: 2019-02-18}\n")
        office.write("  - {path: /2018-03-09/, issue: 2019-02-18}\n")
        office.write("  - {path: /2019-03-08/, issue: 2019-02-18}\n")
    with stored(folder) as database:
        for issue in SAMPLES:
            carry(database, frozen(database, folder, issue))
        correct(database, folder, NEW)
    with running_service(folder) as service, service.client() as client:
        yield client


def test_every_file_of_the_site_is_served(archive: httpx.Client) -> None:
    """All that `newsletter archive` writes, but for the page that web servers show for no page."""
    answers = {
        path: archive.get(f"/{path.removesuffix('index.html')}").status_code
        for path in sample_site()
        if path != "404.html"
    }
    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/2019-02-18/", "text/html; charset=utf-8"),
        ("/2019-03-08/edition-1/", "text/html; charset=utf-8"),
        ("/feed.xml", "application/atom+xml"),
        ("/feed.json", "application/feed+json"),
        ("/calendar.ics", "text/calendar; charset=utf-8"),
        ("/2019-03-08/advice-surgery-2019-03-15.ics", "text/calendar; charset=utf-8"),
        ("/sitemap.xml", "application/xml"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/search.js", "text/javascript; charset=utf-8"),
        ("/search.json", "application/json"),
        ("/archive.css", "text/css; charset=utf-8"),
        (PICTURE, "image/png"),
    ],
)
def test_what_a_browser_has_is_not_sent_again(
    archive: httpx.Client, path: str, media_type: str
) -> None:
    """By its tag, or by its time; and HEAD says the same as GET."""
    answer = archive.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["content-length"] == str(len(answer.content))
    tag = answer.headers["etag"]
    same = archive.get(path, headers={"if-none-match": f'"other", W/{tag}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert archive.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    assert archive.get(path, headers={"if-none-match": "*"}).status_code == 304
    head = archive.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "cache-control"):
        assert head.headers[name] == answer.headers[name]


def test_a_browser_that_knows_only_the_time_is_answered_by_it(archive: httpx.Client) -> None:
    """RFC 9110, section 13.1.3: what is no date counts for nothing."""
    answer = archive.get("/2019-02-18/")
    changed = answer.headers["last-modified"]
    assert answer.headers["cache-control"] == MAY_KEEP

    def status(since: str) -> int:
        return archive.get("/2019-02-18/", headers={"if-modified-since": since}).status_code

    assert status(changed) == 304
    assert status("Thu, 01 Jan 1970 00:00:00 GMT") == 200
    assert status("yesterday") == 200
    assert status("Fri, 01 Jan 2100 00:00:00 -0000") == 200


def test_pictures_may_be_kept_for_ever(archive: httpx.Client) -> None:
    """Their names change with them; and mail programs may show them anywhere."""
    for path in (PICTURE, PICTURE.replace("08/", "08/edition-1/", 1)):
        answer = archive.get(path)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.content[:4] == b"\x89PNG"


def test_pages_may_load_only_what_they_need(archive: httpx.Client) -> None:
    """The page of an issue has its style in it and no script; the home page searches."""
    assert archive.get("/").headers["content-security-policy"] == HOME_POLICY
    for path in ("/2019-03-08/", "/2019-03-08/index.html"):
        assert archive.get(path).headers["content-security-policy"] == ISSUE_POLICY
    assert "script-src" not in ISSUE_POLICY
    assert "unsafe-inline" not in HOME_POLICY


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/2019-03-08", "/2019-03-08/"),
        ("/2019-03-08/edition-1", "/2019-03-08/edition-1/"),
        ("/news/268.html", "/2019-02-18/"),
        ("/news/march", "/2019-03-08/"),
        ("/news/march/", "/2019-03-08/"),
        ("/2018-03-09/old.html", "/2019-02-18/"),
        ("/2018-03-09", "/2019-02-18/"),
        ("/2018-03-09/", "/2019-02-18/"),
    ],
)
def test_a_lost_slash_and_an_old_address_lead_on(
    archive: httpx.Client, path: str, target: str
) -> None:
    """To a path, whatever the Host header says."""
    answer = archive.get(path, headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (301, target)


def test_an_issue_goes_before_an_old_address(archive: httpx.Client) -> None:
    """An old site's date may be that of a new issue: then the page is ours."""
    answer = archive.get("/2019-03-08/")
    assert (answer.status_code, "Correctly: " in answer.text) == (200, True)


@pytest.mark.parametrize(
    "path",
    [
        "/2019-03-09",
        "/2019-03-09/",
        "/2019-03-08/nothing",
        "/2019-03-08/index.html/",
        "/2019-03-08/pictures/other.png",
        "/2019-03-08/pictures/",
        "/2019-03-08/%2e%2e/feed.xml",
        "/404.html",
        "/news/300.html",
    ],
)
def test_there_is_nothing_else(archive: httpx.Client, path: str) -> None:
    """And whoever looks for it is told in the office's look."""
    answer = archive.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    assert "The Ashcombe East Update" in answer.text


def test_the_home_page_speaks_the_visitors_language(archive: httpx.Client) -> None:
    """Caches keep one for each."""
    english, welsh = archive.get("/"), archive.get("/", headers={"accept-language": "cy"})
    assert english.headers["vary"] == welsh.headers["vary"] == "accept-language"
    assert '<html lang="en-GB"' in english.text
    assert '<html lang="cy"' in welsh.text
    assert "11 Mawrth 2019" in welsh.text or "8 Mawrth 2019" in welsh.text
    assert english.headers["etag"] != welsh.headers["etag"]
    assert 'href="/join?lang=cy"' in archive.get("/?lang=cy").text


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    folder = make_office(tmp_path / "office")
    settings = Settings(secret=SECRET)
    made = Service_(folder, settings, "folder", for_trying=True).house()
    yield made
    made.database.close()


def paths(site: PastSite) -> list[str]:
    return [day.isoformat() for day in SAMPLES if site.file(f"{day.isoformat()}/index.html")]


def test_an_issue_is_there_once_it_has_been_sent_and_its_pictures_before(house: House) -> None:
    """An email is open before the carrier has said that it took it."""
    site, database, folder = PastSite(house), house.database, house.folder.root
    assert paths(site) == []
    name = PICTURE.rpartition("/2019-03-08/")[2]
    assert site.picture(name) is None
    dispatch = frozen(database, folder, NEW)
    assert site.picture(name)
    assert paths(site) == []
    carry(database, dispatch)
    assert paths(site) == ["2019-03-08"]
    before = site.file("robots.txt"), site.file("sitemap.xml")
    carry(database, frozen(database, folder, OLD))
    assert paths(site) == ["2019-02-18", "2019-03-08"]
    # What has not changed is as old as it was.
    assert site.file("robots.txt") is before[0]
    assert site.file("sitemap.xml") is not before[1]


def test_rehearsals_are_shown_to_nobody_but_this_machine(house: House) -> None:
    """And only as long as nothing has been sent."""
    site, database, folder = PastSite(house), house.database, house.folder.root
    assert house.wanted is Wanted.FIRST_STEPS
    carry(database, frozen(database, folder, NEW, transport="folder"))
    assert paths(site) == ["2019-03-08"]
    carry(database, frozen(database, folder, OLD))
    assert paths(site) == ["2019-02-18"]
    public = Service_(folder, Settings(secret=SECRET), "folder", for_trying=False).house()
    assert public.wanted is Wanted.SENT
    public.database.close()


def test_the_page_of_today_is_made_once(house: House) -> None:
    """Again only when the office or what was sent has changed."""
    site = PastSite(house)
    assert site.home("en", "") is site.home("en", "")
    assert site.home("cy", "?lang=cy").tag != site.home("en", "").tag


def test_whoever_asks_while_the_site_is_built_gets_the_last_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that thousands open at once is not built a thousand times."""
    site, database, folder = PastSite(house), house.database, house.folder.root
    carry(database, frozen(database, folder, OLD))
    assert paths(site) == ["2019-02-18"]
    entered, go_on = threading.Event(), threading.Event()
    shelf = type(database.shelf)
    look_up = shelf.edition

    def slowly(self: object, sent: object) -> object:
        entered.set()
        go_on.wait(60)
        return look_up(self, sent)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(shelf, "edition", slowly)
    carry(database, frozen(database, folder, NEW))
    builder = threading.Thread(target=lambda: site.file("feed.xml"))
    builder.start()
    assert entered.wait(60)
    assert paths(site) == ["2019-02-18"]
    go_on.set()
    builder.join(60)
    assert paths(site) == ["2019-02-18", "2019-03-08"]
