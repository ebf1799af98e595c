"""Providers are told apart by domain, and groups so small that they name somebody are joined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.report.providers import (
    FEWEST,
    OTHERS,
    by_provider,
    only_large,
    provider_of,
)


@pytest.mark.parametrize(
    ("domain", "provider"),
    [
        ("gmail.com", "Gmail"),
        ("GoogleMail.com", "Gmail"),
        ("hotmail.co.uk", "Outlook and Hotmail"),
        ("me.com", "iCloud"),
        ("btinternet.com", "BT"),
        ("nhs.net", "NHS"),
        ("ashcombe.nhs.uk", "NHS"),
        ("parliament.uk", "Parliament"),
        ("ashcombe.gov.uk.", "Government, councils"),
        ("cs.ashcombe.ac.uk", "Schools, universities"),
        ("notgmail.com", OTHERS),
        ("the-smiths.example", OTHERS),
        ("", OTHERS),
    ],
)
def test_a_provider_is_known_by_its_domains(domain: str, provider: str) -> None:
    """A part of a domain belongs to the whole; a domain of one's own may be a name."""
    assert provider_of(domain) == provider


def test_small_groups_are_joined_with_the_others() -> None:
    """One complaint among two people of a provider would be one of two."""
    found = by_provider(
        [
            ("gmail.com", "delivered", 9),
            ("googlemail.com", "bounced", 1),
            ("sky.com", "delivered", 2),
            ("a.example", "delivered", 3),
            ("nhs.net", "bounced", 4),
        ]
    )
    assert found == {
        "Gmail": {"delivered": 9, "bounced": 1},
        OTHERS: {"delivered": 5, "bounced": 4},
    }


def test_a_rest_that_is_too_small_takes_the_smallest_group_with_it() -> None:
    """Else whoever knows the total would know the rest."""
    counts = [("gmail.com", "delivered", 9), ("sky.com", "delivered", 6), ("x.example", "x", 1)]
    assert by_provider(counts) == {"Gmail": {"delivered": 9}, OTHERS: {"x": 1, "delivered": 6}}
    assert by_provider(counts[:2]) == {"Gmail": {"delivered": 9}, "Sky": {"delivered": 6}}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["gmail.com", "sky.com", "bt.com", "nhs.net", "a.example", ""]),
            st.sampled_from(["delivered", "bounced", "complained"]),
            st.integers(1, 9),
        )
    )
)
def test_nobody_is_lost_and_nobody_stands_alone(counts: list[tuple[str, str, int]]) -> None:
    """Whatever the counts: all people are in one group, of enough people if there are so many."""
    found = by_provider(counts)
    sizes = {name: sum(fates.values()) for name, fates in found.items()}
    total = sum(number for _, _, number in counts)
    assert sum(sizes.values()) == total
    assert all(size >= min(FEWEST, total) for size in sizes.values())
    assert OTHERS not in found or list(found)[-1] == OTHERS


def test_groups_that_overlap_are_left_out_where_they_are_small() -> None:
    """Segments cannot be joined: people may be in several."""
    groups = {"b": {"x": 5}, "small": {"x": 4}, "a": {"x": 5}, "large": {"x": 3, "y": 4}}
    shown, hidden = only_large(groups)
    assert list(shown) == ["large", "a", "b"]
    assert hidden == 1
