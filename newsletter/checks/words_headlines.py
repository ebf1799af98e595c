"""Look at what an inbox shows: the subject and the line after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.authoring.issue import FILE
from newsletter.authoring.words import shortened
from newsletter.checks.reader import Kind, texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.findings import Severity
from newsletter.rendering.lines import columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.checks.reader import Text

_SHOWN = 40  # columns that a telephone held upright shows of a subject
_LONG_SUBJECT = 60  # columns: from here on a desktop cuts it, too
_SHORT_SUBJECT = 8
_SHORT_PREHEADER = 20
_LONG_PREHEADER = 110  # columns: Gmail on a desktop shows about as many after a short subject


def _text(material: Material, kind: Kind) -> Text:
    return next(text for text in texts(material) if text.kind is kind)


@rule(
    "subject-length",
    Severity.NOTE,
    reason="A telephone shows about 40 characters of a subject and a desktop about 60: what "
    "matters has to stand first.",
    source="The inboxes of Gmail and Apple Mail",
)
def the_subject_fits_an_inbox(material: Material) -> Iterator[Spot]:
    """Measure the subject in columns."""
    text = _text(material, Kind.SUBJECT)
    width = columns(text.words)
    if width > _LONG_SUBJECT:
        seen = text.words[:_SHOWN].rsplit(" ", 1)[0]
        message = f"The subject has {width} characters; a telephone shows “{seen}…”."
        yield Spot(message, f"Keep it under {_LONG_SUBJECT}.", FILE, text.line())
    if width < _SHORT_SUBJECT:
        message = f"The subject “{text.words}” says little."
        yield Spot(message, "Say what the issue is about in a few words.", FILE, text.line())


@rule(
    "preheader-length",
    Severity.NOTE,
    reason="The preheader is the second line of an inbox: too short and it is wasted, too long "
    "and it is cut off.",
    source="The inboxes of Gmail and Apple Mail",
)
def the_preheader_fits_an_inbox(material: Material) -> Iterator[Spot]:
    """Measure the preheader in columns."""
    text = _text(material, Kind.PREHEADER)
    width = columns(text.words)
    if not _SHORT_PREHEADER <= width <= _LONG_PREHEADER:
        message = f"The preheader has {width} characters."
        hint = f"Write between {_SHORT_PREHEADER} and {_LONG_PREHEADER}; 40 to 90 are best."
        yield Spot(message, hint, FILE, text.line())


@rule(
    "preheader-repeats",
    Severity.WARNING,
    reason="Side by side in an inbox, subject and preheader should say two things.",
    source="The inboxes of Gmail and Apple Mail",
)
def the_preheader_says_something_else(material: Material) -> Iterator[Spot]:
    """Compare the two, capitals and stops apart."""
    text = _text(material, Kind.PREHEADER)
    if _alike(text.words) == _alike(material.issue.front.subject):
        message = "The preheader repeats the subject."
        hint = "Name the second thing that the issue is about."
        yield Spot(message, hint, FILE, text.line())


@rule(
    "same-subject",
    Severity.WARNING,
    reason="Mail programs fold messages of one subject into a thread, where the new one is "
    "easily overlooked; mostly it is last week's line that nobody changed.",
    source="Gmail's conversation view",
)
def the_subject_is_new(material: Material) -> Iterator[Spot]:
    """Compare the subject with that of the issue before."""
    text = _text(material, Kind.SUBJECT)
    if material.last_subject and _alike(material.last_subject) == _alike(text.words):
        message = f"The last issue had the same subject, “{shortened(text.words)}”."
        yield Spot(message, "Write what is new this time.", FILE, text.line())


def _alike(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalnum())
