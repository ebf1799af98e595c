"""The carrier's reports settle what is in doubt, in any order and however often they come."""

from __future__ import annotations

import json
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from newsletter.audience.subscriber import Consent, Subscriber
from newsletter.cli.options import EXIT_REFUSED
from newsletter.database.schema import events
from newsletter.delivery import State
from newsletter.errors import MistakeError
from newsletter.events import SOURCE, normalised, parse_events, take_in
from newsletter.rendering.edition import Tracking
from tests.database.samples import ISSUE, bring_in, counted, crowd, edition, states
from tests.delivery.offices import ISSUE as OPTION
from tests.delivery.offices import SEND
from tests.delivery.offices import counted as counts_of
from tests.sendgrid_standin.steps import Answer, Taken

if TYPE_CHECKING:
    from newsletter.database.dispatches import Dispatch
    from newsletter.database.opening import Database
    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

NOON = 1_550_491_200


def sent(database: Database, people: int, answer: State) -> Dispatch:
    bring_in(database, *crowd(people))
    dispatch = database.dispatches.open(
        edition(), segment="all", transport="sendgrid", batch_size=100
    )
    with database.dispatches.take(dispatch) as ledger:
        batch = ledger.claim()
        assert batch is not None
        keys.update({person.address: person.key for person in batch.recipients})
        ledger.settle(batch, answer)
    return dispatch


keys: dict[str, str] = {}


def stored(database: Database) -> list[str]:
    with database.events.connections.reading() as connection:
        return list(connection.scalars(select(events.c.event).order_by(events.c.at)))


def event(
    dispatch: Dispatch,
    number: int,
    name: str,
    at: int = NOON,
    **more: Any,  # noqa: ANN401 -- any JSON
) -> dict[str, Any]:
    address = f"reader{number}@example.org"
    return {
        "event": name,
        "timestamp": at,
        "email": address,
        "dispatch": dispatch.key,
        "recipient": keys[address],
        "sg_event_id": f"{name}{number}",
        **more,
    }


def take(database: Database, *raw: Any) -> dict[str, int]:  # noqa: ANN401 -- any JSON
    report = take_in(raw, database.events, database.subscribers).as_data()
    return {name: number for name, number in report.items() if number}


def counts(database: Database) -> dict[str, int]:
    return counted(database.dispatches.status(ISSUE))


@pytest.mark.parametrize(
    ("name", "fate"),
    [
        ("processed", "accepted"),
        ("deferred", "deferred"),
        ("delivered", "delivered"),
        ("open", "delivered"),
        ("click", "delivered"),
        ("unsubscribe", "delivered"),
        ("dropped", "bounced"),
        ("bounce", "bounced"),
        ("spamreport", "complained"),
        ("something_new", "uncertain"),
    ],
)
def test_what_was_in_doubt_is_settled_by_a_report(
    database: Database, name: str, fate: str
) -> None:
    """It can only come if the carrier took the message."""
    dispatch = sent(database, 3, State.UNCERTAIN)
    assert take(database, event(dispatch, 1, name))["events"] == 1
    expected = {"uncertain": 3} if fate == "uncertain" else {"uncertain": 2, fate: 1}
    assert counts(database) == expected


def test_a_report_that_comes_again_changes_nothing(database: Database) -> None:
    """SendGrid repeats them, with another sg_event_id too."""
    dispatch = sent(database, 2, State.ACCEPTED)
    first = event(dispatch, 0, "delivered")
    assert take(database, first, first) == {"events": 2, "new": 1, "repeated": 1}
    again = first | {"sg_event_id": "another"}
    assert take(database, again) == {"events": 1, "repeated": 1}
    later = first | {"timestamp": NOON + 1}
    assert take(database, later) == {"events": 1, "new": 1}
    assert counts(database) == {"accepted": 1, "delivered": 1}


@pytest.mark.parametrize(
    "order", list(permutations(["processed", "deferred", "delivered", "bounce"]))
)
def test_the_order_in_which_reports_come_does_not_matter(
    database: Database, order: tuple[str, ...]
) -> None:
    """They come by many roads; a bounce after a delivery is a bounce."""
    dispatch = sent(database, 2, State.ACCEPTED)
    for name in order:
        take(database, event(dispatch, 0, name))
    assert counts(database) == {"accepted": 1, "bounced": 1}


