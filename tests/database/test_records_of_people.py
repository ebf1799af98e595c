"""Whoever asks what is held on them is told all of it, and who did what is on record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, text, update

from newsletter.audience.seat import Seat
from newsletter.audience.subscriber import SubscriberState, SuppressionReason
from newsletter.database import schema
from newsletter.database.auditing import note
from newsletter.database.connections import Connections, Lock
from newsletter.database.disclosure import Extent, is_known
from newsletter.database.subscribers import Choice
from newsletter.database.upgrading import upgrade
from newsletter.errors import NotAllowedError, StoppedError
from tests.database.samples import bring_in, confirmed, edition, meanwhile, states

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newsletter.database.opening import Database

ANN = "ann@example.org"
NOON = "2019-02-18T17:03:00+00:00"
SEAT = Seat(frozenset({"AE15BQ"}))
FULL = "email,first_name,postcode,segments,consent_at,consent_source,consent_wording"


def test_a_person_is_told_all_that_is_held_on_them(database: Database) -> None:
    """A subject access request is answered with every table that knows them."""
    bring_in(database, f"{ANN},Ann,AE1 5BQ,news,2019-02-01,web,I agree", header=FULL)
    bring_in(database, confirmed(ANN, name="Anna"), "bob@example.org,,,,,,")
    dispatch = database.dispatches.open(
        edition(), segment="all", transport="sendgrid", batch_size=1000
    )
    with database.connections.writing(Lock.AUDIENCE) as connection:
        key = connection.scalar(
            select(schema.subscribers.c.key).where(schema.subscribers.c.email == ANN)
        )
        connection.execute(
            insert(schema.events).values(
                dispatch=dispatch.key,
                recipient=key,
                event="delivered",
                at=database.subscribers.now(),
                raw="{}",
                received_at=database.subscribers.now(),
            )
        )
    database.subscribers.suppress(
        ANN, SuppressionReason.MANUAL, source="letter", recorded_by="Olu"
    )
    assert key is not None
    database.visitors.owe_data(key, language="cy")
    document = database.subscribers.disclose("ANN@example.org", actor="Olu", seat=SEAT)
    imported = {"file": "list.csv", "at": NOON, "by": "import"}
    assert document == {
        "email": "ANN@example.org",
        "subscriber": {
            "email": ANN,
            "first_name": "Anna",
            "last_name": "",
            "postcode": "AE1 5BQ",
            "segments": ["news", "newsletter"],
            "state": "suppressed",
            "key": key,
            "created_at": NOON,
            "import": imported,
            "seat": "in",
        },
        "consents": [
            {
                "state": "confirmed",
                "at": "2019-02-01T00:00:00+00:00",
                "source": source,
                "wording": "I agree",
                "recorded_by": "import",
                "recorded_at": NOON,
                "import": imported,
            }
            for source in ("web", "website")
        ],
        "unconfirmed": [],
        "suppressions": [{"reason": "manual", "at": NOON, "source": "letter"}],
        "changes_by_imports": [
            {"import": imported, "before": {"first_name": "Ann"}, "after": {"first_name": "Anna"}}
        ],
        "dispatches": [
            {
                "issue": "2019-02-18",
                "transport": "sendgrid",
                "opened_at": NOON,
                "email": ANN,
                "first_name": "Anna",
                "key": key,
                "consent_at": "2019-02-01T00:00:00+00:00",
                "consent_source": "website",
                "state": "waiting",
                "reason": "",
                "settled_at": None,
            }
        ],
        "letters": [
            {
                "kind": "data",
                "asked_at": NOON,
                "asked_by": "link",
                "language": "cy",
                "state": "waiting",
                "reason": "",
            }
        ],
        "events": [{"event": "delivered", "at": NOON, "raw": "{}"}],
        "log": [{"at": NOON, "actor": "Olu", "action": "suppress"}],
    }
    assert is_known(document)
    json.dumps(document)


def test_a_stranger_is_told_that_nothing_is_held(database: Database) -> None:
    """That is an answer, too, in the same shape."""
    document = database.subscribers.disclose(ANN, actor="Olu")
    assert document == {
        "email": ANN,
        "subscriber": None,
        "consents": [],
        "unconfirmed": [],
        "suppressions": [],
        "changes_by_imports": [],
        "dispatches": [],
        "letters": [],
        "events": [],
        "log": [],
    }
    assert not is_known(document)


def test_every_table_that_holds_people_is_known_to_erasure_and_disclosure() -> None:
    """A new table with addresses must not be forgotten by either."""
    telling = {"email", "email_folded", "subscriber_id", "recipient", "raw", "subject"}
    found = {
        name
        for name, table in schema.metadata.tables.items()
        if telling & set(table.columns.keys())
    }
    assert found - {"dispatches"} == {
        "subscribers",
        "subscriber_segments",
        "consents",
        "applications",
        "suppressions",
        "import_changes",
        "dispatch_recipients",
        "events",
        "audit",
    }


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_log_only_grows(database: Database, change: str) -> None:
    """A log that could be changed would prove nothing."""
    database.subscribers.erase(ANN, actor="Olu")
    statement = {
        "update": update(schema.audit).values(actor="nobody"),
        "delete": delete(schema.audit),
    }[change]
    with (
        pytest.raises(StoppedError),
        database.connections.writing(Lock.AUDIENCE) as connection,
    ):
        connection.execute(statement)
    with database.subscribers.log() as entries:
        assert [entry.actor for entry in entries] == ["Olu"]


def test_the_log_cannot_hold_an_address(database: Database) -> None:
    """Logs are read by many, and kept for long."""
    with database.connections.writing(Lock.AUDIENCE) as connection:
        note(
            connection,
            database.subscribers.now(),
            ANN,
            "import",
            details={"file": f"list for {ANN}.csv", "rows": 1},
        )
    with database.subscribers.log() as entries:
        (entry,) = entries
    assert entry.as_data() == {
        "at": NOON,
        "actor": "[address]",
        "action": "import",
        "subject": "",
        "details": {"file": "list for [address]", "rows": 1},
    }
    with (
        pytest.raises(StoppedError),
        database.connections.writing(Lock.AUDIENCE) as connection,
    ):
        connection.execute(
            text(
                "INSERT INTO audit (at, actor, action, subject, details) "
                "VALUES ('2019-02-18', 'ann@example.org', 'x', '', '{}')"
            )
        )


def test_everything_that_is_done_with_people_is_logged(database: Database) -> None:
    """Who did what, and when, without an address anywhere."""
    bring_in(database, confirmed(ANN))
    database.subscribers.suppress(
        ANN, SuppressionReason.BOUNCED, source="office", recorded_by="Olu"
    )
    list(database.subscribers.export(actor="Olu"))
    database.subscribers.disclose(ANN, actor="Olu")
    database.subscribers.erase(ANN, actor="Olu")
    database.subscribers.undo_import(actor="Olu")
    with database.subscribers.log() as entries:
        found = list(entries)
    assert [entry.action for entry in found] == [
        "import",
        "suppress",
        "export",
        "export-person",
        "erase",
        "undo-import",
    ]
    assert len({entry.subject for entry in found if entry.subject}) == 1
    assert "ann@" not in str([entry.as_data() for entry in found])


def test_people_are_chosen_and_counted_by_segment_state_and_seat(database: Database) -> None:
    """The office sees at a glance whom it would write to."""
    proof = "2019-02-01,web,I agree"
    bring_in(
        database,
        f"{ANN},Ann,ae1 5bq,News;ward:Castle,{proof}",
        f"bob@example.org,Bob,AE9 9ZZ,news,{proof}",
        f"carol@example.org,,nowhere,trains,{proof}",
        "dan@example.org,,AE9 9ZZ,news,,,",
        header=FULL,
    )
    people = database.subscribers
    counts = {name.casefold(): number for name, number in people.segment_counts().items()}
    assert counts == {"news": 3, "trains": 1, "ward:castle": 1}  # as one of them wrote it
    choice = Choice("news", SubscriberState.CONFIRMED)
    assert [person.email for person in people.listing(choice)] == [ANN, "bob@example.org"]
    assert people.counts(choice) == {
        "pending": 0,
        "confirmed": 2,
        "unsubscribed": 0,
        "suppressed": 0,
    }
    assert people.seat_counts(SEAT) == {"in": 1, "out": 2, "unknown": 1}
    assert dict(people.audience("all", SEAT).seat) == {"in": 1, "out": 1, "unknown": 1}
    assert people.audience("all").seat == {}


def test_an_export_holds_the_proof_that_counts(database: Database) -> None:
    """A later question does not take the place of a confirmation."""
    bring_in(
        database,
        confirmed(ANN),
        "ann@example.org,,,2019-02-03,paper,Yes,confirmed",
        "bob@example.org,,,2019-02-03,paper,Maybe,pending",
        "carol@example.org,,,,,,pending",
    )
    found = {
        listed.subscriber.email: listed.consent and listed.consent.wording
        for listed in database.subscribers.export(actor="Olu")
    }
    assert found == {ANN: "Yes", "bob@example.org": "Maybe", "carol@example.org": None}


def test_people_keep_their_segments_through_the_upgrade(
    opened: Callable[..., Database], url: str, tmp_path: Path
) -> None:
    """The table is made anew on SQLite; and what came before cannot be taken back by mistake."""
    connections = Connections(url, folder=tmp_path)
    with connections.writing(Lock.STRUCTURE) as connection:
        upgrade(connection, "0002")
        for statement in (
            (
                "INSERT INTO subscribers VALUES (1, 'k', 'ann@example.org', 'ann@example.org', "
                "'Ann', '', '', 'pending', '2019-01-01 00:00:00.000000')"
            ),
            "INSERT INTO subscriber_segments VALUES (1, 'news', 'News')",
            (
                "INSERT INTO imports VALUES (1, '2019-01-01 00:00:00.000000', NULL, 'old.csv', "
                "1, 0, 0, 0, 0)"
            ),
        ):
            connection.execute(text(statement))
    connections.close()
    database = opened(url)
    (person,) = database.subscribers.listing()
    assert (person.email, person.segments) == (ANN, ("News",))
    with pytest.raises(NotAllowedError):
        database.subscribers.undo_import(actor="Olu")


def test_to_look_somebody_up_keeps_nobody_from_leaving(
    opened: Callable[..., Database], url: str
) -> None:
    """Every report is read for it, which takes seconds; clicks come in all the time."""
    database = opened(url, patience=0.5)
    bring_in(database, confirmed(ANN), confirmed("bob@example.org"))

    def leave() -> None:
        database.subscribers.suppress(
            "bob@example.org", SuppressionReason.UNSUBSCRIBED, source="link", recorded_by="test"
        )

    with meanwhile("FROM events", leave) as looks:
        database.subscribers.disclose(ANN, actor="Olu", extent=Extent.WITHOUT_REPORTS)
        assert looks == []
        database.subscribers.disclose(ANN, actor="Olu")
        assert len(looks) == 1
    assert states(database)["bob@example.org"] == "unsubscribed"
    with database.subscribers.log() as entries:
        shown = [entry.actor for entry in entries if entry.action == "export-person"]
    assert shown == ["Olu", "Olu"]
