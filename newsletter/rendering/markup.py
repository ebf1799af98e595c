"""Read MJML as XML, and say in a template's terms where it cannot be read."""

from __future__ import annotations

import re
from html.entities import html5
from typing import TYPE_CHECKING, Final

from lxml import etree

from newsletter.errors import MistakeError
from newsletter.findings import Finding, Severity
from newsletter.rendering.components import Complaint, excerpt
from newsletter.rendering.places import MARKER, Place, nearest_place

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST: Final = 2_000_000  # characters
DEEPEST: Final = 200  # levels; the compiler dies of some ten thousand

_XML_ENTITIES = frozenset({"amp", "apos", "gt", "lt", "quot"})
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_DECLARATION = re.compile(r"<!--.*?(?:-->|\Z)|<(?P<sort>!\[CDATA\[|!|\?)", re.DOTALL)
_DECLARATIONS = {
    "![CDATA[": Complaint(
        "A CDATA section stands in the MJML.",
        "Write the text itself, with &lt; for < and &amp; for &.",
    ),
    "!": Complaint(
        "A <!DOCTYPE> or another declaration stands in the MJML.",
        "Take it out: the compiled email gets its own.",
    ),
    "?": Complaint(
        "A processing instruction such as <?xml ?> stands in the MJML.",
        "Take it out: the document begins with <mjml>.",
    ),
}
_TOO_LARGE = Complaint(
    f"The MJML is larger than {LARGEST:,} characters.",
    "Look for a loop that repeats too much: Gmail cuts an email off at 102 KB.",
)
TOO_DEEP = Complaint(
    f"Tags are nested more than {DEEPEST} levels deep.",
    "Look for a macro or an include that calls itself.",
)

# What libxml2 says, and how we put it: \1 is the first group, `line` that of the tag meant.
_SYNTAX: tuple[tuple[str, str, str], ...] = (
    (
        r"ending tag mismatch: (\S+) line (?P<line>\d+) and (\S+)",
        r"<\1> is not closed before </\3>.",
        r"Write </\1> where it ends, or <\1/> if it holds nothing.",
    ),
    (
        r"Premature end of data in tag (\S+) line (?P<line>\d+)",
        r"<\1> is not closed.",
        r"Write </\1> where it ends, or <\1/> if it holds nothing.",
    ),
    (
        r"Entity '(.+)' not defined",
        r"&\1; is no character that HTML knows.",
        "Write the character itself, or &amp; for an &.",
    ),
    (r"EntityRef", "An & stands alone.", "Write &amp; instead."),
    (
        r"Attribute (\S+) redefined",
        r"The attribute \1 stands twice on a tag.",
        "Keep one of them.",
    ),
    (
        r"'<' not allowed in attributes",
        "A < stands in an attribute's value.",
        "Close the value before it with a quotation mark, or write &lt; for the character.",
    ),
    (
        r"mandates value for attribute (\S+)",
        r"The attribute \1 has no value.",
        r'Write \1="…", with the value in quotation marks.',
    ),
    (
        r"AttValue: \" or ' expected",
        "An attribute's value has no quotation marks.",
        'Write name="value".',
    ),
    (
        r"attributes construct error|error parsing attribute name|find end of Start Tag",
        'A tag is not written as name="value" pairs with blanks between and a > at its end.',
        "Look for a missing blank, quotation mark or >.",
    ),
    (r"invalid element name", "A < begins no tag.", "Write &lt; for the character itself."),
    (
        r"hyphen within comment",
        "A comment holds two hyphens in a row.",
        "Write a Jinja comment, {# … #}, or take one hyphen out.",
    ),
    (r"Comment not terminated", "A comment is not closed.", "Write --> where it ends."),
    (
        r"Extra content at the end",
        "Something stands after the document's end.",
        "Move it into <mjml>, and look for a </mjml> too many.",
    ),
    (
        r"Document is empty|Start tag expected",
        "The template renders to no MJML.",
        "Begin the document with <mjml>.",
    ),
    (r"Excessive depth", TOO_DEEP.message, TOO_DEEP.hint),
)


