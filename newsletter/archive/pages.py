"""Put the page of an edition, as it was sent, among the others: corrections, and ways on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.rendering.words import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from newsletter.archive.past import PastEdition, PastIssue
    from newsletter.archive.reading import Reading, Still
    from newsletter.rendering.website import Website

_HEAD_ENDS = re.compile(r"(?i)</head\s*>")
_MAIN = re.compile(r"(?i)<main\b[^>]*>")
_MAIN_ENDS = re.compile(r"(?i)</main\s*>")
_BODY = re.compile(r"(?i)<body\b[^>]*>")
_BODY_ENDS = re.compile(r"(?i)</body\s*>")
_NO_ROBOTS = '<meta name="robots" content="noindex">\n'


@dataclass(frozen=True, slots=True)
class Item:
    """An issue as a list shows it. `path` is below the site, with a slash at its end."""

    day: date
    path: str
    title: str
    summary: str
    language: str
    number: int | None
    corrected_on: date | None
    picture: Still | None

    @property
    def picture_path(self) -> str:
        """Return where its picture lies below the site."""
        return f"{self.path}pictures/{self.picture.file}" if self.picture else ""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The issues before and after one."""

    earlier: Item | None
    later: Item | None


@dataclass(frozen=True, slots=True)
class Correction:
    """When an edition took the place of another, and why."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An edition that was corrected: when it was sent, and where it is kept."""

    on: date
    path: str


@dataclass(frozen=True, slots=True)
class Binder:
    """Bind the pages of issues into a site: `today` is the day on which it speaks."""

    website: Website
    today: date

    def issue_pages(
        self, issue: PastIssue, reading: Reading, neighbours: Neighbours
    ) -> Iterator[tuple[str, str]]:
        """Yield the pages of an issue by their folders: the newest edition's, then the others'.

        A folder is empty for the newest, and `edition-1/` for the one that was sent first.
        """
        language = self.language(reading)
        around = {"earlier": neighbours.earlier, "later": neighbours.later}
        corrections = _corrections(issue)
        kept = [
            Earlier(local_day(past.sent_at), folder(place))
            for place, past in enumerate(issue.editions[:-1])
        ]
        ways = self._draw("neighbours", language, up="../", **around)
        note = ""
        if issue.is_corrected:
            note = self._draw(
                "correction", language, is_newest=True, corrections=corrections, editions=kept
            )
        yield "", _bound(issue.newest, style=self._style(), note=note, ways=ways)
        ways = self._draw("neighbours", language, up="../../", **around)
        for place, (past, earlier) in enumerate(zip(issue.editions, kept, strict=False)):
            note = self._draw(
                "correction",
                language,
                is_newest=False,
                on=earlier.on,
                corrections=corrections[place:],
            )
            yield (
                earlier.path,
                _bound(past, style=_NO_ROBOTS + self._style(), note=note, ways=ways),
            )

    def corrections(self, issue: PastIssue, reading: Reading) -> str:
        """Return what was corrected, as it stands before an issue in a feed."""
        return self._draw(
            "corrected", self.language(reading), corrections=_corrections(issue)
        ).strip()

    def language(self, reading: Reading) -> str:
        """Return the language in which an issue is spoken of: its own, if we know it."""
        languages, office = self.website.languages, self.website.office
        return languages.choose(asked=reading.language, otherwise=office.language)

    def _style(self) -> str:
        css = self.website.templates.page("site/archive/issue.css.j2", {})
        return f"<style>\n{css}</style>\n"

    def _draw(self, name: str, language: str, **shown: object) -> str:
        template = f"archive/{name}.html.j2"
        return self.website.page(template, language=language, today=self.today, **shown)


def _corrections(issue: PastIssue) -> list[Correction]:
    return [
        Correction(local_day(past.sent_at), _sentence(past.reason)) for past in issue.editions[1:]
    ]


def folder(place: int) -> str:
    """Return the folder of an edition that was corrected, by its place from 0."""
    return f"edition-{place + 1}/"


def local_day(moment: datetime) -> date:
    """Return the day of a moment in London."""
    return moment.astimezone(LONDON).date()


def _sentence(reason: str) -> str:
    """Return a reason as a sentence, however it was typed."""
    words = reason[:1].upper() + reason[1:]
    return words if not words or words[-1] in ".!?…" else f"{words}."


def _bound(past: PastEdition, *, style: str, note: str, ways: str) -> str:
    """Put our own parts into a page, and leave every other character as it was sent."""
    page = _before(past.edition.web, (_HEAD_ENDS,), style)
    page = _after(page, (_MAIN, _BODY), f"\n{note}" if note else "")
    closing: Sequence[re.Pattern[str]] = (_MAIN_ENDS,)
    if any(pattern.search(page) for pattern in closing):
        return _after(page, closing, f"\n{ways}")
    return _before(page, (_BODY_ENDS,), ways)


def _after(page: str, places: Sequence[re.Pattern[str]], part: str) -> str:
    found = next(filter(None, (place.search(page) for place in places)), None)
    at = found.end() if found else 0
    return page[:at] + part + page[at:]


def _before(page: str, places: Sequence[re.Pattern[str]], part: str) -> str:
    found = next(filter(None, (place.search(page) for place in places)), None)
    at = found.start() if found else len(page)
    return page[:at] + part + page[at:]
