"""Look for Markdown that did not take, so that readers see its signs or another thing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.authoring import prose
from newsletter.authoring.blocks import BLOCKS
from newsletter.authoring.issue import FILE, Passage
from newsletter.authoring.words import shortened
from newsletter.checks.reader import Mark, texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_FENCE = rf"[‘’'`\u00b4]{{2,3}} ?(?:{'|'.join(BLOCKS)})\b"
_SHOWN = (
    (r"\*\*", "Leave no blank between the stars and the words that they stress."),
    (r"(?:^|(?<= ))#{2,6}\w", "Leave a blank after the #, and an empty line above."),
    (r"\] +\((?:https?://|mailto:|tel:)", "Leave no blank between ] and (."),
    (r"\)\[(?:https?://|mailto:|tel:)", "Write the words in [ ], then the address in ( )."),
    (r"\[[^\]\n]{1,80}\]\[[^\]\n]{0,80}\]", "Write [words to click on](https://…)."),
    (r"\[\^\w{1,20}\]", "There are no footnotes: put it into the sentence."),
    (r"~~(?=\w)", "Nothing can be crossed out: take it out."),
    (r"^\[[ xX]\] ", "Begin the item with its words."),
    (r"^\|.*\|", "Put a line such as |---|---| below the first, and an empty line above."),
    (rf"(?:^|(?<= )){_FENCE}", "Begin the line with three backticks: ```event."),
)
_NO_CODE = re.compile(r"^(?:#{1,6} |`{3,}|~{3,})|\]\(", re.MULTILINE)
_LONGEST_HEADING = 80  # characters


@rule(
    "markdown-shown",
    Severity.WARNING,
    reason="A blank too many, and stars or brackets are no Markdown any more: readers see them "
    "as they were typed. Three dashes right below a paragraph make a heading of it, four blanks "
    "before it make it computer code, and so do three backticks left over above it.",
    source="[CommonMark](https://spec.commonmark.org/0.31.2/)",
)
def markdown_has_taken(material: Material) -> Iterator[Spot]:
    """Look for signs left over among the words, and for paragraphs that became something else."""
    for text in texts(material):
        for pattern, hint in _SHOWN:
            for found in re.finditer(pattern, text.words):
                if Mark.CODE not in text.marks(*found.span()):
                    message = f"“{shortened(found[0])}” is shown to readers as it stands."
                    yield Spot(message, hint, FILE, text.line(found.start()))
                    break
    for part in material.issue.body:
        if isinstance(part, Passage):
            yield from _turned(part)
            yield from _left_over(part, material.source)


def _turned(passage: Passage) -> Iterator[Spot]:
    first = passage.line - (passage.tokens[0].map or [0])[0]
    for token, inside in zip(passage.tokens, [*passage.tokens[1:], None], strict=True):
        line = first + (token.map or [0])[0]
        if token.type == "code_block":
            words = " ".join(token.content.split())
            message = f"“{shortened(words)}” is shown as computer code."
            yield Spot(message, "Begin it at the left margin.", FILE, line)
        elif inside and token.type == "heading_open" and _is_a_paragraph(token, inside):
            words = prose.plain(inside.children or ())
            message = f"“{shortened(words)}” is a heading, by the dashes right below it."
            yield Spot(message, "Leave an empty line above the dashes.", FILE, line)


def _left_over(passage: Passage, source: str) -> Iterator[Spot]:
    """Yield what stands below backticks that nobody meant: it has no end, or is no code."""
    lines = source.split("\n")
    for token in passage.tokens:
        if token.type != "fence" or token.info.strip():
            continue
        begin, end = token.map or (0, 0)
        line = passage.line - (passage.tokens[0].map or [0])[0] + begin
        last = "\n".join(lines[line : line + end - begin - 1]).rstrip().rpartition("\n")[2]
        if not last.lstrip(" \t>").startswith(token.markup) or _NO_CODE.search(token.content):
            words = " ".join(token.content.split()) or "Nothing"
            hint = f"Take out the {token.markup} above it, and the one that ends it, if any."
            yield Spot(f"“{shortened(words)}” is shown as computer code.", hint, FILE, line)


def _is_a_paragraph(heading: Token, inside: Token) -> bool:
    words = prose.plain(inside.children or ()).rstrip()
    is_long = len(words) > _LONGEST_HEADING or "\n" in inside.content
    return heading.markup == "-" and (is_long or words.endswith((".", "!", ",")))
