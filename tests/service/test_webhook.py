"""What the carrier reports is believed only if it is signed, and answered only once stored."""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cli.options import EXIT_CONFIGURATION
from newsletter.errors import ConfigurationError
from newsletter.links import TRIAL_SECRET, Purpose, Signer
from newsletter.web.public.signatures import SIGNATURE, TIMESTAMP, Verifier, verifier
from newsletter.web.public.webhook import LARGEST
from tests.commands import Office
from tests.offices import OFFICE, make_office
from tests.service.carrier import MOMENT, Carrier, report, shown
from tests.service.running import SECRET, Service, running_service

if TYPE_CHECKING:
    from collections.abc import Iterator


NOON = 1_550_491_200
CARRIER, NEXT, STRANGER = Carrier(), Carrier(), Carrier()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that knows two keys of the carrier: it is about to change them."""
    folder = make_office(tmp_path_factory.mktemp("webhook") / "office")
    settings = {
        "NEWSLETTER_SECRET": SECRET,
        "NEWSLETTER_WEBHOOK_KEY": f"{CARRIER.key}, {NEXT.key}",
    }
    with running_service(folder, settings=settings) as running:
        yield running


def post(service: Service, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(f"{service.address}/webhook", content=body, headers=headers, timeout=60)


def told(service: Service, *events: dict[str, Any], by: Carrier = CARRIER) -> int:
    body = report(*events)
    return post(service, body, by.headers(body)).status_code


def event(number: int, name: str = "delivered", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # any JSON
    return {
        "event": name,
        "timestamp": NOON + number,
        "email": f"reader{number}@constituents.example",
        "sg_event_id": f"event-{number}",
        **more,
    }


def stored(service: Service) -> list[tuple[str, str]]:
    """Return what the database holds of reports, read as anybody else would."""
    with closing(sqlite3.connect(service.folder / "newsletter.db")) as connection:
        return connection.execute("SELECT event, at FROM events ORDER BY at, event").fetchall()


def forget(service: Service) -> None:
    with closing(sqlite3.connect(service.folder / "newsletter.db")) as connection, connection:
        connection.execute("DELETE FROM events")


def test_a_report_is_stored_before_it_is_answered(service: Service) -> None:
    """What was answered is never told again: it must not be lost."""
    forget(service)
    body = report(event(1), event(2, "bounce", type="bounce", reason="550 no such user"))
    answer = post(service, body, CARRIER.headers(body))
    assert (answer.status_code, answer.content) == (204, b"")
    assert [name for name, _ in stored(service)] == ["delivered", "bounce"]
    assert "2 events, 2 new, 1 suppressed" in service.log.read_text(encoding="utf-8")
    assert "POST /webhook 204" in service.log.read_text(encoding="utf-8")
    assert "reader" not in service.log.read_text(encoding="utf-8")


def test_both_keys_count_while_the_carrier_changes_its_key(service: Service) -> None:
    """Reports that were signed with the old one are still under way for a day."""
    assert told(service, event(3), by=CARRIER) == 204
    assert told(service, event(3), by=NEXT) == 204
    assert told(service, event(3), by=STRANGER) == 403


BODY = report(event(4))
GOOD = CARRIER.headers(BODY)
SIGNED = GOOD["X-Twilio-Email-Event-Webhook-Signature"]
FORGED = {
    "nothing": {},
    "no signature": {TIMESTAMP: MOMENT},
    "no time": {SIGNATURE: SIGNED},
    "another time": {SIGNATURE: SIGNED, TIMESTAMP: str(int(MOMENT) + 1)},
    "an empty time": {SIGNATURE: SIGNED, TIMESTAMP: ""},
    "an empty signature": {SIGNATURE: "", TIMESTAMP: MOMENT},
    "no base64": {SIGNATURE: "*" * 96, TIMESTAMP: MOMENT},
    "cut off": {SIGNATURE: SIGNED[:-8], TIMESTAMP: MOMENT},
    "no DER": {SIGNATURE: b64encode(b"signature").decode(), TIMESTAMP: MOMENT},
    "r and s are 0": {SIGNATURE: b64encode(bytes.fromhex("3006020100020100")).decode(), TIMESTAMP: MOMENT},
    "r and s are huge": {SIGNATURE: "MEUC" + "/" * 200, TIMESTAMP: MOMENT},
    "very long": {SIGNATURE: "A" * 9_000, TIMESTAMP: MOMENT},
    "a stranger's": STRANGER.headers(BODY),
    "another body's": CARRIER.headers(report(event(5))),
}  # fmt: skip


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_what_is_not_signed_as_it_should_be_is_a_bare_403(
    service: Service, headers: dict[str, str]
) -> None:
    """Anybody could take people off the list otherwise; and a forger is told nothing."""
    forget(service)
    answer = post(service, BODY, headers)
    assert (answer.status_code, answer.content) == (403, b"")
    assert stored(service) == []


def test_a_signature_is_for_these_very_bytes(service: Service) -> None:
    """JSON that means the same is another text."""
    answer = post(service, BODY.strip(), GOOD)
    assert answer.status_code == 403


@given(st.binary(max_size=200), st.binary(max_size=80), st.text(max_size=20))
def test_no_signature_makes_the_verifier_stumble(
    body: bytes, signature: bytes, moment: str
) -> None:
    """What comes from outside may be anything."""
    trusting = verifier(CARRIER.key)
    headers = {SIGNATURE: b64encode(signature).decode(), TIMESTAMP: moment}
    assert trusting.is_signed(headers, body) is False
    assert trusting.is_signed({SIGNATURE: moment, TIMESTAMP: moment}, body) is False
    assert Verifier().is_signed(headers, body) is False


def test_a_thousand_reports_come_twice_and_count_once(service: Service) -> None:
    """Batches are large, and what was answered late is sent again."""
    forget(service)
    batch = [event(number, "processed", pool="x" * 500) for number in range(1_000)]
    assert told(service, *batch) == 204
    assert told(service, *reversed(batch), event(1_000, "processed")) == 204
    assert len(stored(service)) == 1_001


def test_what_nobody_has_heard_of_survives(service: Service) -> None:
    """The carrier adds fields and kinds of events without asking."""
    forget(service)
    odd = event(6, "teleported", nested={"a": [1, None, "ü\u0000"]}, large=1e300)
    assert told(service, odd, {"event": 1}, 7, None, []) == 204  # type: ignore[arg-type]  # odd indeed
    assert [name for name, _ in stored(service)] == ["teleported"]


@pytest.mark.parametrize("body", [b"nonsense", b"\xff\xfe", b"[" * 100_000, b'[{"event": "x"'])
def test_what_is_signed_and_is_no_report_is_refused(service: Service, body: bytes) -> None:
    """It can only be a fault of the carrier's; nothing of it is taken in."""
    assert post(service, body, CARRIER.headers(body)).status_code == 400


