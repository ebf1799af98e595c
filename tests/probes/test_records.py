"""The records of a domain are asked for, and told apart from silence."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from newsletter.doctor.facts import Dmarc, Spf
from newsletter.errors import ConfigurationError, UnavailableError
from newsletter.probes.records import Records
from tests.probes.nameserver import nameserver

if TYPE_CHECKING:
    from pathlib import Path

# Each test has a domain of its own, for the package remembers what it was told.
GOOD = """
good.example. 60 SOA ns.good.example. admin.good.example. 1 3600 600 86400 60
good.example. 60 TXT "some-proof=1"
good.example. 60 TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.good.example. 60 TXT "v=DMARC1; p=quarantine"
s1._domainkey.good.example. 60 CNAME s1.carrier.example.
s1.carrier.example. 60 TXT "k=rsa; p=MIGfMA0"
s2._domainkey.good.example. 60 TXT "unrelated"
"""


def test_a_domain_that_is_set_up() -> None:
    """SendGrid's keys are behind a CNAME."""
    with nameserver(GOOD) as address:
        records = Records(address)
        assert records.spf("good.example") == Spf("v=spf1 ip4:192.0.2.1 -all")
        assert records.dmarc("good.example") == Dmarc(
            "v=DMARC1; p=quarantine", policy="quarantine"
        )
        assert records.dkim("good.example", ["s1", "s2", "s3"]) == {"s1": "k=rsa; p=MIGfMA0"}


def test_a_domain_with_nothing() -> None:
    """It exists, and says nothing of mail."""
    zone = "bare.example. 60 SOA ns.bare.example. admin.bare.example. 1 3600 600 86400 60\n"
    with nameserver(zone) as address:
        records = Records(address)
        assert records.spf("bare.example") == Spf()
        assert records.dmarc("bare.example").record == ""
        assert records.dkim("bare.example", ["s1"]) == {}


@pytest.mark.parametrize(
    ("domain", "record", "problem", "everybody"),
    [
        ("open.example", "v=spf1 +all", "", True),
        ("wrong.example", "v=spf1 nonsense -all", "wrong.example", False),
    ],
)
def test_an_spf_record_may_be_wrong(
    domain: str, record: str, problem: str, everybody: object
) -> None:
    """One that lets everybody send is worse than none."""
    zone = f'{domain}. 60 SOA ns.{domain}. a.{domain}. 1 1 1 1 1\n{domain}. 60 TXT "{record}"\n'
    with nameserver(zone) as address:
        found = Records(address).spf(domain)
    assert found.record == record
    assert problem in found.problem
    assert bool(problem) == bool(found.problem)
    assert found.lets_everybody is everybody


def test_a_dmarc_record_may_be_wrong() -> None:
    """The package says how, and we hand it on."""
    zone = (
        "odd.example. 60 SOA ns.odd.example. a.odd.example. 1 1 1 1 1\n"
        '_dmarc.odd.example. 60 TXT "v=DMARC1; p=perhaps"\n'
    )
    with nameserver(zone) as address:
        found = Records(address).dmarc("odd.example")
    assert found.policy == ""
    assert found.problem


def test_a_nameserver_that_knows_no_name_says_nothing_of_a_domain() -> None:
    """Off the net some answer so; a missing record would be a false alarm."""
    with nameserver("other.example. 60 A 127.0.0.1\n") as address:
        records = Records(address)
        for ask in (records.spf, records.dmarc):
            with pytest.raises(UnavailableError, match="knows no name at all"):
                ask("lost.example")


def test_a_domain_that_does_not_exist_has_no_records() -> None:
    """The root is known, so the nameserver knows what it says."""
    with nameserver(". 60 NS a.root.example.\n") as address:
        assert Records(address).spf("nowhere.example") == Spf()


def test_a_nameserver_that_does_not_answer_is_no_verdict() -> None:
    """Nobody listens at this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(UnavailableError, match="the nameserver gives no answer"):
            Records(address, patience=0.2).spf("silent.example")


def test_a_machine_may_know_no_nameserver(tmp_path: Path) -> None:
    """Then nothing can be asked; a file that names one is all it takes."""
    settings = tmp_path / "resolv.conf"
    with pytest.raises(UnavailableError, match="this machine knows no nameserver"):
        Records(settings=str(settings))
    settings.write_text("nameserver 127.0.0.1\n")
    Records(settings=str(settings))


@pytest.mark.parametrize("written", ["ns.example", "127.0.0.1:x", ""])
def test_a_nameserver_is_an_address(written: str) -> None:
    """A name would need another nameserver to be understood."""
    with pytest.raises(ConfigurationError):
        Records(written)
