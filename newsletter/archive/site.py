"""Build the website of past issues: every file of it, by its path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from newsletter.archive import diary, feeds, robots, searching
from newsletter.archive.pages import Binder, Item, Neighbours, folder, local_day
from newsletter.archive.past import KeptFile, PastEdition, PastIssue
from newsletter.archive.reading import Reading, read
from newsletter.rendering.enclosures import CALENDAR
from newsletter.rendering.view import FOLDER, page_url

if TYPE_CHECKING:
    from newsletter.archive.past import Past
    from newsletter.authoring.office import Office
    from newsletter.rendering.website import Website

HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"
_JSON = "application/json"
_OPEN = 12
"""How many issues the home page lists at least before it folds the years that are left."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made here."""

    media_type: str
    data: bytes


Site = Mapping[str, Made | KeptFile]
"""The files of a site by their paths: made here, or kept since an edition was sent."""


@dataclass(frozen=True, slots=True)
class Builder:
    """What a site is built of. The same issues, office and day give the same bytes.

    `content` returns the bytes of a kept file; `today` only says which of the office's dates
    have come, such as a change of party after the newest issue.
    """

    website: Website
    past: Past
    content: Callable[[KeptFile], bytes]
    today: date
    readings: tuple[Reading, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Read every issue once."""
        office = self.website.office
        readings = tuple(
            read(issue.newest, page_url(office, issue.day)) for issue in self.past.issues
        )
        object.__setattr__(self, "readings", readings)

    @property
    def spoken_on(self) -> date:
        """Return the day as of which the site names the member: that of the newest change.

        Before the first issue there is nothing to keep the same, and it is today.
        """
        if not self.past.issues:
            return self.today
        office = self.website.office
        changes = [affiliation.since for affiliation in office.affiliations]
        changes += [since] if (since := office.parliament.since) else []
        changes += [issue.day for issue in self.past.issues]
        return max((day for day in changes if day <= self.today), default=self.today)

    def issues(self) -> dict[str, Made | KeptFile]:
        """Return the pages of all issues, with their pictures and calendars."""
        made: dict[str, Made | KeptFile] = {}
        binder = Binder(self.website, self.spoken_on)
        items = self.items()
        around: list[Item | None] = [None, *items, None]
        for place, (issue, reading) in enumerate(
            zip(self.past.issues, self.readings, strict=True)
        ):
            neighbours = Neighbours(earlier=around[place + 2], later=around[place])
            path = f"{issue.day.isoformat()}/"
            made |= _files(issue, path)
            for below, page in binder.issue_pages(issue, reading, neighbours):
                made[f"{path}{below}index.html"] = Made(HTML, page.encode())
        return made

    def items(self) -> list[Item]:
        """Return every issue as lists show it, newest first."""
        return [_item(*pair) for pair in zip(self.past.issues, self.readings, strict=True)]

    def companions(self) -> dict[str, Made | KeptFile]:
        """Return what programs read: feeds, calendar, search, and what robots ask for."""
        office, base = self.website.office, self.website.office.base_url
        shared = {
            robots.ROBOTS: Made(
                "text/plain; charset=utf-8", robots.robots(base, self.website.root)
            ),
            robots.SITEMAP: Made("application/xml", robots.sitemap(self._addresses(base))),
            "archive.css": Made(CSS, self._css("archive/archive")),
        }
        if not self.past.issues:
            return dict(shared)
        feed = self.feed()
        dates = self.appointments()
        newest = self.past.issues[0].day
        return {
            **shared,
            feeds.ATOM: Made("application/atom+xml", feeds.atom(feed)),
            feeds.JSON_FEED: Made("application/feed+json", feeds.json_feed(feed)),
            diary.CALENDAR: Made(CALENDAR, diary.calendar(_name(office), dates, newest)),
            "search.json": Made(_JSON, self._search()),
            "search.js": Made("text/javascript; charset=utf-8", searching.script()),
        }

    def moved(self) -> dict[str, date]:
        """Return the issue that each old address of the office leads to."""
        shown = {issue.day for issue in self.past.issues}
        moved = self.website.office.moved
        return {each.path: each.issue for each in moved if each.issue in shown}

    def feed(self) -> feeds.Feed:
        """Return what the feeds say. Ids outlive a change of the site's address."""
        office = self.website.office
        oldest = self.past.issues[-1]
        author = office.styled_name(self.spoken_on)
        return feeds.Feed(
            id=_tag(oldest.first, "archive"),
            base=office.base_url,
            title=_name(office),
            author=author,
            language=office.language,
            description=f"{author}, {office.constituency}",
            icon=f"{office.base_url}/logo/{logo.file}" if (logo := self.website.logo) else "",
            entries=[
                feeds.Entry(
                    id=_tag(issue.first, "issue"),
                    url=page_url(office, issue.day),
                    title=reading.title,
                    summary=issue.newest.edition.preheader,
                    article=self._correction(issue, reading) + reading.article,
                    published=issue.first.sent_at,
                    updated=issue.newest.sent_at,
                )
                for issue, reading in zip(self.past.issues, self.readings, strict=True)
            ][: feeds.MOST],
        )

    def _correction(self, issue: PastIssue, reading: Reading) -> str:
        """Return what a feed says before an issue that was corrected."""
        if not issue.is_corrected:
            return ""
        binder = Binder(self.website, self.spoken_on)
        return binder.corrections(issue, reading)

    def appointments(self) -> list[diary.Appointment]:
        """Return what was still to come when the newest issue was sent."""
        announced = [
            diary.Announced(issue.day, file.name, self.content(file))
            for issue in self.past.issues[: self._recent()]
            for file in issue.newest.files
            if file.media_type == CALENDAR
        ]
        return diary.to_come(announced, self.past.issues[0].day) if announced else []

    def home(self, language: str, **shown: object) -> Made:
        """Return the home page in a language. What is in `shown` goes before all else."""
        items = self.items()
        years: dict[int, list[Item]] = {}
        for item in items:
            years.setdefault(item.day.year, []).append(item)
        about = {
            "base": self.website.office.base_url,
            "description": self._description(language),
            "latest": items[0] if items else None,
            "years": list(years.items()),
            "folded": _folded(years),
            "diary": self.appointments() if items else [],
            "spoken": {item.path: item.language for item in items},
            "keep": "",
        }
        return self.page("home", language, **{**about, **shown})

    def page(self, name: str, language: str, **shown: object) -> Made:
        """Return one of the archive's own pages in a language."""
        template = f"archive/{name}.html.j2"
        page = self.website.page(template, language=language, today=self.spoken_on, **shown)
        return Made(HTML, page.encode())

    def _description(self, language: str) -> str:
        office = self.website.office
        translate = self.website.languages.translations(language).gettext
        # Translators: what search engines and networks show of the archive's home page
        words = translate("Every issue of %(newsletter)s, by %(member)s, %(constituency)s.")
        return words % {
            "newsletter": _name(office),
            "member": office.styled_name(self.spoken_on),
            "constituency": office.constituency,
        }

    def _css(self, name: str) -> bytes:
        return self.website.templates.page(f"site/{name}.css.j2", {}).encode()

    def _recent(self) -> int:
        """Return how many issues may hold dates to come: nobody announces them a year ahead."""
        newest = self.past.issues[0].day
        return sum(issue.day > newest - timedelta(days=366) for issue in self.past.issues)

    def _addresses(self, base: str) -> Iterator[tuple[str, date]]:
        if self.past.issues:
            newest = max(issue.newest.sent_at for issue in self.past.issues)
            yield f"{base}/", local_day(newest)
        for issue in self.past.issues:
            yield f"{base}/{issue.day.isoformat()}/", local_day(issue.newest.sent_at)

    def _search(self) -> bytes:
        website, items = self.website, self.items()
        about = website.letter(
            "archive/about.txt.j2",
            language=website.languages.choose(otherwise=website.office.language),
            today=self.spoken_on,
            items=items,
        )
        return searching.index(
            (
                {
                    "url": item.path,
                    "title": item.title,
                    "about": line,
                    "summary": item.summary,
                    "language": item.language,
                },
                f"{item.title} {item.summary} {item.number or ''} {reading.words}",
            )
            for item, reading, line in zip(
                items, self.readings, about.strip().split("\n"), strict=True
            )
        )


def _folded(years: Mapping[int, Sequence[Item]]) -> set[int]:
    """Return the years that are folded: those after the newest ones, which show enough."""
    shown, folded = 0, set()
    for year, items in years.items():
        if shown >= _OPEN:
            folded.add(year)
        shown += len(items)
    return folded


def _item(issue: PastIssue, reading: Reading) -> Item:
    return Item(
        day=issue.day,
        path=f"{issue.day.isoformat()}/",
        title=reading.title,
        summary=issue.newest.edition.preheader,
        language=reading.language,
        number=issue.newest.number,
        corrected_on=local_day(issue.newest.sent_at) if issue.is_corrected else None,
        picture=reading.picture if _has(issue.newest, reading) else None,
    )


def _has(past: PastEdition, reading: Reading) -> bool:
    """Whether the picture that an edition shows was kept with it."""
    name = f"{FOLDER}/{reading.picture.file}" if reading.picture else ""
    return any(file.name == name for file in past.files)


def _files(issue: PastIssue, path: str) -> dict[str, KeptFile]:
    """Return the files beside an issue's pages by their paths.

    What an earlier edition had stays at its address, too: the emails that show it are out. Its
    own page has it once more, since the paths in that page are as they were.
    """
    found: dict[str, KeptFile] = {}
    for place, past in enumerate(issue.editions):
        for file in past.files:
            found[f"{path}{file.name}"] = file
            if past is not issue.newest:
                found[f"{path}{folder(place)}{file.name}"] = file
    return found


def _name(office: Office) -> str:
    return office.title or f"News from {office.name}"


def _tag(past: PastEdition, what: str) -> str:
    """Return an address that means nothing but itself (RFC 4151), of the day it was sent."""
    domain = past.edition.list_id.rpartition("<")[2].rstrip(">")
    return f"tag:{domain},{past.edition.issue.isoformat()}:{what}"
