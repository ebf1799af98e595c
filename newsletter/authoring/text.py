"""Turn the bytes of a file into text that can be read, or say why not and where."""

from __future__ import annotations

import re

from newsletter.authoring.words import INVISIBLE
from newsletter.findings import Finding, Severity

LARGEST = 100_000  # bytes: ten long issues; Gmail clips an email at as much
LONGEST_LINE = 5_000  # characters: 800 words; longer ones make Markdown readers slow

_ODD_LINE_END = re.compile("[\x85\u2028\u2029]")


def decode(data: bytes, *, file: str) -> tuple[str | None, list[Finding]]:
    """Return the text of a UTF-8 file with plain line ends, or None and what is wrong."""
    if len(data) > LARGEST:
        return None, [
            _finding(
                file,
                None,
                f"The file is longer than {LARGEST:,} bytes",
                "Split it, or look for something pasted into it by accident.",
            )
        ]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [
            _finding(
                file,
                line,
                "The file is not in UTF-8: a character here cannot be read",
                "In your editor choose “Save as”, encoding UTF-8.",
            )
        ]
    text = with_plain_line_ends(text)
    findings = [finding for line in _lines(text) for finding in _line_problems(file, *line)]
    return (None if findings else text), findings


def with_plain_line_ends(text: str) -> str:
    """Return `text` with the line ends that every reader of it counts alike.

    What some programs paste as a line end, but no editor counts as one, becomes a space.
    """
    return _ODD_LINE_END.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _lines(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.split("\n"), start=1))


def _line_problems(file: str, number: int, line: str) -> list[Finding]:
    found = INVISIBLE.search(line)
    if found:
        message = f"There is an invisible control character (U+{ord(found[0]):04X})"
        return [_finding(file, number, message, "Delete it; pasting often brings it along.")]
    if len(line) > LONGEST_LINE:
        message = f"The line is {len(line):,} characters long, and {LONGEST_LINE:,} are the most"
        return [_finding(file, number, message, "Break it into paragraphs.")]
    return []


def _finding(file: str, line: int | None, message: str, hint: str) -> Finding:
    return Finding("unreadable", Severity.ERROR, message, hint, file, line)
