"""Read YAML 1.2 as plain words with their lines, and refuse what no office needs.

Scalars stay as they were typed (the failsafe schema of YAML 1.2, chapter 10.1, and null):
`no` is a word, `14:00` is not a number and a telephone number keeps its first nought. The
models decide what is a date or a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    NodeEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]

LARGEST = 64_000  # characters: ten times the longest real file
DEEPEST = 12  # levels: ours have four; the parser below recurses
MOST_KEYS = 2_000

_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Located:
    """A mapping as written, and the line (from 1, in the file) of each key or item in it."""

    data: dict[str, Any]
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest thing around it."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


class _Refusal(Exception):
    """One thing that ends the reading of a text, with its line from 0."""

    def __init__(self, message: str, hint: str, line: int) -> None:
        super().__init__(message)
        self.message, self.hint, self.line = message, hint, line


def read_mapping(
    text: str, *, file: str, first_line: int = 1
) -> tuple[Located | None, list[Finding]]:
    """Read the keys and values of `text`, whose first line is `first_line` of `file`.

    Returns the mapping, or None when the text cannot be read at all, and what is wrong.
    """
    try:
        root = _compose(text)
        if root is None:
            return Located({}, {(): first_line}), []
        if not isinstance(root, MappingNode):
            raise _Refusal(
                "These are not keys with values",
                "Write each on a line of its own, as in “title: Public meeting”.",
                root.start_mark.line,
            )
    except _Refusal as refusal:
        line = first_line + refusal.line
        finding = Finding("yaml", Severity.ERROR, refusal.message, refusal.hint, file, line)
        return None, [finding]
    reader = _Reader(file, first_line)
    data = reader.mapping(root, ())
    return Located(data, reader.lines), reader.findings


class _Reader:
    """Turn nodes into plain values, gathering lines and repeated keys on the way."""

    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.lines: dict[Path, int] = {(): first_line}
        self.findings: list[Finding] = []

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else None
            if key is None:
                self._mistake("A key must be a word", "Write “key: value”.", key_node)
            elif key in result:
                first = self.lines[*path, key]
                self._mistake(
                    f"“{key[:60]}” is here twice, first in line {first}", "Keep one.", key_node
                )
            else:
                self.lines[*path, key] = self.first_line + key_node.start_mark.line
                result[key] = self._value(value_node, (*path, key))
        return result

    def _value(self, node: Node, path: Path) -> Any:
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            for index, item in enumerate(node.value):
                self.lines[*path, index] = self.first_line + item.start_mark.line
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        return None if node.tag == _NULL else node.value

    def _mistake(self, message: str, hint: str, node: Node) -> None:
        line = self.first_line + node.start_mark.line
        self.findings.append(Finding("yaml", Severity.ERROR, message, hint, self.file, line))


def _compose(text: str) -> Node | None:
    if len(text) > LARGEST:
        raise _Refusal(
            f"This is {len(text):,} characters long, and {LARGEST:,} are the most",
            "Move the words into the text of the issue.",
            0,
        )
    try:
        for _ in _safe_events(text):
            pass
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        raise _Refusal(*_in_plain_words(error, text, line), line) from error
    except (YAMLError, ValueError) as error:
        line = text.count("\n", 0, error.position) if isinstance(error, ReaderError) else 0
        raise _Refusal(
            "There is a character here that no text should hold", "Delete it.", line
        ) from error
    return node


def _safe_events(text: str) -> Iterator[None]:
    """Go through the text without building anything, and stop at what could do harm."""
    depth = keys = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        line = event.start_mark.line
        if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
            raise _Refusal("A line starting with % means something else here", "Delete it.", line)
        if isinstance(event, AliasEvent) or (
            isinstance(event, NodeEvent) and event.anchor is not None
        ):
            raise _Refusal(
                "A value may not start with & or *", "Put the value in quotation marks.", line
            )
        if getattr(event, "tag", None) is not None:
            raise _Refusal(
                "A value may not start with !", "Put the value in quotation marks.", line
            )
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        keys += 1
        if depth > DEEPEST or keys > MOST_KEYS:
            raise _Refusal(
                "This is nested deeper, or longer, than any block",
                "Look for brackets that are never closed.",
                line,
            )
        yield


def _in_plain_words(error: MarkedYAMLError, text: str, line: int) -> tuple[str, str]:
    problem = error.problem or ""
    lines = text.split("\n")
    if "\\t" in problem or (line < len(lines) and lines[line].lstrip(" ").startswith("\t")):
        return "A line starts with a tab", "Use spaces instead."
    if "mapping values are not allowed" in problem:
        return (
            "A value has a colon in it",
            'Put the value in quotation marks: title: "One thing: another".',
        )
    if "end of stream" in problem and "quoted" in (error.context or ""):
        return "A quotation mark is opened here and never closed", "Close it."
    if "another document" in problem:
        return "A line of three dashes starts a second part", "Delete that line."
    if "cannot start any token" in problem:
        return (
            "A value starts with a character that means something else here",
            "Put the value in quotation marks.",
        )
    return (
        "This cannot be read as keys with values",
        "Look for a missing colon, quotation mark or bracket, here or in the line above.",
    )
