"""`newsletter subscribers sync`: fetch whom the carrier will not mail any more."""

from __future__ import annotations

from newsletter.cli.answers import console, failures, print_json
from newsletter.cli.options import HERE, JsonOption, OfficeOption
from newsletter.cli.subscribers.options import ByOption, actor


def sync(office: OfficeOption = HERE, as_json: JsonOption = False, by: ByOption = None) -> None:
    """Fetch SendGrid's bounces, complaints, invalid addresses and unsubscribes."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.database.pulling import pull
        from newsletter.settings import from_environment

        settings = from_environment()
        wiring.office_folder(office)
        carrier = wiring.suppressions(settings)
        out = console(as_json=as_json)
        with wiring.database(office, settings) as database:
            counts = pull(database.subscribers, carrier, actor=actor(by))
        if as_json:
            print_json(counts.as_data())
        for name, read, new in counts.lists:
            out.print(f"  {read:>9,} {name}, {new:,} of them new")
