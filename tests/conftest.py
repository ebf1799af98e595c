"""Lend every test what several of them need, and the same surroundings on every machine."""

import os

import pytest
from hypothesis import HealthCheck, settings

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

# What a terminal, a proxy or a builder says of itself must change no line that is compared: how
# wide and how colourful it is (rich and typer look at all of these), or who stands in the way.
for _name in list(os.environ):
    if _name.upper().endswith("_PROXY") or _name in {
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLORTERM",
        "COLUMNS",
        "FORCE_COLOR",
        "GITHUB_ACTIONS",
        "LINES",
        "NO_COLOR",
        "PY_COLORS",
        "TERM",
        "TERMINAL_WIDTH",
        "TTY_COMPATIBLE",
        "TTY_INTERACTIVE",
    }:
        del os.environ[_name]

# The same examples in every run, and no stopwatch: machines differ, and so does their load.
# Look for new ones by `make test ARGS=--hypothesis-profile=searching`.
settings.register_profile("searching", deadline=None, print_blob=True)
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")
