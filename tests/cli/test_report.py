"""`newsletter report` says how an issue went, from the reports that the carrier sent."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.cli.options import (
    EXIT_CONFIGURATION,
    EXIT_REFUSED,
    EXIT_STOPPED,
    EXIT_USAGE,
)
from tests.delivery.offices import SEND, by_sendgrid
from tests.sendgrid_standin.steps import Answer, Taken

if TYPE_CHECKING:
    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

REPORT = ("report", "--issue", "2019-02-18")
HEADER = "email,first_name,segments,status,consent_at,consent_source,consent_wording\n"
PROVIDERS = ("gmail.com", "hotmail.co.uk", "the-ashcombe-smiths.example")


def bring_in(office: Office, people: int) -> None:
    rows = [
        f"reader{n}@{PROVIDERS[n % 3]},Reader{n},ward:{'AB'[n % 2]},confirmed,2018-05-14,web,Yes\n"
        for n in range(people)
    ]
    office.write("people.csv", HEADER + "".join(rows))
    assert office("subscribers", "import", "people.csv").code == 0


def reports(sendgrid: StandIn) -> list[dict[str, Any]]:
    """Return what SendGrid would say: most arrive, two bounce, one complains, one is put off."""
    what = {
        1: {"event": "bounce", "type": "bounce", "reason": "550 5.1.1 <x@y.example> unknown"},
        2: {"event": "bounce", "type": "blocked", "reason": "552 mailbox is full"},
        3: {"event": "spamreport"},
        4: {"event": "deferred", "response": "421 try again later"},
    }
    (mail,) = sendgrid.mails
    return [
        {
            "email": person["to"][0]["email"],
            "timestamp": 4_000_000_000 + number,
            **person["custom_args"],
            **what.get(number, {"event": "delivered"}),
        }
        for number, person in enumerate(mail["personalizations"])
        if number < 25
    ]


@pytest.fixture
def reported(office: Office, sendgrid: StandIn) -> Office:
    """An office whose issue went to thirty; of the last five nobody knows anything."""
    bring_in(office, 30)
    by_sendgrid(office, sendgrid)
    sendgrid.plan(Taken(Answer(500)))
    stopped = office(*SEND)
    assert stopped.code == EXIT_STOPPED, stopped.err
    office.write("events.json", json.dumps(reports(sendgrid)))
    assert office("events", "import", "events.json").code == 0
    return office


def test_a_report_in_the_terminal_needs_eighty_columns_and_no_colour(
    reported: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read over somebody's shoulder, piped to a file, and printed."""
    monkeypatch.setenv("COLUMNS", "80")
    outcome = reported(*REPORT)
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in outcome.out
    assert lines[0] == "Report on the issue of Monday 18 February 2019"
    bars = {line.split()[0]: line.count("█") for line in lines if "█" in line}
    assert bars["Delivered"] == round(21 / 30 * 12)
    assert bars["Uncertain"] == round(5 / 30 * 12)
    assert "@" not in outcome.out.replace("behind the @", "")


