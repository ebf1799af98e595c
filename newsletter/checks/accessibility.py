"""Check that everybody can read an issue: by eye, by ear, in daylight and in the dark."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from newsletter.checks import sources
from newsletter.checks.looks import Run, Scheme, flat, parsed, runs
from newsletter.checks.reader import Kind, texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.findings import Severity
from newsletter.rendering.colours import TEXT, contrast
from newsletter.rendering.words import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_LARGE, _LARGE_BOLD = 24.0, 18.66  # CSS pixels: WCAG's 18 and 14 points
_ENOUGH_FOR_LARGE = 3.0
_MOST_SHOWN = 3
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TEMPLATES = "templates/"


@rule(
    "heading-order",
    Severity.WARNING,
    reason="People who listen move from heading to heading. One title, then no level left out, "
    "gives them a table of contents; a ### right after the title is a chapter gone missing.",
    source=sources.wcag("1.3.1", "Info and Relationships", "info-and-relationships"),
)
def headings_are_in_order(material: Material) -> Iterator[Spot]:
    """Walk through the headings of the email and of the web page."""
    seen: set[str] = set()
    pages = {"email": material.edition.html, "web page": material.edition.web}
    for face, markup in pages.items():
        headings = [element for element in parsed(markup).iter() if element.tag in _HEADINGS]
        titles = sum(heading.tag == "h1" for heading in headings)
        if titles != 1:
            yield Spot(
                f"The {face} has {titles} titles (h1) instead of one.",
                "Look at the h1 of the template.",
                _TEMPLATES,
            )
        for before, heading in pairwise(headings):
            words = _words(heading)
            if _HEADINGS[heading.tag] > _HEADINGS[before.tag] + 1 and words not in seen:
                seen.add(words)
                yield _skipped(material, before, heading)


@rule(
    "low-contrast",
    Severity.WARNING,
    reason="Words need a contrast of 4.5 to 1 with what is behind them, large ones of 3 to 1: in "
    "the light scheme, with every style block gone, and in the dark one.",
    source=sources.wcag("1.4.3", "Contrast (Minimum)", "contrast-minimum"),
)
def words_stand_out(material: Material) -> Iterator[Spot]:
    """Measure the contrast of all words in both schemes."""
    pages = (
        ("email", material.edition.html, Scheme.INLINE, "light"),
        ("email", material.edition.html, Scheme.DARK, "dark"),
        ("web page", material.edition.web, Scheme.LIGHT, "light"),
        ("web page", material.edition.web, Scheme.DARK, "dark"),
    )
    for face, markup, scheme, name in pages:
        pale: dict[tuple[str, str], Run] = {}
        for run in runs(markup, scheme):
            colours = _too_pale(run)
            if colours:
                pale.setdefault(colours, run)
        for (ink, ground), run in list(pale.items())[:_MOST_SHOWN]:
            yield Spot(
                f"“{_excerpt(run.words)}” is hard to read in the {name} scheme of the {face}: "
                f"{ink} on {ground} has a contrast of {contrast(ink, ground):.1f}.",
                f"Choose colours with at least {_needed(run):g} in the style sheet, or in look "
                "of office.yaml.",
                _TEMPLATES,
            )


@rule(
    "text-too-small",
    Severity.WARNING,
    reason="On a telephone held at arm’s length, words below 12 pixels are lost on many readers.",
    source=f"{sources.EMAIL_MARKUP}; {sources.wcag('1.4.4', 'Resize Text', 'resize-text')}",
)
def words_are_large_enough(material: Material) -> Iterator[Spot]:
    """Look for words below 12 pixels."""
    for face, markup, scheme in (
        ("email", material.edition.html, Scheme.INLINE),
        ("web page", material.edition.web, Scheme.LIGHT),
    ):
        small = [run for run in runs(markup, scheme) if _is_read(run) and run.look.size < 12]  # noqa: PLR2004 - as in the reason
        if small:
            least = min(small, key=lambda run: run.look.size)
            yield Spot(
                f"“{_excerpt(least.words)}” is {least.look.size:g} pixels high in the {face}.",
                "Raise its font-size to 12 pixels at least, 16 for running text.",
                _TEMPLATES,
            )


@rule(
    "language-missing",
    Severity.WARNING,
    reason="A screen reader pronounces English as English only where the language is named: on "
    "`html` and, since some mail programs drop that, on the wrapper too.",
    source=f"{sources.wcag('3.1.1', 'Language of Page', 'language-of-page')}; {sources.EMAIL_MARKUP}",
)
def language_is_named(material: Material) -> Iterator[Spot]:
    """Look for `lang` and `dir` where they belong."""
    language = material.office.language
    tree = parsed(material.edition.html)
    wrapper = next(iter(tree.xpath("/html/body//*[@role='article']")), None)
    places = {"html": tree, "the wrapper in body": wrapper}
    for name, element in places.items():
        if element is None or element.get("lang") != language or not element.get("dir"):
            yield Spot(
                f"The email does not name its language on {name}.",
                f'Write lang="{language}" and a dir there'
                f"{'' if element is not None else ', on a div with role=article'}.",
                _TEMPLATES,
            )
    if parsed(material.edition.web).get("lang") != language:
        yield Spot(
            "The web page does not name its language.",
            f'Write <html lang="{language}">.',
            _TEMPLATES,
        )


@rule(
    "page-title-missing",
    Severity.WARNING,
    reason="The title is the first thing that is read aloud. In the email it is the subject; an "
    "empty one is read as a file name.",
    source=sources.wcag("2.4.2", "Page Titled", "page-titled"),
)
def pages_have_titles(material: Material) -> Iterator[Spot]:
    """Compare the title of the email with its subject."""
    for face, markup in (("email", material.edition.html), ("web page", material.edition.web)):
        title = flat(parsed(markup).findtext(".//title") or "")
        expected = material.edition.subject if face == "email" else title
        if not title or title != flat(expected):
            yield Spot(
                f"The {face} has {'another' if title else 'no'} title"
                f"{' than its subject' if title else ''}.",
                "Put the subject into mj-title, or the title into title.",
                _TEMPLATES,
            )


@rule(
    "table-role",
    Severity.WARNING,
    reason="Emails are laid out in tables. A screen reader announces each with rows and columns, "
    'unless it says role="presentation"; a real table has headings, so that a number can be '
    "told from the next.",
    source=f"{sources.wcag('1.3.1', 'Info and Relationships', 'info-and-relationships')}; {sources.EMAIL_MARKUP}",
)
def tables_say_what_they_are(material: Material) -> Iterator[Spot]:
    """Look for tables with neither a role nor headings."""
    bare = [
        table
        for table in parsed(material.edition.html).iter("table")
        if table.get("role") not in {"presentation", "none"}
        and table.get("aria-hidden") != "true"
        and not any(True for _ in table.iter("th"))
    ]
    if bare:
        count = f"{len(bare)} tables are" if len(bare) > 1 else "A table is"
        yield Spot(
            f"{count} neither marked as layout nor given headings, such as the one with "
            f"“{_excerpt(_words(bare[0]))}”.",
            'Write role="presentation" on a table for layout.',
            _TEMPLATES,
        )


@rule(
    "alt-missing",
    Severity.ERROR,
    reason="Without an alt a screen reader reads out the picture’s file name. A picture that "
    "only decorates has an empty one; a picture that is a link never has.",
    source=sources.wcag("1.1.1", "Non-text Content", "non-text-content"),
)
def pictures_have_words(material: Material) -> Iterator[Spot]:
    """Look for `alt` on every picture."""
    for face, markup in (("email", material.edition.html), ("web page", material.edition.web)):
        for image in parsed(markup).iter("img"):
            alt = image.get("alt")
            name = image.get("src", "").rpartition("/")[2]
            if alt is None:
                yield Spot(
                    f"The picture “{name}” in the {face} has no alt.",
                    'Write alt="…" with what it shows, or alt="" if it only decorates.',
                    _TEMPLATES,
                )
            elif not alt.strip() and _is_all_of_a_link(image):
                yield Spot(
                    f"The picture “{name}” in the {face} is a link, and its alt is empty.",
                    "Say in its alt where the link leads.",
                    _TEMPLATES,
                )


@rule(
    "link-words",
    Severity.WARNING,
    reason="Many people hear a list of links. Two that sound the same and lead to different "
    "places cannot be told apart there, and one without words says nothing at all.",
    source=sources.wcag("2.4.4", "Link Purpose (In Context)", "link-purpose-in-context"),
)
def links_can_be_told_apart(material: Material) -> Iterator[Spot]:
    """Compare the words of all links with where they lead."""
    leads: dict[str, str] = {}
    for anchor in parsed(material.edition.html).iter("a"):
        target = anchor.get("href")
        if target is None:
            continue
        words = _name(anchor)
        if not words:
            yield Spot(f"The link to {target[:60]} has no words.", "Give it words.", _TEMPLATES)
        elif leads.setdefault(words.casefold(), _destination(target)) != _destination(target):
            yield Spot(
                f"Two links are called “{_excerpt(words)}” but lead to different places.",
                "Say in each where it leads, such as “Read the answer on lifts”.",
                "issue.md",
                _line_of(material, words),
            )


def _destination(target: str) -> str:
    """Return where a link leads; a number is the same with and without the country's."""
    return number(target) if target.startswith("tel:") else target


