"""Lend a stand-in of SendGrid to a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sendgrid_standin.server import StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sendgrid() -> Iterator[StandIn]:
    with StandIn() as standin:
        yield standin
