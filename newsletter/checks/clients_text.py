"""Check that the plain text says what the HTML says, for those who read that."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from newsletter.authoring.words import shortened
from newsletter.checks import sources
from newsletter.checks.looks import parsed, visible
from newsletter.checks.reader import Kind, texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.findings import Severity
from newsletter.rendering.tags import ANY_TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESS = re.compile(r"<(?:https?:|mailto:|tel:|-nl_)[^<>\s]*>")
_MOST_SHOWN = 5
_SHORTEST = 12  # letters: “Email” or a date is said differently in the two parts
_SHARE = re.compile(
    r"mailto:\?|https://(?:wa\.me|www\.facebook\.com/sharer|bsky\.app/intent|x\.com/intent"
    r"|www\.linkedin\.com/sharing)"
)


@rule(
    "text-lacks-words",
    Severity.WARNING,
    reason="Some people read the plain text, by choice or because their program or braille line "
    "shows nothing else. It has to say the same, and filters distrust a mail whose two parts "
    "differ.",
    source=f"{sources.EMAIL_MARKUP}; [RFC 2046, 5.1.4](https://www.rfc-editor.org/rfc/rfc2046#section-5.1.4)",
)
def text_says_the_same(material: Material) -> Iterator[Spot]:
    """Look in the text for everything that was written and that the HTML shows."""
    shown = _letters(visible(material.edition.html))
    said = _letters(_ADDRESS.sub(" ", material.edition.text))
    missing = [
        text
        for text in texts(material)
        if text.kind is not Kind.ALT and _is_in(text.words, shown) and not _is_in(text.words, said)
    ]
    for text in missing[:_MOST_SHOWN]:
        yield Spot(
            f"The plain text lacks “{shortened(text.words)}”.",
            "Compare email.txt.j2 and blocks.txt.j2 with the templates of the HTML.",
            "issue.md",
            text.line(),
        )


@rule(
    "text-lacks-link",
    Severity.WARNING,
    reason="A link that only the HTML has cannot be followed by those who read the plain text.",
    source=f"{sources.EMAIL_MARKUP}; [RFC 2046, 5.1.4](https://www.rfc-editor.org/rfc/rfc2046#section-5.1.4)",
)
def text_has_the_links(material: Material) -> Iterator[Spot]:
    """Look for the address of each link in the text; sharing is said in one sentence there."""
    text = material.edition.text
    digits = re.sub(r"\D", "", text)
    for target in dict.fromkeys(
        a.get("href", "") for a in parsed(material.edition.html).iter("a")
    ):
        if not target or target.startswith("#") or _SHARE.match(target) or ANY_TAG.search(target):
            continue
        bare = re.sub(r"^(mailto|tel):", "", target)
        rings = target.startswith("tel:") and re.sub(r"^\+44", "", bare)[-9:] in digits
        if not rings and bare not in text and unquote(bare) not in text:
            yield Spot(
                f"The plain text lacks the link to {target[:80]}.",
                "Write it in blocks.txt.j2 or email.txt.j2 with the filter “link”.",
                "templates/",
            )


@rule(
    "text-has-markup",
    Severity.WARNING,
    reason="Tags and entities such as &amp;amp; in the plain text are shown as they are.",
    source="[RFC 2046, 4.1.3](https://www.rfc-editor.org/rfc/rfc2046#section-4.1.3)",
)
def text_is_plain(material: Material) -> Iterator[Spot]:
    """Look for tags and entities in the text part."""
    pattern = re.compile(
        r"&(?:[a-z]{2,8}|#\d+);|</?(?:p|br|b|i|a|td|tr|div|span|strong|em)\b[^>]*>"
    )
    found = pattern.search(material.edition.text)
    if found:
        line = next(
            (text.line() for text in texts(material) if found[0] in text.words),
            None,
        )
        yield Spot(
            f"The plain text shows “{found[0]}” to its readers.",
            f"Write {html.unescape(found[0]) if found[0].startswith('&') else 'it without tags'}.",
            "issue.md" if line else "templates/",
            line,
        )


def _is_in(words: str, said: str) -> bool:
    letters = _letters(words)
    return len(letters) < _SHORTEST or letters in said


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
