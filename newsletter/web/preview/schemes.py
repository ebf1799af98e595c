"""Show a page as one colour scheme would, whatever the machine that looks at it prefers.

A sandboxed frame cannot be told what its reader prefers, so the question itself is answered in
the page's style sheets: only where it is asked, never in the words.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Scheme(StrEnum):
    """What a reader has set their machine to."""

    LIGHT = "light"
    DARK = "dark"


_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style\s*>)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(?:source|link|style|meta)\b[^>]*>", re.IGNORECASE)
_QUESTION = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_SUPPORTED = re.compile(r"((?<![\w-])(?:supported-)?color-schemes?\s*:\s*)([^;}]*)", re.IGNORECASE)
_META = re.compile(
    r"""(\bname\s*=\s*["']?(?:supported-)?color-schemes?["']?.*?\bcontent\s*=\s*)"""
    r"""("[^"]*"|'[^']*'|[^\s>]+)""",
    re.IGNORECASE | re.DOTALL,
)
_TRUE, _FALSE = "(min-width:0)", "(max-width:0)"


def emulate(html: str, scheme: Scheme) -> str:
    """Return `html` as it looks where `scheme` is preferred.

    Media queries are answered, in style sheets and in attributes; what says that both schemes
    are supported then says that this one is, so that the browser's own colours follow.
    """

    def answer(text: str) -> str:
        return _QUESTION.sub(lambda asked: _TRUE if asked[1].lower() == scheme else _FALSE, text)

    def in_style(found: re.Match[str]) -> str:
        css = _SUPPORTED.sub(lambda said: said[1] + scheme, answer(found[2]))
        return found[1] + css + found[3]

    def in_tag(found: re.Match[str]) -> str:
        return _META.sub(lambda said: f'{said[1]}"{scheme}"', answer(found[0]))

    return _TAG.sub(in_tag, _STYLE.sub(in_style, html))
