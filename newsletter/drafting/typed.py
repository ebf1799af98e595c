"""Read text as people type it: lines that a margin broke belong together, some make a list.

Verses, addresses and timetables keep their lines.
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby, pairwise

_MARGINS = range(60, 91)  # characters: where email programs and editors break lines
_NEARLY = 0.85  # of the margin: who breaks lines by hand does not fill them to the last letter
_EVIDENT = 0.5  # of the full lines go on with a small letter: the lines of a timetable never do
_ITEM = re.compile(r"\s*(?:[-*+–—•·▪‣◦●○■□➢➤✓✔∙\uf0b7\uf0a7\uf076]|o\t|\(?\w{1,3}[.)])\s")
_CUT = re.compile(r"\w-$")
_LEFT_OPEN = re.compile(r"(?:and|or|to)\b")  # “pre- and post-war” has its blank


_POINT = re.compile(r"\s*[-*]\s+(?=[\w“\"‘'(£])")
_NUMBER = re.compile(r"\s*([0-9]{1,2})[.)]\s+(?=[\w“\"‘'(£])")


def typed(lines: list[str]) -> str:
    """Return the lines of one paragraph as HTML: those with hyphens or numbers make a list."""
    return "".join(_made(kind, list(group)) for kind, group in groupby(lines, _kind))


def _kind(line: str) -> str:
    return "ul" if _POINT.match(line) else "ol" if _NUMBER.match(line) else "p"


def _made(kind: str, lines: list[str]) -> str:
    if kind == "ul":
        return f"<ul>{''.join(_item(_POINT.sub('', line)) for line in lines)}</ul>"
    numbers = [int(found[1]) for found in map(_NUMBER.match, lines) if found]
    if kind == "ol" and numbers == [numbers[0] + place for place in range(len(lines))]:
        items = "".join(_item(_NUMBER.sub("", line)) for line in lines)
        return f'<ol start="{numbers[0]}">{items}</ol>'
    return f"<p>{'<br>'.join(escape(line.strip()) for line in lines)}</p>"


def _item(words: str) -> str:
    return f"<li>{escape(words.strip())}</li>"


def unwrapped(text: str) -> str:
    """Return `text` with one line for each paragraph, if it was evidently broken at a margin.

    A line that ends well before the margin was ended by its writer, and stays as it is.
    """
    blocks = [block.split("\n") for block in text.split("\n\n")]
    margin = max(
        (len(line.rstrip()) for block in blocks for line in block if " " in line), default=0
    )
    full = [
        after
        for block in blocks
        for line, after in pairwise(block)
        if _is_full(line, after, margin)
    ]
    small = [line for line in full if line.lstrip()[:1].islower()]
    if margin not in _MARGINS or not full or len(small) < _EVIDENT * len(full):
        return text
    return "\n\n".join(_joined(block, margin) for block in blocks)


def _joined(lines: list[str], margin: int) -> str:
    made = lines[0]
    for line, after in pairwise(lines):
        if not _is_full(line, after, margin):
            made = f"{made}\n{after}"
        else:
            is_cut = _CUT.search(made.rstrip()) and not _LEFT_OPEN.match(after.lstrip())
            made = f"{made.rstrip()}{'' if is_cut else ' '}{after.lstrip()}"
    return made


def _is_full(line: str, after: str, margin: int) -> bool:
    """Whether a line had to be broken: it has no room for what follows, or ends within a word."""
    if not after.strip() or _ITEM.match(f"{after} "):
        return False
    if _CUT.search(line.rstrip()) and after.lstrip()[0].islower():
        return True
    return len(line.rstrip()) + 1 + len(after.split(maxsplit=1)[0]) > _NEARLY * margin
