"""Read the body of an issue: prose, pictures and blocks, in the order they stand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote

from newsletter.authoring import prose
from newsletter.authoring.blocks import BLOCKS, Block
from newsletter.authoring.fields import Prose, Written
from newsletter.authoring.mistakes import nearest, validate
from newsletter.authoring.words import reserved_problem, shortened
from newsletter.authoring.yaml import Path, read_mapping
from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from newsletter.authoring.words import Problem

FILE = "issue.md"

MOST_FINDINGS = 200
MOST_BLOCKS = 50  # three times as many as the fullest issue has

_A_HEADING = 3  # tokens: its beginning, its words and its end


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


class Body:
    """The parts of a body, taken from its tokens, and what is wrong with them.

    It stops with more than 200 findings: then nobody reads on, and a file made to be slow is
    not.
    """

    def __init__(self, lines: list[str], first_line: int) -> None:
        self.title: list[Token] = []
        self.parts: list[Part] = []
        self.findings: list[Finding] = []
        self._lines = lines
        self._first_line = first_line
        self._passage: list[Token] = []
        self._blocks = 0

    def read(self) -> None:
        """Fill the title, the parts and the findings."""
        tokens = prose.read("\n".join(self._lines))
        problems = prose.problems(tokens, file=FILE, first_line=self._first_line)
        self.findings += islice(problems, MOST_FINDINGS + 1)
        position = self._take_title(tokens)
        while position < len(tokens) and len(self.findings) <= MOST_FINDINGS:
            position = self._take(tokens, position)
        self._end_passage()

    def _line(self, token: Token) -> int:
        return self._first_line + (token.map[0] if token.map else 0)

    def _take_title(self, tokens: list[Token]) -> int:
        """Take the first heading, and return where the rest begins."""
        titles = [
            i for i, token in enumerate(tokens) if token.type + token.tag == "heading_openh1"
        ]
        for index in titles[1:]:
            again = "There is a second title"
            self._report("title", again, "Write ## for a heading.", self._line(tokens[index]))
        if titles[:1] == [0]:
            self._read_title(tokens[1])
            return _A_HEADING
        line = self._line(tokens[0]) if tokens else self._first_line
        if titles:
            hint = "Move it below the line that begins with a single #."
            self._report("title", "There is something above the title", hint, line)
        else:
            hint = "Begin it with a line such as “# Good news”."
            self._report("title", "The text does not begin with its title", hint, line)
        return 0

    def _read_title(self, inline: Token) -> None:
        self.title = inline.children or []
        self._refuse_pictures_between_words(inline)
        if not (prose.plain(self.title).strip() or inline.meta):
            self._report("title", "The title is empty", "Write words after #.", self._line(inline))

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
        if token.type == "inline":
            self._refuse_pictures_between_words(token)
        self._passage.append(token)
        return position + 1

    def _take_fence(self, fence: Token) -> bool:
        """Take a block; False when the fence is code."""
        word = fence.info.strip().split(" ")[0]
        if word not in BLOCKS:
            self._read_code(fence, word)
            return False
        self._end_passage()
        self._blocks += 1
        line = self._line(fence)
        problem = self._block_problem(fence, word)
        if problem:
            self._report("block", *problem, line)
        elif self._blocks <= MOST_BLOCKS:
            block = self._block(BLOCKS[word], fence.content, line)
            if block:
                self.parts.append(Placed(block, line))
        return True

    def _read_code(self, fence: Token, word: str) -> None:
        line = self._line(fence)
        meant = nearest(word, BLOCKS)
        if meant:
            message = f"“{shortened(word)}” is no block, so its text is shown as code"
            hint = f"Did you mean “{meant}”?"
            self.findings.append(
                Finding("block-name", Severity.WARNING, message, hint, FILE, line)
            )
        for number, code in enumerate(fence.content.split("\n"), start=line + 1):
            problem = reserved_problem(code)
            if problem:
                self._report("reserved-tag", *problem, number)

    def _block_problem(self, fence: Token, word: str) -> Problem | None:
        if fence.level:
            return (
                f"The block “{word}” stands inside a list or a quotation",
                f"Begin the line {fence.markup}{word} at the left margin.",
            )
        if self._blocks == MOST_BLOCKS + 1:
            return f"There are more than {MOST_BLOCKS} blocks", "Put the rest in another issue."
        if self._has_no_end(fence):
            return (
                f"The block “{word}” has no end",
                f"Write {fence.markup} on a line of its own below it.",
            )
        return None

    def _has_no_end(self, fence: Token) -> bool:
        """Whether a block goes on to the end of the file, or into the next block."""
        begin, end = fence.map or (0, 0)
        is_closed = end - begin > 1 and self._lines[end - 1].strip().startswith(fence.markup)
        inside = fence.content.split("\n")
        return not is_closed or any(line.startswith(fence.markup) for line in inside)

    def _block(self, kind: type[Block], text: str, line: int) -> Block | None:
        located, findings = read_mapping(text, file=FILE, first_line=line + 1, opening=line)
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
                "Give it a paragraph of its own at the left margin: an empty line before and after.",
                self._line(inline),
            )

    def _end_passage(self) -> None:
        if self._passage:
            line = self._line(self._passage[0])
            self.parts.append(Passage(tuple(self._passage), line))
            self._passage = []

    def _report(self, code: str, message: str, hint: str, line: int) -> None:
        self.findings.append(Finding(code, Severity.ERROR, message, hint, FILE, line))


def _prose_within(value: object, path: Path = ()) -> Iterator[tuple[Path, Prose]]:
    """Yield each text in Markdown within a block, and the names that lead to it."""
    if isinstance(value, Prose):
        yield path, value
    elif isinstance(value, Written):
        for name, info in type(value).model_fields.items():
            yield from _prose_within(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _prose_within(item, (*path, index))
