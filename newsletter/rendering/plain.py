"""Turn prose into plain text that reads well in a terminal and aloud.

Links stand in place, as `the report <https://example.org/report>`: a screen reader meets the
address where it belongs, and mail programs make it clickable (RFC 3986, appendix C, asks for
the angle brackets). Numbered notes would send the reader to the end of the mail and back.

What is set apart is set in by blanks, which a screen reader passes over in silence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.tree import SyntaxTreeNode

from newsletter.authoring import prose
from newsletter.rendering.columns import display_width, ljust, rjust, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

WIDTH = 72  # columns: RFC 5322 §2.1.1 asks for 78 at most, and a reply adds "> "
NARROWEST = 20  # columns: a list deep inside others takes no less
_UNDERLINES = "=-~."  # for headings of the first level, the second …
_SHORTEST_LINE = 3  # "--" alone would begin the signature in some mail programs


def passage_text(tokens: Sequence[Token], width: int = WIDTH) -> str:
    """Return a passage as lines of at most `width` columns, but for long addresses."""
    return _blocks(SyntaxTreeNode(list(tokens)).children, width)


def prose_text(text: str, width: int = WIDTH) -> str:
    """Return a block's words as plain text."""
    return passage_text(prose.read(text), width)


def words_text(tokens: Sequence[Token]) -> str:
    """Return inline tokens on one line, with the addresses of links."""
    return "".join(_inline(node) for node in SyntaxTreeNode(list(tokens)).children)
