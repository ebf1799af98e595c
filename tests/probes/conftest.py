"""Give probes the time that a busy machine needs: how long they wait is no test's matter here."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("records.PATIENCE", "sandbox._PATIENCE", "web._PATIENCE"):
        monkeypatch.setattr(f"newsletter.probes.{name}", 60.0)