def parse(mjml: str) -> etree._Element:
    """Return the root of a document that is well-formed, and small enough to walk through.

    Raises:
        MistakeError: with the first finding, since what follows an XML error means nothing.
    """
    if len(mjml) > LARGEST:
        raise mistake([finding(_TOO_LARGE, Place(None, None))])
    for found in _DECLARATION.finditer(mjml):
        if sort := found["sort"]:
            raise mistake([finding(_DECLARATIONS[sort], nearest_place(mjml, found.start()))])
    return _parsed(_numeric(mjml))


def finding(complaint: Complaint, place: Place) -> Finding:
    """Return a complaint with its place, as an error."""
    return Finding(
        code="template",
        severity=Severity.ERROR,
        message=complaint.message,
        hint=complaint.hint,
        file=place.file,
        line=place.line,
    )


def mistake(findings: Sequence[Finding]) -> MistakeError:
    """Return the error that holds some findings and says the first."""
    first = findings[0]
    return MistakeError(
        first.message, hint=first.hint, file=first.file, line=first.line, findings=findings
    )


def _numeric(mjml: str) -> str:
    """Return the document with HTML's named characters as numbers, which XML knows."""

    def number(found: re.Match[str]) -> str:
        characters = "" if found[1] in _XML_ENTITIES else html5.get(f"{found[1]};", "")
        return "".join(f"&#{ord(character)};" for character in characters) or found[0]

    return _ENTITY.sub(number, mjml)


def _parsed(mjml: str) -> etree._Element:
    source = mjml.encode("utf-8", "surrogatepass")
    parser = _parser(recover=False)
    try:
        return etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        # HTML knows no namespaces: <v:rect> needs no declaration there.
        entry = next((e for e in parser.error_log if e.domain_name != "NAMESPACE"), None)
        if entry is not None:
            offset = _offset(mjml, entry.line, entry.column)
            raise mistake([_explained(mjml, entry.message, offset)]) from error
    return etree.fromstring(source, _parser(recover=True))


def _parser(*, recover: bool) -> etree.XMLParser:
    # Without huge_tree, libxml2 itself stops at 256 levels, long before a stack is full.
    return etree.XMLParser(
        encoding="utf-8",
        huge_tree=False,
        load_dtd=False,
        no_network=True,
        recover=recover,
        remove_comments=True,
        resolve_entities=False,
    )


def _explained(mjml: str, message: str, offset: int) -> Finding:
    """Return what libxml2 says of an offset as a finding."""
    for pattern, sentence, hint in _SYNTAX:
        if found := re.search(pattern, message):
            if "line" in found.groupdict():
                offset = _after_opening(mjml, found[1], int(found["line"]))
            complaint = Complaint(_filled(sentence, found), _filled(hint, found))
            break
    else:
        complaint = Complaint("The MJML is no XML.", f"The XML reader says: {message.strip()}.")
    return finding(complaint, nearest_place(mjml, offset))


def _filled(sentence: str, found: re.Match[str]) -> str:
    return re.sub(r"\\([0-9])", lambda number: excerpt(found[int(number[1])]), sentence)


def _after_opening(mjml: str, name: str, line: int) -> int:
    """Return the offset after the marker's beginning in the tag that a line opens last."""
    start = _offset(mjml, line, 1)
    end = mjml.find("\n", start)
    tag = mjml.rfind(f"<{name}", start, len(mjml) if end < 0 else end)
    return max(tag, start) + len(f'<{name} {MARKER}="')


def _offset(mjml: str, line: int, column: int) -> int:
    """Return the offset of a line and a column, both from 1, the column in bytes of UTF-8."""
    lines = mjml.split("\n")
    index = min(max(line, 1), len(lines)) - 1
    before = lines[index].encode("utf-8", "surrogatepass")[: column - 1]
    return sum(len(text) + 1 for text in lines[:index]) + len(before.decode("utf-8", "ignore"))
