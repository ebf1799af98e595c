"""An erased person is gone, is never mailed again, and is known only by a keyed hash."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from newsletter.audience.subscriber import Consent, Subscriber, SuppressionReason
from newsletter.database import schema
from newsletter.database.erasing import copies
from newsletter.database.opening import open_database
from newsletter.errors import MistakeError
from newsletter.events import Event, stand_in
from tests.database.samples import ISSUE, bring_in, confirmed, edition, meanwhile, states

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newsletter.database.dispatches import Dispatch
    from newsletter.database.opening import Database
    from tests.database.fixture import Clock

ANN = "ann@example.org"


def everything(database: Database) -> str:
    """Return all that any table holds, as one text."""
    with database.connections.reading() as connection:
        rows: list[Any] = []
        for table in schema.metadata.sorted_tables:
            rows += [tuple(row) for row in connection.execute(select(table))]
    return repr(rows)


def open_dispatch(database: Database) -> Dispatch:
    return database.dispatches.open(
        edition(), segment="all", transport="sendgrid", batch_size=1000
    )


def test_nothing_of_an_erased_person_is_left_in_any_table(database: Database) -> None:
    """The right to erasure covers the frozen copies, the carrier's reports and old values too."""
    bring_in(database, confirmed(ANN, name="Annabel"), confirmed("bob@example.org"))
    bring_in(database, confirmed(ANN, name="Annabella"))
    dispatch = open_dispatch(database)
    database.subscribers.suppress(
        ANN, SuppressionReason.BOUNCED, source="carrier", recorded_by="test"
    )
    database.visitors.apply(
        Subscriber(ANN, last_name="Annabelle", segments=("trains",)),
        Consent(database.subscribers.now(), "website form", "Please"),
        offered=("trains",),
        language="en",
    )
    with database.connections.writing() as connection:
        key = connection.scalar(
            select(schema.subscribers.c.key).where(schema.subscribers.c.email == ANN)
        )
        hashed = stand_in(ANN)
        for recipient, event in ((key, "bounce"), ("lost", "dropped"), (hashed, "processed")):
            connection.execute(
                insert(schema.events).values(
                    dispatch=dispatch.key,
                    recipient=recipient,
                    event=event,
                    at=database.subscribers.now(),
                    raw="{}"
                    if recipient == hashed
                    else json.dumps({"email": ANN, "reason": f"<{ANN}> unknown"}),
                    received_at=database.subscribers.now(),
                )
            )
        connection.execute(
            insert(schema.recipient_outcomes).values(
                dispatch_id=dispatch.id,
                position=0,
                state="bounced",
                reason=f"550 <{ANN}>: user unknown",
                at=database.subscribers.now(),
            )
        )
    erasure = database.subscribers.erase(" ANN@example.ORG", actor="Olu")
    assert erasure.was_known
    assert erasure.removed == {
        "consents": 2,
        "subscriber_segments": 1,
        "import_changes": 1,
        "applications": 1,
        "letters": 1,
        "subscribers": 1,
        "dispatch_recipients": 1,
        "events": 3,
        "suppressions": 1,
    }
    left = everything(database)
    assert hashed not in left
    assert "nnabel" not in left
    assert "ann@" not in left.casefold()
    assert "bob@example.org" in left


def test_an_erased_person_who_waits_for_their_copy_does_not_get_it(database: Database) -> None:
    """Erasing in the middle of a dispatch must stop the mail, and keep the counts whole."""
    bring_in(database, confirmed(ANN), confirmed("bob@example.org"))
    dispatch = open_dispatch(database)
    database.subscribers.erase(ANN, actor="Olu")
    with database.dispatches.take(dispatch) as ledger:
        batch = ledger.claim()
        assert batch is not None
        assert [recipient.address for recipient in batch.recipients] == ["bob@example.org"]
    status = database.dispatches.status(ISSUE)
    assert sum(status["counts"].values()) == status["recipients"] == 2
    assert status["counts"]["suppressed"] == 1


@pytest.mark.parametrize("on_list", ["on the list", "a stranger"])
def test_no_import_brings_an_erased_person_back(database: Database, on_list: str) -> None:
    """Lists are imported for years; the hash is what recognises the address in them."""
    if on_list == "on the list":
        bring_in(database, confirmed(ANN))
    database.subscribers.erase(ANN, actor="Olu")
    for row in (confirmed("Ann@Example.org"), f"{ANN},,,,,,pending", f"{ANN},,,,,,unsubscribed"):
        assert bring_in(database, row)["suppressed"] == 1
    assert not database.subscribers.suppress(
        ANN, SuppressionReason.BOUNCED, source="carrier", recorded_by="test"
    )
    assert states(database) == {}
    assert "ann@" not in everything(database).casefold()


