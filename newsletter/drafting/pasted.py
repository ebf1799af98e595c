"""Turn what was pasted, or written in Word, into the Markdown of an issue: every word is kept.

White space is tidied and typed bullets become lists. What Markdown or an email cannot hold is
listed, never dropped in silence.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Comment
from markdownify import ATX, MarkdownConverter

from newsletter.authoring import prose
from newsletter.drafting.skeleton import TO_DO
from newsletter.drafting.typed import typed, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bs4 import Tag

_UNSHOWN = ("script", "style", "head", "template", "noscript")
_EMBEDDED = {
    "iframe": "An embedded page",
    "video": "A film",
    "audio": "A recording",
    "object": "An embedded object",
    "embed": "An embedded object",
    "svg": "A drawing (SVG)",
    "canvas": "A drawing",
    "form": "A form",
}
_BULLETS = "•·▪▫‣◦●○■□➢➤✓✔∙\uf0b7\uf0a7\uf076"
_BULLET = re.compile(rf"^(\s*)(?:[{_BULLETS}]|[–—](?=\s)|o(?=\t))\s*(?=\S)")
_BLANKS = re.compile(r"[^\S\n]+")
_UNSEEN = re.compile(
    r"[\u00ad\u200b\u200e\u200f\u2060\ufeff]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_PICTURE = re.compile(r"[ \t]*(!\[(?:[^\]\\]|\\.)*\]\([^)\s]*\))[ \t]*")
_DATA = re.compile(r"data:image/(png|jpe?g|gif);base64,(.*)", re.DOTALL | re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_BRACKETS = str.maketrans("[]", "()")  # in a picture's words they would be read as a link
_LONGEST_TITLE = 120  # characters


@dataclass(frozen=True, slots=True)
class Pasted:
    """Markdown, the pictures it names by their files, and what could not be kept."""

    markdown: str
    pictures: Mapping[str, bytes]
    lost: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return the title's words, which make a first subject."""
        first = self.markdown.split("\n", 1)[0].removeprefix("# ")
        return prose.plain(prose.read(first))


