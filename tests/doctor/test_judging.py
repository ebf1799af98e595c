"""What the facts about an office mean, and what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from newsletter.authoring.office import parse_office
from newsletter.doctor import judging
from newsletter.doctor.facts import Answer, Dmarc, Health, Spf, Verdict
from newsletter.errors import RefusedError
from newsletter.links import TRIAL_SECRET
from tests.offices import OFFICE

if TYPE_CHECKING:
    from newsletter.authoring.office import Office

GOOD, DOUBTFUL, BAD = Verdict.GOOD, Verdict.DOUBTFUL, Verdict.BAD
SECRET = "3f9c0b7a5d1e84926f30c7ab15de9842"  # noqa: S105 - a test's
REAL = OFFICE.replace("example.org", "halloway.org.uk")


def office(text: str) -> Office:
    found, _ = parse_office(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (REAL, Answer("office.yaml", GOOD, "Robin Halloway, Ashcombe East.")),
        (
            OFFICE,
            Answer(
                "office.yaml",
                BAD,
                "sender.email is at example.org, which is for samples and belongs to nobody.",
                "Put in your own, and everything else that is the sample’s.",
            ),
        ),
        (
            REAL.replace("https://update.halloway.org.uk\n", "https://localhost:8000\n"),
            Answer(
                "office.yaml",
                BAD,
                "site is at localhost, which is for samples and belongs to nobody.",
                "Put in your own, and everything else that is the sample’s.",
            ),
        ),
    ],
)
def test_the_sample_is_not_an_office(text: str, answer: Answer) -> None:
    """Mail from example.org reaches nobody."""
    assert judging.judge_office(office(text)) == answer


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("", BAD),
        ("short", BAD),
        (TRIAL_SECRET, BAD),
        (f"{SECRET},short", BAD),
        ("a rather short one", DOUBTFUL),
        ("a" * 40, DOUBTFUL),
        (SECRET, GOOD),
        (f"{SECRET},a rather short one", GOOD),
    ],
)
def test_a_secret_has_to_be_hard_to_guess(value: str, verdict: Verdict) -> None:
    """The newest, which stands first, signs; the older only have to be secrets."""
    answer = judging.judge_secret(value)
    assert answer.verdict is verdict
    assert SECRET not in answer.message + answer.hint


@pytest.mark.parametrize(
    ("value", "ending"),
    [
        ("", "token_hex(32))'."),
        ("short", "Put it in the place of the old one, with which anybody can sign."),
        (f"{SECRET},short", "Put it in the place of the old one, with which anybody can sign."),
        (
            "0123456789abcdef",
            "Put it before the old one, with a comma, so that links in old emails go on working.",
        ),
    ],
)
def test_where_a_new_secret_goes_is_told(value: str, ending: str) -> None:
    """Nobody who has none looks for an old one, and one that anybody knows is not kept."""
    hint = judging.judge_secret(value).hint
    assert hint.startswith("Make one with: python3 -c ")
    assert hint.endswith(ending)


@pytest.mark.parametrize(
    ("found", "verdict", "message"),
    [
        (Spf(), DOUBTFUL, "a.org has no SPF record."),
        (Spf("v=spf1 x", "no mechanism x"), BAD, "The record cannot be used: no mechanism x."),
        (Spf("v=spf1 +all", lets_everybody=True), BAD, "It lets everybody send in your name."),
        (Spf("v=spf1 -all"), GOOD, "a.org has a sound record."),
    ],
)
def test_spf_names_who_may_send(found: Spf, verdict: Verdict, message: str) -> None:
    """SendGrid's own return path has another, so that none is a doubt and no more."""
    answer = judging.judge_spf(found, "a.org")
    assert (answer.verdict, answer.message) == (verdict, message)


@pytest.mark.parametrize(
    ("keys", "verdict", "message"),
    [
        ({}, BAD, "a.org has no key under s1, s2, so nothing can be signed in its name."),
        ({"s1": "k=rsa; p="}, BAD, "The key under s1 has been revoked."),
        ({"s1": "k=rsa; p=MIG", "s2": "p="}, GOOD, "a.org has a key under s1, s2."),
    ],
)
def test_dkim_needs_a_key(keys: dict[str, str], verdict: Verdict, message: str) -> None:
    """Without one Gmail and Yahoo refuse what goes to many."""
    answer = judging.judge_dkim(keys, "a.org", ["s1", "s2"])
    assert (answer.verdict, answer.message) == (verdict, message)


