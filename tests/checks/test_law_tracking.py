"""Nobody watches readers without their leave."""

from __future__ import annotations

import pytest

from newsletter.checks.registry import Material
from tests.checks.editions import with_parts
from tests.checks.materials import BODY_LINE, material, spots
from tests.offices import OFFICE

TRACKED = OFFICE + "tracking: true\n"


def email(markup: str, *, body: str = "", office: str = OFFICE) -> Material:
    return with_parts(material(body, office=office), html=f"<html><body>{markup}</body></html>")


@pytest.mark.parametrize(
    "image",
    [
        '<img src="https://open.example.net/p.gif" width="1" height="1" alt="">',
        '<img src="p.gif" style="width:1px; height:1px" alt="">',
        '<img src="p.gif" width="0" alt="">',
    ],
)
def test_a_picture_of_one_pixel_is_a_spy(image: str) -> None:
    """It tells who opened the mail, and when."""
    assert len(spots("tracking-pixel", email(image))) == 1
    assert spots("tracking-pixel", email(image, office=TRACKED)) == []


@pytest.mark.parametrize(
    "image",
    [
        '<img src="a.png" width="60" height="60" alt="">',
        '<img src="a.png" width="100%" style="height:auto" alt="">',
        '<img src="line.png" style="width:600px" alt="">',
    ],
)
def test_a_picture_that_can_be_seen_is_none(image: str) -> None:
    """Most pictures are pictures."""
    assert spots("tracking-pixel", email(image)) == []


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("https://bit.ly/2abc", "A link goes through bit.ly, which counts clicks."),
        (
            "https://u123.ct.sendgrid.net/ls/click?upn=1",
            "A link goes through u123.ct.sendgrid.net, which counts clicks.",
        ),
        (
            "https://example.org/a?b=1&fbclid=Iw",
            "A link to example.org carries “fbclid”, which says whose it is.",
        ),
    ],
)
def test_a_link_that_counts_is_named_with_its_line(link: str, message: str) -> None:
    """It was pasted by accident, most of the time."""
    markup = f'<a href="{link.replace("&", "&amp;")}">Read</a>'
    (spot,) = spots("click-tracking", email(markup, body=f"[Read]({link})"))
    assert (spot.message, spot.line) == (message, BODY_LINE)
    assert spots("click-tracking", email(markup, office=TRACKED)) == []


@pytest.mark.parametrize(
    "link", ["https://example.org/a?page=2", "mailto:robin@example.org", "https://orbit.ly.org/"]
)
def test_an_honest_link_is_left_alone(link: str) -> None:
    """A question mark is no spy."""
    assert spots("click-tracking", email(f'<a href="{link}">Read</a>')) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://cdn.example.net/a.png" alt="">',
        '<link rel="stylesheet" href="https://cdn.example.net/f.css">',
        "<style>@import url(https://cdn.example.net/f.css);</style>",
        "<p style=\"background:url('https://cdn.example.net/a.png')\">Hello</p>",
    ],
)
def test_what_is_fetched_from_elsewhere_tells_them_who_reads(markup: str) -> None:
    """A font from a big company is a list of readers for it."""
    (spot,) = spots("third-party-file", email(markup))
    assert spot.message == (
        "The email fetches a file from cdn.example.net, which so learns who reads it."
    )


def test_the_offices_own_files_are_no_secret_to_it() -> None:
    """Pictures come from the office's site; links are followed on purpose."""
    own = (
        '<img src="https://update.example.org/a.png" alt=""><img src="pictures/b.png" alt="">'
        '<a href="https://example.net/">Read</a><link rel="canonical" href="https://example.net/">'
    )
    assert spots("third-party-file", email(own)) == []
