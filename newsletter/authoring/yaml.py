"""Read YAML 1.2 as plain words with their lines, and refuse what no office needs.

Values stay as they were typed (the failsafe schema of YAML 1.2, chapter 10.1, and null):
`no` is a word, `14:00` is not a number and a telephone number keeps its first nought. The
models decide what is a date or a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from newsletter.authoring import yaml_mistakes
from newsletter.authoring.words import INVISIBLE, shortened
from newsletter.authoring.yaml_mistakes import RefusalError
from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]

LARGEST = 30_000  # characters: five times the longest real file
DEEPEST = 12  # levels: ours have four; the parser below recurses
MOST_EVENTS = 1_000  # names, values and groups: twice the fullest block

_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Located:
    """What was written, and the line (from 1, in the file) of each name or item in it."""

    data: dict[str, Any]
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest thing around it."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read_mapping(
    text: str, *, file: str, first_line: int = 1
) -> tuple[Located | None, list[Finding]]:
    """Read the names and values of `text`, whose first line is `first_line` of `file`.

    Returns them, or None when the text cannot be read at all, and what is wrong.
    """
    try:
        root = _compose(text)
    except RefusalError as refusal:
        return None, [refusal.finding(file, first_line)]
    reader = _Reader(file, first_line)
    data = reader.mapping(root, ()) if root else {}
    return Located(data, reader.lines), reader.findings


class _Reader:
    """Turn nodes into plain values, gathering lines and what cannot stay on the way."""

    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.lines: dict[Path, int] = {(): first_line}
        self.findings: list[Finding] = []

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name_node, value_node in node.value:
            if not isinstance(name_node, ScalarNode):
                self._report(*yaml_mistakes.NO_NAME, name_node)
                continue
            name = self._words(name_node)
            if name in result:
                first = self.lines[*path, name]
                message = f"“{shortened(name)}” is here twice, first in line {first}"
                self._report(message, "Keep one of them.", name_node)
                continue
            self.lines[*path, name] = self._line(name_node)
            result[name] = self._value(value_node, (*path, name))
        return result

    def _value(self, node: Node, path: Path) -> object:
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            for index, item in enumerate(node.value):
                self.lines[*path, index] = self._line(item)
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        return None if node.tag == _NULL else self._words(node)

    def _words(self, node: Node) -> str:
        words = str(node.value)
        found = INVISIBLE.search(words)
        if found is None:
            return words
        message = f"There is an invisible control character (U+{ord(found[0]):04X}) in the text"
        self._report(message, "Delete it, or what stands for it after a backslash.", node)
        return INVISIBLE.sub(" ", words)

    def _line(self, node: Node) -> int:
        return self.first_line + int(node.start_mark.line)

    def _report(self, message: str, hint: str, node: Node) -> None:
        place = self._line(node)
        self.findings.append(Finding("yaml", Severity.ERROR, message, hint, self.file, place))


def _compose(text: str) -> MappingNode | None:
    """Return the whole text as nodes, or None if there is nothing but notes in it."""
    if len(text) > LARGEST:
        raise RefusalError(
            f"This is {len(text):,} characters long, and {LARGEST:,} are the most",
            "Move the words into the text of the issue.",
            0,
        )
    try:
        for count, event in enumerate(_parser().parse(text)):
            _refuse_unsafe(event, text)
            _refuse_too_many(event, count)
        root = _parser().compose(text)
    except MarkedYAMLError as error:
        raise yaml_mistakes.in_plain_words(error, text) from error
    except (YAMLError, ValueError, OverflowError) as error:
        position = error.position if isinstance(error, ReaderError) else 0
        line = text.count("\n", 0, position)
        raise RefusalError(*yaml_mistakes.NO_CHARACTER, line) from error
    if root is None or isinstance(root, MappingNode):
        return root
    raise RefusalError(*yaml_mistakes.NO_PAIRS, root.start_mark.line)
