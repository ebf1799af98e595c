"""Read a Word document: the words of its body, and a sentence for all that stands elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from html import unescape
from typing import TYPE_CHECKING

import mammoth
from lxml import etree

from newsletter.drafting import pasted
from newsletter.errors import MistakeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lxml.etree import _Element as Element

    from newsletter.drafting.pasted import Pasted

_IN_A_LINE = re.compile(r"</?(?:a|b|em|i|s|strong|sub|sup|u)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]+")
_BREAKS = ("", "textWrapping", "page", "column")
_WORDS_AND_BLANKS = ("{*}p", "{*}t", "{*}tab", "{*}br", "{*}noBreakHyphen")
_MOST_WORDS = 20
_IN_EVERY_ISSUE = "Copy it into the text if readers should see it."


def from_word(data: bytes, name: str) -> Pasted:
    """Convert a .docx file. Raises MistakeError if it is none, with `name` as its name."""
    try:
        parts = _parts(data)
        result = mammoth.convert_to_html(io.BytesIO(_with_plain_fields(data, parts)))
        lost = [*_elsewhere(parts), *_unconverted(result)]
    except Exception as error:  # mammoth lets through whatever its parsers raise
        raise MistakeError(
            f"{name} is no Word document that can be read",
            hint="Open it in Word and save it again as .docx.",
            file=name,
        ) from error
    missing = _missing(parts, result.value)
    return pasted.from_html(result.value, lost=tuple(dict.fromkeys([*lost, *missing])))


def _parts(data: bytes) -> dict[str, Element]:
    """Return the roots of the document's parts that hold words, by their names."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("word/") and name.endswith(".xml"):
                root = etree.fromstring(archive.read(name), parser)
                if _kind(root) in {*_TOLD, *_SHOWN}:
                    found[name] = root
    return found


def _with_plain_fields(data: bytes, parts: Mapping[str, Element]) -> bytes:
    """Return the document with each simple field in the other form, which mammoth reads.

    ECMA-376 Part 1, 17.16.19: `w:fldSimple` is the same as a complex field without looks.
    """
    changed = {}
    for name, root in parts.items():
        fields = list(root.iter("{*}fldSimple"))
        for field in fields:
            _open_up(field)
        if fields:
            changed[name] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    if not changed:
        return data
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name) or old.read(name))
    return stream.getvalue()


def _open_up(field: Element) -> None:
    """Put what a simple field shows between the marks of a complex one."""
    space = etree.QName(field).namespace

    def run(tag: str, text: str = "", **attributes: str) -> Element:
        made = etree.Element(f"{{{space}}}r")
        inside = etree.SubElement(
            made, f"{{{space}}}{tag}", {f"{{{space}}}{key}": v for key, v in attributes.items()}
        )
        inside.text = text
        return made

    parent = next(field.iterancestors())
    place = parent.index(field)
    pieces = [
        run("fldChar", fldCharType="begin"),
        run("instrText", field.get(f"{{{space}}}instr", "")),
        run("fldChar", fldCharType="separate"),
        *field,
        run("fldChar", fldCharType="end"),
    ]
    parent[place : place + 1] = pieces


def _elsewhere(parts: Mapping[str, Element]) -> Iterator[str]:
    """Say what stands outside of the text, and what in it no reader of Word sees."""
    for root in parts.values():
        for tell in _TOLD.get(_kind(root), ()):
            yield from tell(root)


def _header(root: Element) -> Iterator[str]:
    words = _words(root)
    if words:
        yield f"The header, which says “{words}”. {_IN_EVERY_ISSUE}"


def _footer(root: Element) -> Iterator[str]:
    words = _words(root)
    if words:
        yield f"The footer, which says “{words}”. {_IN_EVERY_ISSUE}"


def _comments(root: Element) -> Iterator[str]:
    for comment in root.iter("{*}comment"):
        author = _attribute(comment, "author")
        by = f" by {author}" if author else ""
        words = _words(comment)
        if words:
            yield f"A comment{by}: “{words}”. See to it before the issue goes out."


def _deleted(root: Element) -> Iterator[str]:
    words = _tidy("".join(text.text or "" for text in root.iter("{*}delText")))
    if words:
        yield f"What was deleted with Track Changes: “{words}”. What was added is there."


def _hidden(root: Element) -> Iterator[str]:
    runs = (
        run
        for run in root.iter("{*}r")
        if any(_is_on(mark) for mark in run.iterfind("{*}rPr/{*}vanish"))
    )
    words = _tidy(" ".join(_words(run) for run in runs))
    if words:
        yield f"Hiding: “{words}” was hidden in Word, and stands there now like all else."


_SHOWN = ("footnotes", "endnotes")
_TOLD: dict[str, tuple[Callable[[Element], Iterator[str]], ...]] = {
    "hdr": (_header,),
    "ftr": (_footer,),
    "comments": (_comments,),
    "document": (_deleted, _hidden),
}


def _missing(parts: Mapping[str, Element], html: str) -> Iterator[str]:
    """Say which words of the text are gone: such as those of an equation."""
    shown = unescape(_TAG.sub(" ", _IN_A_LINE.sub("", html)))
    said = Counter(
        word
        for root in parts.values()
        if _kind(root) in {"document", *_SHOWN}
        for word in _WORD.findall(_words(root))
    )
    gone = said - Counter(_WORD.findall(shown))
    if gone:
        some = ", ".join(f"“{word}”" for word in [*gone.elements()][:_MOST_WORDS])
        yield f"Words that may have changed: {some}. Compare both texts."


def _unconverted(result: mammoth.results.Result) -> Iterator[str]:
    messages = [message.message for message in result.messages]
    # Of a style that the document does not define mammoth says so twice, once without its name.
    yield from (_plainly(words) for words in messages if "style: None" not in words)


def _plainly(message: str) -> str:
    """Return in plain words what mammoth says it could not carry over."""
    style = re.search(r"style(?: with ID|:) '?([^'()]+?)'?(?: \(| was|$)", message)
    if style:
        return f"Word’s style “{style[1]}”: its words stand as ordinary ones."
    if "}oMath" in message:
        return "An equation: an email cannot hold it. Write in words what it says."
    return f"Something in Word that has no place here ({message.rstrip('.')}): look at it again."


def _words(root: Element) -> str:
    """Return the words that Word shows, its paragraphs one after the other."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end"), tag=_WORDS_AND_BLANKS):
        if event == "end":
            pieces.append(" " if _kind(element) == "p" else "")
        elif not any(_is_elsewhere(above) for above in element.iterancestors()):
            pieces.append(_said(element))
    return _tidy("".join(pieces))


def _is_elsewhere(above: Element) -> bool:
    """Whether what is in it stands elsewhere again: moved, or as the fallback that is read."""
    if _kind(above) == "Choice":
        parent = above.getparent()
        return parent is not None and parent.find("{*}Fallback") is not None
    return _kind(above) == "moveFrom"


def _said(element: Element) -> str:
    match _kind(element):
        case "t":
            return element.text or ""
        case "noBreakHyphen":
            return "-"
        case "br" if _attribute(element, "type") not in _BREAKS:
            return ""
    return " "


def _tidy(words: str) -> str:
    return " ".join(words.split())


def _kind(element: Element) -> str:
    return str(etree.QName(element).localname)


def _attribute(element: Element, name: str) -> str:
    return element.get(f"{{{etree.QName(element).namespace}}}{name}", "")


def _is_on(mark: Element) -> bool:
    return _attribute(mark, "val") not in {"0", "false", "off"}