def _too_pale(run: Run) -> tuple[str, str] | None:
    ink, ground = run.look.ink, run.look.ground
    if ink is None or ground is None or not _is_read(run):
        return None
    return (ink, ground) if contrast(ink, ground) < _needed(run) else None


def _needed(run: Run) -> float:
    size = _LARGE_BOLD if run.look.is_bold else _LARGE
    return _ENOUGH_FOR_LARGE if run.look.size >= size else TEXT


def _is_read(run: Run) -> bool:
    return not run.look.is_hidden and bool(re.search(r"\w", run.words))


def _skipped(material: Material, before: HtmlElement, heading: HtmlElement) -> Spot:
    words = _words(heading)
    line = _line_of(material, words)
    return Spot(
        f"“{_excerpt(words)}” is a heading of level {heading.tag[1]} right after one of level "
        f"{before.tag[1]}.",
        f"Write it with {'#' * (_HEADINGS[before.tag] + 1)}, or put one between them.",
        "issue.md" if line else _TEMPLATES,
        line,
    )


def _line_of(material: Material, words: str) -> int | None:
    """Return the line of issue.md that says these words, a heading first."""
    holding = [text for text in texts(material) if words in flat(text.words)]
    holding.sort(key=lambda text: text.kind is not Kind.HEADING)
    return holding[0].line(holding[0].words.find(words)) if holding else None


def _words(element: HtmlElement) -> str:
    return flat(
        " ".join(element.itertext(with_tail=False)) if len(element) else element.text or ""
    )


def _name(anchor: HtmlElement) -> str:
    """Return what a screen reader calls a link."""
    alts = [image.get("alt", "") for image in anchor.iter("img")]
    said = [element.text or "" for element in anchor.iter() if isinstance(element.tag, str)]
    tails = [element.tail or "" for element in anchor.iterdescendants()]
    return flat(" ".join([anchor.get("aria-label", ""), *said, *tails, *alts]))


def _is_all_of_a_link(image: HtmlElement) -> bool:
    anchor = next(image.iterancestors("a"), None)
    return anchor is not None and not _name(anchor)


def _excerpt(words: str) -> str:
    short = flat(words)
    return short if len(short) <= 40 else f"{short[:39].rstrip()}…"  # noqa: PLR2004 - a line
