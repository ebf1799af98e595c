"""Ask the DNS for the records that let receivers trust a domain's mail."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import dns.exception
import dns.inet
import dns.nameserver
import dns.resolver
from checkdmarc.dmarc import check_dmarc
from checkdmarc.spf import check_spf

from newsletter.doctor.facts import Dmarc, Spf
from newsletter.errors import ConfigurationError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PATIENCE = 3.0  # seconds for one question

# It logs each server that does not answer; we say so ourselves, in words.
logging.getLogger("checkdmarc").setLevel(logging.CRITICAL)


class Records:
    """The records of a domain, by this machine's nameserver or by one that is named.

    `nameserver` is an IP address, with or without a port: `127.0.0.1:5353`. `patience` is in
    seconds, for one question (PATIENCE); `settings` is the file that names this machine's nameserver.
    """

    def __init__(
        self,
        nameserver: str | None = None,
        *,
        patience: float | None = None,
        settings: str = "/etc/resolv.conf",
    ) -> None:
        try:
            self._resolver = dns.resolver.Resolver(settings, configure=nameserver is None)
        except dns.resolver.NoResolverConfiguration as error:
            raise UnavailableError("this machine knows no nameserver") from error
        if nameserver is not None:
            self._resolver.nameservers = [_nameserver(nameserver)]
        self._patience = PATIENCE if patience is None else patience
        self._resolver.lifetime = self._resolver.timeout = self._patience

    def spf(self, domain: str) -> Spf:
        """Return what the domain says about who may send for it."""
        self._need_answers(domain)
        record = next((text for text in self._texts(domain) if _is_spf(text)), "")
        if not record:
            return Spf()
        found = check_spf(domain, resolver=self._resolver, timeout=self._patience, retries=0)
        parsed = found.get("parsed") or {}
        return Spf(record, _sentence(found.get("error", "")), parsed.get("all") == "pass")

    def dmarc(self, domain: str) -> Dmarc:
        """Return what the domain, or the one it belongs to, asks of unsigned mail."""
        self._need_answers(domain)
        found = check_dmarc(domain, resolver=self._resolver, timeout=self._patience, retries=0)
        record = found.get("record") or ""
        if not found["valid"]:
            return Dmarc(record, _sentence(str(found.get("error", ""))))
        return Dmarc(record, policy=str(found["tags"]["p"]["value"]))

    def dkim(self, domain: str, selectors: Sequence[str]) -> Mapping[str, str]:
        """Return the key of each selector that has one."""
        self._need_answers(domain)
        keys = {}
        for selector in selectors:
            texts = self._texts(f"{selector}._domainkey.{domain}")
            key = next((text for text in texts if "p=" in text), "")
            if key:
                keys[selector] = key
        return keys

    def _need_answers(self, domain: str) -> None:
        """Raise UnavailableError where an answer of “no such name” would mean nothing.

        Off the net some nameservers know no name at all; then not even the root has one.
        """
        if self._ask(domain, "SOA") is None and self._ask(".", "NS") is None:
            raise UnavailableError("the nameserver knows no name at all")

    def _texts(self, name: str) -> list[str]:
        answer = self._ask(name, "TXT") or ()
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]

    def _ask(self, name: str, kind: str) -> dns.resolver.Answer | None:
        """Return an answer, which may be empty; None if there is no such name."""
        try:
            return self._resolver.resolve(name, kind, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return None
        except (dns.exception.DNSException, OSError) as error:
            raise UnavailableError("the nameserver gives no answer") from error


def _is_spf(text: str) -> bool:
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def _sentence(error: str) -> str:
    """Return what is wrong on one line, without a full stop."""
    return " ".join(error.split()).rstrip(".")[:300]


def _nameserver(written: str) -> dns.nameserver.Do53Nameserver:
    address, _, port = written.partition(":") if written.count(":") == 1 else (written, "", "")
    if not dns.inet.is_address(address) or not (port or "53").isdigit():
        raise ConfigurationError(
            "The nameserver is not an IP address.",
            hint="Write --nameserver 9.9.9.9, or 127.0.0.1:5353.",
        )
    return dns.nameserver.Do53Nameserver(address, int(port or 53))