@pytest.mark.parametrize(
    ("name", "more", "state"),
    [
        ("bounce", {"type": "bounce"}, "suppressed"),
        ("bounce", {}, "suppressed"),
        ("bounce", {"type": "blocked"}, "confirmed"),
        ("bounce", {"type": "expired"}, "confirmed"),
        ("spamreport", {}, "suppressed"),
        ("unsubscribe", {}, "unsubscribed"),
        ("group_unsubscribe", {}, "unsubscribed"),
        ("dropped", {"reason": "Bounced Address"}, "suppressed"),
        ("dropped", {"reason": "Invalid"}, "suppressed"),
        ("dropped", {"reason": "Invalid SMTPAPI header"}, "confirmed"),
        ("dropped", {"reason": "Content is too large"}, "confirmed"),
        ("deferred", {}, "confirmed"),
        ("group_resubscribe", {}, "confirmed"),
    ],
)
def test_bounces_complaints_and_unsubscribes_suppress(
    database: Database, name: str, more: dict[str, Any], state: str
) -> None:
    """A block passes; and nobody is ever put back on the list by a report."""
    dispatch = sent(database, 2, State.ACCEPTED)
    take(database, event(dispatch, 0, name, **more))
    take(database, event(dispatch, 0, name, **more))
    assert states(database) == {"reader0@example.org": state, "reader1@example.org": "confirmed"}


def test_the_address_is_that_of_the_frozen_recipient(database: Database) -> None:
    """A report may have another spelling of it, or none."""
    dispatch = sent(database, 1, State.ACCEPTED)
    raw = event(dispatch, 0, "bounce")
    del raw["email"]
    take(database, raw)
    assert states(database) == {"reader0@example.org": "suppressed"}


def test_a_report_about_other_mail_still_suppresses(database: Database) -> None:
    """Whoever complained about a letter does not want the newsletter either."""
    bring_in(database, *crowd(1))
    raw = {"event": "spamreport", "timestamp": NOON, "email": "Reader0@Example.org"}
    assert take(database, raw) == {"events": 1, "new": 1, "suppressed": 1}
    assert take(database, raw | {"email": "no address"})["new"] == 1
    assert states(database) == {"reader0@example.org": "suppressed"}


@pytest.mark.parametrize(
    "raw",
    [None, 1, "x", [], {}, {"event": "open"}, {"event": 1, "timestamp": NOON, "email": "a@b.c"},
     {"event": "open", "timestamp": "noon", "email": "a@b.c"},
     {"event": "open", "timestamp": True, "email": "a@b.c"},
     {"event": "open", "timestamp": -1, "email": "a@b.c"},
     {"event": "open", "timestamp": 1e300, "email": "a@b.c"},
     {"event": "open", "timestamp": NOON}],
)  # fmt: skip
def test_what_is_no_report_is_counted_and_left(database: Database, raw: object) -> None:
    """Refused, the carrier would send the whole delivery again for a day."""
    assert take(database, raw) == {"events": 1, "unreadable": 1}


def test_no_address_is_kept_in_a_report(database: Database) -> None:
    """Whoever is erased is to be erased."""
    dispatch = sent(database, 1, State.ACCEPTED)
    raw = event(dispatch, 0, "bounce", reason="550 <reader0@example.org>: unknown", ip="10.0.0.1")
    found = normalised(raw)
    assert found is not None
    assert "reader0" not in found.raw + found.reason
    assert "10.0.0.1" not in found.raw
    assert SOURCE


@pytest.mark.parametrize("address", ["ann@example.org", "ånn@example.org"])
def test_no_address_is_kept_however_a_server_writes_it(address: str) -> None:
    """A receiving server may answer with capitals, and not all addresses are of ASCII."""
    raw = {
        "event": "bounce",
        "timestamp": NOON,
        "email": address,
        "reason": f"550 <{address.upper()}>: unknown, <{address}>",
    }
    found = normalised(raw)
    assert found is not None
    assert found.reason == "550 <[address]>: unknown, <[address]>"
    assert json.loads(found.raw)["reason"] == "550 <[address]>: unknown, <[address]>"


def test_who_got_it_after_all_is_not_sent_it_again(database: Database) -> None:
    """Somebody decided to send again, and the report comes a moment later."""
    from newsletter.database.dispatches import Decision  # noqa: PLC0415 -- only here

    dispatch = sent(database, 2, State.UNCERTAIN)
    database.dispatches.decide(ISSUE, Decision.RESEND)
    take(database, event(dispatch, 0, "delivered"))
    with database.dispatches.take(dispatch) as ledger:
        batch = ledger.claim()
    assert batch is not None
    assert [person.address for person in batch.recipients] == ["reader1@example.org"]


@pytest.mark.parametrize("name", ["open", "click"])
def test_who_reads_is_not_kept_unless_the_office_tracks(database: Database, name: str) -> None:
    """Nobody is watched without their leave; that a copy arrived may be known all the same."""
    dispatch = sent(database, 2, State.ACCEPTED)
    raw = event(dispatch, 0, name, url="https://example.org/a-delicate-matter")
    assert take(database, raw, raw) == {"events": 2, "untracked": 2}
    assert counts(database) == {"accepted": 1, "delivered": 1}
    assert stored(database) == []
    report = take_in([raw], database.events, database.subscribers, tracking=Tracking.ON)
    assert (report.new, report.untracked) == (1, 0)
    assert stored(database) == [name]


