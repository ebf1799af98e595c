"""Read issue.md: front matter, prose, pictures and blocks, in the order they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pydantic import Field

from newsletter.authoring import prose
from newsletter.authoring.blocks import BLOCKS, Block, Video
from newsletter.authoring.fields import Line, Number, Prose, Written
from newsletter.authoring.mistakes import nearest, validate
from newsletter.authoring.yaml import Path, read_mapping
from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

FILE = "issue.md"


class Funding(StrEnum):
    """Who pays for an issue, and so which rules it keeps."""

    PARLIAMENTARY = "parliamentary"
    PERSONAL = "personal"
    PARTY = "party"


class FrontMatter(Written):
    """The keys between the two lines of dashes."""

    number: Number = Field(description="The number of the issue")
    subject: Line = Field(description="What stands in the inbox")
    preheader: Line = Field(description="The line that an inbox shows after the subject")
    funding: Funding = Field(description="Who pays: parliamentary, personal or party")
    segment: Line = Field("all", description="Who gets it: all, a tag, or ward:Trumpington")


@dataclass(frozen=True, slots=True)
class Passage:
    """Prose between two blocks, as markdown-it's tokens."""

    tokens: tuple[Token, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a paragraph of its own; `link` is where a click on it leads."""

    file: str
    alt: str
    caption: str
    link: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and the line it begins in."""

    block: Block
    line: int


Part = Passage | Picture | Placed


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue as it was written. `title` is the first heading as inline tokens."""

    date: date
    front: FrontMatter
    title: tuple[Token, ...]
    body: tuple[Part, ...]

    @property
    def title_words(self) -> str:
        """Return the title as plain words."""
        return prose.plain(self.title)

    @property
    def pictures(self) -> dict[str, int]:
        """Return the file of each picture with the line that asks for it first."""
        found: dict[str, int] = {}
        for part in self.body:
            if isinstance(part, Picture):
                found.setdefault(part.file, part.line)
            elif isinstance(part, Placed) and isinstance(part.block, Video):
                found.setdefault(part.block.picture, part.line)
        return found


def parse_issue(text: str, day: date) -> tuple[Issue | None, list[Finding]]:
    """Read an issue of `day`. Returns None when it has errors, and every finding."""
    matter, body, body_line = _split(text)
    if matter is None:
        return None, [_error("front-matter", *_NO_FRONT_MATTER, 1)]
    located, findings = read_mapping(matter, file=FILE, first_line=2)
    front = None
    if located is not None:
        front, mistakes = validate(FrontMatter, located, file=FILE)
        findings += mistakes
    findings += _reserved_tags(text)
    reading = _Body(body_line)
    reading.read(body)
    findings += reading.findings
    if front is None or any(finding.severity is Severity.ERROR for finding in findings):
        return None, findings
    return Issue(day, front, tuple(reading.title), tuple(reading.parts)), findings


_NO_FRONT_MATTER = (
    "The issue does not begin with its number and subject",
    "Begin the file with a line of three dashes, then number:, subject:, preheader: and "
    "funding:, then three dashes again.",
)


def _split(text: str) -> tuple[str | None, str, int]:
    """Return front matter, body, and the line (from 1) that the body begins in."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return None, text, 1
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:index]), "\n".join(lines[index + 1 :]), index + 2
    return None, text, 1


def _error(code: str, message: str, hint: str, line: int) -> Finding:
    return Finding(code, Severity.ERROR, message, hint, FILE, line)


