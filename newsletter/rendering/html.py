"""Turn prose into HTML: the same for the email and the web page, styled elsewhere."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markupsafe import Markup

from newsletter.authoring import prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

_LEFT, _RIGHT = "ltr", "rtl"
_LETTERS = {"L": _LEFT, "R": _RIGHT, "AL": _RIGHT}
_LAYS_OUT_WORDS = frozenset(
    f"{name}_open"
    for name in ("paragraph", "heading", "blockquote", "bullet_list", "ordered_list", "table")
)


@cache
def _writer() -> _Writer:
    return _Writer()


@cache
def _options() -> OptionsDict:
    # The tokens were read with html=False, too: everything in them is escaped here.
    return MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).options


def passage_html(tokens: Sequence[Token]) -> Markup:
    """Return the HTML of a passage. Nothing a writer typed is markup in it."""
    written = _writer().render(list(_with_directions(tokens)), _options(), {})
    return Markup(written)  # noqa: S704 - escaped by the writer, as said above


def words_html(tokens: Sequence[Token]) -> Markup:
    """Return the HTML of inline tokens, such as a title."""
    written = _writer().renderInline(list(tokens), _options(), {})
    return Markup(written)  # noqa: S704 - the same


def prose_html(text: str) -> Markup:
    """Return the HTML of a block's words."""
    return passage_html(prose.read(text))


class _Writer(RendererHTML):
    """Write what markdown-it writes, and say which cells are the heads of columns."""

    def th_open(
        self, tokens: Sequence[Token], index: int, options: OptionsDict, env: dict[str, Any]
    ) -> str:
        """Write a head with its scope (WCAG 2.2, technique H63)."""
        head = _with(tokens[index], "scope", "col")
        return self.renderToken([head, tokens[index + 1]], 0, options, env)


def _with_directions(tokens: Sequence[Token]) -> Iterator[Token]:
    """Say where the direction of writing changes; everything around runs left to right.

    Mail programs know `dir`; few of them know `dir="auto"` or CSS that would do the same.
    """
    around = [_LEFT]
    for index, token in enumerate(tokens):
        if token.type not in _LAYS_OUT_WORDS:
            if token.nesting == -1 and _is_opened_by(token):
                around.pop()
            yield token
            continue
        direction = _direction(_text_within(tokens, index)) or around[-1]
        yield token if direction == around[-1] else _with(token, "dir", direction)
        around.append(direction)


def _is_opened_by(token: Token) -> bool:
    return token.type.replace("_close", "_open") in _LAYS_OUT_WORDS


def _text_within(tokens: Sequence[Token], start: int) -> Iterator[str]:
    level = tokens[start].level
    for token in takewhile(lambda token: token.level > level, tokens[start + 1 :]):
        if token.type == "inline":
            yield prose.plain(token.children or [])


def _direction(texts: Iterable[str]) -> str | None:
    """Return the direction of the first letter that has one (Unicode's UAX #9, rule P2)."""
    for text in texts:
        for letter in text:
            direction = _LETTERS.get(unicodedata.bidirectional(letter))
            if direction:
                return direction
    return None


def _with(token: Token, name: str, value: str) -> Token:
    return token.copy(attrs={**token.attrs, name: value})
