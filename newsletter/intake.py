"""Take the subscribers of a spreadsheet in, and give the rows back that cannot be taken."""

from __future__ import annotations

import csv
import os
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newsletter.audience.encoding import decode
from newsletter.audience.formulas import guard
from newsletter.audience.header import COLUMNS, NO_WISHES, Wishes, fold_column
from newsletter.audience.records import Problem
from newsletter.audience.spreadsheet import read_spreadsheet
from newsletter.database.importing import Manner
from newsletter.errors import MistakeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from newsletter.audience.spreadsheet import Row
    from newsletter.database.importing import ImportResult
    from newsletter.database.subscribers import Subscribers

_STEP = 500  # rows between two looks at how far the file was read


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is to be taken in, by whom, and where the rejected rows go."""

    actor: str = "import"
    manner: Manner = Manner.EVERY_GOOD_ROW
    wishes: Wishes = NO_WISHES
    rejects: Path | None = None


PLAIN = Order()


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of a list; `ignored` names the columns that mean nothing to us."""

    result: ImportResult
    ignored: tuple[str, ...]

    def summary(self) -> dict[str, Any]:
        """Return the document of `subscribers import --json` but for its problems."""
        return {
            **self.result.counts(),
            "ignored_columns": list(self.ignored),
            "stored": self.result.is_stored,
        }


def wishes(mapped: Sequence[str], fixed: Sequence[str]) -> Wishes:
    """Read `OURS=THEIRS` of --map, which may stand the other way about, and `OURS=TEXT` of --set.

    Raises MistakeError for what names none of our columns.
    """
    names: dict[str, str] = {}
    for text in mapped:
        left, _, right = text.partition("=")
        ours, theirs = fold_column(left), right
        if ours not in COLUMNS and fold_column(right) in COLUMNS:
            ours, theirs = fold_column(right), left
        names[_column(ours, "--map")] = theirs.strip()
    constants: dict[str, str] = {}
    for text in fixed:
        ours, _, value = text.partition("=")
        constants[_column(fold_column(ours), "--set")] = value.strip()
    if "email" in constants or not all((*names.values(), *constants.values())):
        raise MistakeError(
            "A --map or --set says nothing that can be used.",
            hint='Examples: --map email="E-post address"; --set consent_source="paper form".',
        )
    return Wishes(names, constants)


def _column(name: str, option: str) -> str:
    if name not in COLUMNS:
        raise MistakeError(
            f"{option} names none of our columns.",
            hint=f"Write {option} COLUMN=…, with one of {', '.join(COLUMNS)}.",
        )
    return name


def import_file(
    subscribers: Subscribers,
    file: Path,
    order: Order = PLAIN,
    watch: Callable[[int], None] = lambda _: None,
) -> Intake:
    """Store the rows of a CSV file; `watch` is told how many bytes of it have been read.

    For all or nothing it is read twice: it is looked through first, so that nobody else has to
    wait while it is stored. Raises MistakeError if the file cannot be read as a whole; nothing
    is stored then.
    """
    if order.rejects and order.rejects.exists() and order.rejects.samefile(file):
        raise MistakeError(
            "The rejected rows would be written over the list itself.",
            hint="Give --rejects the name of another file.",
        )
    now = datetime.now(UTC)
    try:
        if order.manner is Manner.ALL_OR_NOTHING:
            seen = _taken(subscribers, file, replace(order, manner=Manner.NOTHING), now, watch)
            if seen.result.problems:
                return seen
            order = replace(order, rejects=None)
        return _taken(subscribers, file, order, now, watch)
    except OSError as error:
        name = error.filename or file.name
        raise MistakeError(
            f"{os.path.basename(name)} cannot be read or written: {error.strerror}",  # noqa: PTH119  # it may be bytes
            hint="Look at the name of the file, and whether you may read it.",
        ) from error


def _taken(
    subscribers: Subscribers, file: Path, order: Order, now: datetime, watch: Callable[[int], None]
) -> Intake:
    """Read the file once, in the manner that is asked for."""
    with file.open("rb") as stream, closing(decode(stream)) as lines:
        sheet = read_spreadsheet(lines, now=now, wishes=order.wishes)
        with _rejects(order.rejects, sheet.columns) as reject:
            rows = _watched(sheet.rows, reject, lambda: watch(stream.tell()))
            result = subscribers.import_rows(
                rows, file_name=file.name, recorded_by=order.actor, manner=order.manner
            )
    return Intake(result, sheet.ignored)


def _watched(
    rows: Iterable[Row | Problem], reject: Callable[[Problem], None], look: Callable[[], None]
) -> Iterator[Row | Problem]:
    for number, row in enumerate(rows):
        if number % _STEP == 0:
            look()
        if isinstance(row, Problem):
            reject(row)
        yield row
    look()


@contextmanager
def _rejects(path: Path | None, columns: Sequence[str]) -> Iterator[Callable[[Problem], None]]:
    """Open the file of rejected rows: as they were, with line and reason before them.

    It can be mended and imported as it is, for the two columns are not known to us.
    """
    if path is None:
        yield lambda _: None
        return
    path.unlink(missing_ok=True)  # one that is there may be readable by others
    with open(path, "w", encoding="utf-8", newline="", opener=_private) as opened:
        writer = csv.writer(opened)
        writer.writerow(["line", "reason", *map(guard, columns)])

        def reject(problem: Problem) -> None:
            # Halves of characters are a reason to be rejected, and cannot be written.
            cells = (cell.encode(errors="replace").decode() for cell in problem.cells)
            writer.writerow([problem.line, problem.reason, *map(guard, cells)])

        yield reject


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
