"""Turn prose into plain text that reads well in a terminal and aloud.

Links stand in place, as `the report <https://example.org/report>`: a screen reader meets the
address where it belongs, and mail programs make it clickable (RFC 3986, appendix C, asks for
the angle brackets). Numbered notes would send the reader to the end of the mail and back.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from markdown_it.tree import SyntaxTreeNode

from newsletter.authoring import prose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

WIDTH = 72  # characters: RFC 5322 §2.1.1 asks for 78 at most, and a reply adds "> "
_UNDERLINES = {"h1": "=", "h2": "-"}


def passage_text(tokens: Sequence[Token], width: int = WIDTH) -> str:
    """Return a passage as lines of at most `width` characters, but for long addresses."""
    return _blocks(SyntaxTreeNode(list(tokens)).children, width)


def prose_text(text: str, width: int = WIDTH) -> str:
    """Return a block's words as plain text."""
    return passage_text(prose.read(text), width)


def words_text(tokens: Sequence[Token]) -> str:
    """Return inline tokens on one line, with the addresses of links."""
    return "".join(_inline(node) for node in SyntaxTreeNode(list(tokens)).children)


def wrap(text: str, width: int = WIDTH, first: str = "", rest: str = "") -> str:
    """Return `text` in lines; `first` and `rest` stand at the beginning of each."""
    lines = text.split("\n")
    wrapped = [
        part
        for number, line in enumerate(lines)
        for part in textwrap.wrap(
            line,
            width,
            initial_indent=rest if number else first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        or [""]
    ]
    return "\n".join(wrapped)


def indent(text: str, first: str, rest: str) -> str:
    """Put `first` before the first line and `rest` before each other that has words."""
    head, *others = text.split("\n")
    return "\n".join([first + head, *((rest + line).rstrip() for line in others)])


def underline(words: str, mark: str, width: int = WIDTH) -> str:
    """Return a heading with a line of `mark` below it."""
    lines = wrap(words, width).split("\n")
    return "\n".join([*lines, mark * max(len(line) for line in lines)])


def link(words: str, address: str) -> str:
    """Return words with the address they lead to, or the address alone if they are it."""
    target = re.sub(r"^(mailto|tel):", "", address)
    if re.sub(r"\W", "", target.lower()) == re.sub(r"\W", "", words.lower()):
        return words if address != target else target
    return f"{words} <{target}>"


def _blocks(nodes: Sequence[SyntaxTreeNode], width: int) -> str:
    separator = "\n" if nodes and all(_is_hidden(node) for node in nodes) else "\n\n"
    return separator.join(filter(None, (_block(node, width) for node in nodes)))


def _is_hidden(node: SyntaxTreeNode) -> bool:
    """Whether a paragraph belongs to a list whose items stand close together."""
    return node.hidden or node.type in {"bullet_list", "ordered_list"}


def _block(node: SyntaxTreeNode, width: int) -> str:
    write = _WRITERS.get(node.type)
    return write(node, width) if write else _blocks(node.children, width)


def _paragraph(node: SyntaxTreeNode, width: int) -> str:
    return wrap(_inlines(node), width)


def _heading(node: SyntaxTreeNode, width: int) -> str:
    mark = _UNDERLINES.get(node.tag)
    words = _inlines(node)
    return underline(words, mark, width) if mark else wrap(words, width)


def _bullets(node: SyntaxTreeNode, width: int) -> str:
    return _items(node, width, ["* "] * len(node.children))


def _numbers(node: SyntaxTreeNode, width: int) -> str:
    start = int(str(node.attrs.get("start", 1)))
    marks = [f"{number}. " for number in range(start, start + len(node.children))]
    longest = max(len(mark) for mark in marks)
    return _items(node, width, [mark.rjust(longest) for mark in marks])


def _items(node: SyntaxTreeNode, width: int, marks: list[str]) -> str:
    items = [
        indent(_blocks(item.children, max(20, width - len(mark))), mark, " " * len(mark))
        for item, mark in zip(node.children, marks, strict=True)
    ]
    is_close = all(child.hidden for item in node.children for child in item.children[:1])
    return ("\n" if is_close else "\n\n").join(items)


def _quotation(node: SyntaxTreeNode, width: int) -> str:
    inner = _blocks(node.children, max(20, width - 2))
    return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))


def _code(node: SyntaxTreeNode, width: int) -> str:
    del width
    return textwrap.indent(node.content.rstrip("\n"), "    ")


def _rule(node: SyntaxTreeNode, width: int) -> str:
    del node
    return "-" * min(width, 20)


def _table(node: SyntaxTreeNode, width: int) -> str:
    rows = [
        [_inlines(cell) for cell in row.children] for part in node.children for row in part.children
    ]
    columns = list(zip(*rows, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    if sum(widths) + 3 * (len(widths) - 1) > width:
        return _table_as_list(rows, width)
    lines = [
        "   ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "   ".join("-" * size for size in widths), *lines[1:]])


def _table_as_list(rows: list[list[str]], width: int) -> str:
    """Return a table that is too wide as one group of lines for each row."""
    head, *body = rows
    return "\n\n".join(
        "\n".join(
            wrap(f"{name}: {cell}" if name else cell, width, rest="  ")
            for name, cell in zip(head, row, strict=True)
        )
        for row in body
    )


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
