"""Lend the tests of the report a database of each kind, with readers who can be sent issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.report.world import World

if TYPE_CHECKING:
    from newsletter.database.opening import Database
    from tests.database.fixture import Clock


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    return World(database, clock)
