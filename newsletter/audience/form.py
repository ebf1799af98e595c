"""Read what somebody typed into a form, and say beside each field what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.audience.address import parse_address
from newsletter.errors import MistakeError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

LONGEST = 100  # characters of a name
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # Persian and the scripts of India spell names with them


def N_(text: str) -> str:  # noqa: N802  # the name by which gettext's tools find what is translated
    """Mark a sentence as one that is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form came with, tidied; `mistakes` has a sentence for each field that is wrong.

    A field that is wrong stands as it was typed, so that it can be mended.
    """

    email: str = ""
    first_name: str = ""
    last_name: str = ""
    postcode: str = ""
    topics: tuple[str, ...] = ()
    mistakes: Mapping[str, str] = field(default_factory=dict)


def read_answers(
    typed: Mapping[str, str], ticked: Sequence[str], *, offered: Collection[str]
) -> Answers:
    """Return the answers of a form about a person; all of it but the address may be empty."""
    mistakes: dict[str, str] = {}
    found = {}
    readers = {
        "email": _email,
        "first_name": _name,
        "last_name": _name,
        "postcode": _postcode,
    }
    for name, reader in readers.items():
        text = typed.get(name, "")
        try:
            found[name] = reader(text)
        except MistakeError as error:
            mistakes[name] = error.message
            found[name] = _visible(text)[:LONGEST]
    topics = tuple(topic for topic in offered if topic in ticked)
    return Answers(**found, topics=topics, mistakes=mistakes)


def _email(text: str) -> str:
    text = _visible(text)
    if not text:
        raise MistakeError(N_("Please write your email address."))
    try:
        return parse_address(text)
    except MistakeError as error:
        raise MistakeError(
            N_("This email address is not complete. It looks like name@example.org.")
        ) from error


def _name(text: str) -> str:
    name = _visible(text)
    if len(name) > LONGEST:
        raise MistakeError(N_("Please write no more than 100 letters."))
    if re.search(r"[<>{}\[\]\\|@]|://|www\.", name):
        raise MistakeError(N_("Please write a name only, without signs or web addresses."))
    return name


def _postcode(text: str) -> str:
    postcode = _visible(text).upper()
    if not postcode:
        return ""
    found = _POSTCODE.fullmatch(postcode.replace(" ", "").replace("-", ""))
    if found is None:
        raise MistakeError(
            N_(
                "This is not a whole postcode such as AE1 5BQ. You may leave it empty if you "
                "would rather not say."
            )
        )
    return f"{found[1]} {found[2]}"


def _visible(text: str) -> str:
    """Return one line of what can be seen: nothing typed may bring a line of its own."""
    kept = (" " if character.isspace() else character for character in text[: LONGEST * 4])
    shown = "".join(c for c in kept if c in _JOINERS or unicodedata.category(c) not in _HIDDEN)
    return " ".join(unicodedata.normalize("NFC", shown).split())
