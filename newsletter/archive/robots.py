"""Tell search engines what there is: sitemap.xml (sitemaps.org) and robots.txt (RFC 9309)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

SITEMAP, ROBOTS = "sitemap.xml", "robots.txt"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PERSONAL = ("/join/confirm/", "/my-data/", "/unsubscribe/")


def sitemap(pages: Iterable[tuple[str, date]]) -> bytes:
    """Return the sitemap of pages, each an address and the day on which it last changed."""
    root = etree.Element("urlset", xmlns=_NAMESPACE)
    for address, changed in pages:
        url = etree.SubElement(root, "url")
        etree.SubElement(url, "loc").text = address
        etree.SubElement(url, "lastmod").text = changed.isoformat()
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def robots(base: str, path: str) -> bytes:
    """Return what robots are asked: to read everything but what belongs to one person."""
    forbidden = "".join(f"Disallow: {path}{each}\n" for each in _PERSONAL)
    return f"User-agent: *\n{forbidden}\nSitemap: {base}/{SITEMAP}\n".encode()
