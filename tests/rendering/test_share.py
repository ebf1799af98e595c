"""A reader passes an issue on by a plain link: no script, nothing that reports back."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from newsletter.authoring.office import Share
from newsletter.rendering.share import ShareLink, share_links

PAGE = "https://update.example.org/2019-02-18/"
SUBJECT = "Trains & “buses”: 100 % late?"
QUOTED_PAGE = "https%3A%2F%2Fupdate.example.org%2F2019-02-18%2F"
QUOTED = "Trains%20%26%20%E2%80%9Cbuses%E2%80%9D%3A%20100%20%25%20late%3F"


def test_each_network_gets_its_own_link_in_the_office_s_order() -> None:
    """An office lists the networks it likes first, or not at all."""
    assert share_links([Share.X, Share.EMAIL], PAGE, SUBJECT) == [
        ShareLink("X", f"https://x.com/intent/post?text={QUOTED}&url={QUOTED_PAGE}"),
        ShareLink("Email", f"mailto:?subject={QUOTED}&body={QUOTED_PAGE}"),
    ]
    assert share_links([], PAGE, SUBJECT) == []


def test_every_network_is_handed_the_page_whole() -> None:
    """An ampersand in a subject must not end it, nor a slash the address."""
    for shared in share_links(list(Share), PAGE, SUBJECT):
        values = parse_qs(urlsplit(shared.url).query)
        assert PAGE in " ".join(value for found in values.values() for value in found)
        assert set(shared.url) <= set(SAFE)


SAFE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?&=%"
