"""What is known of a person grows by what is said of them, and never forgets an objection."""

from __future__ import annotations

import pytest

from newsletter.audience.merging import state_after
from newsletter.audience.subscriber import ConsentState, SubscriberState

ASKED, AGREED, LEFT = ConsentState.PENDING, ConsentState.CONFIRMED, ConsentState.WITHDRAWN


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ([], SubscriberState.PENDING),
        ([ASKED], SubscriberState.PENDING),
        ([ASKED, AGREED], SubscriberState.CONFIRMED),
        ([AGREED, ASKED], SubscriberState.CONFIRMED),
        ([AGREED, LEFT], SubscriberState.UNSUBSCRIBED),
        ([AGREED, LEFT, ASKED], SubscriberState.UNSUBSCRIBED),
        ([LEFT, AGREED], SubscriberState.CONFIRMED),
    ],
)
def test_a_state_follows_from_the_history_of_consent(
    history: list[ConsentState], state: SubscriberState
) -> None:
    """A question settles nothing; an answer and an objection do."""
    assert state_after(history) is state
