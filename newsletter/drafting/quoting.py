"""Set other people's words as Markdown and as YAML that mean just these words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.authoring.addresses import WEB_SCHEMES, link_problem
from newsletter.authoring.fields import LONGEST_LINE
from newsletter.authoring.words import INVISIBLE, RESERVED_TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPECIAL = re.compile(r"[\\`*\[\]|]|(?<![^\W_])_|_(?![^\W_])|<(?!\s)|&(?=#?\w+;)")
_AT_START = re.compile(r"(?:>|[-+#=](?=[-+#=\s]|$)|\d{1,9}(?=[.)](?:\s|$)))")
_ADDRESS = re.compile(
    r"https?://[^\s<>\"“”‘’]*[^\s<>\"“”‘’.,;:!?\]}']|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
_CLEAN = re.compile(r"[^\S\n]+")


def tidy(text: str) -> str:
    """Return text on one line, without anything that cannot be seen or that is ours alone."""
    text = RESERVED_TAG.sub("", INVISIBLE.sub(" ", text.replace("\n", " ")))
    return _CLEAN.sub(" ", text).strip()


def line(text: str) -> str:
    """Return text as it fits a block's line, cut between two words where it is too long."""
    return shorten(tidy(text), LONGEST_LINE)


def shorten(text: str, most: int) -> str:
    """Return text of `most` characters at most; where it was cut, it ends in an ellipsis.

    It is cut at the end of a sentence, if one ends in its second half.
    """
    if len(text) <= most:
        return text
    kept = text[: most - 2]
    sentence = max(kept.rfind(f"{mark} ") for mark in ".!?")
    if sentence > most // 2:
        return f"{kept[: sentence + 1]} …"
    return f"{kept.rpartition(' ')[0] or kept} …"


def markdown(text: str) -> str:
    """Return paragraphs of plain text as Markdown that shows them as they are.

    A line that begins with “- ” stays an entry of a list; addresses become links.
    """
    blocks = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join("\n".join(_lines(block)) for block in blocks if block.strip())


def _lines(block: str) -> Iterator[str]:
    for each in block.split("\n"):
        words = tidy(each)
        if words.startswith("- "):
            yield f"- {_escaped(words[2:])}"
        elif words:
            yield _escaped(words)


def _escaped(words: str) -> str:
    """Return one line of words with the signs of Markdown escaped, but those of addresses."""
    parts: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(words):
        address = _without_closing(found[0])
        parts += [_SPECIAL.sub(r"\\\g<0>", words[end : found.start()]), _linked(address)]
        end = found.start() + len(address)
    escaped = "".join([*parts, _SPECIAL.sub(r"\\\g<0>", words[end:])])
    return _AT_START.sub(_guarded, escaped, count=1) if _AT_START.match(escaped) else escaped


def _guarded(found: re.Match[str]) -> str:
    """Return what begins a line so that it begins no list, heading or quotation."""
    sign = found[0]
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"


def _without_closing(address: str) -> str:
    """Return an address without the bracket that closes one before it."""
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1]
    return address


def _linked(address: str) -> str:
    """Return an address as a link, or as a piece of code where no email may link to it."""
    if "//" not in address or link_problem(address, WEB_SCHEMES) is None:
        return f"<{address}>"
    return f"`{address.replace('`', '')}`"


def link(words: str, url: str) -> str:
    """Return a Markdown link, or the words alone where no email may link there."""
    if link_problem(url, WEB_SCHEMES) is not None or re.search(r"[\s<>]", url):
        return _escaped(tidy(words))
    place = f"<{url}>" if re.search(r"[()]", url) else url
    return f"[{_escaped(tidy(words))}]({place})"


def literal(text: str, indent: int) -> str:
    """Return Markdown as a literal of YAML, each paragraph on a line (YAML 1.2, section 8.1.2)."""
    margin = " " * indent
    lines = [f"{margin}{each}" if each else "" for each in text.strip().split("\n")]
    return "\n".join(["|-", *lines])
