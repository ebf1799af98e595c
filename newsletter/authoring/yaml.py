"""Read YAML 1.2 as plain words with their lines, and refuse what no office needs.

Values stay as they were typed (the failsafe schema of YAML 1.2, chapter 10.1, and null):
`no` is a word, `14:00` is not a number and a telephone number keeps its first nought. The
models decide what is a date or a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
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

    from newsletter.authoring.words import Problem

Path = tuple[str | int, ...]

LARGEST = 30_000  # characters: five times the longest real file
DEEPEST = 12  # levels: ours have four; the parser below recurses
MOST_EVENTS = 1_000  # names, values and groups: twice the fullest block

# The parser keeps every bracket of a line in mind as the start of a name.
_CROWD = re.compile(r"^(?:[^\n\[{]*[\[{]){100}", re.MULTILINE)
_NULL = "tag:yaml.org,2002:null"
_ON_ONE_LINE = (None, "", "'", '"')  # how a value is written that is not a block of lines


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
    text: str, *, file: str, first_line: int = 1, opening: int | None = None
) -> tuple[Located | None, list[Finding]]:
    """Read the names and values of `text`, whose first line is `first_line` of `file`.

    `opening` is the line that the whole is known by, where that is another.
    Returns them, or None when the text cannot be read at all, and what is wrong.
    """
    try:
        root = _compose(text)
    except RefusalError as refusal:
        return None, [refusal.finding(file, first_line)]
    reader = _Reader(text, file, first_line)
    reader.lines[()] = opening or first_line
    data = reader.mapping(root, ()) if root else {}
    return Located(data, reader.lines), reader.findings


class _Reader:
    """Turn nodes into plain values, gathering lines and what cannot stay on the way."""

    def __init__(self, text: str, file: str, first_line: int) -> None:
        self.text_lines = text.split("\n")
        self.file = file
        self.first_line = first_line
        self.lines: dict[Path, int] = {}
        self.findings: list[Finding] = []

    def mapping(self, node: Node, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name_node, value_node in node.value:
            if not isinstance(name_node, ScalarNode):
                self._report(*yaml_mistakes.NO_NAME, name_node)
                continue
            name = self._words(name_node)
            odd = yaml_mistakes.lookalike(name)
            if odd:
                self._report(*odd, name_node)
                continue
            if name in result:
                first = self.lines[*path, name]
                message = f"“{shortened(name)}” is here twice, first in line {first}"
                self._report(message, "Keep one of them.", name_node)
                continue
            self.lines[*path, name] = self._line(name_node)
            result[name] = self._value(value_node, (*path, name))
        return result

    def _value(self, node: Node, path: Path) -> object:
        if isinstance(node, ScalarNode):
            return None if node.tag == _NULL else self._value_words(node)
        if isinstance(node, SequenceNode):
            for index, item in enumerate(node.value):
                self.lines[*path, index] = self._line(item)
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self.mapping(node, path)

    def _value_words(self, node: ScalarNode) -> str:
        """Return a value; warn of `Our #1 aim`, where words are a note that nobody sees."""
        rest = self.text_lines[node.end_mark.line][node.end_mark.column :]
        if node.style in _ON_ONE_LINE and re.match(r"[ \t]+#[^\s#]", rest):
            self._report(*yaml_mistakes.LOST, node, Severity.WARNING)
        return self._words(node)

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

    def _report(
        self, message: str, hint: str, node: Node, severity: Severity = Severity.ERROR
    ) -> None:
        place = self._line(node)
        self.findings.append(Finding("yaml", severity, message, hint, self.file, place))


@lru_cache(maxsize=256)  # whoever writes an issue saves it often, and changes one block at a time
def _compose(text: str) -> MappingNode | None:
    """Return the whole text as nodes, or None if there is nothing but notes in it."""
    if len(text) > LARGEST:
        raise RefusalError(
            f"This is {len(text):,} characters long, and {LARGEST:,} are the most",
            "Move the words into the text of the issue.",
            0,
        )
    crowded = _CROWD.search(text)
    if crowded:
        raise RefusalError(*yaml_mistakes.TOO_MUCH, text.count("\n", 0, crowded.start()))
    try:
        _check(_parser().parse(text))
        root = _parser().compose(text)
    except MarkedYAMLError as error:
        raise yaml_mistakes.in_plain_words(error, text) from error
    except (YAMLError, ValueError, OverflowError) as error:
        position = error.position if isinstance(error, ReaderError) else 0
        line = text.count("\n", 0, position)
        raise RefusalError(*yaml_mistakes.NO_CHARACTER, line) from error
    if root is None or isinstance(root, MappingNode):
        return root
    begin = root.start_mark.line
    odd = yaml_mistakes.lookalike(text.split("\n")[begin])
    raise RefusalError(*(odd or yaml_mistakes.NO_PAIRS), begin)


def _parser() -> YAML:
    return YAML(typ="safe", pure=True)


def _check(events: Iterator[Event]) -> None:
    """Go through a text without building anything, and stop at what could do harm."""
    depth = 0
    for count, event in enumerate(events):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        problem = _strange(event)
        if depth > DEEPEST or count > MOST_EVENTS:
            problem = yaml_mistakes.TOO_MUCH
        if problem:
            raise RefusalError(*problem, event.start_mark.line)


def _strange(event: Event) -> Problem | None:
    if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
        return yaml_mistakes.PERCENT
    if isinstance(event, AliasEvent):
        return yaml_mistakes.ANCHOR
    if isinstance(event, NodeEvent) and event.anchor is not None:
        return yaml_mistakes.ANCHOR
    return yaml_mistakes.TAG if getattr(event, "tag", None) is not None else None
