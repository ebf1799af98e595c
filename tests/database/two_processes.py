"""Do in a second process what a test does in its own; only ever run as `python -m`."""

from __future__ import annotations

import sys

from newsletter.database.opening import open_database
from tests.database.samples import bring_in, confirmed


def import_from(url: str, first: int, number: int) -> None:
    """Open the database, and import `number` people counted from `first`."""
    with open_database(url) as database:
        bring_in(
            database,
            *(
                confirmed(f"reader{index}@example.org", segments=f"from{first}")
                for index in range(first, first + number)
            ),
        )


import_from(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
