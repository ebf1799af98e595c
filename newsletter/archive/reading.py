"""Read out of the page of an edition what a feed, a search and a home page want to know of it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.rendering.view import FOLDER

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from newsletter.archive.past import PastEdition

_WITHIN_WORDS = frozenset(
    {"a", "abbr", "b", "code", "em", "i", "s", "small", "strong", "sub", "sup"}
)
_FOR_THE_EYE = ".//*[@aria-hidden='true']"


@dataclass(frozen=True, slots=True)
class Still:
    """A picture of an edition, as its page shows it."""

    file: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What an edition says. `article` is its HTML, with every address in full."""

    title: str
    language: str
    article: str
    words: str
    picture: Still | None


def read(past: PastEdition, page: str) -> Reading:
    """Return what an edition says; `page` is its public address.

    What was kept beside the edition goes before what its page shows: an office's own
    templates may be built in any way.
    """
    from lxml import html  # noqa: PLC0415 - 30 ms, and only the archive reads pages

    document = html.document_fromstring(past.edition.web)
    article = deepcopy(_article(document))
    article.tail = None
    for element in article.xpath(_FOR_THE_EYE):
        element.drop_tree()
    picture = _picture(article)
    article.make_links_absolute(page)
    whole = html.tostring(article, encoding="unicode")
    words = _words(article)
    return Reading(
        title=past.title or _heading(article) or past.edition.subject,
        language=past.language or document.get("lang") or "en-GB",
        article=whole,
        words=words,
        picture=picture,
    )


def _article(document: HtmlElement) -> HtmlElement:
    found = document.xpath("//article") or document.xpath("//main") or document.xpath("//body")
    return found[0] if found else document


def _heading(article: HtmlElement) -> str:
    headings = article.xpath(".//h1")
    return " ".join(headings[0].text_content().split()) if headings else ""


def _words(article: HtmlElement) -> str:
    """Return the text; a line break or a cell's end parts words, and emphasis does not."""
    for element in article.iter():
        if element.tag not in _WITHIN_WORDS:
            element.tail = f" {element.tail or ''}"
    return " ".join(article.text_content().split())


def _picture(article: HtmlElement) -> Still | None:
    """Return the first picture that lies beside the page."""
    for image in article.xpath(".//img[@src and @width and @height]"):
        folder, _, file = image.get("src").partition("/")
        sides = (image.get("width"), image.get("height"))
        if folder == FOLDER and file and all(side.isdecimal() for side in sides):
            return Still(file, int(sides[0]), int(sides[1]))
    return None
