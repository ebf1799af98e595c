"""Turn the HTML of answers and speeches into paragraphs of plain text."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

_BLOCKS = ["p", "div", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"]
_UNSAID = ["script", "style", "head", "template", "img", "sup.footnote"]
_TABLE = "(There is a table here: it is on record with this text.)"


def plain(html: str) -> str:
    """Return the words of a piece of HTML: paragraphs apart, the entries of lists after “- ”."""
    soup = BeautifulSoup(f"<div>{html}</div>", "lxml")
    for tag in soup.select(", ".join([*_UNSAID, ".column-number"])):
        tag.decompose()
    for table in soup.select("table"):
        table.replace_with(f"\n\n{_TABLE}\n\n")
    for inner in soup.select("li p, li div"):
        inner.unwrap()
    for text in soup.find_all(string=True):
        text.replace_with(re.sub(r"[^\S\n]+|\n(?!\n)", " ", str(text)) if text.strip() else " ")
    for item in soup.select("li"):
        item.insert_before("\n- ")
    for line_break in soup.select("br"):
        line_break.replace_with("\n")
    for block in soup.select(", ".join(_BLOCKS)):
        block.insert_before("\n\n")
        block.insert_after("\n\n")
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in soup.get_text().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
