"""Turn prose into HTML: the same for the email and the web page, styled elsewhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markupsafe import Markup

from newsletter.authoring import prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token


@cache
def _writer() -> RendererHTML:
    return RendererHTML()


def passage_html(tokens: Sequence[Token]) -> Markup:
    """Return the HTML of a passage. Nothing a writer typed is markup in it."""
    # The tokens were read with html=False, so that everything in them is escaped here.
    options = MarkdownIt("commonmark", {"html": False}).options
    return Markup(_writer().render(list(tokens), options, {}))  # noqa: S704 - as said above


def words_html(tokens: Sequence[Token]) -> Markup:
    """Return the HTML of inline tokens, such as a title."""
    options = MarkdownIt("commonmark", {"html": False}).options
    return Markup(_writer().renderInline(list(tokens), options, {}))  # noqa: S704 - the same


def prose_html(text: str) -> Markup:
    """Return the HTML of a block's words."""
    return passage_html(prose.read(text))
