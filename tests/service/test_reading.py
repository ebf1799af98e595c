"""What the office has written counts as soon as it has changed, and a slip closes nothing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from newsletter import wiring
from newsletter.errors import ConfigurationError
from newsletter.web.public.reading import WebsiteOnFile
from tests.offices import OFFICE, make_office

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.rendering.website import Website


def test_a_file_that_is_gone_or_broken_leaves_the_last_good_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody edits office.yaml on the machine that serves the public."""
    desk = wiring.office_folder(make_office(tmp_path / "office"))
    file = desk.root / "office.yaml"
    website = WebsiteOnFile([file], lambda: wiring.website(desk))
    assert website() is website(), "what has not changed is not read again"
    with caplog.at_level("INFO", "newsletter.service"):
        file.unlink()
        assert website().office.name == website().office.name == "Robin Halloway"
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1, "once for each change"
    assert told[0].startswith("office.yaml has changed, and is not used: There is no office.yaml")
    file.write_text(OFFICE.replace("Robin Halloway\n", "Kim Halloway\n", 1), encoding="utf-8")
    assert website().office.name == "Kim Halloway"


def test_a_service_without_an_office_does_not_start(tmp_path: Path) -> None:
    """There is nothing to fall back upon."""
    with pytest.raises(ConfigurationError, match=r"no office\.yaml"):
        WebsiteOnFile([], lambda: wiring.website(wiring.office_folder(tmp_path)))


def test_many_visitors_at_once_have_it_read_once(tmp_path: Path) -> None:
    """It takes a moment, and nobody needs it twice."""
    desk = wiring.office_folder(make_office(tmp_path / "office"))
    file = desk.root / "office.yaml"
    readings: list[Website] = []
    others: list[threading.Thread] = []

    def read() -> Website:
        readings.append(wiring.website(desk))
        if len(readings) == 2:
            others.extend(threading.Thread(target=website) for _ in range(4))
            for other in others:
                other.start()
        return readings[-1]

    website = WebsiteOnFile([file], read)
    file.write_text(OFFICE + "tracking: true\n", encoding="utf-8")
    assert website().office.tracking
    for other in others:
        other.join()
    assert len(readings) == 2
