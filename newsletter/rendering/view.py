"""Prepare what the templates show, so that they need decide nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.authoring.blocks import Block, Contact, Event, News, Surgery, Video
from newsletter.authoring.issue import Passage, Picture, Placed
from newsletter.rendering.html import words_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from newsletter.authoring.issue import Issue, Part
    from newsletter.authoring.office import Office
    from newsletter.rendering.pictures import PictureFile

FOLDER = "pictures"


@dataclass(frozen=True, slots=True)
class Shown:
    """One part of an issue as the templates get it.

    `kind` is `passage`, `picture` or a block's name, and names the macro that shows it;
    `item` is what is shown. `status` is `past`, `open` (the place is to be confirmed) or
    `fixed` for an appointment, and empty for all else.
    """

    kind: str
    item: Any
    status: str = ""
    picture: PictureFile | None = None


def page_url(office: Office, day: date) -> str:
    """Return the address of an issue's page in the archive."""
    return f"{office.base_url}/{day.isoformat()}/"


def picture_url(office: Office, day: date, picture: PictureFile) -> str:
    """Return the public address of a picture."""
    return f"{page_url(office, day)}{FOLDER}/{picture.file}"


def context(
    issue: Issue, office: Office, pictures: Mapping[str, PictureFile]
) -> dict[str, object]:
    """Return what every template may speak of."""
    day = issue.date
    logo = pictures.get(office.look.logo) if office.look.logo else None
    return {
        "issue": issue,
        "number": issue.front.number,
        "date": day,
        "year": day.year,
        "subject": issue.front.subject,
        "preheader": issue.front.preheader,
        "title": words_html(issue.title),
        "title_words": issue.title_words,
        "office": office,
        "newsletter": office.title or f"News from {office.name}",
        "member": office.styled_name(day),
        "affiliation": office.affiliation(day),
        "look": office.look,
        "logo": logo,
        "page": page_url(office, day),
        "parts": list(_shown(issue.body, office, day, pictures)),
    }


def _shown(
    body: Iterable[Part], office: Office, day: date, pictures: Mapping[str, PictureFile]
) -> Iterable[Shown]:
    for part in body:
        match part:
            case Passage():
                yield Shown("passage", part)
            case Picture():
                yield Shown("picture", part, picture=pictures[part.file])
            case Placed():
                yield _shown_block(part.block, office, day, pictures)


def _shown_block(
    block: Block, office: Office, day: date, pictures: Mapping[str, PictureFile]
) -> Shown:
    match block:
        case Event() | Surgery():
            return Shown(block.kind, block, status=_status(block, day))
        case News():
            newest_first = sorted(block.items, key=lambda item: item.date, reverse=True)
            return Shown(block.kind, block.model_copy(update={"items": newest_first}))
        case Video():
            return Shown(block.kind, block, picture=pictures[block.picture])
        case Contact():
            known = office.contact
            given = {
                "email": block.email or known.email,
                "phone": block.phone or known.phone,
                "post": block.post or known.post,
            }
            return Shown(block.kind, block.model_copy(update=given))
        case _:
            return Shown(block.kind, block)


def _status(appointment: Event | Surgery, day: date) -> str:
    """Return how things stood on the day of the issue, whenever it is rendered."""
    if appointment.date < day:
        return "past"
    return "fixed" if appointment.is_place_known else "open"
