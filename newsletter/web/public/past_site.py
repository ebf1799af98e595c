"""Keep the web site of past issues in memory, as what has been sent and the office have it now."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.archive.past import KeptFile, chosen, gather
from newsletter.archive.site import Builder, Made

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from newsletter.rendering.website import Website
    from newsletter.web.public.house import House


@dataclass(frozen=True, slots=True)
class Served:
    """A file of the site as browsers keep it: by its tag, and since when it is as it is."""

    file: Made | KeptFile
    tag: str
    since: datetime


@dataclass(frozen=True, slots=True)
class _Edition:
    """The site as it was built once, and of what."""

    website: Website
    today: date
    sent: list[int]
    builder: Builder
    files: Mapping[str, Served]
    homes: dict[str, Served] = field(default_factory=dict)


class PastSite:
    """The site of past issues, built again when something has been sent or the office changes.

    Whoever asks meanwhile gets the last one.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._edition: _Edition | None = None

    def file(self, path: str) -> Served | None:
        """Return a file of the site; None where there is none."""
        return self._now().files.get(path)

    def home(self, language: str, keep: str) -> Served:
        """Return the home page in a language; `keep` is added to its links."""
        edition = self._now()
        name = f"{language}{keep}"
        if name not in edition.homes:
            page = edition.builder.home(language, keep=keep)
            edition.homes[name] = _served(page, None, self._house.now())
        return edition.homes[name]

    def picture(self, name: str) -> KeptFile | None:
        """Return a picture of any edition that has been frozen.

        An email is read before the carrier has said that it took it, and its pictures have to
        be there by then. Their names hold a part of their digest, so that nobody guesses them.
        """
        return self._house.database.shelf.picture(name)

    def _now(self) -> _Edition:
        house = self._house
        website, today = house.website(), house.now().date()
        sent = house.database.shelf.sent_ids()
        known = self._edition
        if known and (known.website, known.today, known.sent) == (website, today, sent):
            return known
        # One thread builds; the others take what there is, and only wait for the first site.
        if not self._lock.acquire(blocking=known is None) and known:
            return known
        try:
            self._edition = self._built(website, today, sent)
            return self._edition
        finally:
            self._lock.release()

    def _built(self, website: Website, today: date, sent: list[int]) -> _Edition:
        shelf, now = self._house.database.shelf, self._house.now()
        known = self._edition
        past = gather(shelf, chosen(shelf.sent(), self._house.wanted))
        builder = Builder(website, past, shelf.content, today)
        files = {**builder.issues(), **builder.companions()}
        old = known.files if known else {}
        return _Edition(
            website,
            today,
            sent,
            builder,
            {path: _served(file, old.get(path), now) for path, file in files.items()},
        )


def _served(file: Made | KeptFile, old: Served | None, now: datetime) -> Served:
    digest = file.hash if isinstance(file, KeptFile) else hashlib.sha256(file.data).hexdigest()
    tag = f'"{digest[:32]}"'
    if old and old.tag == tag:
        return old
    return Served(file, tag, now.replace(microsecond=0))
