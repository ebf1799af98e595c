"""A picture goes out with its size known, no heavier than it came, and telling no secrets."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace

import pytest
from PIL import Image
from PIL.ImageCms import ImageCmsProfile, createProfile
from PIL.PngImagePlugin import PngInfo

from newsletter.findings import Finding, Severity
from newsletter.rendering import pictures
from newsletter.rendering.pictures import PictureFile, prepare

GPS = 0x8825
ORIENTATION = 0x0112


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((width, height), 60).convert(mode)


def prepared(data: bytes, *, name: str = "Hero 1.JPG", shown: int = 552) -> PictureFile:
    found = prepare(name, data, shown=shown, source="issue.md", line=7)
    assert isinstance(found, PictureFile), found
    return found


def refused(data: bytes) -> Finding:
    found = prepare("hero.jpg", data, shown=552, source="issue.md", line=7)
    assert isinstance(found, Finding)
    assert (found.code, found.severity, found.place) == ("picture", Severity.ERROR, "issue.md:7")
    assert "hero.jpg" in found.message
    return found


def opened(picture: PictureFile) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def test_a_small_picture_goes_out_as_it_came() -> None:
    """Every byte of it: nobody improves a picture by writing it again."""
    data = saved(noise(300, 200), "JPEG")
    assert replace(prepared(data), file="") == PictureFile("", 300, 200, data)


def test_a_large_picture_is_twice_as_wide_as_it_is_shown() -> None:
    """Sharp on a good screen, and no heavier."""
    found = prepared(saved(noise(3_000, 1_500), "JPEG", quality=95))
    assert (found.width, found.height) == (552, 276)
    assert opened(found).size == (1_104, 552)


def test_one_between_the_two_keeps_its_pixels() -> None:
    """It is shown at the width of the text, and is not blown up."""
    found = prepared(saved(noise(1_104, 600), "JPEG"))
    assert (found.width, found.height, opened(found).size) == (552, 300, (1_104, 600))


def test_a_thin_line_is_still_one_pixel_high() -> None:
    """A height of nothing would leave the picture out."""
    found = prepared(saved(noise(4_000, 2), "PNG"), name="line.png")
    assert (found.width, found.height) == (552, 1)


def test_where_it_was_taken_is_not_told() -> None:
    """A telephone writes down the place of somebody's home."""
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (52.0, 12.0, 9.0)
    data = saved(noise(200, 100), "JPEG", exif=exif)
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(GPS)
    assert dict(opened(prepared(data)).getexif()) == {}
    png = saved(noise(200, 100), "PNG", exif=exif)
    assert b"eXIf" in png
    assert b"eXIf" not in prepared(png).data


def test_what_programs_write_down_is_not_told_either() -> None:
    """XMP has the place, too, and a comment often the name of somebody."""
    secret = b"<x:xmpmeta>52.0,12.0 Robin's kitchen</x:xmpmeta>"
    for data in (
        saved(noise(200, 100), "JPEG", xmp=secret),
        saved(noise(3_000, 100), "JPEG", comment=secret),
        saved(noise(200, 100), "PNG", pnginfo=_with_xmp(secret)),
    ):
        assert secret in data
        assert b"kitchen" not in prepared(data).data


def _with_xmp(secret: bytes) -> PngInfo:
    notes = PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", secret.decode())
    return notes


def test_colours_stay_what_they_were() -> None:
    """Without its profile a telephone's picture would turn pale."""
    profile = ImageCmsProfile(createProfile("sRGB")).tobytes()
    data = saved(noise(2_400, 1_200), "JPEG", icc_profile=profile)
    assert opened(prepared(data)).info["icc_profile"] == profile


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_taken_upright_stands_upright(kind: str) -> None:
    """Mail programs do not all turn it as its camera asked."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    found = prepared(saved(noise(400, 200), kind, exif=exif))
    assert (found.width, found.height) == (200, 400)
    assert opened(found).size == (200, 400)
    assert ORIENTATION not in opened(found).getexif()


@pytest.mark.parametrize("mode", ["P", "RGB", "L", "RGBA", "1"])
def test_no_picture_grows_by_being_made_smaller(mode: str) -> None:
    """A drawing of few colours packs far better than the shades between them."""
    drawing = Image.new("RGB", (2_400, 600), "white")
    drawing.paste("navy", (200, 100, 900, 500))
    data = saved(drawing.convert(mode), "PNG", optimize=True)
    found = prepared(data, name="chart.png")
    assert len(found.data) <= len(data)
    assert (found.width, found.height) == (552, 138)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_palettes_and_transparency_survive(kind: str) -> None:
    """Whatever the picture's own way of holding colours."""
    palette = noise(2_400, 1_200).quantize(256)
    assert opened(prepared(saved(palette, "PNG", transparency=0), name="a.png")).size[0] == 1_104
    assert opened(prepared(saved(palette, "PNG"), name="a.png")).size[0] == 1_104
    mode = "CMYK" if kind == "JPEG" else "RGBA"
    found = prepared(saved(noise(2_400, 1_200).convert(mode), kind), name="a.png")
    assert opened(found).format == kind


def test_a_film_stays_one() -> None:
    """Made smaller, a GIF would lose all pictures but the first."""
    frames = [noise(1_600, 200).convert("P") for _ in range(3)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    found = prepared(data, name="film.gif")
    assert (found.data, found.width, found.height) == (data, 552, 69)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Hero 1.JPG", "hero-1"),
        ("a/b/c.jpeg", "a-b-c"),
        ("Ŵyn.jpg", "yn"),
        ("☕.jpg", "picture"),
        ("..jpg", "picture"),
        ("noend", "noend"),
    ],
)
def test_its_public_name_is_plain_and_holds_its_digest(name: str, stem: str) -> None:
    """It may be cached for ever, and a new picture has a new name."""
    data = saved(noise(30, 20), "JPEG")
    file = prepared(data, name=name).file
    assert file.startswith(f"{stem}-")
    assert file.endswith(".jpg")
    assert len(file) == len(f"{stem}-0123456789.jpg")
    assert prepared(data + b" ", name=name).file != file
    assert prepared(data, name=name).file == file


def test_the_same_picture_is_written_alike_every_time() -> None:
    """The same input, the same bytes, on any day."""
    data = saved(noise(2_400, 1_200), "JPEG")
    assert prepared(data) == prepared(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        saved(noise(300, 200), "JPEG")[:-5_000],
        saved(noise(300, 200), "PNG")[:-5_000],
        saved(noise(30, 20), "GIF")[:40],
        saved(noise(30, 20), "BMP"),
        saved(noise(30, 20), "TIFF"),
        saved(noise(30, 20), "WEBP"),
    ],
)
def test_what_cannot_be_read_or_shown_everywhere_is_refused(data: bytes) -> None:
    """A picture cut short, or of a kind that some mail program does not know."""
    assert "cannot be read" in refused(data).message


def huge_png(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is as large as this."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


@pytest.mark.parametrize("side", [9_000, 9_999, 20_000, 100_000])
def test_a_bomb_is_not_unpacked(side: int) -> None:
    """A few bytes that would fill the memory."""
    assert "larger than any screen" in refused(huge_png(side, side + 2)).message


def test_a_file_of_more_bytes_than_a_camera_makes_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is not even looked into."""
    monkeypatch.setattr(pictures, "LARGEST", 100)
    assert "larger than any screen" in refused(saved(noise(30, 20), "JPEG")).message