def test_erasing_twice_changes_nothing(database: Database) -> None:
    """A request may come by letter and by telephone."""
    bring_in(database, confirmed(ANN))
    database.subscribers.suppress(
        ANN, SuppressionReason.MANUAL, source="office", recorded_by="test"
    )
    first = database.subscribers.erase(ANN, actor="Olu")
    second = database.subscribers.erase(ANN, actor="Olu")
    assert (first.removed["suppressions"], first.was_known, second.was_known) == (1, True, False)
    with database.connections.reading() as connection:
        rows = connection.execute(
            select(schema.suppressions.c.email_folded, schema.suppressions.c.reason)
        ).all()
    assert [tuple(row) for row in rows] == [(first.pseudonym, "erased")]
    assert first.pseudonym == second.pseudonym


def test_two_offices_know_an_erased_person_by_different_hashes(
    tmp_path: Path, clock: Clock
) -> None:
    """Otherwise two lists of hashes could be compared, and a plain hash be guessed."""
    names = set()
    for office in ("a", "b"):
        with open_database(f"sqlite:///{tmp_path}/{office}.db", now=clock) as database:
            names.add(database.subscribers.erase(ANN, actor="Olu").pseudonym)
    assert len(names) == 2


def test_the_file_of_the_database_holds_no_trace(tmp_path: Path, clock: Clock) -> None:
    """What SQLite deletes lies in its file and its log until it is overwritten."""
    with open_database(f"sqlite:///{tmp_path}/newsletter.db", now=clock) as database:
        crowd = [confirmed(f"reader{n}@example.org", name=f"Reader{n}") for n in range(300)]
        bring_in(database, *crowd, confirmed("unique.zebra@example.org", name="Zebrina"))
        open_dispatch(database)
        with database.connections.writing() as connection:
            connection.execute(update(schema.subscribers).values(last_name="Zebrowski"))
            connection.execute(update(schema.subscribers).values(last_name=""))
        database.subscribers.erase("unique.zebra@example.org", actor="Olu")
        held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"reader7@" in held
    assert b"unique.zebra" not in held
    assert b"Zebrina" not in held


def test_what_is_no_address_cannot_be_erased(database: Database) -> None:
    """A slip of the pen must be told: the person would still be on record."""
    with pytest.raises(MistakeError):
        database.subscribers.erase("ann(at)example.org", actor="Olu")


def test_copies_that_may_hold_the_person_are_named(tmp_path: Path) -> None:
    """No program should delete backups by itself; but somebody must know of them."""
    file = tmp_path / "newsletter.db"
    assert copies(file, tmp_path) == []
    (tmp_path / "newsletter.db.0001-20190218T170000Z.backup").touch()
    (tmp_path / "outbox" / "2019-02-18").mkdir(parents=True)
    (tmp_path / "outbox" / "2019-02-18" / "1.eml").touch()
    assert copies(file, tmp_path) == ["newsletter.db.0001-20190218T170000Z.backup", "outbox/"]
    assert copies(None, tmp_path) == ["outbox/"]


def test_only_a_new_wish_of_their_own_brings_an_erased_person_back(database: Database) -> None:
    """They may change their mind; then they are on record as anybody else."""
    bring_in(database, confirmed(ANN))
    database.subscribers.erase(ANN, actor="Olu")
    consent = Consent(database.subscribers.now(), "signed card", "Yes, again")
    database.signing_up.opt_in(Subscriber(ANN), consent, recorded_by="Olu")
    assert states(database) == {ANN: "confirmed"}
    assert database.subscribers.audience("all").recipients == 1
    assert bring_in(database, confirmed(ANN))["updated"] == 1


def test_an_erasure_keeps_nobody_waiting_and_misses_nothing_that_comes_meanwhile(
    opened: Callable[..., Database], url: str
) -> None:
    """Every report is read for it; meanwhile people leave, and the carrier goes on reporting."""
    database = opened(url, patience=0.5)
    bring_in(database, confirmed(ANN), confirmed("bob@example.org"))
    dispatch = open_dispatch(database)
    with database.connections.reading() as connection:
        rows = connection.execute(select(schema.subscribers.c.email, schema.subscribers.c.key))
        keys = {row.email: row.key for row in rows}
    reports = [
        Event(
            dispatch.key,
            keys[ANN],
            name,
            database.subscribers.now(),
            "",
            "",
            None,
            f'{{"x": "<{ANN}>"}}',
        )
        for name in ("deferred", "delivered")
    ]
    database.events.record(reports[:1])

    def go_on() -> None:
        database.events.record(reports[1:])
        database.signing_up.withdraw(keys["bob@example.org"], source="link", recorded_by="test")

    with meanwhile(r"FROM events WHERE events\.recipient IN \(SELECT", go_on) as looks:
        erasure = database.subscribers.erase(ANN, actor="Olu")
    assert len(looks) == 1
    assert erasure.removed["events"] == 2
    assert states(database) == {"bob@example.org": "unsubscribed"}
    assert "ann@" not in everything(database).casefold()
