"""An edition is named by all that its readers receive."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from datetime import date

import pytest

from newsletter.rendering.edition import Edition, Sender, Tracking

EDITION = Edition(
    issue=date(2019, 2, 18),
    subject="Your trains",
    preheader="What I asked",
    html="<p>Caffè ☕</p>",
    text="Caffè ☕",
    web="<p>Web</p>",
    sender=Sender("Robin Halloway MP", "update@example.org", "robin@example.org"),
    list_id="The Update <update.example.org>",
)
CHANGES = {
    "issue": date(2019, 2, 19),
    "subject": "Your train",
    "preheader": "What I asked ",
    "html": "<p>Caffè ☕</p>\n",
    "text": "Caffe\u0300 ☕",
    "web": "<p>web</p>",
    "sender": Sender("Robin Halloway", "update@example.org", "robin@example.org"),
    "list_id": "The Update <updates.example.org>",
    "tracking": Tracking.ON,
}


def test_the_digest_is_the_same_for_ever() -> None:
    """An approval of last year names the same bytes on any machine."""
    assert EDITION.digest == replace(EDITION).digest
    assert EDITION.digest == "fa4a0e5eb512e52d240ae204735cac531eca070e9a70b7b3d1a381f581939766"


@pytest.mark.parametrize("name", CHANGES)
def test_one_changed_byte_makes_another_digest(name: str) -> None:
    """What was approved is what is sent."""
    changed = replace(EDITION, **{name: CHANGES[name]})  # type: ignore[arg-type]  # by name
    assert changed.digest != EDITION.digest


@pytest.mark.parametrize("name", ["name", "email", "reply_to"])
def test_the_sender_is_a_part_of_it(name: str) -> None:
    """A copy that comes from somebody else is another one."""
    sender = replace(EDITION.sender, **{name: "x"})
    assert replace(EDITION, sender=sender).digest != EDITION.digest


def test_every_field_is_a_part_of_it() -> None:
    """Whoever adds a field to an edition has to say how it changes the digest."""
    assert {*CHANGES, "digest"} == {field.name for field in fields(Edition)}


def test_words_that_move_from_one_field_to_the_next_change_it() -> None:
    """The digest is not of one long string."""
    moved = replace(EDITION, subject="Your trainsWhat I asked", preheader="")
    assert moved.digest != EDITION.digest


def test_half_a_character_has_a_digest_too() -> None:
    """YAML can hold one; whether it may be sent is for others to say."""
    assert replace(EDITION, text="\ud83d").digest != replace(EDITION, text="\ud83c").digest


def test_an_edition_cannot_be_changed() -> None:
    """It is what was looked at, approved and frozen."""
    with pytest.raises(FrozenInstanceError):
        EDITION.subject = "Another"  # type: ignore[misc]  # the fault
