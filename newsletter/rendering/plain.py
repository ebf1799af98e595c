"""Turn prose into plain text that reads well in a terminal and aloud.

Links stand in place, as `the report <https://example.org/report>`: a screen reader meets the
address where it belongs, and mail programs make it clickable (RFC 3986, appendix C, asks for
the angle brackets). Numbered notes would send the reader to the end of the mail and back.

What stands apart is set in by blanks, which a screen reader passes over in silence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markdown_it.tree import SyntaxTreeNode

from newsletter.authoring import prose
from newsletter.rendering.lines import NARROWEST, WIDTH, heading, indent, inset, table, wrap
from newsletter.rendering.words import number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

_CODE_MARGIN = 4
_RULE = "-" * 20


def passage_text(tokens: Sequence[Token], width: int = WIDTH) -> str:
    """Return a passage as lines of at most `width` columns, but for long addresses."""
    return _blocks(SyntaxTreeNode(list(tokens)).children, width)


def prose_text(text: str, width: int = WIDTH) -> str:
    """Return a block's words as plain text."""
    return passage_text(prose.read(text), width)


def words_text(tokens: Sequence[Token]) -> str:
    """Return inline tokens on one line, with the addresses of links."""
    nodes = SyntaxTreeNode(list(tokens)).children
    return "".join(_inline(node) for node in nodes).replace("\n", " ")


def link(words: str, address: str) -> str:
    """Return words with the address they lead to, or the address alone if they are it."""
    target = address if "?" in address else re.sub(r"^(mailto|tel):", "", address)
    shown = number(address).replace("\N{NO-BREAK SPACE}", " ") if _rings(address) else target
    if _letters(words) in {_letters(unquote(target)), _letters(shown)}:
        return words if address != target else target
    return f"{words} <{shown}>"


def _rings(address: str) -> bool:
    return address.startswith("tel:") and "?" not in address


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text.lower())


def _blocks(nodes: Sequence[SyntaxTreeNode], width: int) -> str:
    separator = "\n" if nodes and all(_is_close(node) for node in nodes) else "\n\n"
    return separator.join(filter(None, (_block(node, width) for node in nodes)))


def _is_close(node: SyntaxTreeNode) -> bool:
    """Whether no empty line belongs before this part of a list's item."""
    return node.hidden or node.type in {"bullet_list", "ordered_list"}


def _block(node: SyntaxTreeNode, width: int) -> str:
    write = _WRITERS.get(node.type)
    return write(node, width) if write else _blocks(node.children, width)


def _paragraph(node: SyntaxTreeNode, width: int) -> str:
    return wrap(_inlines(node), width)


def _heading(node: SyntaxTreeNode, width: int) -> str:
    return heading(_inlines(node), int(node.tag[1:]), width)


def _bullets(node: SyntaxTreeNode, width: int) -> str:
    return _items(node, width, ["* "] * len(node.children))


def _numbers(node: SyntaxTreeNode, width: int) -> str:
    start = int(str(node.attrs.get("start", 1)))
    marks = [f"{number}. " for number in range(start, start + len(node.children))]
    longest = max(len(mark) for mark in marks)
    return _items(node, width, [mark.rjust(longest) for mark in marks])


def _items(node: SyntaxTreeNode, width: int, marks: list[str]) -> str:
    items = [
        indent(_blocks(item.children, _room(width, len(mark))), mark, " " * len(mark))
        for item, mark in zip(node.children, marks, strict=True)
    ]
    is_close = all(_is_close(child) for item in node.children for child in item.children)
    return ("\n" if is_close else "\n\n").join(items)


def _quotation(node: SyntaxTreeNode, width: int) -> str:
    return indent(_blocks(node.children, _room(width, 2)), "> ", "> ")


def _room(width: int, margin: int) -> int:
    return max(NARROWEST, width - margin)


def _code(node: SyntaxTreeNode, width: int) -> str:
    del width  # a line of code that is broken is another line of code
    return inset(node.content.rstrip("\n"), _CODE_MARGIN)


def _rule(node: SyntaxTreeNode, width: int) -> str:
    del node, width
    return _RULE


def _table(node: SyntaxTreeNode, width: int) -> str:
    rows = [row.children for part in node.children for row in part.children]
    sides = [str(cell.attrs.get("style", "")).removeprefix("text-align:") for cell in rows[0]]
    return table([[_inlines(cell) for cell in row] for row in rows], sides, width)


def _inlines(node: SyntaxTreeNode) -> str:
    return "".join(_inline(child) for child in node.children).strip()


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            return link(_inlines(node), str(node.attrs["href"]))
        case "image":
            return f"[Picture: {node.content}]"
        case _:
            return "".join(_inline(child) for child in node.children)


_WRITERS: dict[str, Callable[[SyntaxTreeNode, int], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bullet_list": _bullets,
    "ordered_list": _numbers,
    "blockquote": _quotation,
    "fence": _code,
    "code_block": _code,
    "hr": _rule,
    "table": _table,
}