def test_a_body_that_is_too_long_is_refused_as_a_whole(service: Service) -> None:
    """Nobody may fill the memory, signed or not."""
    body = b" " * (LARGEST + 1)
    assert post(service, body, CARRIER.headers(body)).status_code == 413
    longest = report(event(7)).ljust(LARGEST)
    assert post(service, longest, CARRIER.headers(longest)).status_code == 204


def test_while_the_database_fails_the_carrier_is_asked_to_come_again(service: Service) -> None:
    """It goes on trying for a day."""
    forget(service)
    file = service.folder / "newsletter.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("ALTER TABLE events RENAME TO elsewhere")
        connection.commit()
        body = report(event(8))
        answer = post(service, body, CARRIER.headers(body))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        connection.execute("ALTER TABLE elsewhere RENAME TO events")
        connection.commit()
    assert told(service, event(8)) == 204
    assert len(stored(service)) == 1


def test_who_reads_is_kept_only_while_the_office_says_so(service: Service) -> None:
    """office.yaml is read again when it has changed: nobody restarts a service for that."""
    forget(service)
    file = service.folder / "office.yaml"
    assert told(service, event(9, "open"), event(10, "delivered")) == 204
    assert [name for name, _ in stored(service)] == ["delivered"]
    file.write_text(OFFICE + "tracking: true\n", encoding="utf-8")
    assert told(service, event(11, "open"), event(12, "open", sg_machine_open=True)) == 204
    assert [name for name, _ in stored(service)] == ["delivered", "open", "machine_open"]
    file.write_text("name: [", encoding="utf-8")
    assert told(service, event(13, "click")) == 204, "a slip in office.yaml must not close us"
    assert len(stored(service)) == 4
    assert "office.yaml has changed, and is not used" in service.log.read_text(encoding="utf-8")
    file.write_text(OFFICE, encoding="utf-8")
    assert told(service, event(14, "open")) == 204
    assert len(stored(service)) == 4


def test_without_a_key_nothing_is_believed(tmp_path: Path) -> None:
    """An office that has not set it up yet must not be open to anybody; it is told so."""
    folder = make_office(tmp_path / "office")
    with running_service(folder, settings={}) as running:
        for name in ("NEWSLETTER_WEBHOOK_KEY", "NEWSLETTER_SECRET", "no carrier"):
            assert any(name in line for line in running.said), name
        assert told(running, event(1)) == 403
        link = Signer((TRIAL_SECRET,)).token(Purpose.UNSUBSCRIBE, "0" * 32)
        with running.client() as client:
            assert client.post(f"/unsubscribe/{link}").status_code == 200


def _pem(key: str) -> str:
    return f"-----BEGIN PUBLIC KEY-----\n{key[:64]}\n{key[64:]}\n-----END PUBLIC KEY-----"


def test_a_key_may_have_its_frame_and_its_line_breaks() -> None:
    """People copy what they see."""
    assert len(verifier(f" {CARRIER.key} ,\n{_pem(NEXT.key)},").keys) == 2


@pytest.mark.parametrize(
    "key",
    ["no key", "A" * 64, CARRIER.key[:-4], CARRIER.key + "ü",
     shown(ec.generate_private_key(ec.SECP384R1()).public_key()),
     shown(rsa.generate_private_key(65537, 2048).public_key())],
)  # fmt: skip
def test_what_is_no_such_key_is_told_at_the_start(office: Office, key: str) -> None:
    """Every report would be refused for a day, and nobody would know why."""
    with pytest.raises(ConfigurationError, match="NEWSLETTER_WEBHOOK_KEY"):
        verifier(key)
    office.environment.update(NEWSLETTER_SECRET=SECRET, NEWSLETTER_WEBHOOK_KEY=key)
    outcome = office("serve", "--port", "0")
    assert outcome.code == EXIT_CONFIGURATION
    assert "NEWSLETTER_WEBHOOK_KEY" in outcome.err
    assert key not in outcome.err