def test_a_bar_stands_before_the_number_that_it_shows(
    office: Office, sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full bar before `Delivered 0` says the opposite of what is true."""
    monkeypatch.setenv("COLUMNS", "80")
    bring_in(office, 30)
    by_sendgrid(office, sendgrid)
    assert office(*SEND).code == 0
    (mail,) = sendgrid.mails
    bounced = [
        {
            "email": person["to"][0]["email"],
            "timestamp": 4_000_000_000,
            **person["custom_args"],
            "event": "bounce" if number else "delivered",
            "reason": "550 5.1.1 unknown",
        }
        for number, person in enumerate(mail["personalizations"])
    ]
    for events, hours, gmail in (
        (bounced[1:], "later 0 29 0", "Gmail 10 0.0 % 9 0"),
        (bounced, "later ████████████ 1 29 0", "Gmail 10 █ 10.0 % 9 0"),
    ):
        office.write("events.json", json.dumps(events))
        assert office("events", "import", "events.json").code == 0
        lines = [" ".join(line.split()) for line in office(*REPORT).out.splitlines()]
        assert {hours, gmail} <= set(lines)


def test_a_narrow_terminal_gets_no_bars_and_an_old_one_plain_ones(
    reported: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers come first; and what cannot be written is not."""
    monkeypatch.setenv("COLUMNS", "60")
    lines = reported(*REPORT).out.splitlines()
    assert max(map(len, lines)) <= 60
    assert "█" not in "".join(lines)
    reported.environment.update(COLUMNS="80", PYTHONIOENCODING="ascii:replace")
    old = reported.process(*REPORT)
    assert old.code == 0
    assert "########" in old.out


def test_a_report_is_a_document_for_programs(reported: Office) -> None:
    """One, and nothing else, on stdout."""
    document = reported(*REPORT, "--json").document
    assert document["counts"] == {
        "complained": 1, "delivered": 21, "deferred": 1, "uncertain": 5, "bounced": 2,
    }  # fmt: skip
    assert {each["reason"]: each["count"] for each in document["bounced"]} == {
        "mailbox unknown": 1, "mailbox full": 1,
    }  # fmt: skip
    assert {each["provider"]: each["people"] for each in document["providers"]} == {
        "Gmail": 10, "Outlook and Hotmail": 10, "Others": 10,
    }  # fmt: skip
    assert {each["segment"]: each["people"] for each in document["segments"]} == {
        "ward:A": 15, "ward:B": 15,
    }  # fmt: skip
    overall = reported("report", "--json").document
    assert [each["issue"] for each in overall["issues"]] == ["2019-02-18"]
    assert overall["list"]["confirmed"] == 28
    assert "@" not in json.dumps([document, overall])


def test_a_report_is_a_spreadsheet(reported: Office) -> None:
    """One value a line, on stdout, whatever else is written."""
    outcome = reported(*REPORT, "--csv", "--html")
    rows = list(csv.reader(io.StringIO(outcome.out)))
    assert rows[0] == ["table", "row", "column", "value"]
    assert ["fates", "Delivered", "People", "21"] in rows
    assert ["providers", "Gmail", "People", "10"] in rows
    assert outcome.err == "  build/2019-02-18/report.html\n"
    assert "@" not in outcome.out


def test_a_report_is_a_page_in_the_build_folder_and_survives_a_render(reported: Office) -> None:
    """Nothing fetched, nobody named; where it is is said."""
    outcome = reported(*REPORT, "--html")
    assert outcome.out == "  build/2019-02-18/report.html\n"
    page = reported.folder / "build" / "2019-02-18" / "report.html"
    text = page.read_text(encoding="utf-8")
    assert "<h1>Report on the issue of Monday 18 February 2019</h1>" in text
    assert "reader" not in text.replace("No reader is named", "").replace("readers", "")
    assert reported("render", "--issue", "2019-02-18").code == 0
    assert page.exists()
    assert reported("report", "--html").out == "  build/report.html\n"


def test_the_page_is_opened_where_there_is_a_browser(reported: Office) -> None:
    """--open writes it, too."""
    reported.environment["BROWSER"] = "true"
    assert reported(*REPORT, "--open").out == "  build/2019-02-18/report.html\n"


def test_what_was_never_sent_cannot_be_reported_on(office: Office) -> None:
    """A clear sentence, and no empty page."""
    outcome = office(*REPORT, "--html", "--json")
    assert outcome.code == EXIT_REFUSED
    assert outcome.document["error"]["message"] == (
        "The issue of 2019-02-18 has not been sent, so there is nothing to report"
    )
    assert "--dry-run" in outcome.document["error"]["hint"]
    assert not (office.folder / "build").exists()
    assert "Nothing has been sent yet" in office("report").out


def test_only_one_thing_goes_to_stdout(office: Office) -> None:
    """A spreadsheet and a document in one would be neither."""
    assert office("report", "--csv", "--json").code == EXIT_USAGE


def test_a_page_that_cannot_be_written_is_said(reported: Office) -> None:
    """With what to look for."""
    folder = reported.folder / "build" / "2019-02-18"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("a file in the way", encoding="utf-8")
    outcome = reported(*REPORT, "--html")
    assert outcome.code == EXIT_CONFIGURATION
    assert "The report cannot be written to" in outcome.err
