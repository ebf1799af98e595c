"""`newsletter events`: take in what the carrier reported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.answers import console, failures, print_json
from newsletter.cli.options import HERE, JsonOption, OfficeOption

app = typer.Typer(help="Take in what the carrier reported.", no_args_is_help=True)


@app.callback()
def common() -> None:
    """Take in what the carrier reported."""


@app.command("import", short_help="Settle deliveries by a file of events.")
def import_(
    file: Annotated[
        Path,
        typer.Argument(help="A JSON array, or one event a line; - is stdin.", readable=False),
    ],
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Settle deliveries, and suppress who bounced or complained; importing twice is harmless."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.events import parse_events, take_in
        from newsletter.rendering.edition import Tracking
        from newsletter.settings import from_environment

        described = wiring.office_folder(office).office()
        tracking = Tracking.ON if described.tracking else Tracking.OFF
        raw = parse_events(_read(file))
        with wiring.database(office, from_environment()) as database:
            report = take_in(raw, database.events, database.subscribers, tracking=tracking)
        if as_json:
            print_json(report.as_data())
        out = console(as_json=as_json)
        for name, count in report.as_data().items():
            out.print(f"{count:>9,} {name}")


def _read(file: Path) -> str:
    from newsletter.errors import MistakeError

    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise MistakeError(
            f"{file.name} cannot be read: {error.strerror or error}",
            hint="Look whether the file is there, and whether you may read it.",
            file=file.name,
        ) from error
    except UnicodeDecodeError as error:
        raise MistakeError(
            f"{file.name} is not UTF-8", hint="Save it as UTF-8.", file=file.name
        ) from error
