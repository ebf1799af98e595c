"""Compare `newsletter archive` of 200 issues with a copy of as many editions and files.

The floor reads the same editions and files from the same database, and writes the same bytes
to as many files. Both run in processes of their own, so that starting Python counts in both.
Prints processor time and wall clock in seconds, and the ratio of processor times.
"""

from __future__ import annotations

import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from newsletter import wiring
from newsletter.audience.spreadsheet import read_spreadsheet
from newsletter.database.opening import Database, open_database
from newsletter.delivery import State
from newsletter.pipeline import prepare
from newsletter.rendering.enclosures import Enclosed

ISSUES: Final = 200
RUNS: Final = 3
PICTURE: Final = 150_000  # bytes
NEW_WORDS: Final = 40  # that each issue is the first to use
ROOT: Final = Path(__file__).parents[1]

FLOOR: Final = """
import json, sqlite3, sys
from pathlib import Path
database, target = sqlite3.connect(sys.argv[1]), Path(sys.argv[2])
rows = database.execute("SELECT issue, digest, edition FROM dispatches").fetchall()
for issue, digest, edition in rows:
    folder = target / issue
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_bytes(json.loads(edition)["web"].encode())
    files = "SELECT name, data FROM edition_files JOIN contents USING (hash) WHERE digest = ?"
    for name, data in database.execute(files, (digest,)):
        (folder / name).write_bytes(data)
"""


def fill(office: Path, database: Database) -> None:
    """Send 200 issues: the same sample with other words, dates and pictures."""
    dice = random.Random(268)  # noqa: S311 - no secrets
    draft = prepare(wiring.office_folder(office), date(2019, 3, 8))
    edition, enclosures = draft.edition, draft.enclosures
    assert edition  # noqa: S101 - the samples have no mistake
    assert enclosures  # noqa: S101 - the same
    sheet = "email,consent_at,consent_source,consent_wording", "a@example.org,2019-02-01,web,yes"
    rows = read_spreadsheet(sheet, now=database.subscribers.now())
    database.subscribers.import_rows(rows.rows, file_name="list.csv")
    for number in range(ISSUES):
        day = date(2015, 5, 8) + timedelta(weeks=number)
        words = " ".join(f"{dice.getrandbits(30):x}" for _ in range(NEW_WORDS))
        picture = Enclosed(f"pictures/p{number}.png", "image/png", dice.randbytes(PICTURE))
        sent = replace(edition, issue=day, web=edition.web.replace("<h1>", f"<p>{words}</p><h1>"))
        opened = database.dispatches.open(
            sent,
            segment="all",
            transport="sendgrid",
            batch_size=1000,
            enclosures=replace(enclosures, number=number + 1, files=(*enclosures.files, picture)),
        )
        with database.dispatches.take(opened) as ledger:
            batch = ledger.claim()
            assert batch  # noqa: S101 - there is one reader
            ledger.settle(batch, State.ACCEPTED)


def cost(*command: str) -> tuple[float, float]:
    """Return processor time and wall clock of a program, in seconds."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main() -> None:
    """Run all three in turn, and keep the quickest run of each."""
    with tempfile.TemporaryDirectory(prefix="newsletter-archive-") as name:
        office = Path(name)
        shutil.copytree(ROOT / "issues", office / "issues")
        for file in ("office.yaml", "logo.png"):
            shutil.copy(ROOT / file, office)
        with open_database("sqlite:///newsletter.db", folder=office) as database:
            fill(office, database)
        build = (sys.executable, "-m", "newsletter", "archive", "--office", name)
        plain = (sys.executable, "-c", FLOOR, str(office / "newsletter.db"), str(office / "floor"))
        costs: dict[str, list[tuple[float, float]]] = {}
        for _ in range(RUNS):
            for target in ("public", "floor"):
                shutil.rmtree(office / target, ignore_errors=True)
            costs.setdefault("floor: copied", []).append(cost(*plain))
            costs.setdefault("archive: anew", []).append(cost(*build))
            costs.setdefault("archive: again", []).append(cost(*build))
        quickest = {what: min(each) for what, each in costs.items()}
        for what, (processor, wall) in quickest.items():
            print(f"{what:16} {processor:6.2f} s of processor time, {wall:6.2f} s")
        print(f"{'ratio':16} {quickest['archive: anew'][0] / quickest['floor: copied'][0]:6.2f}")
        files = [path for path in (office / "public").rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 1e6
        index = (office / "public" / "search.json").stat().st_size / 1e3
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
        print(
            f"{len(files):,} files, {size:,.1f} MB; index {index:,.0f} kB; at most {peak:.0f} MB"
        )


if __name__ == "__main__":
    main()
