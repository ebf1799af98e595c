"""Keep cells from being run as formulas by a spreadsheet program, and take that back."""

from __future__ import annotations

import re

# What a spreadsheet program runs, also after a character that it may take for the end of a
# cell: https://owasp.org/www-community/attacks/CSV_Injection. The wide signs are Excel's in
# Japanese. White space before it does not make it harmless everywhere.
_START = r"(?:^|[;,\t\r\n|])[ \t\r\n]*"
_SIGN = "[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]"
_RISKY = re.compile(rf"({_START})(?='*{_SIGN})")
_GUARDED = re.compile(rf"({_START})'(?='*{_SIGN})")


def guard(cell: str) -> str:
    """Return the cell with an apostrophe before whatever could be a formula.

    Spreadsheet programs show such a cell as text, and `unguard` gives it back unchanged.
    """
    return _RISKY.sub(r"\1'", cell)


def unguard(cell: str) -> str:
    """Return the cell without the apostrophes that `guard` put there."""
    return _GUARDED.sub(r"\1", cell) if "'" in cell else cell
