"""Read Markdown into tokens, and say which of it an email cannot carry."""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markdown_it import MarkdownIt

from newsletter.authoring.addresses import link_problem, picture_problem
from newsletter.authoring.text import LONGEST_LINE
from newsletter.authoring.words import reserved_problem, sentence
from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

    from newsletter.authoring.words import Problem

DEEPEST = 20  # levels: a list in a list in a quotation has seven

MOST_SIGNS_TOGETHER = 500  # in a paragraph: the fullest of ours has ten
MOST_SIGNS = 10_000  # in a whole text

_SIGN = re.compile(r"[\[\]!*_`<&\\@]|//|:")
_TOO_MUCH = (
    f"This paragraph has more than {LONGEST_LINE:,} characters, or too many such as * [ @ and /",
    "Break it into paragraphs, or look for something pasted into it by accident.",
)
_WORDS = {"text", "code_inline"}
_TOO_DEEP = (
    "Lists, quotations or emphasis stand inside one another too deeply",
    "Three levels are the most that a reader can follow.",
)
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
    reader.core.ruler.before("inline", "limits", _empty_what_would_be_slow)
    reader.validateLink = _any_link  # type: ignore[method-assign] # as its docs advise
    return reader


def _empty_what_would_be_slow(state: StateCore) -> None:
    """Take out paragraphs on which the reader would spend seconds; `problems` reports them.

    It looks for the partner of each sign again and again, and from each address on.
    """
    left = MOST_SIGNS
    for token in state.tokens:
        if token.type == "inline":
            signs = len(_SIGN.findall(token.content))
            left -= signs
            if len(token.content) > LONGEST_LINE or signs > MOST_SIGNS_TOGETHER or left < 0:
                token.content = ""
                token.meta["is_too_much"] = True


def _any_link(url: str) -> bool:
    del url
    return True


def read(text: str) -> list[Token]:
    """Return the tokens of `text`; their `map` counts lines from 0."""
    return _reader().parse(text)


def problems(tokens: Sequence[Token], *, file: str, first_line: int) -> Iterator[Finding]:
    """Yield what is wrong with the links, pictures, words and nesting of a body."""
    line = first_line
    for token in tokens:
        if token.map:
            line = first_line + token.map[0]
        children = token.children or []
        if token.level >= DEEPEST - 1 or _depth(children) >= DEEPEST - 1:
            yield Finding("nesting", Severity.ERROR, *_TOO_DEEP, file, line)
            return
        if token.meta.get("is_too_much"):
            yield Finding("paragraph", Severity.ERROR, *_TOO_MUCH, file, line)
        for code, offset, (message, hint) in _problems_within(token, children):
            yield Finding(code, Severity.ERROR, sentence(message), hint, file, line + offset)


def problems_in_block(text: str, *, file: str, line: int) -> Iterator[Finding]:
    """Yield what is wrong with words inside a block, where headings have no place."""
    tokens = read(text)
    inline = [child for token in tokens for child in token.children or ()]
    for token in [*tokens, *inline]:
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


def plain(tokens: Sequence[Token], *, line_end: str = " ") -> str:
    """Return the words alone."""
    parts: list[str] = []
    for token in tokens:
        if token.children:
            parts.append(plain(token.children, line_end=line_end))
        elif token.type.endswith("break"):
            parts.append(line_end)
        elif token.type in _WORDS:
            parts.append(token.content)
    return "".join(parts)


def link_words(tokens: Sequence[Token], start: int) -> str:
    """Return the words of the link that opens at `start`."""
    return plain(_inside_link(tokens, start))


def _inside_link(tokens: Sequence[Token], start: int) -> Sequence[Token]:
    end = next(i for i in range(start, len(tokens)) if tokens[i].type == "link_close")
    return tokens[start:end]


def _problems_within(
    token: Token, children: Sequence[Token]
) -> Iterator[tuple[str, int, Problem]]:
    """Yield a code, a line counted from the token's first, and what is wrong there."""
    yield from _reserved_words(token, children)
    line = 0
    for index, child in enumerate(children):
        if child.type.endswith("break"):
            line += 1
        problem = _link_problem(children, index) or _image_problem(child) or _rest_problem(child)
        if problem:
            yield "picture" if child.type == "image" else "link", line, problem


def _reserved_words(token: Token, children: Sequence[Token]) -> Iterator[tuple[str, int, Problem]]:
    """Yield the first reserved tag that is there after escapes and entities have gone.

    A fence is left to whoever knows whether it is a block.
    """
    words = "" if token.type == "fence" else token.content
    if children:
        words = plain(children, line_end="\n")
    hidden = " ".join(str(value) for child in children for value in child.attrs.values())
    for line, text in enumerate([*words.split("\n"), hidden]):
        problem = reserved_problem(text)
        if problem:
            yield "reserved-tag", line if text is not hidden else 0, problem
            return


def _depth(tokens: Sequence[Token]) -> int:
    """Return how many emphases, links and the like stand inside one another at most."""
    return max(accumulate(token.nesting for token in tokens), default=0)


def _link_problem(tokens: Sequence[Token], index: int) -> Problem | None:
    if tokens[index].type != "link_open":
        return None
    if not _has_content(tokens, index):
        return "a link has no words to click on", "Write them between the [ ]."
    return link_problem(str(tokens[index].attrs["href"]))


def _rest_problem(token: Token) -> Problem | None:
    """Return what is wrong with words that were meant to be a link or a picture."""
    if token.type != "text" or "](" not in token.content:
        return None
    return (
        "a link or picture is shown as the signs it is written with",
        "Leave no space between the round brackets, or write < before and > after what is there.",
    )


def _has_content(tokens: Sequence[Token], start: int) -> bool:
    is_picture = any(token.type == "image" for token in _inside_link(tokens, start))
    return is_picture or bool(link_words(tokens, start).strip())


def _image_problem(token: Token) -> Problem | None:
    if token.type != "image":
        return None
    if not plain([token]).strip():
        return (
            "a picture has no description",
            "Say what it shows between the [ ], for readers who cannot see it.",
        )
    return picture_problem(unquote(str(token.attrs["src"])))
