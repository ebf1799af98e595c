"""Look for what pasting leaves behind: quotation marks, blanks, bullets and capitals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.authoring.blocks import BLOCKS
from newsletter.authoring.issue import FILE
from newsletter.checks.dictionary import british_english
from newsletter.checks.lines import lines_of_body
from newsletter.checks.reader import texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.checks.sentences import prose_of
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRAIGHT = re.compile(r"(?<!\d)[\"']")  # 5'11" are feet and inches
_CURLY = re.compile(r"[“”‘’]")


@rule(
    "mixed-quotes",
    Severity.NOTE,
    reason="Straight and curly quotation marks side by side show where a text was pasted "
    "together.",
    source="[GOV.UK style guide](https://www.gov.uk/guidance/style-guide/a-to-z#quotes-and-speech-marks)",
)
def quotation_marks_are_of_one_kind(material: Material) -> Iterator[Spot]:
    """Report where the rarer kind stands first."""
    straight: list[int | None] = []
    curly: list[int | None] = []
    for text in texts(material):
        words = prose_of(text)
        straight += [text.line(found.start()) for found in _STRAIGHT.finditer(words)]
        curly += [text.line(found.start()) for found in _CURLY.finditer(words)]
    if not straight or not curly:
        return
    rarer, name = (straight, "straight") if len(straight) <= len(curly) else (curly, "curly")
    times = f"{len(rarer)} times" if len(rarer) > 1 else "once"
    yield Spot(
        f"Straight (' \") and curly (‘ ’ “ ”) quotation marks are mixed: {name} ones {times}.",
        "Use one kind throughout.",
        FILE,
        rarer[0],
    )


_CAPITALS = re.compile(r"\b[A-Z]{2,}(?:['’][A-Z]+)?(?:[ ,!-]+(?:[A-Z]{2,}(?:['’][A-Z]+)?|I|A)\b)+")
_A_WORD = 4  # letters: from here on a word in capitals is no abbreviation


@rule(
    "shouting",
    Severity.WARNING,
    reason="Several words in capitals read as shouting, are harder to read, and are a mark of "
    "unwanted mail.",
    source="[GOV.UK style guide](https://www.gov.uk/guidance/style-guide/a-to-z#block-capitals)",
)
def nobody_shouts(material: Material) -> Iterator[Spot]:
    """Look for capitals in a row, two of them words rather than the names of bodies."""
    dictionary = british_english()
    for text in texts(material):
        for found in _CAPITALS.finditer(prose_of(text)):
            words = re.findall(r"[A-Z'’]+", found[0])
            real = [w for w in words if len(w) >= _A_WORD and dictionary.knows(w.lower())]
            if len(real) > 1:
                message = f"“{found[0].strip(' ,!-')}” is written in capitals."
                hint = "Write it in small letters; **two stars** on each side stress words."
                yield Spot(message, hint, FILE, text.line(found.start()))


_BLANKS = re.compile(r"(?<=\S)(?:[\u00a0\u202f]{2,}|[ \u00a0\u202f]{3,})(?=\S)|\u00a0 | \u00a0")


@rule(
    "runs-of-blanks",
    Severity.NOTE,
    reason="Runs of blanks, hard ones above all, tear holes into the lines of a telephone.",
    source="What went wrong in real newsletters",
)
def one_blank_is_enough(material: Material) -> Iterator[Spot]:
    """Look for blanks in a row between words, tables and code apart."""
    for number, line, fence in lines_of_body(material.source):
        if not fence and "|" not in line and _BLANKS.search(line):
            kind = "hard blanks" if re.search("[\u00a0\u202f]", line) else "blanks"
            message = f"There are several {kind} in a row."
            yield Spot(message, "Leave one ordinary blank.", FILE, number)


_BULLET = re.compile(r"\s*[•·▪◦●■‣∙\uf0b7]\s*\S")
_DASH = re.compile(r"\s*(?:[–—]\s+\S|-[^\W\d_])")


@rule(
    "pasted-bullet",
    Severity.WARNING,
    reason="A bullet that was pasted in is only a character: it makes no list, so that lines "
    "run together and screen readers announce nothing.",
    source="[WCAG 2.2, 1.3.1](https://www.w3.org/TR/WCAG22/#info-and-relationships)",
)
def lists_are_lists(material: Material) -> Iterator[Spot]:
    """Look for lines that begin with a bullet; with a dash, if several do in a row.

    A list is named once, by its first line that shows it to be one.
    """
    previous = ""
    is_in_list = False
    for number, line, fence in lines_of_body(material.source):
        if fence and fence not in BLOCKS:
            continue
        is_dash = bool(_DASH.match(line)) and bool(_DASH.match(previous))
        is_item = bool(_BULLET.match(line)) or is_dash
        if is_item and not is_in_list:
            mark = line.strip()[0]
            message = f"“{mark}” at the start of a line makes no list."
            hint = "Begin each item with “- ”, and leave an empty line before the first."
            yield Spot(message, hint, FILE, number)
        if line.strip():
            previous, is_in_list = line, is_item
