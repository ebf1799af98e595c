"""Take the subscribers of a spreadsheet in, row by row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newsletter.audience.encoding import decode
from newsletter.audience.spreadsheet import read_spreadsheet
from newsletter.errors import MistakeError

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.database.subscribers import Subscribers


def import_file(subscribers: Subscribers, file: Path) -> dict[str, Any]:
    """Store the rows of a CSV file; return the document of `subscribers import --json`.

    Raises MistakeError if the file cannot be read as a whole; nothing is stored then.
    """
    try:
        with file.open("rb") as stream:
            sheet = read_spreadsheet(decode(stream), now=datetime.now(UTC))
            result = subscribers.import_rows(sheet.rows, file_name=file.name)
    except OSError as error:
        raise MistakeError(
            f"{file.name} cannot be read: {error.strerror}",
            hint="Look at the name of the file, and whether you may read it.",
        ) from error
    return {**result.as_data(), "ignored_columns": list(sheet.ignored)}
