"""Read an issue as its readers will: every text and every link, with the line it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from newsletter.authoring import prose
from newsletter.authoring.blocks import Quote
from newsletter.authoring.fields import Prose, Written
from newsletter.authoring.issue import FILE, Passage, Picture
from newsletter.checks.lines import Fence, front_matter_line, title_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from newsletter.authoring.blocks import Block
    from newsletter.checks.registry import Material


class Kind(Enum):
    """What a text is to its readers."""

    SUBJECT = auto()
    PREHEADER = auto()
    TITLE = auto()
    HEADING = auto()
    PARAGRAPH = auto()
    ITEM = auto()
    QUOTATION = auto()
    CELL = auto()
    CAPTION = auto()
    ALT = auto()
    LABEL = auto()


class Mark(Enum):
    """What sets some words of a text apart."""

    LINK = auto()
    EMPHASIS = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """Words that are set apart: from `start` up to `end`; `url` is where a link leads."""

    start: int
    end: int
    mark: Mark
    url: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, heading or other piece of words; `lines` are offsets and their lines."""

    kind: Kind
    words: str
    lines: tuple[tuple[int, int | None], ...] = ()
    spans: tuple[Span, ...] = ()

    def line(self, offset: int = 0) -> int | None:
        """Return the line in issue.md of the character at `offset`."""
        known = [line for start, line in self.lines if start <= offset]
        return known[-1] if known else None

    def marks(self, start: int, end: int) -> set[Mark]:
        """Return what sets any of the characters from `start` up to `end` apart."""
        return {span.mark for span in self.spans if span.start < end and start < span.end}


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the issue or its office; `words` are empty where the template has them."""

    url: str
    words: str
    line: int | None
    file: str = FILE


@dataclass(frozen=True, slots=True)
class Reading:
    """All that an issue says, in the order it is said."""

    texts: tuple[Text, ...]
    links: tuple[Link, ...]


_last: tuple[Material, Reading] | None = None


def read(material: Material) -> Reading:
    """Return the texts and links of an issue. One reading serves all checks of a run."""
    global _last  # noqa: PLW0603 - a memory of one: a Material cannot be a key of a cache
    if _last is None or _last[0] is not material:
        _last = (material, _read(material))
    return _last[1]


def texts(material: Material) -> tuple[Text, ...]:
    """Return every text of an issue."""
    return read(material).texts


def links(material: Material) -> tuple[Link, ...]:
    """Return every link of an issue and its office."""
    return read(material).links


def _read(material: Material) -> Reading:
    front, source = material.issue.front, material.source
    found: list[Text | Link] = [
        _on_one_line(Kind.SUBJECT, front.subject, front_matter_line(source, "subject")),
        _on_one_line(Kind.PREHEADER, front.preheader, front_matter_line(source, "preheader")),
    ]
    found += _with_links(_inline(Kind.TITLE, material.issue.title, title_line(source)))
    for part in material.issue.body:
        match part:
            case Passage():
                found += _passage(part)
            case Picture():
                found += _picture(part)
            case _:
                found += _block(part.block, Fence(source, part.line))
    found += _links_of_office(material)
    return Reading(
        tuple(item for item in found if isinstance(item, Text)),
        tuple(item for item in found if isinstance(item, Link)),
    )


def _on_one_line(kind: Kind, words: str, line: int | None) -> Text:
    return Text(kind, words, ((0, line),))


def _with_links(text: Text) -> Iterator[Text | Link]:
    yield text
    for span in text.spans:
        if span.mark is Mark.LINK:
            yield Link(span.url, text.words[span.start : span.end], text.line(span.start))


def _passage(passage: Passage) -> Iterator[Text | Link]:
    # The lines of tokens count from the start of the body; a passage knows its own line.
    first = passage.line - (passage.tokens[0].map or [0])[0]
    for kind, token in _inlines(passage.tokens):
        line = first + (token.map or [0])[0]
        yield from _with_links(_inline(kind, token.children or (), line))


_CONTAINERS = {"blockquote": Kind.QUOTATION, "list_item": Kind.ITEM}
_LEAVES = {"heading_open": Kind.HEADING, "th_open": Kind.CELL, "td_open": Kind.CELL}


def _inlines(tokens: Sequence[Token]) -> Iterator[tuple[Kind, Token]]:
    """Yield what holds words, and what it is: words in a quoted list are a quotation."""
    around: list[Kind] = []
    leaf = Kind.PARAGRAPH
    for token in tokens:
        name, _, _ = token.type.rpartition("_")
        if name in _CONTAINERS:
            around = [*around, _CONTAINERS[name]] if token.nesting > 0 else around[:-1]
        elif token.type == "inline":
            innermost = around[-1] if around else Kind.PARAGRAPH
            outer = Kind.QUOTATION if Kind.QUOTATION in around else innermost
            yield outer if leaf is Kind.PARAGRAPH else leaf, token
        else:
            leaf = _LEAVES.get(token.type, Kind.PARAGRAPH)


def _inline(kind: Kind, tokens: Sequence[Token], line: int | None) -> Text:
    words = ""
    lines = [(0, line)]
    spans: list[Span] = []
    opened: list[tuple[int, str]] = []
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                words += " "
                line = None if line is None else line + 1
                lines.append((len(words), line))
            case "link_open" | "em_open":
                opened.append((len(words), str(token.attrs.get("href", ""))))
            case "link_close":
                start, url = opened.pop()
                spans.append(Span(start, len(words), Mark.LINK, url))
            case "em_close":
                spans.append(Span(opened.pop()[0], len(words), Mark.EMPHASIS))
            case "code_inline":
                spans.append(Span(len(words), len(words) + len(token.content), Mark.CODE))
                words += token.content
            case _:
                words += token.content
    return Text(kind, words, tuple(lines), tuple(spans))


def _picture(picture: Picture) -> Iterator[Text | Link]:
    yield _on_one_line(Kind.ALT, picture.alt, picture.line)
    if picture.caption:
        yield _on_one_line(Kind.CAPTION, picture.caption, picture.line)
    if picture.link:
        yield Link(picture.link, "", picture.line)


_ADDRESSES = frozenset({"url", "register_at", "book"})
_NOT_PROSE = frozenset({"email", "phone", "picture", "post", "address"})


def _block(block: Block, fence: Fence) -> Iterator[Text | Link]:
    for owner, name, value in _strings(block):
        if name in _ADDRESSES:
            yield Link(value, _link_words(owner), fence.line_of(value))
        elif isinstance(value, Prose):
            kind = Kind.QUOTATION if isinstance(block, Quote) else Kind.PARAGRAPH
            yield from _prose(kind, value, fence)
        elif name not in _NOT_PROSE:
            yield Text(_kind(name), value, fence.lines_of(value, value))


def _strings(value: Written) -> Iterator[tuple[Written, str, str]]:
    """Yield what was written in a block: whose field it is, its name, and the words.

    What comes by default was written by nobody; a choice such as `aye` is no text.
    """
    for name in type(value).model_fields:
        if name not in value.model_fields_set:
            continue
        found = getattr(value, name)
        if isinstance(found, list):
            for item in found:
                yield from _strings(item)
        elif isinstance(found, str) and not isinstance(found, Enum):
            yield value, name, found


def _link_words(owner: Written) -> str:
    name = {"Button": "text", "Column": "link"}.get(type(owner).__name__)
    return str(getattr(owner, name)) if name else ""


def _kind(name: str) -> Kind:
    return {"title": Kind.HEADING, "alt": Kind.ALT}.get(name, Kind.LABEL)


def _prose(kind: Kind, value: Prose, fence: Fence) -> Iterator[Text | Link]:
    place = fence.place(value)
    for inner, token in _inlines(prose.read(value)):
        text = _inline(kind if inner is Kind.PARAGRAPH else inner, token.children or (), None)
        lines = place.lines_of(text.words)
        yield from _with_links(Text(text.kind, text.words, lines, text.spans))


def _links_of_office(material: Material) -> Iterator[Link]:
    office = material.office
    for url in (office.site, office.privacy.url, *(account.url for account in office.social)):
        yield Link(url, "", None, "office.yaml")
