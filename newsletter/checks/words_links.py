"""Look for links that were lost in pasting, and for links whose words say nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.authoring.issue import FILE
from newsletter.authoring.words import shortened
from newsletter.checks.reader import Kind, Mark, links, texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.checks.sentences import HIDDEN, prose_of
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.checks.reader import Text

_DANGLING = re.compile(
    r"""(?xi)
    \b(?:
        (?:(?:web\ ?)?sites?|web\ ?pages?|home\ ?page|online|(?:find(?:\ out)?|read|see|hear|learn)\ more
          |(?:more|further|full)\ (?:information|details|detail)|details|register|sign\ up
          |book(?:\ (?:a|your)\ place|\ online|\ tickets)?|take\ part|sign\ (?:it|the\ petition)
          |follow\ (?:me|us)|the\ link|contact\ (?:me|us|my\ office|our\ office|my\ team)
          |write\ to\ (?:me|us)|watch\ (?:it|the\ (?:video|film|speech|debate))
        )\ (?:is\ |are\ )?(?:available\ )?(?:at|via|here\ at|by\ visiting)
      | (?:visit|go\ to|see)\ (?:our|my|the|their|its)\ (?:\w+\ ){0,2}(?:web\ ?site|site|web\ ?page|page)\ (?:at|on|via)
      | (?:e-?mail|write\ to|contact|call|ring|(?:tele)?phone|text|reach)\ (?:me|us|my\ office|our\ office|my\ team|the\ office)\ (?:at|on|by\ calling|by\ e-?mailing)
      | (?:published|printed|promoted)(?:\ and\ (?:published|promoted|printed))*\ by
      | on\ behalf\ of
    )\s*(?P<colon>:?)\s*(?=[.;!)]*\s*$|[.;!)]\s+[A-Z])
    """
)
_LABEL = re.compile(
    r"(?i)^(?:tel|telephone|phone|mobile|e-?mail|website|web|address|register|book|link|"
    r"facebook|twitter|venue|where|when|time|date|rsvp)\s*:\s*$"
)
_ANSWERS = (Kind.ITEM, Kind.LABEL, Kind.CELL)


@rule(
    "dangling-link",
    Severity.ERROR,
    reason="“Visit our website at” with nothing after it is what is left when a link is lost "
    "in pasting.",
    source="What went wrong in real newsletters",
)
def what_announces_a_link_has_one(material: Material) -> Iterator[Spot]:
    """Look for sentences that end where an address should begin."""
    shown = texts(material)
    for text, following in zip(shown, [*shown[1:], None], strict=True):
        words = prose_of(text)
        for found in _DANGLING.finditer(words):
            if not (found["colon"] and _is_answer(following)):
                yield _lost(text, found)
        label = _LABEL.match(words)
        if label and text.kind in {Kind.PARAGRAPH, Kind.ITEM} and not _is_answer(following):
            yield _lost(text, label)


def _is_answer(following: Text | None) -> bool:
    """Whether what follows a colon is what the colon announces."""
    if following is None or following.kind is Kind.HEADING:
        return False
    has_address = HIDDEN in prose_of(following) or re.search(r"\d{3}", following.words)
    return following.kind in _ANSWERS or bool(following.spans) or bool(has_address)


def _lost(text: Text, found: re.Match[str]) -> Spot:
    words = shortened(found[0].strip())
    return Spot(
        f"Nothing follows “{words}”: a link or an address was lost.",
        "Write it after these words, or make a link: [words to click on](https://…).",
        FILE,
        text.line(found.start()),
    )


_VAGUE = frozenset(
    {
        *("click", "click here", "click me", "click on this link", "click this link", "details"),
        *("download", "find out more", "follow this link", "full story", "go", "go here", "here"),
        *("here it is", "info", "information", "learn more", "link", "links", "more"),
        *("more details", "more here", "more info", "more information", "please click here"),
        *("press here", "read", "read it here", "read more", "read more here", "read on", "see"),
        *("see here", "see more", "tap here", "the link", "this", "this link", "this page"),
        *("this site", "this website", "url", "view", "view here", "view more", "watch", "web"),
        *("webpage", "website"),
    }
)
_CLICK = re.compile(r"\b(?:click|press|tap) (?:here|below|on (?:the|this) link)\b", re.IGNORECASE)


@rule(
    "vague-link",
    Severity.WARNING,
    reason="Many people hear the links of a text one after the other, without the words "
    "between them: “here, here, read more” tells them nothing.",
    source="[WCAG 2.2, 2.4.4](https://www.w3.org/TR/WCAG22/#link-purpose-in-context)",
)
def the_words_of_a_link_say_where_it_leads(material: Material) -> Iterator[Spot]:
    """Look for links called “here”, and for “click here” anywhere."""
    hint = "Let the words say what is there: [the hospital's consultation](https://…)."
    for link in links(material):
        words = re.sub(r"[\s.…!»>→:-]+", " ", link.words).strip().lower()
        if words in _VAGUE:
            message = f"The link “{shortened(link.words)}” does not say where it leads."
            yield Spot(message, hint, link.file, link.line)
    for text in texts(material):
        for found in _CLICK.finditer(text.words):
            if Mark.LINK not in text.marks(*found.span()):
                message = f"“{found[0]}” stands where there is nothing to click on."
                yield Spot(message, hint, FILE, text.line(found.start()))


_BARE = re.compile(
    r"(?<![\w@/.-])(?:www\.[\w-]+\.[\w./-]*[\w/]|(?:[a-z0-9-]+\.)+(?:org|com|net|uk|eu)/[\w./-]*\w)"
)


@rule(
    "bare-address",
    Severity.WARNING,
    reason="An address without https:// is no link: readers would have to type it.",
    source="How mail programs read links",
)
def addresses_are_links(material: Material) -> Iterator[Spot]:
    """Look for web addresses in the text that nobody can click on."""
    for text in texts(material):
        for found in _BARE.finditer(text.words):
            if not text.marks(*found.span()) & {Mark.LINK, Mark.CODE} and not re.search(
                r"https?://\S*$", text.words[: found.start()]
            ):
                message = f"“{shortened(found[0])}” is no link."
                hint = f"Write [words to click on](https://{found[0]})."
                yield Spot(message, hint, FILE, text.line(found.start()))