def _reserved_tags(text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n"), start=1):
        for tag in prose.RESERVED_TAG.findall(line):
            yield _error(
                "reserved-tag",
                f"“{tag}” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
                number,
            )


class _Body:
    """Take the tokens of a body apart into passages, pictures and blocks."""

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.title: list[Token] = []
        self.parts: list[Part] = []
        self.findings: list[Finding] = []
        self._passage: list[Token] = []

    def read(self, text: str) -> None:
        tokens = prose.read(text)
        self.findings += prose.problems(tokens, file=FILE, first_line=self.first_line)
        self._take_title(tokens)
        position = 3 if self.title else 0
        while position < len(tokens):
            position = self._take(tokens, position)
        self._end_passage()

    def _line(self, token: Token) -> int:
        return self.first_line + (token.map[0] if token.map else 0)

    def _take_title(self, tokens: list[Token]) -> None:
        first = next((token for token in tokens if token.type == "heading_open"), None)
        if first is None or first.tag != "h1" or tokens[0] is not first:
            line = self._line(tokens[0]) if tokens else self.first_line
            message = "The text does not begin with its title"
            self._report("title", message, "Begin it with a line such as “# Good news”.", line)
            return
        self.title = tokens[1].children or []
        if not prose.plain(self.title).strip():
            self._report("title", "The title is empty", "Write words after #.", self._line(first))

    def _take(self, tokens: list[Token], position: int) -> int:
        """Take what begins at `position`, and return where the next thing begins."""
        token = tokens[position]
        if token.type == "fence" and self._take_fence(token):
            return position + 1
        if token.type == "paragraph_open" and token.level == 0:
            picture = self._picture(tokens[position + 1])
            if picture:
                self._end_passage()
                self.parts.append(picture)
                return position + 3
        if token.type == "heading_open" and token.tag == "h1":
            self._report(
                "title", "There is a second title", "Write ## for a heading.", self._line(token)
            )
        if token.type == "inline":
            self._refuse_pictures_between_words(token)
        self._passage.append(token)
        return position + 1

    def _take_fence(self, fence: Token) -> bool:
        """Take a block; False when the fence is code, or is not where a block can be."""
        word = fence.info.strip().split(" ")[0]
        line = self._line(fence)
        if word not in BLOCKS:
            meant = nearest(word, list(BLOCKS)) if word else None
            if meant:
                self.findings.append(
                    Finding(
                        "block-name",
                        Severity.WARNING,
                        f"“{word[:60]}” is no block, so its text is shown as code",
                        f"Did you mean “{meant}”?",
                        FILE,
                        line,
                    )
                )
            return False
        if fence.level:
            self._report(
                "block-place",
                f"The block “{word}” stands inside a list or a quotation",
                "Begin its line at the left margin.",
                line,
            )
            return False
        self._end_passage()
        block = self._block(BLOCKS[word], fence.content, line)
        if block:
            self.parts.append(Placed(block, line))
        return True

    def _block(self, kind: type[Block], text: str, line: int) -> Block | None:
        located, findings = read_mapping(text, file=FILE, first_line=line + 1)
        self.findings += findings
        if located is None:
            return None
        block, findings = validate(kind, located, file=FILE)
        self.findings += findings
        if block:
            for path, words in _prose_within(block):
                place = located.line(path)
                self.findings += prose.problems_in_block(words, file=FILE, line=place)
        return block

    def _picture(self, inline: Token) -> Picture | None:
        """Return the picture that is the whole of a paragraph, with or without a link."""
        children = [
            child
            for child in inline.children or []
            if child.type != "text" or child.content.strip()
        ]
        link = None
        if [child.type for child in children] == ["link_open", "image", "link_close"]:
            link = str(children[0].attrs["href"])
            children = children[1:2]
        if [child.type for child in children] != ["image"]:
            return None
        image = children[0]
        file = unquote(str(image.attrs["src"]))
        alt = prose.plain(image.children or [])
        return Picture(file, alt, str(image.attrs.get("title", "")), link, self._line(inline))

    def _refuse_pictures_between_words(self, inline: Token) -> None:
        if any(child.type == "image" for child in inline.children or ()):
            self._report(
                "picture",
                "A picture stands between words",
                "Give it a paragraph of its own: an empty line before and after it.",
                self._line(inline),
            )

    def _end_passage(self) -> None:
        if self._passage:
            line = self._line(self._passage[0])
            self.parts.append(Passage(tuple(self._passage), line))
            self._passage = []

    def _report(self, code: str, message: str, hint: str, line: int) -> None:
        self.findings.append(_error(code, message, hint, line))


def _prose_within(value: object, path: Path = ()) -> Iterator[tuple[Path, Prose]]:
    """Yield each text in Markdown within a block, and the keys that lead to it."""
    if isinstance(value, Prose):
        yield path, value
    elif isinstance(value, Written):
        for name, info in type(value).model_fields.items():
            yield from _prose_within(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _prose_within(item, (*path, index))
