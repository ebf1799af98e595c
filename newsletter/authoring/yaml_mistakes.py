"""Put what a YAML parser refuses into words that a newcomer understands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

    from newsletter.authoring.words import Problem

_QUOTE_IT = 'Put the whole value in quotation marks, as in title: "One thing: another".'

NO_PAIRS = (
    "These lines do not have the form “name: value”",
    "Write each on a line of its own, with a space after the colon: title: Public meeting.",
)
NO_NAME = ("There is no name before the colon", "Begin the line with a name, as in title: …")
NO_CHARACTER = (
    "There is a character here that no text should hold",
    "Delete it; pasting often brings it along.",
)
TOO_MUCH = (
    "This is longer, or nested deeper, than any block",
    "Look for brackets that are never closed, or split it.",
)
PERCENT = ("A line starting with % means something else here", "Delete it.")
ANCHOR = ("A value may not start with & or *", _QUOTE_IT)
TAG = ("A value may not start with !", _QUOTE_IT)
LOST = (
    "Everything after # is left out here",
    "If readers should see it, put the whole value in quotation marks.",
)
_TAB = ("A tab stands here", "Use spaces instead.")
_COLON = ("A value has a colon in it", _QUOTE_IT)
_UNFIT = (
    "This line does not fit the one above it",
    "Begin it as far left as its neighbours, and look for a missing colon in the line above.",
)
_AFTER_CLOSING = (
    "Words stand after a closing quotation mark or bracket",
    "Put single quotation marks around the whole value: title: '“Draft” meeting'.",
)

_AFTER_APOSTROPHE = (
    "An apostrophe ends the value here, which begins with a single quotation mark",
    'Put double quotation marks around the whole value: title: "Don\'t reply".',
)
_LONG_DASH = (
    "A long dash stands where an item of a list begins",
    "Write a short one and a space: “- ”. Word processors lengthen it.",
)
_ODD_BLANK = (
    "A blank in this line only looks like one",
    "Delete the blanks at its start and beside its colon, and type them again.",
)
_ODD_BLANK_AT = re.compile(
    r"[ \t]*(?:-[ \t]+)?(?:-|[\w\"'-]+:)?[^\S \t]|[ \t]*(?:-[ \t]+)?[\w\"'-]+[^\S \t]+(?::|$)"
)

# What ruamel.yaml says, and our words for it. The first kind of mistake is where the parser
# began to read something (its context), the second where it stopped.
_WHERE_IT_BEGAN = {
    "found unexpected end of stream": (
        "A quotation mark is opened here and never closed",
        "Put the same mark at the end of the value.",
    ),
    "while parsing a flow ": (
        "A bracket is opened here and not closed, or something is wrong between the brackets",
        'Close it, or put the value in quotation marks, as in "[Draft] Meeting" or "#1d4f91".',
    ),
    "could not find expected ':'": (
        "There is no colon with a space after it in this line",
        (
            "Write it as title: Public meeting, or two spaces further in than the line above if it "
            "goes on from there."
        ),
    ),
}
_WHERE_IT_STOPPED = {
    "another document": (
        "A line of three dashes or dots starts a second part",
        "Delete that line.",
    ),
    "cannot start any token": (
        "A value starts with a character that means something else here",
        _QUOTE_IT,
    ),
    "unknown escape character": (
        "A backslash between double quotation marks means something else here",
        "Put the whole value in single quotation marks.",
    ),
    "while scanning a block scalar": (
        "Words stand right after | or >",
        "Begin them on the next line, two spaces further in.",
    ),
    "sequence entries are not allowed": (
        "A dash with a space after it stands where no list can begin",
        "Begin each item of a list on a line of its own, or put the value in quotation marks.",
    ),
    "<document start>": _UNFIT,
    "scanning an alias": ANCHOR,
    "scanning an anchor": ANCHOR,
    "an tag": TAG,
    "directive": PERCENT,
}
_UNKNOWN = (
    "This line cannot be understood",
    "Look for a missing colon, quotation mark or bracket, here or in the line above.",
)


class RefusalError(Exception):
    """One thing that ends the reading of a text, with its line from 0."""

    def __init__(self, message: str, hint: str, line: int) -> None:
        super().__init__(message)
        self.message, self.hint, self.line = message, hint, line

    def finding(self, file: str, first_line: int) -> Finding:
        """Return it as a finding about a text that begins in `first_line` of `file`."""
        place = first_line + self.line
        return Finding("yaml", Severity.ERROR, self.message, self.hint, file, place)


def in_plain_words(error: MarkedYAMLError, text: str) -> RefusalError:
    """Return what the parser found in `text`, in our words."""
    lines = text.rstrip().split("\n")  # the parser may stop below the last word
    mark = error.problem_mark or error.context_mark
    line = min(mark.line, len(lines) - 1)
    said = f"{error.context or ''} {error.problem or ''}"
    if "'\\t'" in said or re.match(r" *\t", lines[line]):
        return RefusalError(*_TAB, line)
    if "mapping values are not allowed" in said or "expected <block end>" in said:
        return _misfit(said, lines, line, mark.column)
    for piece, problem in _WHERE_IT_BEGAN.items():
        if piece in said:
            begun = min(error.context_mark.line, len(lines) - 1)
            return RefusalError(*(lookalike(lines[begun]) or problem), begun)
    problem = next((ours for piece, ours in _WHERE_IT_STOPPED.items() if piece in said), _UNKNOWN)
    return RefusalError(*problem, line)


def lookalike(line: str) -> Problem | None:
    """Return what in a line only looks like a sign of YAML, which takes it for a letter."""
    if re.match(r"\s*[–—]\s", line):
        return _LONG_DASH
    return _ODD_BLANK if _ODD_BLANK_AT.match(line) else None


def _misfit(said: str, lines: list[str], line: int, column: int) -> RefusalError:
    """Return what is wrong where something begins at `column` that cannot stand there."""
    before = lines[line][:column]
    if re.search(r":\s", before):
        if "mapping values" in said:
            return RefusalError(*_COLON, line)
        is_apostrophe = re.search(r":\s+'", before)
        return RefusalError(*(_AFTER_APOSTROPHE if is_apostrophe else _AFTER_CLOSING), line)
    # What makes words of a line is found out at the colon of the next.
    for place in (line, max(line - 1, 0)):
        problem = lookalike(lines[place])
        if problem:
            return RefusalError(*problem, place)
    return RefusalError(*_UNFIT, line)
