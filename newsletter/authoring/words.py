"""Say which words no file may hold, wherever they stand."""

from __future__ import annotations

import re

Problem = tuple[str, str]
"""What is wrong, as the rest of a sentence, and what to type instead."""

RESERVED_TAG = re.compile(r"-nl_[a-z_]+-")
"""What personalization puts a person's values in the place of."""

INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Characters that cannot be seen or sent. Tabs and line ends are none of them."""

_SHOWN = 60  # characters: enough to know the words by


def shortened(text: str) -> str:
    """Return so much of `text` that a sentence can quote it on one line."""
    line = INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def sentence(message: str) -> str:
    """Return `message` with a capital letter at its start, unless a name with a dot is there."""
    if "." in message.partition(" ")[0].rstrip("."):
        return message  # the name of a file or of a computer is written as it is
    return message[:1].upper() + message[1:]


def reserved_problem(text: str) -> Problem | None:
    """Return what is wrong if `text` holds what stands for a person's own values."""
    found = RESERVED_TAG.search(text)
    if found is None:
        return None
    return (
        f"“{shortened(found[0])}” stands for something personal and cannot be used as a word",
        "Write it differently; the greeting and the links come by themselves.",
    )
