"""`newsletter doctor` says whether an office is ready to send, and what to do."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from newsletter.cli.options import EXIT_CONFIGURATION
from tests.offices import OFFICE
from tests.probes.nameserver import nameserver
from tests.probes.test_web import website
from tests.sendgrid_standin.server import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

SUBJECTS = [
    "office.yaml",
    "NEWSLETTER_SECRET",
    "Database",
    "Clock",
    "SendGrid",
    "SPF",
    "DKIM",
    "DMARC",
    "One-click unsubscribe",
]
SECRET = "3f9c0b7a5d1e84926f30c7ab15de9842"  # noqa: S105 - a test's
ZONE = """
ready.org.uk. 60 SOA ns.ready.org.uk. admin.ready.org.uk. 1 3600 600 86400 60
ready.org.uk. 60 TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.ready.org.uk. 60 TXT "v=DMARC1; p=none"
news._domainkey.ready.org.uk. 60 TXT "k=rsa; p=MIGfMA0"
"""


def nobody() -> str:
    """Return an address at which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{unused.getsockname()[1]}"


def test_an_office_that_is_not_set_up_is_told_everything_at_once(office: Office) -> None:
    """Off the net some things cannot be asked, and that is said and no more."""
    silent = nobody()
    office.write(
        "office.yaml", OFFICE.replace("https://update.example.org\n", f"http://{silent}\n")
    )
    office.environment["SENDGRID_HOST"] = f"http://{silent}"
    done = office("doctor", "--json", "--nameserver", silent)
    answers = {answer["subject"]: answer for answer in done.document["answers"]}
    assert list(answers) == SUBJECTS
    assert (done.code, done.document["ready"]) == (EXIT_CONFIGURATION, False)
    assert {name for name, answer in answers.items() if answer["verdict"] == "bad"} == {
        "office.yaml",
        "NEWSLETTER_SECRET",
        "SendGrid",
    }
    unasked = {n for n, a in answers.items() if a["message"].startswith("Could not be asked")}
    assert unasked == {"Clock", "SPF", "DKIM", "DMARC", "One-click unsubscribe"}
    assert not (office.folder / "newsletter.db").exists()
    assert "✗ office.yaml" in done.err
    assert "    → Put in your own" in done.err


@pytest.fixture
def ready(office: Office, sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office whose key, secret, records and website are in order, and which can wait."""
    for name in ("cli.doctor.DEADLINE", "probes.records.PATIENCE", "probes.sandbox._PATIENCE"):
        monkeypatch.setattr(f"newsletter.{name}", 60.0)
    monkeypatch.setattr("newsletter.probes.web._PATIENCE", 60.0)
    office.environment.update(
        SENDGRID_HOST=sendgrid.host,
        SENDGRID_API_KEY=KEY,
        NEWSLETTER_SECRET=SECRET,
    )
    with nameserver(ZONE) as address, website() as (url, _):
        # Of all addresses of this machine, 127.0.0.1 is the one that is no sample's.
        text = OFFICE.replace("@example.org", "@ready.org.uk")
        office.write("office.yaml", text.replace("https://update.example.org\n", f"{url}\n"))
        office.write("address", address)
        yield office


def test_an_office_that_is_set_up_is_told_so(ready: Office, sendgrid: StandIn) -> None:
    """The key, the records, the clock, the secret and the click: all are good."""
    address = (ready.folder / "address").read_text()
    done = ready("doctor", "--nameserver", address, "--selector", "news")
    assert done.code == 0
    assert [line[:1] for line in done.out.splitlines() if not line.startswith(" ")] == ["✓"] * 9
    assert len(sendgrid.mails) == 1


def test_what_is_missing_is_not_hidden_by_what_is_there(ready: Office) -> None:
    """Without the selector there is no key, and then nothing can be signed."""
    address = (ready.folder / "address").read_text()
    done = ready("doctor", "--json", "--nameserver", address)
    bad = [a["subject"] for a in done.document["answers"] if a["verdict"] == "bad"]
    assert (done.code, bad) == (EXIT_CONFIGURATION, ["DKIM"])


def test_a_broken_office_is_told_as_everywhere(office: Office) -> None:
    """Without office.yaml there is nothing to ask."""
    office.write("office.yaml", "name: [")
    done = office("doctor", "--json")
    assert done.code == EXIT_CONFIGURATION
    assert done.document["error"]["file"] == "office.yaml"
