"""Check that pictures are described, light, and sharp enough."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from PIL import Image

from newsletter.authoring.blocks import Video
from newsletter.authoring.issue import FILE, Picture, Placed
from newsletter.authoring.office import FILE as OFFICE_FILE
from newsletter.authoring.words import shortened
from newsletter.checks.registry import Material, Spot, rule
from newsletter.findings import Severity
from newsletter.rendering.words import size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.rendering.pictures import PictureFile

_HEAVY = 200_000  # bytes of one picture: a second on a slow train
_HEAVY_TOGETHER = 1_000_000  # bytes of all
_LONGEST_ALT = 250  # characters: what is heard cannot be skimmed
_SHARP = 1.5  # pixels for each that is shown: below this a telephone's screen blurs


def _described(material: Material) -> Iterator[tuple[str, str, str, int]]:
    """Yield file, description, caption and line of each picture in an issue."""
    for part in material.issue.body:
        if isinstance(part, Picture):
            yield part.file, part.alt, part.caption, part.line
        elif isinstance(part, Placed) and isinstance(part.block, Video):
            yield part.block.picture, part.block.alt, part.block.title, part.line


_CAMERA_NAME = re.compile(
    r"""(?ix)
    (?:img|dsc[nf]?|dscf|pxl|mvimg|p|cimg|wp|dji|gopr|whatsapp[\ _-]image|screen[\ ]?shot
        |image|picture|photo|untitled|unnamed|download|scan)[\ _-]?\(?[\d_.:\ atpm-]*\)?
    | [\w-]+\.(?:jpe?g|png|gif|webp|heic) | [0-9a-f-]{16,} | [\d_-]+
    """
)


@rule(
    "alt-file-name",
    Severity.WARNING,
    reason="A file's name, read aloud, tells nobody what the picture shows.",
    source="[WCAG 2.2, 1.1.1](https://www.w3.org/TR/WCAG22/#non-text-content)",
)
def a_description_is_no_file_name(material: Material) -> Iterator[Spot]:
    """Compare descriptions with the file's own name and with those that cameras give."""
    for file, alt, _, line in _described(material):
        stem = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        is_stem = alt.strip().lower() == stem.lower() and not re.fullmatch("[A-Z][a-z]+", alt)
        if is_stem or _CAMERA_NAME.fullmatch(alt.strip()):
            message = f"“{shortened(alt)}” is a file's name rather than a description."
            hint = "Say in one sentence what the picture shows."
            yield Spot(message, hint, FILE, line)


@rule(
    "alt-picture-of",
    Severity.NOTE,
    reason="Screen readers say by themselves that there is a picture.",
    source="[W3C, images tutorial](https://www.w3.org/WAI/tutorials/images/tips/)",
)
def a_description_does_not_say_picture(material: Material) -> Iterator[Spot]:
    """Look for “image of” and the like at the start."""
    for _, alt, _, line in _described(material):
        found = re.match(r"(?i)(?:an? |the )?(?:image|picture|photo(?:graph)?|graphic) of\b", alt)
        if found:
            message = f"The description of a picture begins with “{found[0]}”."
            yield Spot(message, "Leave these words out.", FILE, line)


@rule(
    "alt-long",
    Severity.NOTE,
    reason="A description is heard in one go: nobody can skim it.",
    source="[W3C, images tutorial](https://www.w3.org/WAI/tutorials/images/tips/)",
)
def a_description_is_short(material: Material) -> Iterator[Spot]:
    """Count the characters."""
    for _, alt, _, line in _described(material):
        if len(alt) > _LONGEST_ALT:
            message = f"The description of a picture has {len(alt)} characters."
            hint = "Say in one or two sentences what matters, and move the rest into the text."
            yield Spot(message, hint, FILE, line)


@rule(
    "alt-repeats",
    Severity.NOTE,
    reason="What stands both in the caption and in the description is read out twice.",
    source="[W3C, images tutorial](https://www.w3.org/WAI/tutorials/images/tips/)",
)
def a_description_is_no_caption(material: Material) -> Iterator[Spot]:
    """Compare the two."""
    for _, alt, caption, line in _described(material):
        if caption and alt.strip(" .").casefold() == caption.strip(" .").casefold():
            message = f"“{shortened(alt)}” is both caption and description of a picture."
            hint = "Let the description say what is to be seen, the caption what it means."
            yield Spot(message, hint, FILE, line)


def _files(material: Material) -> Iterator[tuple[str, str, int | None, PictureFile]]:
    """Yield name, file and line of where each picture is asked for, and the picture."""
    asked: list[tuple[str, str, int | None]] = [
        (name, FILE, line) for name, line in material.issue.pictures.items()
    ]
    if material.office.look.logo:
        asked.append((material.office.look.logo, OFFICE_FILE, None))
    for name, file, line in asked:
        stem = re.sub(r"[^a-z0-9]+", "-", name.rsplit(".", 1)[0].lower()).strip("-")
        for picture in material.pictures:
            if picture.file.rsplit("-", 1)[0] == stem:
                yield name, file, line, picture
                break


@rule(
    "picture-heavy",
    Severity.WARNING,
    reason="Heavy pictures come late, or never, on a telephone in a valley.",
    source="[Web almanac, page weight](https://almanac.httparchive.org/en/2024/page-weight)",
)
def a_picture_is_light(material: Material) -> Iterator[Spot]:
    """Weigh each picture as it is published."""
    for name, file, line, picture in _files(material):
        if len(picture.data) > _HEAVY:
            message = f"The picture “{shortened(name)}” weighs {size(len(picture.data))}."
            is_png = picture.file.endswith(".png")
            hint = "Save it as .jpg." if is_png else "Save it smaller, or at a lower quality."
            yield Spot(message, f"{hint} Under {size(_HEAVY)} it shows at once.", file, line)


@rule(
    "pictures-heavy",
    Severity.WARNING,
    reason="Readers pay for what they load, and many mail programs load all of it.",
    source="[Web almanac, page weight](https://almanac.httparchive.org/en/2024/page-weight)",
)
def the_pictures_are_light(material: Material) -> Iterator[Spot]:
    """Weigh all of them together."""
    total = sum(len(picture.data) for picture in material.pictures)
    if total > _HEAVY_TOGETHER:
        message = f"The pictures weigh {size(total)} together."
        yield Spot(message, f"Stay under {size(_HEAVY_TOGETHER)}: leave one out.", FILE)


@rule(
    "picture-small",
    Severity.NOTE,
    reason="Screens show two or three points for each that a layout counts: a picture without "
    "as many looks blurred.",
    source="[MDN, devicePixelRatio](https://developer.mozilla.org/docs/Web/API/Window/devicePixelRatio)",
)
def a_picture_is_sharp(material: Material) -> Iterator[Spot]:
    """Compare the pixels of each picture with those it is shown at."""
    for name, file, line, picture in _files(material):
        with Image.open(io.BytesIO(picture.data)) as opened:
            pixels = opened.width
        if pixels < picture.width * _SHARP:
            message = f"The picture “{shortened(name)}” is only {pixels} pixels wide."
            hint = f"Use one of {2 * picture.width} or more; smaller ones look blurred."
            yield Spot(message, hint, file, line)
