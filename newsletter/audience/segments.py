"""Read the filter that says which subscribers an issue is for.

segment = conjunction { "or" conjunction }
conjunction = part { "and" part }
part    = "not" part | "(" segment ")" | "all" | ["tag:"] name | "ward:" name
name    = a word, or anything between quotation marks
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from newsletter.errors import MistakeError

DEEPEST = 50
MOST_NAMES = 100


class Kind(StrEnum):
    """What a name in a segment names."""

    TAG = "tag"
    WARD = "ward"


@dataclass(frozen=True, slots=True)
class Everybody:
    """All subscribers."""


@dataclass(frozen=True, slots=True)
class Named:
    """Those who carry a tag, or live in a ward; `label` is its stored form."""

    label: str


@dataclass(frozen=True, slots=True)
class Not:
    """Those who are not in `part`."""

    part: Segment


@dataclass(frozen=True, slots=True)
class And:
    """Those who are in every part."""

    parts: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Those who are in any part."""

    parts: tuple[Segment, ...]


Segment = Everybody | Named | Not | And | Or

EVERYBODY = Everybody()


def label(kind: Kind, name: str) -> str:
    """Return how a tag or a ward is stored: `newsletter`, `ward:Trumpington`."""
    return name if kind is Kind.TAG else f"{kind}:{name}"


def fold_label(stored: str) -> str:
    """Return the form under which tags and wards are compared."""
    if stored.isascii():
        return stored.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", stored).casefold())


def parse_segment(text: str) -> Segment:
    """Return the tree that `text` describes. Raises MistakeError that says the column."""
    return _Parser(text).whole()


@dataclass(frozen=True, slots=True)
class _Token:
    column: int
    text: str
    name: str
    kind: str = ""
    quoted: str = ""

    @property
    def word(self) -> str:
        """The text in lower case, where it can be one of the grammar's own words."""
        return "" if self.kind or self.quoted else self.text.casefold()


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<bracket>[()])
      | (?:(?P<kind>[^\s()"':,;]+):)?
        (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s()"':,;][^\s()":,;]*))
    )""",
    re.VERBOSE,
)

_CURLY = re.compile(r"\s*(?:[^\s()\"':,;]+:)?[“”„‘]")


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while text[at:].strip():
        curly = _CURLY.match(text[at:])
        if curly:
            raise _mistake(at + curly.end(), "curly quotation marks stand here", _STRAIGHT)
        match = _TOKEN.match(text, at)
        if match is None:
            column = len(text) - len(text[at:].lstrip()) + 1
            raise _mistake(column, "this cannot be read", _hint_for(text[column - 1]))
        token = _token(match)
        if sum(bool(other.name) for other in found) >= MOST_NAMES and token.name:
            raise _mistake(token.column, f"a segment holds {MOST_NAMES} names at most")
        found.append(token)
        at = match.end()
    return found


def _token(match: re.Match[str]) -> _Token:
    parts = match.groupdict()
    text = match[0].strip()
    column = match.end() - len(text) + 1
    name = " ".join((parts["double"] or parts["single"] or parts["bare"] or "").split())
    if not name and not parts["bracket"]:
        raise _mistake(column, "there is no name between the quotation marks")
    return _Token(
        column=column,
        text=text,
        name=name,
        kind=parts["kind"] or "",
        quoted=parts["double"] or parts["single"] or "",
    )


_STRAIGHT = 'Write straight ones: ward:"Castle Hill".'
_JOIN = (
    "Join names with “and” or “or”; a name of several words stands in quotation marks: "
    'ward:"Castle Hill".'
)


def _hint_for(character: str) -> str:
    if character in ",;":
        return _JOIN
    if character in "\"'":
        return "Close the quotation marks."
    return 'A name with a colon or a space stands in quotation marks: ward:"Castle Hill".'


def _mistake(column: int, what: str, hint: str = "") -> MistakeError:
    return MistakeError(
        f"The segment has a mistake at column {column}: {what}.",
        hint=hint or "Examples: all; ward:Trumpington; newsletter and not (ward:A or ward:B).",
    )


class _Parser:
    """Walk the tokens from left to right; each method reads one rule of the grammar."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._end = len(text) + 1

    def whole(self) -> Segment:
        tree = self._either(0)
        token = self._peek()
        if token is not None:
            raise _mistake(token.column, "“and” or “or” is missing before this", _JOIN)
        return tree

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *words: str) -> bool:
        token = self._peek()
        if token is None or token.word not in words:
            return False
        self._at += 1
        return True

    def _either(self, depth: int) -> Segment:
        parts = [self._both(depth)]
        while self._take("or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _both(self, depth: int) -> Segment:
        parts = [self._part(depth)]
        while self._take("and"):
            parts.append(self._part(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _part(self, depth: int) -> Segment:
        token = self._peek()
        if token is None:
            raise _mistake(self._end, "a name is missing here")
        if depth > DEEPEST:
            raise _mistake(token.column, f"this is nested more than {DEEPEST} deep")
        if self._take("not"):
            return Not(self._part(depth + 1))
        if self._take("("):
            return self._closed(token, depth)
        if self._take("all"):
            return EVERYBODY
        if token.word in {")", "and", "or"}:
            raise _mistake(token.column, f"a name is missing before “{token.text}”")
        self._at += 1
        return _named(token)

    def _closed(self, opened: _Token, depth: int) -> Segment:
        tree = self._either(depth + 1)
        if not self._take(")"):
            after = self._peek()
            if after is None:
                raise _mistake(opened.column, "this bracket is never closed")
            raise _mistake(after.column, "“and” or “or” is missing before this", _JOIN)
        return tree


def _named(token: _Token) -> Named:
    try:
        kind = Kind(token.kind.casefold() or Kind.TAG)
    except ValueError:
        raise _mistake(
            token.column,
            "this kind of name is not known",
            "The known kinds are tag: and ward:, e.g. ward:Trumpington.",
        ) from None
    return Named(label(kind, token.name))
