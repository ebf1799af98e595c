"""Start the command line."""

from __future__ import annotations

import gc
import sys

# A short command makes fewer objects than these, and what it loads stays until its end: to look
# through all of that for garbage, two hundred times, took a tenth of its time.
_OBJECTS = 200_000


def main() -> None:
    """Run the command that was typed, and exit as the design says."""
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    try:
        from newsletter.cli.app import run  # noqa: PLC0415 - the console script imports this module

        code = run()
    except KeyboardInterrupt:  # while the command line was loaded, or in its very last moment
        from newsletter.cli.app import stopped_by_hand  # noqa: PLC0415 - loads what is left of it

        code = stopped_by_hand()
    gc.freeze()  # Python would look through it all once more before it ends, for 0.2 seconds
    sys.exit(code)


if __name__ == "__main__":
    main()
