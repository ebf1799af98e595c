"""Lend every test what several of them need."""

import pytest

pytest.register_assert_rewrite("tests.transports.contract")

pytest_plugins = [
    "tests.skips",
    "tests.chromium",
    "tests.commands",
    "tests.database.fixture",
    "tests.sendgrid_standin.fixture",
    "tests.service_pages.door",
    "tests.web.previews",
]
