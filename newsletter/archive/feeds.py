"""Write the feeds of past issues: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

ATOM, JSON_FEED = "feed.xml", "feed.json"
MOST = 20
"""How many issues a feed holds, whole: readers remember the older ones."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One issue in a feed. `id` stays the same for ever, whatever becomes of its address."""

    id: str
    url: str
    title: str
    summary: str
    article: str
    published: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """What both feeds say. `base` is the public address of the site; entries newest first."""

    id: str
    base: str
    title: str
    author: str
    language: str
    description: str
    icon: str
    entries: Sequence[Entry]

    @property
    def updated(self) -> datetime:
        """Return when the feed last changed."""
        return max(entry.updated for entry in self.entries)


def atom(feed: Feed) -> bytes:
    """Return the feed as Atom."""
    from feedgen.feed import FeedGenerator  # noqa: PLC0415 - 70 ms, and only the archive has feeds

    made = FeedGenerator()
    made.id(feed.id)
    made.title(feed.title)
    made.subtitle(feed.description)
    made.author(name=feed.author)
    made.language(feed.language)
    made.updated(feed.updated)
    made.generator("newsletter")
    made.link(href=f"{feed.base}/{ATOM}", rel="self", type="application/atom+xml")
    made.link(href=f"{feed.base}/", rel="alternate", type="text/html")
    if feed.icon:
        made.icon(feed.icon)
    for entry in feed.entries:
        written = made.add_entry(order="append")
        written.id(entry.id)
        written.title(entry.title)
        written.link(href=entry.url, rel="alternate", type="text/html")
        written.published(entry.published)
        written.updated(entry.updated)
        written.summary(entry.summary)
        written.content(entry.article, type="html")
    whole: bytes = made.atom_str(pretty=True)
    return whole


def json_feed(feed: Feed) -> bytes:
    """Return the feed as JSON Feed."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": f"{feed.base}/",
        "feed_url": f"{feed.base}/{JSON_FEED}",
        "description": feed.description,
        **({"icon": feed.icon} if feed.icon else {}),
        "authors": [{"name": feed.author}],
        "language": feed.language,
        "items": [
            {
                "id": entry.id,
                "url": entry.url,
                "title": entry.title,
                "summary": entry.summary,
                "content_html": entry.article,
                "date_published": _moment(entry.published),
                "date_modified": _moment(entry.updated),
            }
            for entry in feed.entries
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
