"""Make past issues for the tests of the archive: in memory, and sent from a database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from newsletter import wiring
from newsletter.archive.past import KeptFile, Past, PastEdition, PastIssue
from newsletter.archive.site import Builder, Made, Site
from newsletter.archive.standalone import whole_site
from newsletter.delivery import State
from newsletter.pipeline import prepare
from newsletter.rendering.edition import Edition
from newsletter.rendering.enclosures import Enclosed, Enclosures
from tests.commands import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.database.dispatch import Dispatch
    from newsletter.database.opening import Database
    from newsletter.pipeline import Draft
    from newsletter.rendering.website import Website

TODAY = date(2019, 3, 11)
SENT = datetime(2019, 2, 22, 17, 3, tzinfo=UTC)
SAMPLES = (date(2019, 2, 18), date(2019, 3, 8))


@cache
def sample(day: date) -> Draft:
    """Return a sample issue as it would be sent."""
    draft = prepare(wiring.office_folder(ROOT), day)
    assert draft.edition
    return draft


@cache
def website() -> Website:
    """Return what draws the pages of the sample office."""
    return wiring.website(wiring.office_folder(ROOT))


@dataclass
class Cupboard:
    """Where the files of past editions are kept in memory."""

    files: dict[str, bytes] = field(default_factory=dict)

    def keep(self, enclosed: Enclosed) -> KeptFile:
        digest = hashlib.sha256(enclosed.data).hexdigest()
        self.files[digest] = enclosed.data
        return KeptFile(enclosed.name, enclosed.media_type, digest, len(enclosed.data))

    def content(self, file: KeptFile) -> bytes:
        return self.files[file.hash]

    def past(self, edition: Edition, enclosures: Enclosures, sent_at: datetime) -> PastEdition:
        return PastEdition(
            edition,
            sent_at,
            number=enclosures.number,
            title=enclosures.title,
            language=enclosures.language,
            files=tuple(map(self.keep, enclosures.files)),
        )

    def sample(self, day: date) -> PastEdition:
        """Return a sample issue as it was sent at five on its day."""
        draft = sample(day)
        assert draft.edition
        assert draft.enclosures
        at = datetime(day.year, day.month, day.day, 17, 3, tzinfo=UTC)
        return self.past(draft.edition, draft.enclosures, at)


def samples() -> tuple[Past, Cupboard]:
    """Return both sample issues, the later one corrected three days after it was sent."""
    cupboard = Cupboard()
    old, new = (cupboard.sample(day) for day in SAMPLES)
    right = replace(
        new.edition,
        web=new.edition.web.replace("Eleven weeks", "Twelve weeks"),
        preheader="Twelve weeks, three votes and a hall",
    )
    corrected = replace(
        new,
        edition=right,
        title="Twelve weeks without a station lift",
        sent_at=datetime(2019, 3, 11, 23, 30, tzinfo=UTC),
        reason="it is twelve weeks, not eleven",
    )
    return Past((PastIssue((new, corrected)), PastIssue((old,)))), cupboard


def many() -> tuple[Past, Cupboard]:
    """Return one issue of 2019, and seventy of the weeks before it, down to 2017."""
    past, cupboard = samples()
    sent = past.issues[1].first
    days = [date(2019, 1, 4), *(date(2018, 12, 21) - timedelta(weeks=week) for week in range(70))]
    editions = (replace(sent, edition=replace(sent.edition, issue=day)) for day in days)
    return Past(tuple(PastIssue((edition,)) for edition in editions)), cupboard


def builder(past: Past, cupboard: Cupboard, *, today: date = TODAY) -> Builder:
    return Builder(website(), past, cupboard.content, today)


@cache
def sample_site() -> dict[str, bytes]:
    """Return the whole site of the samples, as bytes by path."""
    past, cupboard = samples()
    return contents(whole_site(builder(past, cupboard)), cupboard)


def contents(site: Site, cupboard: Cupboard) -> dict[str, bytes]:
    return {
        path: file.data if isinstance(file, Made) else cupboard.content(file)
        for path, file in site.items()
    }


def put(site: dict[str, bytes], folder: Path) -> Path:
    """Write a site into a folder, as plainly as can be."""
    for path, data in site.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def enclosures(*files: Enclosed, title: str = "Your trains") -> Enclosures:
    return Enclosures(number=268, title=title, language="en-GB", files=files)


def picture(name: str = "hall", data: bytes = b"picture") -> Enclosed:
    return Enclosed(f"pictures/{name}.png", "image/png", data)


def carry(database: Database, dispatch: Dispatch, state: State = State.ACCEPTED) -> None:
    """Have every batch of a dispatch end in a state."""
    with database.dispatches.take(dispatch) as ledger:
        while batch := ledger.claim():
            ledger.settle(batch, state)
