"""Let nothing be skipped unseen: in CI a test that is skipped has failed.

Only what `../shared` holds may be missing, for that folder is not part of a clone. Such a
test names it in its reason.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

MAY_BE_MISSING = "../shared"


def _forbid_skipping(report: pytest.TestReport | pytest.CollectReport) -> None:
    is_expected = hasattr(report, "wasxfail")
    if os.environ.get("CI") != "true" or not report.skipped or is_expected:
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if MAY_BE_MISSING not in reason:
        report.outcome = "failed"
        report.longrepr = f"{reason}\nIn CI nothing may be skipped: install what is missing."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _forbid_skipping(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _forbid_skipping(report)
    return report
