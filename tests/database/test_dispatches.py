"""A dispatch freezes what is sent and to whom, and tells what became of everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, update

from newsletter.audience.recipient import Recipient
from newsletter.audience.subscriber import Consent, Subscriber, SuppressionReason
from newsletter.database.dispatches import Decision, Dispatch, Kind, Standing
from newsletter.database.held import Held
from newsletter.database.schema import (
    batches,
    dispatch_recipients,
    dispatches,
    recipient_outcomes,
)
from newsletter.delivery import State
from newsletter.errors import MistakeError, NotAllowedError
from tests.database.samples import (
    ISSUE,
    bring_in,
    confirmed,
    counted,
    crowd,
    edition,
    scheduled,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.database.opening import Database
    from newsletter.rendering.edition import Edition
    from tests.database.fixture import Clock

ZERO = {
    "waiting": 0,
    "claimed": 0,
    "accepted": 0,
    "refused": 0,
    "uncertain": 0,
    "delivered": 0,
    "deferred": 0,
    "bounced": 0,
    "complained": 0,
    "suppressed": 0,
}


def opening(
    database: Database,
    sent: Edition | None = None,
    *,
    segment: str = "all",
    transport: str = "sendgrid",
    batch_size: int = 1_000,
) -> Dispatch:
    return database.dispatches.open(
        sent or edition(), segment=segment, transport=transport, batch_size=batch_size
    )


def carry(database: Database, dispatch: Dispatch, *answers: State) -> None:
    """Settle the waiting batches with these answers; the last one holds for the rest."""
    left = list(answers)
    with database.dispatches.take(dispatch) as ledger:
        while batch := ledger.claim():
            ledger.settle(batch, left.pop(0) if len(left) > 1 else left[0], "as told")


def test_2500_recipients_travel_in_three_batches(database: Database) -> None:
    """A request carries a thousand people at most, and each person exactly once."""
    bring_in(database, *crowd(2_500))
    dispatch = opening(database)
    found = []
    with database.dispatches.take(dispatch) as ledger:
        while batch := ledger.claim():
            found.append((batch.position, [person.address for person in batch.recipients]))
            ledger.settle(batch, State.ACCEPTED)
    everyone = [f"reader{index}@example.org" for index in range(2_500)]
    assert found == [(0, everyone[:1000]), (1, everyone[1000:2000]), (2, everyone[2000:])]
    assert dispatch.recipients == 2_500


def test_only_proven_and_wanted_addresses_in_the_segment_are_frozen(
    database: Database,
) -> None:
    """The law asks for consent, the person for their ward, and an objection beats both."""
    bring_in(
        database,
        confirmed("ann@example.org", name="Ann", segments="ward:Castle"),
        confirmed("bob@example.org", segments="ward:Station"),
        "carol@example.org,,ward:Castle,,,,pending",
        "dan@example.org,,ward:Castle,,,,unsubscribed",
        confirmed("eve@example.org", segments="ward:Castle"),
    )
    database.subscribers.suppress(
        "eve@example.org", SuppressionReason.BOUNCED, source="carrier", recorded_by="test"
    )
    with database.dispatches.take(opening(database, segment="ward:castle")) as ledger:
        batch = ledger.claim()
    assert batch is not None
    key = batch.recipients[0].key
    assert batch.recipients == (
        Recipient(key, "ann@example.org", "Ann", datetime(2019, 2, 1, tzinfo=UTC), "website"),
    )
    assert len(bytes.fromhex(key)) == 16


def test_the_newest_confirmation_is_the_one_that_is_quoted(database: Database) -> None:
    """Every copy says when and how its reader signed up."""
    bring_in(
        database,
        confirmed("ann@example.org"),
        "ann@example.org,,,2019-02-10,paper,Yes,confirmed",
    )
    with database.dispatches.take(opening(database)) as ledger:
        batch = ledger.claim()
    assert batch is not None
    assert batch.recipients[0].consent_source == "paper"


def test_the_audience_is_frozen_when_the_dispatch_opens(database: Database) -> None:
    """Who signs up or moves while an issue is on its way is not half in it."""
    bring_in(database, confirmed("ann@example.org"))
    opening(database)
    bring_in(database, confirmed("late@example.org"))
    assert opening(database).recipients == 1


def test_a_dispatch_to_nobody_is_not_opened(database: Database) -> None:
    """Opened for nobody it would count as sent, and could never be sent to anyone."""
    bring_in(database, "ann@example.org,,,,,,pending")
    with pytest.raises(NotAllowedError, match="Nobody would receive this issue"):
        opening(database)
    bring_in(database, confirmed("ann@example.org"))
    assert opening(database).recipients == 1


def test_a_segment_that_cannot_be_read_opens_nothing(database: Database) -> None:
    """A slip in the filter must not mean everybody."""
    bring_in(database, confirmed("ann@example.org"))
    with pytest.raises(MistakeError):
        opening(database, segment="ward:")
    assert database.dispatches.status(ISSUE)["state"] == "none"


def test_a_real_issue_is_dispatched_once(database: Database) -> None:
    """Whatever was edited since, and whichever carrier is asked: nobody gets it twice."""
    bring_in(database, confirmed("ann@example.org"))
    first = opening(database)
    assert (first.kind, first.serial, first.standing) == (Kind.REAL, 1, Standing.NEW)
    again = opening(database, edition("Edited"), transport="smtp", batch_size=1)
    assert again == replace(first, standing=Standing.UNFINISHED)
    assert again.edition == edition()
    carry(database, first, State.ACCEPTED)
    assert opening(database, edition("Edited")) == replace(first, standing=Standing.FINISHED)


def test_a_rehearsal_is_repeated_once_the_issue_was_edited(database: Database) -> None:
    """With `folder` nothing leaves the office, so every edit may be tried anew."""
    bring_in(database, confirmed("ann@example.org"))
    first = opening(database, transport="folder")
    assert (first.kind, first.serial) == (Kind.REHEARSAL, 1)
    unfinished = opening(database, edition("Edited"), transport="folder")
    assert unfinished == replace(first, standing=Standing.UNFINISHED)
    carry(database, first, State.ACCEPTED)
    finished = opening(database, transport="folder")
    assert finished == replace(first, standing=Standing.FINISHED)
    second = opening(database, edition("Edited"), transport="folder")
    assert (second.serial, second.standing) == (2, Standing.NEW)
    assert second.edition == edition("Edited")


def test_the_frozen_edition_is_read_back_byte_for_byte(database: Database) -> None:
    """What was approved is what is sent, even from another machine a day later."""
    bring_in(database, confirmed("ann@example.org"))
    odd = replace(edition(), text="half a \ud83d character, \x00 and \u2028")
    frozen = opening(database, odd).edition
    assert frozen == odd
    assert frozen.digest == odd.digest


@pytest.mark.parametrize("damage", ["{", "[]", "{}", '{"issue": 1}', None])
def test_an_altered_edition_is_not_sent(database: Database, damage: str | None) -> None:
    """One changed byte voids the approval, wherever it was changed."""
    bring_in(database, confirmed("ann@example.org"))
    opening(database)
    with database.connections.reading() as connection:
        frozen = connection.scalar(select(dispatches.c.edition))
    assert frozen is not None
    with database.connections._engine.begin() as connection:  # noqa: SLF001  # tampering
        changed = frozen.replace("trains", "buses") if damage is None else damage
        connection.execute(update(dispatches).values(edition=changed))
    with pytest.raises(NotAllowedError, match="not the one that was frozen"):
        opening(database)


def test_the_status_of_an_issue_that_was_never_sent(database: Database) -> None:
    """Scripts may ask at any time, and get the same keys."""
    assert database.dispatches.status(date(2019, 3, 8)) == {
        "issue": "2019-03-08",
        "digest": None,
        "state": "none",
        "transport": "",
        "recipients": 0,
        "counts": ZERO,
        "unsettled": [],
    }


def test_the_status_counts_everyone_once_and_names_all_unsettled(database: Database) -> None:
    """An honest report: nobody is in two counts, and the list is never cut short."""
    bring_in(database, *crowd(50))
    dispatch = opening(database, batch_size=10)
    answers = [State.ACCEPTED, State.UNCERTAIN, State.REFUSED, State.ACCEPTED]
    with database.dispatches.take(dispatch) as ledger:
        for answer in answers:
            batch = ledger.claim()
            assert batch is not None
            ledger.settle(batch, answer, "no answer within 60 s")
        assert ledger.claim() is not None
        document = database.dispatches.status(ISSUE)
    assert document == {
        "issue": "2019-02-18",
        "digest": edition().digest,
        "state": "sending",
        "transport": "sendgrid",
        "recipients": 50,
        "counts": {**ZERO, "claimed": 10, "accepted": 20, "refused": 10, "uncertain": 10},
        "unsettled": [
            {
                "email": f"reader{index}@example.org",
                "state": "uncertain" if index < 20 else "refused",
                "reason": "no answer within 60 s",
            }
            for index in range(10, 30)
        ],
    }


def test_a_claim_that_nobody_alive_holds_is_shown_as_uncertain(
    database: Database, clock: Clock
) -> None:
    """After a crash the question is who may have got it, and status answers before any send."""
    bring_in(database, *crowd(2))
    ledger = database.dispatches.take(opening(database, batch_size=1))
    ledger.claim()
    assert database.dispatches.status(ISSUE)["state"] == "sending"
    clock.move(46)
    document = database.dispatches.status(ISSUE)
    assert document["state"] == "stopped"
    assert counted(document) == {"waiting": 1, "uncertain": 1}
    assert document["unsettled"] == [
        {
            "email": "reader0@example.org",
            "state": "uncertain",
            "reason": "the program stopped before the answer came",
        }
    ]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (State.ACCEPTED, "finished"),
        (State.REFUSED, "stopped"),
        (State.UNCERTAIN, "stopped"),
    ],
)
def test_finished_means_that_nothing_is_left_to_do_or_decide(
    database: Database, answer: State, state: str
) -> None:
    """A rival says "finished" after losing a thousand people; ours does not."""
    bring_in(database, *crowd(3))
    carry(database, opening(database), answer)
    assert database.dispatches.status(ISSUE)["state"] == state


def test_the_status_is_of_the_real_dispatch_if_there_is_one(database: Database) -> None:
    """Rehearsals before and after must not hide what really went out."""
    bring_in(database, *crowd(2))
    carry(database, opening(database, transport="folder"), State.ACCEPTED)
    carry(database, opening(database, edition("B"), transport="folder"), State.ACCEPTED)
    document = database.dispatches.status(ISSUE)
    assert (document["transport"], document["digest"]) == ("folder", edition("B").digest)
    opening(database, edition("C"))
    opening(database, edition("D"), transport="folder")
    document = database.dispatches.status(ISSUE)
    assert (document["transport"], document["digest"]) == ("sendgrid", edition("C").digest)


def test_a_person_with_a_fate_of_their_own_leaves_the_count_of_their_batch(
    database: Database, clock: Clock
) -> None:
    """Later reports from the carrier are about one person, not about a batch."""
    bring_in(database, *crowd(4))
    dispatch = opening(database, batch_size=2)
    carry(database, dispatch, State.UNCERTAIN, State.ACCEPTED)
    with database.connections._engine.begin() as connection:  # noqa: SLF001  # as an event would
        connection.execute(
            insert(recipient_outcomes),
            [
                {"dispatch_id": dispatch.id, "position": n, "state": s, "reason": r, "at": clock()}
                for n, s, r in [(0, "delivered", ""), (3, "refused", "no such user")]
            ],
        )
    document = database.dispatches.status(ISSUE)
    assert counted(document) == {"delivered": 1, "uncertain": 1, "accepted": 1, "refused": 1}
    assert document["unsettled"] == [
        {"email": "reader1@example.org", "state": "uncertain", "reason": "as told"},
        {"email": "reader3@example.org", "state": "refused", "reason": "no such user"},
    ]


@pytest.mark.parametrize(
    ("decision", "counts", "reason"),
    [
        (Decision.RESEND, {"waiting": 4, "accepted": 2, "refused": 2}, "sent again by decision"),
        (Decision.ACCEPT, {"accepted": 6, "refused": 2}, "accepted by decision"),
    ],
)
def test_a_person_decides_of_everyone_uncertain_and_of_nobody_else(
    database: Database,
    clock: Clock,
    decision: Decision,
    counts: dict[str, int],
    reason: str,
) -> None:
    """Both a lost answer and a claim left by a dead process are up to a person."""
    bring_in(database, *crowd(8))
    dispatch = opening(database, batch_size=2)
    ledger = database.dispatches.take(dispatch)
    for answer in (State.ACCEPTED, State.REFUSED, State.UNCERTAIN):
        batch = ledger.claim()
        assert batch is not None
        ledger.settle(batch, answer)
    ledger.claim()
    with pytest.raises(NotAllowedError, match="Another send of this issue is running"):
        database.dispatches.decide(ISSUE, decision)
    clock.move(60)
    assert database.dispatches.decide(ISSUE, decision) == 4
    assert counted(database.dispatches.status(ISSUE)) == counts
    with database.connections.reading() as connection:
        found = connection.scalars(
            select(batches.c.reason).order_by(batches.c.position).offset(2)
        ).all()
    assert found == [reason, reason]
    assert database.dispatches.decide(ISSUE, decision) == 0


def test_there_is_nothing_to_decide_of_an_issue_that_was_not_sent(database: Database) -> None:
    """A slip in the date must not pass for a decision."""
    with pytest.raises(NotAllowedError, match="has not been sent"):
        database.dispatches.decide(ISSUE, Decision.ACCEPT)


def test_two_databases_opened_at_once_open_one_dispatch(
    database: Database, opened: Callable[..., Database], url: str
) -> None:
    """A double click, or a second laptop, finds the dispatch that is there."""
    bring_in(database, *crowd(3))
    assert opening(opened(url)).id == opening(database).id
    with database.connections.reading() as connection:
        assert len(connection.execute(select(dispatch_recipients)).all()) == 3


def test_what_there_is_of_an_issue_is_found_without_opening_anything(
    database: Database,
) -> None:
    """A dry run asks for both kinds, and changes nothing."""
    bring_in(database, confirmed("ann@example.org"))
    assert database.dispatches.find(ISSUE, "sendgrid") is None
    rehearsed = opening(database, transport="folder")
    assert database.dispatches.find(ISSUE, "smtp") is None
    found = database.dispatches.find(ISSUE, "folder")
    assert found == replace(rehearsed, standing=Standing.UNFINISHED)
    assert not found.is_finished
    carry(database, rehearsed, State.ACCEPTED)
    finished = database.dispatches.find(ISSUE, "folder")
    assert finished == replace(rehearsed, standing=Standing.FINISHED)
    assert finished.is_finished


def test_the_status_can_be_asked_for_one_kind_of_dispatch(database: Database) -> None:
    """After a rehearsal its own counts are told, though the issue has been sent before."""
    bring_in(database, *crowd(2))
    carry(database, opening(database), State.UNCERTAIN)
    carry(database, opening(database, transport="folder"), State.ACCEPTED)
    found = {
        transport: counted(database.dispatches.status(ISSUE, transport=transport))
        for transport in ("folder", "sendgrid")
    }
    assert found == {"folder": {"accepted": 2}, "sendgrid": {"uncertain": 2}}


def test_what_there_is_of_an_issue_is_found_for_the_kind_of_carrier(database: Database) -> None:
    """A rehearsal must not be taken for the sending, nor the other way round."""
    bring_in(database, confirmed("ann@example.org"))
    assert database.dispatches.find(ISSUE, "sendgrid") is None
    rehearsal = opening(database, transport="folder")
    assert database.dispatches.find(ISSUE, "sendgrid") is None
    found = database.dispatches.find(ISSUE, "folder")
    assert found == replace(rehearsal, standing=Standing.UNFINISHED)
    assert not found.is_finished
    carry(database, rehearsal, State.ACCEPTED)
    newest = opening(database, edition("Edited"), transport="folder")
    assert database.dispatches.find(ISSUE, "folder") == replace(
        newest, standing=Standing.UNFINISHED
    )
    real = opening(database)
    carry(database, real, State.ACCEPTED)
    finished = database.dispatches.find(ISSUE, "smtp")
    assert finished == replace(real, standing=Standing.FINISHED)
    assert finished.is_finished


def test_a_rehearsal_after_the_sending_is_told_and_decided_apart(database: Database) -> None:
    """Whoever rehearses again wants to know of the rehearsal, and decides nothing else."""
    bring_in(database, *crowd(2))
    carry(database, opening(database), State.UNCERTAIN)
    with pytest.raises(NotAllowedError, match="has not been sent"):
        database.dispatches.decide(ISSUE, Decision.ACCEPT, transport="folder")
    carry(database, opening(database, transport="folder"), State.ACCEPTED)
    assert counted(database.dispatches.status(ISSUE, transport="folder")) == {"accepted": 2}
    assert counted(database.dispatches.status(ISSUE, transport="smtp")) == {"uncertain": 2}
    assert database.dispatches.decide(ISSUE, Decision.ACCEPT, transport="sendgrid") == 2


def test_newcomers_to_a_correction_are_all_who_may_be_mailed_and_have_had_nothing(
    database: Database, clock: Clock
) -> None:
    """Refused, left waiting, away at that time, or new: none of them would be thought of again."""
    bring_in(database, *crowd(8))
    first = opening(database, batch_size=2)
    database.subscribers.suppress(
        address(3), SuppressionReason.UNSUBSCRIBED, source="telephone", recorded_by="test"
    )
    with database.dispatches.take(first) as ledger:
        for answer in (State.ACCEPTED, State.ACCEPTED, State.REFUSED):
            batch = ledger.claim()
            assert batch is not None
            ledger.settle(batch, answer)
    with database.connections._engine.begin() as connection:  # noqa: SLF001  # as an event would
        connection.execute(
            insert(recipient_outcomes),
            [
                {"dispatch_id": first.id, "position": n, "state": s, "reason": "", "at": clock()}
                for n, s in [(0, "bounced"), (1, "refused"), (5, "delivered")]
            ],
        )
    halt = database.dispatches.halt(ISSUE)
    halt.stop_sending()
    assert not halt.finish(), "some of it has left"
    second = database.dispatches.open_erratum(edition("B"), transport="sendgrid", batch_size=2)
    assert people_of(database, second) == [address(2), address(5)]
    card = Consent(clock(), "signed card", "Yes please")
    database.signing_up.opt_in(Subscriber(address(3)), card, recorded_by="Olu")
    bring_in(database, confirmed(address(8)))
    assert database.dispatches.newcomers(second) == 6
    assert database.dispatches.status(ISSUE)["missing"] == 6
    grown = database.dispatches.extend(second)
    assert people_of(database, grown) == [address(n) for n in (2, 5, 1, 3, 4, 6, 7, 8)]
    assert database.dispatches.newcomers(grown) == 0
    assert database.dispatches.status(ISSUE)["missing"] == 0


def address(number: int) -> str:
    return f"reader{number}@example.org"


def people_of(database: Database, dispatch: Dispatch) -> list[str]:
    """Return the addresses of a dispatch in their order."""
    table = dispatch_recipients.c
    statement = select(table.email).where(table.dispatch_id == dispatch.id)
    with database.connections.reading() as connection:
        return list(connection.scalars(statement.order_by(table.position)))


def test_what_a_carrier_holds_is_told_for_whom_it_leaves_and_until_then(
    database: Database, clock: Clock
) -> None:
    """Nobody has to be told of a copy that waits here, was never claimed, or has left."""
    bring_in(database, *crowd(3))
    at = clock() + timedelta(hours=2)
    dispatch = scheduled(database, at)
    with database.dispatches.take(dispatch) as ledger:
        ledger.slips.add("slip")
        batch = ledger.claim()
        assert batch is not None
        ledger.settle(batch, State.ACCEPTED)
    for number in (0, 1):
        database.subscribers.suppress(
            address(number), SuppressionReason.UNSUBSCRIBED, source="link", recorded_by="test"
        )
    assert database.dispatches.held_for(address(0).upper()) == [Held(ISSUE.isoformat(), at)]
    assert database.dispatches.held_for(address(1)) == []
    assert database.dispatches.status(ISSUE)["held_though_gone"] == 1
    clock.move(2 * 3600)
    assert database.dispatches.held_for(address(0)) == []
    assert "held_though_gone" not in database.dispatches.status(ISSUE)


def test_who_was_refused_is_left_out_of_a_correction_until_it_reaches_them(
    database: Database,
) -> None:
    """Each correction tells anew of those before it who are still without any."""
    bring_in(database, *crowd(4))
    carry(database, opening(database, batch_size=1), State.ACCEPTED, State.REFUSED, State.ACCEPTED)
    second = database.dispatches.open_erratum(edition("B"), transport="sendgrid", batch_size=1)
    carry(database, second, State.REFUSED, State.ACCEPTED)
    third = database.dispatches.open_erratum(edition("C"), transport="sendgrid", batch_size=1)
    carry(database, third, State.ACCEPTED)
    status = database.dispatches.status(ISSUE)
    assert (status["state"], status["missing"]) == ("stopped", 1)
    assert [
        (each["state"], each.get("left_out"), [person["email"] for person in each["unsettled"]])
        for each in status["earlier"]
    ] == [("finished", None, [address(0)]), ("stopped", 1, [address(1)])]
    carry(database, database.dispatches.extend(third), State.ACCEPTED)
    status = database.dispatches.status(ISSUE)
    assert status["state"] == "finished"
    assert [len(each["unsettled"]) for each in status["earlier"]] == [1, 0]