@pytest.mark.parametrize(
    ("found", "verdict", "message"),
    [
        (Dmarc(), BAD, "a.org has no DMARC record."),
        (Dmarc("v=DMARC1", "no p"), BAD, "The record cannot be used: no p."),
        (
            Dmarc("v=DMARC1; p=none", policy="none"),
            GOOD,
            "Its policy is p=none, which is enough to be let in.",
        ),
        (Dmarc("v=DMARC1; p=reject", policy="reject"), GOOD, "Its policy is p=reject."),
    ],
)
def test_dmarc_has_to_be_there(found: Dmarc, verdict: Verdict, message: str) -> None:
    """Any policy will do for being let in."""
    answer = judging.judge_dmarc(found, "a.org")
    assert (answer.verdict, answer.message) == (verdict, message)


@pytest.mark.parametrize(
    ("seconds", "verdict", "message"),
    [
        (60, GOOD, "It is right."),
        (-60, GOOD, "It is right."),
        (61, BAD, "It is 61 seconds fast, so --at would send at another time."),
        (-7200, BAD, "It is 7,200 seconds slow, so --at would send at another time."),
    ],
)
def test_a_clock_may_be_a_minute_off(seconds: float, verdict: Verdict, message: str) -> None:
    """A schedule is kept by the carrier's clock."""
    answer = judging.judge_clock(timedelta(seconds=seconds))
    assert (answer.verdict, answer.message) == (verdict, message)


@pytest.mark.parametrize(
    ("health", "verdict", "message"),
    [
        (Health("n.db", "", "0002"), GOOD, "n.db will be made on first use."),
        (
            Health("n.db", "0001", "0002"),
            DOUBTFUL,
            "n.db has version 0001, and this program 0002.",
        ),
        (
            Health("n.db", "0002", "0002"),
            DOUBTFUL,
            "n.db can be written; the newest backup beside it: none.",
        ),
        (
            Health("n.db", "0002", "0002", backup_age=9.2),
            DOUBTFUL,
            "n.db can be written; the newest backup beside it: 9 days old.",
        ),
        (
            Health("n.db", "0002", "0002", backup_age=1),
            GOOD,
            "n.db can be written and is up to date.",
        ),
        (
            Health("The database", "0002", "0002", keeps_backups=False),
            GOOD,
            "The database can be written and is up to date.",
        ),
    ],
)
def test_a_database_is_current_and_backed_up(
    health: Health, verdict: Verdict, message: str
) -> None:
    """A server's backups are its keeper's business."""
    answer = judging.judge_store(health)
    assert (answer.verdict, answer.message) == (verdict, message)


@pytest.mark.parametrize(
    ("good", "broken", "verdict"),
    [
        (200, 404, GOOD),
        (204, 400, GOOD),
        (None, 404, DOUBTFUL),
        (404, 404, BAD),
        (403, 403, BAD),
        (200, 200, BAD),
        (301, 404, BAD),
        (None, 302, BAD),
        (500, 404, BAD),
        (200, 502, BAD),
    ],
)
def test_only_our_own_site_knows_a_good_link_from_a_broken_one(
    good: int | None, broken: int, verdict: Verdict
) -> None:
    """Somebody else's says 404 to both, and so does ours with another secret."""
    assert judging.judge_website(good=good, broken=broken).verdict is verdict


class Carrier:
    """A carrier that takes one sender's mail."""

    def try_out(self, sender: str) -> None:
        if sender != "update@a.org":
            raise RefusedError("SendGrid does not know the sender.", hint="Verify it.")


def test_a_carrier_is_tried_out() -> None:
    """Without a key there is none."""
    assert judging.judge_carrier(None, "update@a.org").verdict is BAD
    assert judging.judge_carrier(Carrier(), "update@a.org").verdict is GOOD
    with pytest.raises(RefusedError):
        judging.judge_carrier(Carrier(), "update@b.org")
