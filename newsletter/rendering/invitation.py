"""Say what people agree to when they join, and what they can choose, in their language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.authoring.invitation import in_language

if TYPE_CHECKING:
    from newsletter.authoring.office import Office
    from newsletter.rendering.languages import Languages


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the office; `lang` says their language where it is not that of the page."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A topic as a form offers it."""

    tag: str
    label: Words


def choices(office: Office, code: str) -> list[Choice]:
    """Return the topics that people can choose, in a language as far as the office has it."""
    return [
        Choice(topic.tag, _words(office, topic.label, topic.translations, code))
        for topic in office.topics
    ]


def agreement(office: Office, languages: Languages, code: str, *, member: str) -> Words:
    """Return the words that people agree to: shown to them, and kept as their proof."""
    if office.consent is not None:
        return _words(office, office.consent.text, office.consent.translations, code)
    sentence = languages.translations(code).gettext(
        "Please send me %(newsletter)s by email, from %(member)s. I know that I can stop it at "
        "any time with a link in each email, and that how my data is used is explained at "
        "%(privacy)s"
    )
    shown = sentence % {
        "newsletter": office.title or f"News from {office.name}",
        "member": member,
        "privacy": office.privacy.url,
    }
    return Words(shown, "")


def _words(office: Office, words: str, translations: dict[str, str], code: str) -> Words:
    text, lang = in_language(words, translations, code)
    own = office.language.split("-")[0]
    return Words(text, "" if (lang or own) == code else office.language)
