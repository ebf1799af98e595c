"""Lend the tests of delivery an office with three subscribers, at a SendGrid of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.delivery.offices import bring_in, by_sendgrid

if TYPE_CHECKING:
    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn


@pytest.fixture
def peopled(office: Office, sendgrid: StandIn) -> Office:
    bring_in(office, 0, 1, 2)
    by_sendgrid(office, sendgrid)
    return office
