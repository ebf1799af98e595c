"""Look for what was to be filled in and was not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.authoring.blocks import BLOCKS, Event, Surgery
from newsletter.authoring.issue import FILE, Placed
from newsletter.authoring.words import shortened
from newsletter.checks.calendar_dates import dates_in
from newsletter.checks.lines import body_line, lines_of_body
from newsletter.checks.reader import Kind, texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.checks.sentences import prose_of, quoted
from newsletter.findings import Severity
from newsletter.rendering.tags import ANY_TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNFILLED = re.compile(
    r"""(?x)
    \b(?:TODO|TO\ DO|FIXME|XXX+|TKTK|TK\ TK)\b
    | (?i:\blorem\ ipsum\b|\bdolor\ sit\ amet\b)
    | (?i:\b(?:insert|add)\ (?:text|link|date|name|photo|picture|quote|details?)\ here\b)
    | (?i:\[(?:insert|add|tbc|tba|check)\b[^\]\n]{0,60}\])
    | (?P<label>(?i:\[(?:your|(?:first|last|full)\ name|date|venue|time|place|link|number|quote
        |name(?!(?:s|\ and\ address)?\ (?:withheld|changed|removed|redacted|supplied)))
        \b[^\]\n]{0,60}\]))                            # in a quotation it is an editor's word
    | <!--[^\n]*?(?:-->|$)                              # Markdown shows HTML's comments
    | (?i:\bx{2,}[/.]x{2,}\b | \bxx\ (?:january|february|march|april|may|june|july|august
        |september|october|november|december)\b)
    | (?<![\w?!])\?{3,} | _{4,} | £[Xx]{1,}(?:,[Xx]{3})?\b
    """
)


@rule(
    "placeholder",
    Severity.ERROR,
    reason="A note to oneself such as TODO, or filler such as lorem ipsum, is to be replaced "
    "before anybody reads it.",
    source="What went wrong in real newsletters",
)
def nothing_is_left_to_fill_in(material: Material) -> Iterator[Spot]:
    """Look for the usual notes and fillers."""
    for text in texts(material):
        words = prose_of(text)
        others = [(0, len(words))] if text.kind is Kind.QUOTATION else quoted(words)
        for found in _UNFILLED.finditer(words):
            if found["label"] and any(start <= found.start() < end for start, end in others):
                continue
            message = f"“{shortened(found[0])}” is still to be filled in."
            hint = "Write what belongs there, or take it out."
            yield Spot(message, hint, FILE, text.line(found.start()))


_TAG = re.compile(
    r"""(?x)
    \{\{.*?\}\} | \{%.*?%\} | \{\#.*?\#\}              # Jinja, Liquid, Handlebars, Mustache
    | <%.*?%> | <\?(?:php|=).*?\?>                     # ERB, ASP, PHP
    | \*\|[^|\n]{1,60}\|\*                             # Mailchimp
    | (?<![\w%])%[A-Za-z][A-Za-z_.]{2,40}%(?!\w)       # Campaign Monitor and the like
    | %%[A-Za-z][A-Za-z_.: ]{0,40}%%                    # Marketing Cloud
    | <<[A-Za-z][A-Za-z_. ]{0,40}>>                     # Word's, typed by hand
    | \[\[[^\]\n]{1,60}\]\](?!\()                      # wikis, Sailthru
    | [$\#@]\{[^{}\n]{1,60}\}                          # shells, Java, Ruby
    | \[%[^%\n]{1,60}%\]                               # Template Toolkit
    | \{(?:[A-Za-z]+[_.][A-Za-z_.]+|(?i:(?:first|last|full)?\ ?name|e?mail|address|title|date))\}
    | «(?:[A-Za-z]+_[A-Za-z_]+|[A-Z][a-z]+[A-Z][A-Za-z]*|(?:Name|Title|Surname|Forename|Email
        |Address|Postcode|Salutation|Greeting))»       # Word's mail merge
    | -nl_[a-z_]*-?                                    # our own
    """
)
_TAG_OUTSIDE = "Take it out of the template that shows it, or have the template fill it in."
_TAG_INSIDE = (
    "Write words instead: no tag is filled in here. The greeting with a reader's name comes "
    "by itself."
)


@rule(
    "template-tag",
    Severity.ERROR,
    reason="A tag of a mailing program, such as {{ FirstName }}, is filled in by that program "
    "alone: here every reader would see it as it stands.",
    source="What went wrong in real newsletters",
)
def no_tag_is_shown_raw(material: Material) -> Iterator[Spot]:
    """Look for the tags of every usual template language, in the issue and in the edition.

    The issue's lines are read as they were typed: Markdown would take the stars of *|NAME|*.
    """
    for number, line in _lines(material):
        code = [found.span() for found in re.finditer(r"(`+)[^`]+\1", line)]
        for found in _TAG.finditer(line):
            if not any(start < found.start() < end for start, end in code):
                message = f"“{shortened(found[0])}” would be shown to every reader as it stands."
                yield Spot(message, _TAG_INSIDE, FILE, number)
    yield from _tags_of_templates(material)


def _lines(material: Material) -> Iterator[tuple[int, str]]:
    """Yield the lines of the front matter, of the prose and of blocks: not those of code."""
    first = body_line(material.source)
    yield from enumerate(material.source.split("\n")[: first - 1], start=1)
    for number, line, fence in lines_of_body(material.source):
        if not fence or fence in BLOCKS:
            yield number, line


def _tags_of_templates(material: Material) -> Iterator[Spot]:
    """Yield the tags of an edition that do not come from its issue."""
    edition = material.edition
    for face, words in {"the subject": edition.subject, "the plain text": edition.text}.items():
        shown = ANY_TAG.sub("", words)
        for tag in dict.fromkeys(found[0] for found in _TAG.finditer(shown)):
            if tag not in material.source:
                message = f"“{shortened(tag)}” would be shown as it stands in {face}."
                yield Spot(message, _TAG_OUTSIDE, "templates/")


@rule(
    "never-confirmed",
    Severity.WARNING,
    reason="“To be confirmed” about a day that is past says that nobody looked again.",
    source="What went wrong in real newsletters",
)
def what_was_to_be_confirmed_is_confirmed(material: Material) -> Iterator[Spot]:
    """Look for appointments and sentences whose day is past and whose place is open."""
    day = material.issue.date
    for block, line in _appointments(material):
        if block.date < day and block.venue and not block.is_place_known:
            yield _open_still(f"The venue of “{shortened(block.title)}”", line)
    for text in texts(material):
        found = re.search(r"\bT\.?B\.?[CA]\b\.?|\bto be (?:confirmed|announced)\b", text.words)
        dates = [item.falls_on for item in dates_in(text.words, day) if item.falls_on]
        if found and dates and max(dates) < day:
            yield _open_still("What is announced here", text.line(found.start()))


def _appointments(material: Material) -> Iterator[tuple[Event | Surgery, int]]:
    for part in material.issue.body:
        if isinstance(part, Placed) and isinstance(part.block, Event | Surgery):
            yield part.block, part.line


def _open_still(subject: str, line: int | None) -> Spot:
    return Spot(
        f"{subject} is still to be confirmed, but its day is past.",
        "Say what came of it, or take it out.",
        FILE,
        line,
    )


@rule(
    "empty-section",
    Severity.WARNING,
    reason="A heading with nothing below it promises something that does not come.",
    source="[WCAG 2.2, 2.4.6](https://www.w3.org/TR/WCAG22/#headings-and-labels)",
)
def every_heading_has_something_below(material: Material) -> Iterator[Spot]:
    """Look for headings that another one of their level, or the end, follows at once."""
    lines = material.source.split("\n")
    for text in texts(material):
        number = text.line() or 0
        level = _level(lines, number)
        if text.kind is not Kind.HEADING or not level:
            continue
        below = next(
            (n for n, line in enumerate(lines, start=1) if n > number and line.strip()), 0
        )
        next_level = _level(lines, below) if below else 1
        if next_level and next_level <= level:
            message = f"Nothing follows the heading “{shortened(text.words)}”."
            yield Spot(message, "Write what it announces, or take it out.", FILE, number)


def _level(lines: list[str], number: int) -> int:
    """Return how deep a heading the line of that number is, 0 for what is none."""
    found = re.match(r"(#{1,6})\s", lines[number - 1])
    return len(found[1]) if found and number else 0
