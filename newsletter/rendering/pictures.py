"""Make a picture fit for an email: its size known, no heavier than it need be."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from newsletter.findings import Finding, Severity

LARGEST = 40_000_000  # bytes: a camera's JPEG has 15 million
MOST_PIXELS = 80_000_000  # Pillow's own limit, 89 million, would be met right after it
SHOWN_WIDTH = 552  # CSS pixels: the width of the text in templates/email.mjml.j2
_FORMATS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif"}
_PRIVATE = ("exif", "xmp", "photoshop", "comment", "XML:com.adobe.xmp", "Raw profile type exif")
"""What Pillow calls the places where cameras and programs write down who, where and when."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as it is published: `width` and `height` are CSS pixels as shown.

    `file` is its public name, with a part of its digest in it, so that it may be cached for
    ever; `data` are its bytes.
    """

    file: str
    width: int
    height: int
    data: bytes


def prepare(
    name: str, data: bytes, *, shown: int, source: str, line: int | None
) -> PictureFile | Finding:
    """Return the picture at twice its `shown` width at most, or what is wrong with it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _prepare(name, data, shown)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, _TooLargeError):
        message = f"The picture “{name}” is larger than any screen"
        hint = "Save it at no more than 2,400 pixels in width."
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        message = f"The picture “{name}” cannot be read"
        hint = "Open it in a picture program and save it again as .jpg or .png."
    return Finding("picture", Severity.ERROR, message, hint, source, line)


class _TooLargeError(Exception):
    """The picture has more bytes or pixels than we are ready to unpack."""


def _prepare(name: str, data: bytes, shown: int) -> PictureFile:
    if len(data) > LARGEST:
        raise _TooLargeError
    with Image.open(io.BytesIO(data), formats=list(_FORMATS)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise _TooLargeError
        picture.load()
        suffix = _FORMATS[picture.format or "PNG"]
        width, height = picture.size
        is_private = bool(picture.getexif()) or any(name in picture.info for name in _PRIVATE)
        if suffix != "gif" and (width > 2 * shown or is_private):
            # Written anew without EXIF: a telephone's pictures say where they were taken.
            anew = _written_anew(ImageOps.exif_transpose(picture), shown, suffix)
            if is_private or len(anew[0]) < len(data):
                data, width, height = anew
    digest = hashlib.sha256(data).hexdigest()[:10]
    stem = re.sub(r"[^a-z0-9]+", "-", name.rsplit(".", 1)[0].lower()).strip("-") or "picture"
    shown_width = min(shown, width)
    shown_height = max(1, round(height * shown_width / width))
    return PictureFile(f"{stem}-{digest}.{suffix}", shown_width, shown_height, data)


def _written_anew(picture: Image.Image, shown: int, suffix: str) -> tuple[bytes, int, int]:
    if picture.width > 2 * shown:
        if picture.mode == "P":
            picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
        height = max(1, round(picture.height * 2 * shown / picture.width))
        picture = picture.resize((2 * shown, height), Image.Resampling.LANCZOS)
    for name in _PRIVATE:
        picture.info.pop(name, None)
    stream = io.BytesIO()
    if suffix == "jpg":
        # Its own profile holds for its own colours only: those of CMYK are converted here.
        profile = picture.info.get("icc_profile") if picture.mode == "RGB" else None
        picture.convert("RGB").save(
            stream, "JPEG", quality=82, optimize=True, progressive=True, icc_profile=profile
        )
    else:
        picture.save(stream, "PNG", optimize=True)
    return stream.getvalue(), picture.width, picture.height
