"""Read what the web site says and offers to people who want the newsletter."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from newsletter.authoring.fields import MOST_ENTRIES, Line, Written, language_problem, mistake

_RESERVED = frozenset({"all", "and", "or", "not"})
_TAG = re.compile(r"""[^\s;,:()"'](?:[^\t\n\r;,:()"']*[^\s;,:()"'])?""")
LONGEST_TAG = 200  # characters, as for any tag


def _tag(text: str) -> str:
    """Refuse what no segment of an issue could name without a doubt."""
    if not _TAG.fullmatch(text) or text.casefold() in _RESERVED:
        raise mistake(
            "this cannot be the tag of a topic",
            "Choose a short word or two, without signs such as ; , : ( ) and quotation marks.",
        )
    return text


Tag = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TAG), AfterValidator(_tag)]


def _by_language(value: object) -> object:
    """Refuse what does not say in which language each translation is."""
    if not isinstance(value, dict):
        raise mistake("this has to say each language’s short name", "Write {cy: Trenau}.")
    for problem in filter(None, map(language_problem, map(str, value))):
        raise mistake(*problem)
    return value


Translations = Annotated[
    dict[str, Line], Field(max_length=MOST_ENTRIES), BeforeValidator(_by_language)
]


def in_language(words: str, translations: dict[str, str], code: str) -> tuple[str, str]:
    """Return words in a language, and the short name of the language that they are in.

    That is empty where there is no translation, so that nobody knows better than the office.
    """
    for name, translated in translations.items():
        if name.split("-")[0] == code:
            return translated, code
    return words, ""


class Topic(Written):
    """A topic that people can choose: a tag, and what it is called on the web site."""

    tag: Tag = Field(description="The tag that an issue’s “segment” names")
    label: Line = Field(description="What people read beside its box")
    translations: Translations = Field(
        default_factory=dict, description="The label in other languages, such as {cy: Trenau}"
    )


class Wording(Written):
    """The words that people agree to."""

    text: Line = Field(description="The words that people agree to when they join")
    translations: Translations = Field(
        default_factory=dict, description="The same in other languages, such as {cy: …}"
    )


def _without_repeats(topics: list[Topic]) -> list[Topic]:
    tags = [topic.tag.casefold() for topic in topics]
    if len(set(tags)) < len(tags):
        raise mistake("two topics have the same tag", "Give each topic a tag of its own.")
    return topics


Topics = Annotated[list[Topic], Field(max_length=MOST_ENTRIES), AfterValidator(_without_repeats)]
