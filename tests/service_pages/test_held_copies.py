"""Whoever leaves while SendGrid holds their copy reads so on the page, and nobody else does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from newsletter.delivery import State
from tests.database.samples import ISSUE, edition
from tests.service_pages.door import ANN

if TYPE_CHECKING:
    from httpx import Response

    from tests.service_pages.door import Door

BOB = "bob@constituents.example"
ENGLISH = (
    "The issue planned for 22 July 2019, 17:00 (London time) has already been handed over for "
    "sending: it may still come once"
)
LAST = f"{ENGLISH}, and nothing after it."
WELSH = (
    "Mae’r rhifyn a drefnwyd ar gyfer 22 Gorffennaf 2019, 17:00 (amser Llundain) eisoes wedi’i "
    "drosglwyddo i’w anfon: gall gyrraedd unwaith o hyd, ond ni ddaw dim ar ei ôl."
)
AT_ONCE = "An issue that was being sent this very minute may still arrive."


@pytest.fixture
def summer(door: Door) -> Door:
    """The service on a day on which London's clocks are an hour ahead of UTC."""
    door.clock.time = datetime(2019, 7, 22, 9, 0, tzinfo=UTC)
    return door


def hand_over(door: Door, segment: str = "all", *, days: int = 0) -> None:
    """Have SendGrid hold an issue until five in the afternoon of some day."""
    dispatches = door.database.dispatches
    issue = replace(edition(), issue=ISSUE + timedelta(days=days))
    at = door.clock() + timedelta(days=days, hours=7)
    dispatch = dispatches.open(
        issue, segment=segment, transport="sendgrid", batch_size=1000, send_at=at
    )
    with dispatches.take(dispatch) as ledger:
        ledger.slips.add(f"slip {days}")
        batch = ledger.claim()
        assert batch is not None
        ledger.settle(batch, State.ACCEPTED)


def told(page: Response) -> list[str]:
    """Return what a page says of copies that are under way."""
    assert page.status_code in {200, 422}
    sentences = re.findall(r"<p>([^<]*)</p>", unescape(page.text))
    known = ("The issue planned for", "Mae’r rhifyn a drefnwyd", "An issue that was being sent")
    return [sentence for sentence in sentences if sentence.startswith(known)]


def test_the_goodbye_tells_of_the_issue_that_is_held_in_the_language_of_the_page(
    summer: Door,
) -> None:
    """It says when, by the clocks of London; who only looks at the page before is told nothing."""
    path = summer.leave_path(summer.subscribe())
    hand_over(summer)
    assert told(summer.get(path)) == []
    goodbye = summer.post(path)
    assert told(goodbye) == [LAST]
    assert told(summer.post(f"{path}?lang=cy")) == [WELSH]
    assert told(summer.post(f"{path}/back")) == [LAST], "without the box it is shown again"
    one_click = summer.client.post(path, content=b"List-Unsubscribe=One-Click")
    assert one_click.content == goodbye.content
    summer.clock.move(7 * 3600)
    assert told(summer.post(path)) == [AT_ONCE]


def test_whose_copy_is_not_held_is_told_what_everybody_is(summer: Door) -> None:
    """A link of nobody's, of an erased person and of somebody new look the same."""
    bob, ann = summer.subscribe(BOB), summer.subscribe()
    hand_over(summer)
    new = summer.subscribe("new@constituents.example")
    summer.database.subscribers.erase(BOB, actor="test")
    for key in (bob, new, "0" * 32):
        assert told(summer.post(summer.leave_path(key))) == [AT_ONCE]
        for topic in (["trains"], []):
            assert told(summer.post(f"{summer.leave_path(key)}/topics", {"topic": topic})) == []
    broken = summer.post(summer.leave_path(ann)[:-3])
    assert broken.status_code == 404
    assert "planned for" not in broken.text
    assert summer.states() == {ANN: "confirmed", "new@constituents.example": "unsubscribed"}


def test_whoever_leaves_the_topic_of_the_issue_is_told_on_both_pages(summer: Door) -> None:
    """Issues for everybody come after it, so that it is not called the last."""
    key = summer.subscribe(segments=("trains", "surgeries"))
    other = summer.subscribe(BOB, segments=("trains", "surgeries"))
    hand_over(summer, "trains")
    topics = f"{summer.leave_path(key)}/topics"
    assert told(summer.post(topics, {"topic": ["surgeries"]})) == []
    assert told(summer.post(topics, {"topic": ["trains"]})) == [f"{ENGLISH}."]
    data = summer.open_path(other)
    assert told(summer.get(data)) == []
    assert told(summer.post(data, {"topic": ["trains"]})) == []
    assert told(summer.post(data, {"topic": ["surgeries"]})) == [f"{ENGLISH}."]
    summer.post(summer.leave_path(other))
    assert told(summer.get(data)) == [LAST]


def test_whoever_has_their_data_erased_is_told_once_of_each(summer: Door) -> None:
    """Afterwards nobody knows any more for whom the copies are; nothing follows the last."""
    key = summer.subscribe()
    hand_over(summer, days=2)
    hand_over(summer)
    path = f"{summer.open_path(key)}/erase"
    assert told(summer.get(path)) == []
    last = LAST.replace("22 July", "24 July")
    assert told(summer.post(path)) == [f"{ENGLISH}.", last]
    assert told(summer.post(path)) == []
    assert told(summer.get(summer.open_path(key))) == []
    assert told(summer.post(summer.leave_path(key))) == [AT_ONCE]
