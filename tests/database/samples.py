"""Make the small things that tests of the store are about."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

from newsletter.audience.spreadsheet import read_spreadsheet
from newsletter.rendering.edition import Edition, Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsletter.database.dispatch import Dispatch
    from newsletter.database.opening import Database

ISSUE = date(2019, 2, 18)
HEADER = "email,first_name,segments,consent_at,consent_source,consent_wording,status"


def edition(subject: str = "Your trains") -> Edition:
    return Edition(
        issue=ISSUE,
        subject=subject,
        preheader="What I asked",
        html="<p>Dear -nl_first_name-, caffè ☕</p>",
        text="Dear -nl_first_name-",
        web="<p>Dear reader</p>",
        sender=Sender("Robin Halloway MP", "update@example.org", "robin@example.org"),
        list_id="<update.example.org>",
    )


def confirmed(address: str, *, name: str = "", segments: str = "newsletter") -> str:
    return f"{address},{name},{segments},2019-02-01,website,I agree,confirmed"


def crowd(number: int) -> list[str]:
    return [confirmed(f"reader{index}@example.org") for index in range(number)]


def bring_in(database: Database, *rows: str, header: str = HEADER) -> dict[str, Any]:
    """Import rows of CSV; return the counts without the problems if there are none."""
    sheet = read_spreadsheet([header, *rows], now=datetime(2019, 2, 18, tzinfo=UTC))
    document = database.subscribers.import_rows(sheet.rows, file_name="list.csv").as_data()
    return {name: value for name, value in document.items() if value != []}


def scheduled(
    database: Database, at: datetime, *, segment: str = "all", batch_size: int = 1
) -> Dispatch:
    """Freeze an issue that SendGrid is to hold until a time."""
    return database.dispatches.open(
        edition(), segment=segment, transport="sendgrid", batch_size=batch_size, send_at=at
    )


def states(database: Database) -> dict[str, str]:
    return {person.email: person.state.value for person in database.subscribers.listing()}


def counted(document: dict[str, Any]) -> dict[str, int]:
    """Return the counts of a status that are not zero."""
    return {state: number for state, number in document["counts"].items() if number}


def another_process(*arguments: str) -> subprocess.Popen[bytes]:
    """Start Python with these arguments, able to import what this process can."""
    return subprocess.Popen(  # noqa: S603  # our own interpreter and our own words
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )


@contextmanager
def meanwhile(pattern: str, act: Callable[[], object]) -> Iterator[list[str]]:
    """Have something done each time a statement that fits a pattern is about to be run.

    Gives the statements; what is done itself does not count.
    """
    found: list[str] = []
    busy: list[str] = []

    def look(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not busy and re.search(pattern, " ".join(statement.split())):
            found.append(statement)
            busy.append(statement)
            act()
            busy.clear()

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", look)
