"""Break each rule about pictures once, and keep it once: a false alarm is a defect."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from newsletter.checks import rules
from newsletter.rendering.pictures import PictureFile
from tests.checks.materials import BODY_LINE, material, spots
from tests.offices import OFFICE

BROKEN = [
    ("alt-file-name", "![platform](platform.png)"),
    ("alt-file-name", "![IMG_2041.JPG](platform.png)"),
    ("alt-file-name", "![Screenshot 2019-02-18 at 10.30](platform.png)"),
    ("alt-picture-of", "![A photo of a lift](platform.png)"),
    ("alt-long", f"![{'A lift that stands. ' * 20}](platform.png)"),
    ("alt-repeats", '![A lift that stands](platform.png "A lift that stands.")'),
]

KEPT = [
    ("alt-file-name", "![Robin](robin.png)"),
    ("alt-file-name", "![Platform 2 at dusk](platform.png)"),
    ("alt-picture-of", "![A photographer at work](platform.png)"),
    ("alt-long", "![A lift that stands](platform.png)"),
    ("alt-repeats", '![A lift that stands](platform.png "Out of order since December")'),
]

MEASURED = {"picture-heavy", "pictures-heavy", "picture-small"}

VIDEO = """\
```video
title: My speech
url: https://example.org/speech
picture: platform.png
alt: {alt}
```
"""


def picture(name: str, *, pixels: int, shown: int, weight: int = 0) -> PictureFile:
    """Return a picture as it is published, with noise at its end to make up the weight."""
    stream = io.BytesIO()
    Image.new("RGB", (pixels, 20)).save(stream, "PNG")
    noise = random.Random(7).randbytes(max(0, weight - len(stream.getvalue())))  # noqa: S311 - no secret
    return PictureFile(f"{name}-0123456789.png", shown, 20, stream.getvalue() + noise)


@pytest.mark.parametrize(("code", "body"), BROKEN)
def test_what_breaks_a_rule_is_named_with_its_line(code: str, body: str) -> None:
    """A newcomer has to find the place."""
    (spot,) = spots(code, material(f"Words.\n\n{body}"))
    assert (spot.file, spot.line) == ("issue.md", BODY_LINE + 2)


@pytest.mark.parametrize(("code", "body"), KEPT)
def test_what_keeps_a_rule_is_left_alone(code: str, body: str) -> None:
    """A check that cries wolf is soon ignored."""
    assert spots(code, material(body)) == []


def test_the_still_of_a_film_is_a_picture_too() -> None:
    """A reader who cannot see it needs words for it just as much."""
    assert spots("alt-file-name", material(VIDEO.format(alt="Me at the dispatch box"))) == []
    assert spots("alt-file-name", material(VIDEO.format(alt="DSC_0042")))


def test_a_heavy_picture_is_named() -> None:
    """What cannot be compressed by us has to be saved anew by the office."""
    heavy = picture("platform", pixels=1104, shown=552, weight=300_000)
    light = picture("platform", pixels=1104, shown=552, weight=100_000)
    body = "Words.\n\n![A lift](platform.png)"
    (spot,) = spots("picture-heavy", material(body, pictures=(heavy,)))
    assert (spot.message, spot.hint, spot.line) == (
        "The picture “platform.png” weighs 300 kB.",
        "Save it as .jpg. Under 200 kB it shows at once.",
        BODY_LINE + 2,
    )
    assert spots("picture-heavy", material(body, pictures=(light,))) == []
    other = picture("bus", pixels=1104, shown=552, weight=300_000)
    assert spots("picture-heavy", material(body, pictures=(other,))) == []
    assert len(spots("picture-heavy", material(body, pictures=(other, heavy)))) == 1


def test_many_light_pictures_are_heavy_together() -> None:
    """Seven pictures of 190 kB are more than a megabyte."""
    pictures = tuple(
        picture(f"bus-{number}", pixels=1104, shown=552, weight=190_000) for number in range(7)
    )
    (spot,) = spots("pictures-heavy", material(pictures=pictures))
    assert spot.message == "The pictures weigh 1,330 kB together."
    assert spots("pictures-heavy", material(pictures=pictures[:5])) == []


def test_a_picture_of_few_pixels_is_blurred() -> None:
    """A telephone's screen has two or three points for each that is counted."""
    office = f"{OFFICE}look: {{logo: Our Logo.png}}\n"
    small = picture("our-logo", pixels=96, shown=96)
    (spot,) = spots("picture-small", material(office=office, pictures=(small,)))
    assert (spot.file, spot.message) == (
        "office.yaml",
        "The picture “Our Logo.png” is only 96 pixels wide.",
    )
    sharp = picture("our-logo", pixels=192, shown=96)
    assert spots("picture-small", material(office=office, pictures=(sharp,))) == []


def test_every_rule_about_pictures_has_a_case_that_breaks_it_and_one_that_keeps_it() -> None:
    """A rule without both is not known to work."""
    codes = {rule.code for rule in rules() if rule.family == "pictures"} - MEASURED
    assert codes == {code for code, _ in BROKEN} == {code for code, _ in KEPT}
