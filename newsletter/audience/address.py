"""Read email addresses, and say when two of them are the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from newsletter.errors import MistakeError

_LONGEST = 320  # RFC 3696 erratum 1690 allows fewer; anything longer is not worth parsing
# Nearly every address is of this plain kind, for which the library would take thirty times as
# long to come to the same result. A test holds the two together.
_PLAIN_NAME = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_PLAIN_DOMAIN = re.compile(r"(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+([A-Za-z]{2,})")
_LONGEST_PLAIN = 60  # shorter than any limit for the whole or for one of its parts
_SPECIAL = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
_ROLES = frozenset(CASE_INSENSITIVE_MAILBOX_NAMES)


def parse_address(text: str) -> str:
    """Return the normal form of an address: trimmed, NFC, its domain in lower case.

    A full stop at the very end is dropped: phones put one after two spaces, and sentences end
    with one. Nothing is asked of the network. Raises MistakeError, which never repeats the
    address.
    """
    trimmed = text.strip().removesuffix(".")
    if not trimmed:
        raise MistakeError("There is no email address.")
    if len(trimmed) <= _LONGEST_PLAIN:
        name, _, domain = trimmed.rpartition("@")
        normal = _plain_domain(domain)
        if normal and _PLAIN_NAME.fullmatch(name):
            role = name.lower()
            return f"{role if role in _ROLES else name}@{normal}"
    if len(trimmed) <= _LONGEST:
        try:
            return validate_email(trimmed, check_deliverability=False).normalized
        except (EmailNotValidError, UnicodeError):
            pass  # what the library says may quote the address
    raise MistakeError(
        "The email address is not written as one can be.",
        hint="An address looks like name@example.org.",
    )


@lru_cache(2_000)  # most people have theirs with one of a few providers
def _plain_domain(domain: str) -> str:
    """Return the normal form of a domain of the plain kind, and nothing for any other."""
    found = _PLAIN_DOMAIN.fullmatch(domain)
    return domain.lower() if found and found[1].lower() not in _SPECIAL else ""


def fold(address: str) -> str:
    """Return the form under which addresses are compared: no regard to case, NFC.

    Mail systems may tell `Ann@` from `ann@`, yet none in use does, and people type both.
    Casefolding also joins the few letters that have no other capital form (ß and ss): that
    two such neighbours share a suppression is the safe side to err on.
    """
    if address.isascii():
        return address.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", address).casefold())
