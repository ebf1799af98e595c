"""Check MJML, then compile it: the compiler itself never complains."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from mjml import mjml2html

from newsletter.rendering.components import Complaint, Tag, complaints, excerpt, holds_html, table
from newsletter.rendering.markup import DEEPEST, TOO_DEEP, finding, mistake, parse
from newsletter.rendering.places import (
    MARKER,
    Place,
    nearest_place,
    offset_with_markers,
    read_place,
    unmark,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from newsletter.findings import Finding

MOST_FINDINGS: Final = 100

_NO_BODY = Complaint("There is no <mj-body>.", "Add one to <mjml>, after <mj-head>.")


def compile_mjml(mjml: str) -> str:
    """Return the HTML of a marked MJML document, without the markers.

    Raises:
        MistakeError: the document breaks a rule of MJML, or the compiler does not take it.
    """
    check(mjml)
    try:
        html: str = mjml2html(unmark(mjml))
    except ValueError as error:
        reason = str(error).partition(" in root template")[0]
        complaint = Complaint(
            "The MJML compiler does not take the template.",
            f"It says: {excerpt(reason)}. Look for a comment, text or a tag where none may "
            "stand; a Jinja comment, {# … #}, may stand anywhere.",
        )
        raise mistake([finding(complaint, _place_of(mjml, str(error)))]) from error
    return html


def check(mjml: str) -> None:
    """Compare a marked MJML document with the rules of MJML and of this house.

    Raises:
        MistakeError: with all findings, the first hundred at most, in the document's order.
    """
    findings = [*islice(_judged(parse(mjml)), MOST_FINDINGS)]
    if findings:
        raise mistake(findings)


def _place_of(mjml: str, message: str) -> Place:
    """Return the place of the compiler's span: bytes from its start, without the markers."""
    span = re.search(r"position ([0-9]{1,9}):", message)
    if span is None:
        return Place(None, None)
    bare = unmark(mjml)
    offset = len(bare.encode()[: int(span[1])].decode("utf-8", "ignore"))
    name = re.compile(r"<?[\w:.-]*").match(bare, offset)  # a tag's marker follows its name
    return nearest_place(mjml, offset_with_markers(mjml, name.end() if name else offset))


def _judged(root: etree._Element) -> Iterator[Finding]:
    """Yield what is wrong with each tag; too deep a tag ends it."""
    if _name(root) == "mjml":
        yield from _judged_parts(root)
    places = _Places()
    # A stack of our own, since a template decides how deep this goes.
    waiting: list[tuple[etree._Element, str | None, int]] = [(root, "", 1)]
    while waiting:
        element, parent, depth = waiting.pop()
        place = places.of(element)
        if depth > DEEPEST:
            yield finding(TOO_DEEP, place)
            return
        tag = _tag(element, parent)
        for complaint in complaints(tag):
            yield finding(complaint, place)
        inside = _parent_of_children(tag)
        waiting += [(child, inside, depth + 1) for child in reversed(element)]


def _judged_parts(root: etree._Element) -> Iterator[Finding]:
    """Yield whether the body is missing, or either part stands there twice."""
    for name in ("mj-head", "mj-body"):
        parts = [child for child in root if _name(child) == name]
        if not parts and name == "mj-body":
            yield finding(_NO_BODY, _Places().of(root))
        for part in parts[1:]:
            complaint = Complaint(f"<{name}> stands there twice.", "Make one of the two.")
            yield finding(complaint, _Places().of(part))


def _tag(element: etree._Element, parent: str | None) -> Tag:
    between = (element.text, *(child.tail for child in element))
    return Tag(
        name=_name(element),
        parent=parent,
        attributes={str(name): str(value) for name, value in element.attrib.items()},
        text="".join(text for text in between if text),
    )


def _name(element: etree._Element) -> str:
    """Return the tag as it is written, with its prefix."""
    name = element.tag.rpartition("}")[2]
    return f"{element.prefix}:{name}" if element.prefix else name


def _parent_of_children(tag: Tag) -> str | None:
    """Return the component that a tag's children stand in."""
    if tag.name in table().components:
        return tag.name
    return tag.parent if tag.parent and holds_html(tag.parent) else None


class _Places:
    """Find each tag's place while walking through a document from its beginning."""

    def __init__(self) -> None:
        self._last = Place(None, 0)
        self._line = 0  # where the tag of that place stands in the document

    def of(self, element: etree._Element) -> Place:
        """Return the tag's own place, or the last one counted on."""
        line: int = element.sourceline  # type: ignore[assignment] # lxml-stubs leave it open
        if own := read_place(element.get(MARKER, "")):
            self._last, self._line = own, line
            return own
        return Place(self._last.file, (self._last.line or 0) + line - self._line)