def test_a_machine_that_fetches_pictures_is_told_from_a_person(database: Database) -> None:
    """Apple's mail program opens everything: it would make every issue a success."""
    dispatch = sent(database, 1, State.ACCEPTED)
    raw = [
        event(dispatch, 0, "open", NOON, sg_machine_open=True),
        event(dispatch, 0, "open", NOON + 9, sg_machine_open=False),
    ]
    take_in(raw, database.events, database.subscribers, tracking=Tracking.ON)
    assert stored(database) == ["machine_open", "open"]


def test_a_report_that_comes_again_brings_nobody_s_objection_back(database: Database) -> None:
    """Somebody complained, and joined again: the old report is still under way somewhere."""
    dispatch = sent(database, 1, State.ACCEPTED)
    complaint = event(dispatch, 0, "spamreport")
    take(database, complaint)
    assert states(database) == {"reader0@example.org": "suppressed"}
    again = Consent(database.events.now(), "card", "Please send it to me again")
    database.signing_up.opt_in(Subscriber("reader0@example.org"), again, recorded_by="office")
    assert take(database, complaint) == {"events": 1, "repeated": 1}
    assert states(database) == {"reader0@example.org": "confirmed"}


def test_of_several_reasons_the_gravest_is_kept(database: Database) -> None:
    """Complaints are what mailbox providers count, and what an office has to know of."""
    dispatch = sent(database, 1, State.ACCEPTED)
    raw = [event(dispatch, 0, name) for name in ("bounce", "spamreport", "unsubscribe")]
    assert take(database, *raw) == {"events": 3, "new": 3, "suppressed": 1}
    held = database.subscribers.disclose("reader0@example.org", actor="test")
    assert [row["reason"] for row in held["suppressions"]] == ["complained"]
    assert held["consents"][-1]["state"] == "withdrawn"


def test_a_large_delivery_is_stored_in_parts(database: Database) -> None:
    """A constituency's worth of reports in one file."""
    dispatch = sent(database, 100, State.ACCEPTED)
    raw = [event(dispatch, n % 100, "delivered", NOON + n) for n in range(1_200)]
    assert take(database, *raw) == {"events": 1_200, "new": 1_200}
    assert counts(database) == {"delivered": 100}


@pytest.mark.parametrize(
    ("text", "number"),
    [("[]", 0), ('[{"a": 1}, {"b": 2}]', 2), ('{"a": 1}', 1), ('{"a": 1}\n\n{"b": 2}\n', 2)],
)
def test_a_file_is_an_array_or_an_event_a_line(text: str, number: int) -> None:
    """As SendGrid posts them, or as a log keeps them."""
    assert len(parse_events(text)) == number


def test_a_file_of_something_else_is_refused_as_a_whole() -> None:
    """Half of it taken in would be worse than none."""
    with pytest.raises(MistakeError, match="Line 2 is not JSON"):
        parse_events('{"a": 1}\nnonsense\n')


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "{}\n" + "[" * 100_000])
def test_a_file_that_goes_too_deep_is_refused_in_a_sentence(text: str) -> None:
    """Nobody sends such events but to see what breaks."""
    with pytest.raises(MistakeError, match="too deeply to be read"):
        parse_events(text)


def test_an_event_that_goes_too_deep_to_be_kept_is_no_report() -> None:
    """It was read, on a day on which there was just room for it."""
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    event = {"event": "delivered", "timestamp": NOON, "email": "ann@example.org"}
    assert normalised(event) is not None
    assert normalised(event | {"more": deep}) is None


def test_events_are_imported_from_a_file(peopled: Office, sendgrid: StandIn) -> None:
    """An office without a public address downloads them."""
    sendgrid.plan(Taken(Answer(500)))
    peopled(*SEND)
    (mail,) = sendgrid.mails
    raw = [
        {"event": "delivered", "timestamp": NOON, "email": person["to"][0]["email"]}
        | person["custom_args"]
        for person in mail["personalizations"][:2]
    ]
    peopled.write("events.json", json.dumps(raw))
    outcome = peopled("events", "import", "events.json", "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.document == {
        "events": 2, "new": 2, "repeated": 0, "unreadable": 0, "untracked": 0, "suppressed": 0,
    }  # fmt: skip
    assert counts_of(peopled) == {"uncertain": 1, "delivered": 2}
    assert "2 repeated" in peopled("events", "import", "events.json").out
    assert peopled("events", "import", "lost.json").code == EXIT_REFUSED
    (peopled.folder / "odd.json").write_bytes(b"\xff")
    assert peopled("events", "import", "odd.json").code == EXIT_REFUSED
    assert peopled("send", *OPTION, "--accept-uncertain").code == 0