def from_text(text: str) -> Pasted:
    """Convert plain text: paragraphs stand between empty lines, bullets and numbers make lists."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    blocks = unwrapped(re.sub(r"\n\s*\n", "\n\n", plain)).split("\n\n")
    html = "".join(typed(block.split("\n")) for block in blocks)
    first = blocks[0].strip()
    if len(blocks) > 1 and "\n" not in first and len(first) <= _LONGEST_TITLE:
        html = html.replace(f"<p>{escape(first)}</p>", f"<h1>{escape(first)}</h1>", 1)
    return from_html(html)


def from_html(html: str, *, lost: tuple[str, ...] = ()) -> Pasted:
    """Convert a page or a piece of one; `lost` is what was lost before it came here."""
    soup = BeautifulSoup(html, "lxml")
    losses = _Losses(list(lost))
    _take_out_unseen(soup, losses)
    _note_looks(soup, losses)
    _unlink_places(soup, losses)
    pictures = _take_pictures(soup, losses)
    _level_headings(soup)
    _tidy_blanks(soup)
    markdown = _tidied(_Converter().convert_soup(soup))
    losses.words(soup.get_text(" "), _shown(markdown))
    return Pasted(markdown, pictures, tuple(losses.sentences))


@dataclass(slots=True)
class _Losses:
    """Gather sentences, each once."""

    sentences: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        if sentence not in self.sentences:
            self.sentences.append(sentence)

    def words(self, before: str, after: str) -> None:
        """Say which words are missing: a safeguard, for none should be."""
        if _letters(before) == _letters(after):
            return
        missing = Counter(_WORD.findall(before)) - Counter(_WORD.findall(after))
        shown = ", ".join(f"“{word}”" for word in [*missing.elements()][:20])
        self.add(f"Words that may have changed: {shown or 'their order'}. Compare both texts.")


class _Converter(MarkdownConverter):
    """Write the Markdown that we read."""

    class Options:
        """What to write, and how."""

        heading_style = ATX
        bullets = "-"
        escape_misc = True
        table_infer_header = True
        newline_style = "backslash"


def _take_out_unseen(soup: BeautifulSoup, losses: _Losses) -> None:
    for note in soup.find_all(string=lambda text: isinstance(text, Comment)):
        note.extract()
    for tag in soup.find_all(_UNSHOWN):
        tag.decompose()
    for name, thing in _EMBEDDED.items():
        for tag in soup.find_all(name):
            address = str(tag.get("src") or tag.get("data") or "")
            place = f" ({address})" if address.startswith("http") else ""
            losses.add(f"{thing}{place}: an email cannot hold it. Link to it instead.")
            tag.unwrap() if tag.get_text(strip=True) else tag.decompose()


def _note_looks(soup: BeautifulSoup, losses: _Losses) -> None:
    """Say which looks are left behind: colours and typefaces come from the templates."""
    styles = " ".join(str(tag["style"]) for tag in soup.find_all(style=True)).lower()
    if re.search(r"(?<![-\w])color\s*:|font-|background", styles) or soup.find("font"):
        losses.add("Colours, typefaces and sizes: the office’s templates decide them.")
    if soup.find(["u", "ins"]) or "underline" in styles:
        losses.add("Underlining: readers take it for a link.")
    if soup.find(["s", "strike", "del"]) or "line-through" in styles:
        losses.add("Crossing out: what was crossed out now stands there like all else.")
    if soup.find(lambda tag: tag.name in {"td", "th"} and _spans(tag)):
        losses.add("Merged cells of a table: look at its columns again.")
    for table in soup.find_all("table"):
        if table.find("table"):
            losses.add("A table inside a table: look at it again.")
            return


def _unlink_places(soup: BeautifulSoup, losses: _Losses) -> None:
    """Keep the words of footnotes and contents, whose links an issue cannot hold."""
    for tag in soup.find_all("a", href=re.compile(r"^\s*#")):
        losses.add(
            "Links within the document, as of footnotes: their words stand as ordinary ones."
        )
        tag.unwrap()


def _spans(tag: Tag) -> bool:
    return any(str(tag.get(name, "1")) not in {"", "1"} for name in ("colspan", "rowspan"))


def _take_pictures(soup: BeautifulSoup, losses: _Losses) -> dict[str, bytes]:
    """Take pictures out of the page into files of their own."""
    pictures: dict[str, bytes] = {}
    for tag in soup.find_all("img"):
        source = str(tag.get("src") or "")
        alt = " ".join(str(tag.get("alt") or "").split()).translate(_BRACKETS)
        found = _DATA.match(source)
        data = _decoded(found[2]) if found else None
        if not data or not found:
            named = f" “{alt}”" if alt else ""
            place = f" ({source})" if source.startswith("http") else ""
            losses.add(
                f"A picture{named}{place}: save it beside issue.md, and write "
                "![what it shows](its-name.jpg) in a line of its own."
            )
            tag.decompose()
            continue
        suffix = "jpg" if found[1].lower() in {"jpg", "jpeg"} else found[1].lower()
        name = f"picture-{len(pictures) + 1}.{suffix}"
        pictures[name] = data
        tag.attrs = {"src": name, "alt": alt or f"{TO_DO}: what this picture shows"}
    return pictures


def _tidy_blanks(soup: BeautifulSoup) -> None:
    """Make single blanks of all that a browser shows as one, and of no-break spaces too."""
    for text in soup.find_all(string=True):
        if text.find_parent("pre") is None:
            text.replace_with(re.sub(r"\s+", " ", _UNSEEN.sub("", str(text))))


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return None


def _level_headings(soup: BeautifulSoup) -> None:
    """Make what stands first the title, and begin all other headings with the second level."""
    headings = [tag for tag in soup.find_all(re.compile("^h[1-6]$")) if tag.get_text(strip=True)]
    body = soup.body
    title = headings[0] if headings else None
    if title is not None and not _is_first(title):
        title = None
    for tag in headings:
        tag.name = "h1" if tag is title else f"h{max(2, int(tag.name[1]))}"
    if title is None and body is not None:
        made = soup.new_tag("h1")
        made.string = f"{TO_DO}: the title"
        body.insert(0, made)


def _is_first(heading: Tag) -> bool:
    before = (str(text) for text in heading.find_all_previous(string=True))
    return heading.find_parent(["table", "li", "blockquote"]) is None and not any(
        text.strip() for text in before
    )


def _tidied(markdown: str) -> str:
    """Tidy white space and make lists of typed bullets."""
    text = _UNSEEN.sub("", markdown.replace("\u2028", "\n").replace("\u2029", "\n"))
    lines = (_BLANKS.sub(" ", line[_indent(line) :]).rstrip() for line in text.split("\n"))
    indents = (line[: _indent(line)] for line in text.split("\n"))
    whole = [margin + line if line else "" for margin, line in zip(indents, lines, strict=True)]
    text = re.sub(r"\\&(?=\s)", "&", "\n".join(_with_lists(whole)))
    text = _PICTURE.sub(r"\n\n\1\n\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _with_lists(lines: list[str]) -> Iterator[str]:
    """Yield the lines with typed bullets as Markdown's, one under the other."""
    was_bullet = False
    held: list[str] = []
    for line in lines:
        found = _BULLET.match(line)
        if not line:
            held.append(line)
            continue
        if not (found and was_bullet):
            yield from held
        if found and not was_bullet and not held:
            yield ""
        held = []
        was_bullet = found is not None
        yield f"- {line[found.end() :].removesuffix(chr(92))}" if found else line
    yield from held


def _shown(markdown: str) -> str:
    """Return the words that a reader of the Markdown sees."""
    return "\n".join(
        prose.plain([child for child in token.children if child.type != "image"])
        if token.children
        else token.content
        for token in prose.read(markdown)
    )


def _letters(text: str) -> str:
    return "".join(_WORD.findall(_UNSEEN.sub("", text)))
