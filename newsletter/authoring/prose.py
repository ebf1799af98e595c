"""Read Markdown into tokens, and say which of it an email cannot carry."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from newsletter.authoring.fields import link_problem, picture_problem
from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

DEEPEST = 20  # levels: a list in a list in a quotation has seven
RESERVED_TAG = re.compile(r"-nl_[a-z_]+-")
"""What personalization puts a person's values in the place of."""

_NOT_IN_BLOCKS = {
    "heading_open": "a heading",
    "image": "a picture",
    "table_open": "a table",
    "fence": "code",
    "code_block": "code",
    "hr": "a line across",
}


@cache
def _reader() -> MarkdownIt:
    """Return CommonMark with tables and bare addresses; HTML is text.

    `validateLink` lets every link through: a bad one is reported, not shown as brackets.
    """
    reader = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": DEEPEST})
    reader.enable(["table", "linkify"])
    reader.linkify.set({"fuzzy_link": False, "fuzzy_email": True})  # type: ignore[union-attr] # set above
    reader.validateLink = lambda _: True  # type: ignore[method-assign] # as its docs advise
    return reader


def read(text: str) -> list[Token]:
    """Return the tokens of `text`; their `map` counts lines from 0."""
    return _reader().parse(text)


def problems(tokens: Sequence[Token], *, file: str, first_line: int) -> Iterator[Finding]:
    """Yield what is wrong with the links, pictures and nesting of a body."""
    line = first_line
    for token in tokens:
        if token.map:
            line = first_line + token.map[0]
        if token.level >= DEEPEST - 1:
            yield Finding(
                "nesting",
                Severity.ERROR,
                "Lists or quotations stand inside one another too deeply",
                "Three levels are the most that a reader can follow.",
                file,
                line,
            )
            return
        yield from _inline_problems(token, file, line)


def problems_in_block(text: str, *, file: str, line: int) -> Iterator[Finding]:
    """Yield what is wrong with words inside a block, where headings have no place."""
    tokens = read(text)
    for token in [*tokens, *(child for token in tokens for child in token.children or ())]:
        thing = _NOT_IN_BLOCKS.get(token.type)
        if thing:
            yield Finding(
                "block-text",
                Severity.ERROR,
                f"There is {thing} inside a block",
                "Put it in the text between the blocks.",
                file,
                line,
            )
    yield from problems(tokens, file=file, first_line=line)


def plain(tokens: Sequence[Token]) -> str:
    """Return the words alone."""
    words = {"text", "code_inline", "softbreak", "hardbreak"}
    parts: list[str] = []
    for token in tokens:
        if token.children:
            parts.append(plain(token.children))
        elif token.type in words:
            parts.append(" " if token.type.endswith("break") else token.content)
    return "".join(parts)


def link_words(tokens: Sequence[Token], start: int) -> str:
    """Return the words of the link that opens at `start`."""
    end = next(i for i in range(start, len(tokens)) if tokens[i].type == "link_close")
    return plain(tokens[start:end])


def _inline_problems(token: Token, file: str, line: int) -> Iterator[Finding]:
    children = token.children or []
    for index, child in enumerate(children):
        if child.type in {"softbreak", "hardbreak"}:
            line += 1
        problem: tuple[str, str] | None = None
        if child.type == "link_open":
            problem = link_problem(str(child.attrs["href"]))
            if problem is None and not _has_content(children, index):
                problem = ("a link has no words to click on", "Write them between the [ ].")
        elif child.type == "image":
            problem = _image_problem(child)
        if problem:
            message, hint = problem
            code = "picture" if child.type == "image" else "link"
            sentence = message[:1].upper() + message[1:]
            yield Finding(code, Severity.ERROR, sentence, hint, file, line)


def _has_content(tokens: Sequence[Token], start: int) -> bool:
    end = next(i for i in range(start, len(tokens)) if tokens[i].type == "link_close")
    inside = tokens[start:end]
    return bool(plain(inside).strip()) or any(token.type == "image" for token in inside)


def _image_problem(image: Token) -> tuple[str, str] | None:
    if not image.content.strip():
        return (
            "a picture has no description",
            "Say what it shows between the [ ], for readers who cannot see it.",
        )
    return picture_problem(str(image.attrs["src"]))
