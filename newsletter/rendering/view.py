"""Prepare what the templates show, so that they need decide nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from newsletter.authoring.blocks import Block, Columns, Contact, Event, News, Surgery, Video
from newsletter.authoring.issue import Passage, Picture, Placed
from newsletter.rendering import words
from newsletter.rendering.calendar import calendar_names
from newsletter.rendering.colours import dark_scheme, light_scheme
from newsletter.rendering.html import words_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from newsletter.authoring.issue import Issue, Part
    from newsletter.authoring.office import Office
    from newsletter.rendering.pictures import PictureFile

FOLDER = "pictures"
LOGO_WIDTH, LOGO_HEIGHT = 150, 60  # CSS pixels, at most
PREVIEW = 150  # characters that an inbox shows of a mail's beginning: Gmail's is the longest
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One part of an issue as the templates get it.

    `kind` is `passage`, `picture` or a block's name, and names the macro that shows it;
    `item` is what is shown. `status` is `past`, `open` (the place is to be confirmed) or
    `fixed` for an appointment, and empty for all else. `level` is that of the part's own
    heading: 3 once the issue has a heading of level 2, so that no level is skipped.
    `calendar` names the file beside the page that takes an appointment into a calendar, and
    `when` is what its links call it: its day, and what tells it from others of that day.
    """

    kind: str
    item: Any
    status: str = ""
    picture: PictureFile | None = None
    level: int = 2
    calendar: str = ""
    when: str = ""


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
    parts = list(_shown(issue, office, pictures))
    is_right_to_left = office.language.split("-")[0] in RIGHT_TO_LEFT
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
        "light": light_scheme(office.look.colours),
        "dark": dark_scheme(office.look.colours),
        "direction": "rtl" if is_right_to_left else "ltr",
        "start": "right" if is_right_to_left else "left",
        "filling": "\u2007\u034f" * max(0, PREVIEW - len(issue.front.preheader)),
        "logo": fitted(logo) if logo else None,
        "page": page_url(office, day),
        "parts": parts,
        "bands": _bands(parts),
        "telephone": telephone,
    }


def fitted(logo: PictureFile) -> PictureFile:
    """Return the logo as large as fits beside the newsletter's name."""
    scale = min(LOGO_WIDTH / logo.width, LOGO_HEIGHT / logo.height)
    return replace(logo, width=round(logo.width * scale), height=round(logo.height * scale))


def telephone(number: str) -> str:
    """Return the address that rings a number (RFC 3966), or nothing if it has no digits.

    An extension is left to the caller's fingers.
    """
    dialled = re.split(r"(?i)[,;/]|\b(?:ext|x|or)", number, maxsplit=1)[0].replace("(0)", "")
    digits = re.sub(r"[^0-9+]", "", dialled)
    return f"tel:{digits}" if digits else ""


def _bands(parts: Iterable[Shown]) -> list[list[Shown]]:
    """Return the parts in runs: columns stand alone, since MJML wants a section for them."""
    runs = groupby(enumerate(parts), _place_if_alone)
    return [[part for _, part in run] for _, run in runs]


def _place_if_alone(numbered: tuple[int, Shown]) -> int:
    place, part = numbered
    return place if part.kind == Columns.kind else -1


def _shown(issue: Issue, office: Office, pictures: Mapping[str, PictureFile]) -> Iterable[Shown]:
    level = 2
    calendars = calendar_names(issue)
    appointments = [
        part.block
        for part in issue.body
        if isinstance(part, Placed) and isinstance(part.block, Event | Surgery)
    ]
    for part in issue.body:
        if isinstance(part, Passage) and any(token.tag == "h2" for token in part.tokens):
            level = 3
        shown = _shown_part(part, office, issue.date, pictures)
        when = _when(shown.item, appointments) if shown.status else ""
        yield replace(shown, level=level, calendar=calendars.get(part.line, ""), when=when)


def _shown_part(
    part: Part, office: Office, day: date, pictures: Mapping[str, PictureFile]
) -> Shown:
    if isinstance(part, Passage):
        return Shown("passage", part)
    if isinstance(part, Picture):
        return Shown("picture", part, picture=pictures[part.file])
    return _shown_block(part.block, office, day, pictures)


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


def _when(appointment: Event | Surgery, others: Iterable[Event | Surgery]) -> str:
    """Return `30 March 2019`, with the hour or the title if there is more on that day.

    Whoever hears the links one after the other has to know which of two leads where.
    """
    day = words.day(appointment.date)
    same_day = [other for other in others if other.date == appointment.date]
    if len(same_day) == 1:
        return day
    starts = appointment.starts
    if starts and [other.starts for other in same_day].count(starts) == 1:
        return f"{day}, {words.clock(starts)}"
    return f"{day} ({appointment.title})"


def _status(appointment: Event | Surgery, day: date) -> str:
    """Return how things stood on the day of the issue, whenever it is rendered."""
    if appointment.date < day:
        return "past"
    return "fixed" if appointment.is_place_known else "open"
