"""Run the stand-in by hand: python -m tests.sendgrid_standin --port 8025 --print."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from contextlib import suppress

from tests.sendgrid_standin.server import KEY, StandIn


def main() -> None:
    """Serve until Ctrl-C."""
    parser = ArgumentParser(prog="python -m tests.sendgrid_standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--print", action="store_true", help="a line for each request")
    options = parser.parse_args()
    report = _say if options.print else lambda _: None
    with StandIn(options.port, report=report) as standin, suppress(KeyboardInterrupt):
        _say(f"export SENDGRID_HOST={standin.host} SENDGRID_API_KEY={KEY}")
        standin.released.wait()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


main()
