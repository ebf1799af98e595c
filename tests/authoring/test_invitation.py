"""Topics and words to agree to: an office writes them down, and is told what is wrong."""

from __future__ import annotations

import pytest

from newsletter.authoring.invitation import in_language
from newsletter.authoring.office import parse_office
from newsletter.rendering.invitation import Choice, Words, agreement, choices
from newsletter.rendering.languages import Languages, own_catalogues
from tests.offices import OFFICE

LANGUAGES = Languages(own_catalogues())
TOPICS = """\
topics:
  - {tag: trains, label: Trains, translations: {cy-GB: Trenau}}
  - {tag: town council, label: The council}
consent: {text: Please, translations: {cy: Os gwelwch yn dda}}
"""


def test_an_office_without_them_is_complete() -> None:
    """Both have an answer of their own."""
    office, findings = parse_office(OFFICE)
    assert office is not None
    assert (office.topics, office.consent, findings) == ([], None, [])


def test_topics_and_words_are_shown_in_the_language_of_the_page() -> None:
    """As far as the office has them in it, and marked for screen readers otherwise."""
    office, findings = parse_office(OFFICE + TOPICS)
    assert office is not None, findings
    assert choices(office, "cy") == [
        Choice("trains", Words("Trenau", "")),
        Choice("town council", Words("The council", "en-GB")),
    ]
    assert choices(office, "en") == [
        Choice("trains", Words("Trains", "")),
        Choice("town council", Words("The council", "")),
    ]
    shown = [agreement(office, LANGUAGES, code, member="R H").text for code in ("en", "cy")]
    assert shown == ["Please", "Os gwelwch yn dda"]
    assert in_language("Please", {"cy": "Os"}, "fr") == ("Please", "")


def test_the_usual_words_name_the_member_the_newsletter_and_the_notice() -> None:
    """Consent has to be informed: to whom it is given, and for what (UK GDPR, article 4(11))."""
    office, _ = parse_office(OFFICE.replace("title: The Ashcombe East Update\n", ""))
    assert office is not None
    words = agreement(office, LANGUAGES, "en", member="Robin Halloway MP")
    assert words == Words(
        "Please send me News from Robin Halloway by email, from Robin Halloway MP. I know that I "
        "can stop it at any time with a link in each email, and that how my data is used is "
        "explained at https://update.example.org/privacy",
        "",
    )


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("topics: trains", "“topics” has to be a list"),
        ("topics: [{tag: all, label: A}]", "“tag”: this cannot be the tag of a topic"),
        ('topics: [{tag: "a;b", label: A}]', "“tag”: this cannot be the tag of a topic"),
        ('topics: [{tag: "ward:Castle", label: A}]', "“tag”: this cannot be the tag of a topic"),
        ("topics: [{tag: a}]", "“label” is missing"),
        (
            "topics: [{tag: a, label: A}, {tag: A, label: B}]",
            "“topics”: two topics have the same tag",
        ),
        (
            "topics: [{tag: a, label: A, translations: {Welsh: B}}]",
            "“translations”: “Welsh” is not the short name of a language",
        ),
        (
            "topics: [{tag: a, label: A, translations: B}]",
            "“translations”: this has to say each language’s short name",
        ),
        ("topics: [{tag: a, label: A, translations: {cy: }}]", "“cy” is empty"),
        ("consent: Please", "“consent” has to be made of text, translations"),
        ("consent: {translations: {cy: Os}}", "“text” is missing"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(written: str, message: str) -> None:
    """All mistakes of an office are told in plain words."""
    office, findings = parse_office(f"{OFFICE}{written}\n")
    assert office is None
    assert [(finding.line, finding.message) for finding in findings] == [
        (OFFICE.count("\n") + 1, message)
    ]
