"""Two ways of writing one address count as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.address import fold, parse_address
from newsletter.errors import MistakeError


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" Ann.Smith@EXAMPLE.org\n", "Ann.Smith@example.org"),
        ("jörg@bücher.example", "jörg@bücher.example"),
        ("jo\u0308rg@example.org", "j\u00f6rg@example.org"),
        ("a@xn--bcher-kva.example", "a@bücher.example"),
        ("o'neil+news@example.org", "o'neil+news@example.org"),
    ],
)
def test_addresses_have_one_normal_form(written: str, normal: str) -> None:
    """International ones too; the person's own capital letters are kept."""
    assert parse_address(written) == normal


@pytest.mark.parametrize("same", ["ANN@example.org", "ann@Example.ORG", "Ann@EXAMPLE.org"])
def test_case_makes_no_difference_when_addresses_are_compared(same: str) -> None:
    """People type their address in every way; it is still theirs."""
    assert fold(parse_address(same)) == "ann@example.org"


def test_composed_and_decomposed_letters_are_the_same() -> None:
    """One keyboard sends é as one character, another as two."""
    assert fold("jose\u0301@example.org") == fold("JOS\u00c9@example.org")


@given(st.text(max_size=40))
def test_no_text_whatsoever_breaks_the_parser_and_none_is_repeated(text: str) -> None:
    """It is an address or a mistake; the mistake does not quote it."""
    try:
        found = parse_address(f"{text}@example.org")
    except MistakeError as error:
        assert "@" not in error.message  # noqa: PT017  # the other outcome is as good
    else:
        assert found.endswith("@example.org")
