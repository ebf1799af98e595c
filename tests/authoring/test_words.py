"""The words in which mistakes are told."""

from __future__ import annotations

import pytest

from newsletter.authoring.words import sentence


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("there is no title", "There is no title"),
        ("whatson-api.parliament.uk is silent", "whatson-api.parliament.uk is silent"),
        ("office.yaml is missing", "office.yaml is missing"),
        ("nothing.", "Nothing."),
        ("", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_but_a_name_is_written_as_it_is(
    message: str, told: str
) -> None:
    """`Office.yaml` would be another file."""
    assert sentence(message) == told
