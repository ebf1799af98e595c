"""The carrier's suppressions arrive page by page, however often one has to ask."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from newsletter.errors import ConfigurationError, UnavailableError
from newsletter.transports.sendgrid_suppressions import GLOBAL, LISTS, SendGridSuppressions
from tests.sendgrid_standin.server import KEY, KEY_WITHOUT_PERMISSION
from tests.sendgrid_standin.steps import Answer, Hang, Raw, Reset, rate_limited

if TYPE_CHECKING:
    from tests.sendgrid_standin.server import StandIn
    from tests.sendgrid_standin.steps import Step

BOUNCES = LISTS[0]


def carrier(
    sendgrid: StandIn, *, key: str = KEY, deadline: float = 10.0, slept: list[float] | None = None
) -> SendGridSuppressions:
    waits = [] if slept is None else slept
    return SendGridSuppressions(key, sendgrid.host, deadline, sleep=waits.append)


def test_pages_follow_each_other_and_leave_out_what_came_later(sendgrid: StandIn) -> None:
    """What is added while one reads must not move the pages."""
    sendgrid.suppressions.put(BOUNCES, *(f"r{n}@example.org" for n in range(501)), created=100)
    sendgrid.suppressions.put(BOUNCES, "later@example.org", created=300)
    source = carrier(sendgrid)
    assert len(source.page(BOUNCES, offset=0, until=200)) == 500
    assert source.page(BOUNCES, offset=500, until=200) == ["r500@example.org"]
    assert sendgrid.suppressions.asked == [(BOUNCES, 0), (BOUNCES, 500)]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_can_be_asked_for(sendgrid: StandIn, name: str) -> None:
    """Bounces, complaints, invalid addresses and both kinds of unsubscribing."""
    sendgrid.suppressions.put(name, "gone@example.org")
    assert carrier(sendgrid).page(name, offset=0, until=2_000_000_000) == ["gone@example.org"]


def test_blocks_are_not_asked_for() -> None:
    """A block is a full mailbox or a hiccup: it suppresses nobody."""
    assert not [name for name in LISTS if "blocks" in name]


def test_a_list_that_the_account_does_not_have_is_empty(sendgrid: StandIn) -> None:
    """Its people stand among the unsubscribes as well."""
    sendgrid.suppressions.plan.append(Answer(404, b"{}"))
    assert carrier(sendgrid).page(GLOBAL, offset=0, until=1) == []


def test_it_waits_as_long_as_it_is_told(sendgrid: StandIn) -> None:
    """A large list runs into the limit of requests a minute."""
    slept: list[float] = []
    sendgrid.suppressions.plan += [rate_limited(int(time.time()) + 2), Answer(429), None]
    sendgrid.suppressions.put(BOUNCES, "gone@example.org")
    source = carrier(sendgrid, slept=slept)
    assert source.page(BOUNCES, offset=0, until=2_000_000_000) == ["gone@example.org"]
    assert len(slept) == 2
    assert slept[1] == 1.0


def test_it_does_not_wait_for_ever(sendgrid: StandIn) -> None:
    """Whoever started it can do so again tomorrow."""
    sendgrid.suppressions.plan += [Answer(429)] * 9
    with pytest.raises(UnavailableError):
        carrier(sendgrid).page(BOUNCES, offset=0, until=1)


@pytest.mark.parametrize(
    "step",
    [
        Answer(500),
        Answer(200, b"no list"),
        Answer(200, b'{"errors": []}'),
        Answer(404, b"{}"),
        Raw(),
        Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n[]"),
        Reset(),
        Hang(),
    ],
)
def test_whatever_goes_wrong_can_be_tried_again(sendgrid: StandIn, step: Step) -> None:
    """Nothing was changed by asking, so nothing is uncertain."""
    sendgrid.suppressions.plan.append(step)
    with pytest.raises(UnavailableError):
        carrier(sendgrid, deadline=0.3).page(BOUNCES, offset=0, until=1)
    sendgrid.release()


@pytest.mark.parametrize("key", [KEY_WITHOUT_PERMISSION, "SG.wrong"])
def test_a_key_that_may_not_read_them_is_told(sendgrid: StandIn, key: str) -> None:
    """It is for somebody to mend, not to repeat."""
    with pytest.raises(ConfigurationError):
        carrier(sendgrid, key=key).page(BOUNCES, offset=0, until=1)


def test_an_entry_that_is_none_counts_but_names_nobody(sendgrid: StandIn) -> None:
    """Were it dropped, a whole page would look like the last one."""
    sendgrid.suppressions.plan.append(
        Answer(200, b'[{"email": "a@example.org"}, {"email": 1}, "b@example.org"]')
    )
    found = carrier(sendgrid).page(BOUNCES, offset=0, until=1)
    assert found == ["a@example.org", "", ""]
