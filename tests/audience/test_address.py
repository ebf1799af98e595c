"""Two ways of writing one address count as one."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
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
        ("name@example.org. ", "name@example.org"),
        ("jörg@Bücher.example.", "jörg@bücher.example"),
    ],
)
def test_addresses_have_one_normal_form(written: str, normal: str) -> None:
    """International ones too; the person's own capital letters are kept."""
    assert parse_address(written) == normal


@pytest.mark.parametrize("text", ["name@example.org..", "name@.", "name.@example.org.", "name."])
def test_only_one_full_stop_after_the_domain_is_dropped(text: str) -> None:
    """More of them, or one elsewhere, mean that something else was meant."""
    with pytest.raises(MistakeError):
        parse_address(text)


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


pieces = (
    st.text("aZ09_+-.", min_size=1, max_size=8)
    | st.text("aZ.!#$%&'*/=?^`{|}~\"@ (é", min_size=1, max_size=6)
    | st.sampled_from(
        ["postmaster", "Info", "NOC", "xn--a", "localhost", "ab--c", "a" * 40, "com", "example"]
    )
)
labels = pieces | st.sampled_from(["invalid", "arpa", "onion", "local", "test", "org"])


@settings(max_examples=500)
@given(st.builds("{}@{}".format, pieces, st.lists(labels, min_size=1, max_size=4).map(".".join)))
def test_the_short_cut_for_plain_addresses_comes_to_what_the_library_says(text: str) -> None:
    """It saves most of the time of an import, and must not let anything else through."""
    try:
        typed = text.strip().removesuffix(".")
        expected = validate_email(typed, check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError):
        with pytest.raises(MistakeError):
            parse_address(text)
    else:
        assert parse_address(text) == expected


@given(st.text(st.characters(codec="ascii"), max_size=20))
def test_folding_plain_text_needs_no_unicode(text: str) -> None:
    """The short cut for it must come to the same."""
    assert fold(text) == text.casefold()
