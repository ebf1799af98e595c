"""Remember which line of which template each tag came from."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2.ext import Extension
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = "data-at"
SUFFIX = ".mjml.j2"
FOLDER = "templates"

_EXPRESSION = "\ue000"  # stands for each character of {{ … }} while tags are looked for
_STATEMENT = "\ue001"  # and this one for {% … %} and {# … #}

_NEWLINE = re.compile(r"\r\n?|\n")
_OPENING = re.compile(r"\{\{|\{%|\{#")
_RAW = re.compile(r"\{%[-+]?\s*raw\s*-?%\}")
_END_OF_RAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
# What can hide or end a Jinja expression: strings, brackets, and the two closing signs.
_PIECE = re.compile(
    r""" "(?:\\.|[^"\\])*+(?:"|\Z) | '(?:\\.|[^'\\])*+(?:'|\Z) | [\[({] | [\])}] | % """,
    re.DOTALL | re.VERBOSE,
)
# A comment, or a tag's name, which Jinja may write in part: <h{{ n }}>, <t{% if x %}h{% else …
_TAG = re.compile(
    r"""
    <!-- .*? (?: --> | \Z )
    | < (?= [A-Za-z\ue000\ue001] ) \ue001*+
      (?P<name> [\w:.\-\ue000]++ (?: (?: \ue001++ [\w:.\-\ue000]++ )++ \ue001*+ )? )
    """,
    re.DOTALL | re.VERBOSE,
)
_MARKED = re.compile(rf' {MARKER}="(?P<file>[^"<>]*):(?P<line>\d{{1,9}})"')
# What would end the attribute, begin a Jinja expression, or end a comment around the tag.
_UNSAFE = re.compile(r"[^\w./ -]|(?<=-)-")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; both unknown where nothing says so."""

    file: str | None
    line: int | None


class Places(Extension):
    """Have Jinja mark the tags of each MJML template it loads."""

    @override
    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the source with its tags marked, its lines where they were."""
        del filename  # the template's name says where the office finds it
        return source if name is None else mark(source, name)


def mark(source: str, name: str) -> str:
    """Write `data-at="templates/NAME:LINE"` into each start tag of a Jinja template.

    Tags in comments and within Jinja's own signs stay as they are, and so does a template
    whose name does not end in `.mjml.j2`. Jinja's default signs are taken for granted.
    """
    if not name.endswith(SUFFIX):
        return source
    label = _UNSAFE.sub(lambda found: f"&#{ord(found[0])};", f"{FOLDER}/{name}")
    pieces: list[str] = []
    done, line = 0, 1
    for end in _ends_of_names(source):
        piece = source[done:end]
        line += len(_NEWLINE.findall(piece))
        pieces += piece, f' {MARKER}="{label}:{line}"'
        done = end
    return "".join([*pieces, source[done:]])


def unmark(mjml: str) -> str:
    """Return the document without a single marker."""
    return _MARKED.sub("", mjml)


def read_place(value: str) -> Place | None:
    """Return the place that a marker's value names, once XML has been read."""
    file, _, line = value.rpartition(":")
    return Place(file, int(line)) if file and re.fullmatch(r"[0-9]{1,9}", line) else None


def nearest_place(mjml: str, offset: int) -> Place:
    """Return the last marked line before an offset, counted on to the offset's own line."""
    start = offset
    while (start := mjml.rfind(f' {MARKER}="', 0, start)) >= 0:
        if found := _MARKED.match(mjml, start):
            lines = mjml.count("\n", start, offset)
            return Place(html.unescape(found["file"]), int(found["line"]) + lines)
    return Place(None, mjml.count("\n", 0, offset) + 1)


def offset_with_markers(mjml: str, offset: int) -> int:
    """Return where an offset into the unmarked document lies in the marked one."""
    added = 0
    for found in _MARKED.finditer(mjml):
        if found.start() - added > offset:
            break
        added += len(found[0])
    return offset + added


def _ends_of_names(source: str) -> Iterator[int]:
    """Yield where each start tag's name ends."""
    for found in _TAG.finditer(_without_jinja(source)):
        end = found.end("name")
        # After -}} Jinja would eat the blank that a marker begins with.
        if end >= 0 and source[end - 3 : end] not in {"-}}", "-%}", "-#}"}:
            yield end


def _without_jinja(source: str) -> str:
    """Return a text of the same length with fillers for all that Jinja reads."""
    pieces: list[str] = []
    done = 0
    while opening := _OPENING.search(source, done):
        start = opening.start()
        end, resume = _extent(source, start)
        filler = _EXPRESSION if opening[0] == "{{" else _STATEMENT
        pieces += source[done:start], filler * (end - start), source[end:resume]
        done = resume
    return "".join([*pieces, source[done:]])


def _extent(source: str, start: int) -> tuple[int, int]:
    """Return where a Jinja construct ends, and where Jinja's signs count again."""
    if source.startswith("{#", start):
        end = source.find("#}", start + 2)
        end = len(source) if end < 0 else end + 2
        return end, end
    if raw := _RAW.match(source, start):
        closing = _END_OF_RAW.search(source, raw.end())
        return raw.end(), closing.start() if closing else len(source)
    end = _end_of_expression(source, start)
    return end, end


def _end_of_expression(source: str, start: int) -> int:
    """Return the offset after the closing sign, minding strings and brackets."""
    closing = "}}" if source.startswith("{{", start) else "%}"
    depth = 0
    position = start + 2
    while piece := _PIECE.search(source, position):
        if depth == 0 and source.startswith(closing, piece.start()):
            return piece.start() + 2
        depth += (piece[0] in "[({") - (piece[0] in "])}")
        depth = max(depth, 0)
        position = piece.end()
    return len(source)
