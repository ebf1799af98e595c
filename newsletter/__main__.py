"""Start the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that was typed, and exit as the design says."""
    from newsletter.cli.app import run  # noqa: PLC0415 - the console script imports this module

    sys.exit(run())


if __name__ == "__main__":
    main()
