"""A tag names what is personal and where it lands, and nothing else looks like one."""

from __future__ import annotations

import itertools

import pytest

from newsletter.authoring.words import RESERVED_TAG
from newsletter.errors import NewsletterError
from newsletter.rendering.tags import Field, Landing, tag, tags_in

EVERY = [(field, landing) for field in Field for landing in Landing]


def test_a_tag_is_found_again_wherever_it_stands() -> None:
    """In a link, beside a dash, or twice."""
    text = "".join(f'<a href="x-{tag(field, landing)}-">' for field, landing in EVERY) * 2
    assert tags_in(text, "nothing here", "") == frozenset(EVERY)


def test_no_tag_is_a_part_of_another() -> None:
    """SendGrid replaces one tag after the other, in an order of its own."""
    for one, other in itertools.permutations([tag(*each) for each in EVERY], 2):
        assert one not in other


def test_every_tag_is_refused_as_a_word() -> None:
    """A writer who typed one would have every reader's own link put there."""
    assert all(RESERVED_TAG.search(tag(field, landing)) for field, landing in EVERY)


@pytest.mark.parametrize(
    ("field", "landing"), [("gretting", "html"), ("greeting", "htm"), ("", "")]
)
def test_a_tag_that_does_not_exist_cannot_be_written(field: str, landing: str) -> None:
    """A template's author learns of the slip, not a reader."""
    with pytest.raises(NewsletterError, match="There is no personal value") as caught:
        tag(field, landing)
    assert "greeting" in caught.value.hint
    assert "html" in caught.value.hint
