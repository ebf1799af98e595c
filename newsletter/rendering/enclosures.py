"""Gather what goes with an edition, so that its page can be shown when its folder is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.rendering.view import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newsletter.authoring.issue import Issue
    from newsletter.authoring.office import Office
    from newsletter.rendering.pictures import PictureFile

CALENDAR = "text/calendar; charset=utf-8"
_PICTURES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One file beside the page of an edition, such as `pictures/platform-0a1b2c3d4e.jpg`."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Enclosures:
    """All that the archive needs of an issue and that its edition does not say by itself.

    `language` is that of the edition, such as `en-GB`.
    """

    number: int
    title: str
    language: str
    files: tuple[Enclosed, ...] = ()


def enclose(
    issue: Issue,
    office: Office,
    *,
    pictures: Iterable[PictureFile],
    calendars: Mapping[str, bytes],
) -> Enclosures:
    """Return what goes with the edition of an issue."""
    shown = {picture.file: picture for picture in pictures}.values()
    return Enclosures(
        number=issue.front.number,
        title=issue.title_words,
        language=office.language,
        files=(
            *(
                Enclosed(f"{FOLDER}/{each.file}", media_type(each.file), each.data)
                for each in shown
            ),
            *(Enclosed(name, CALENDAR, data) for name, data in calendars.items()),
        ),
    )


def media_type(picture: str) -> str:
    """Return what kind of picture a file is, by its name."""
    return _PICTURES[picture.rpartition(".")[2]]
