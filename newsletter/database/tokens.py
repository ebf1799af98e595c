"""Make up the names under which people, dispatches and letters go: nobody can guess them."""

from __future__ import annotations

import os
import secrets
import time

_BYTES = 11  # of which 21 hexadecimal digits are used: 84 bits
_AT_ONCE = 500


class Tokens:
    """Give 32 hexadecimal digits at each call: the time in milliseconds, then 84 random bits.

    Names that begin with the time stand side by side in an index, which makes a large import
    twice as fast as names that are random altogether. The random bits are fetched for many
    names at once, as asking the system takes longer than all the rest.
    """

    def __init__(self) -> None:
        """Begin without any in stock."""
        self._stock: list[str] = []
        self._process = 0

    def __call__(self) -> str:
        """Return a new one."""
        return f"{time.time_ns() // 1_000_000:011x}{self._random()}"

    def _random(self) -> str:
        if self._process != os.getpid():  # a copy of this process would give out the same
            self._stock = []
            self._process = os.getpid()
        try:
            return self._stock.pop()
        except IndexError:  # asked for, not looked for: another thread may take the last one
            first, *others = _many()
            self._stock += others
            return first


def _many() -> list[str]:
    digits = secrets.token_hex(_BYTES * _AT_ONCE)
    return [digits[at : at + 21] for at in range(0, len(digits), 2 * _BYTES)]
