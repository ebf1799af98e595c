"""The list of people never loses a consent, an objection or a row."""

from __future__ import annotations

import gc
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from newsletter.audience.address import fold
from newsletter.audience.encoding import decode
from newsletter.audience.merging import STRANGER, merge
from newsletter.audience.records import Problem
from newsletter.audience.spreadsheet import Row, read_spreadsheet
from newsletter.audience.subscriber import SuppressionReason
from newsletter.database.audience import AudienceSummary
from newsletter.database.connections import Lock
from newsletter.database.opening import open_database
from newsletter.database.people import stranger
from newsletter.database.recording import Pen, write_people
from newsletter.database.schema import (
    consents,
    imports,
    subscriber_segments,
    subscribers,
    suppressions,
)
from newsletter.database.tokens import Tokens
from newsletter.errors import MistakeError, StoppedError
from tests.database.samples import HEADER, another_process, bring_in, confirmed, crowd, states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.database.opening import Database
    from tests.database.fixture import Clock

EXAMPLE = Path(__file__).parents[2] / "subscribers.example.csv"
NOON = datetime(2019, 2, 18, 12, tzinfo=UTC)


def history(database: Database) -> list[tuple[str, str, str]]:
    with database.connections.reading() as connection:
        rows = connection.execute(select(consents).order_by(consents.c.id)).all()
    return [(row.state, row.source, row.wording) for row in rows]


def reasons(database: Database) -> dict[str, str]:
    with database.connections.reading() as connection:
        return {row.email_folded: row.reason for row in connection.execute(select(suppressions))}


def test_an_import_accounts_for_every_row(database: Database) -> None:
    """Whoever imports a list must be able to explain each row of it."""
    database.subscribers.suppress(
        "gone@example.org", SuppressionReason.BOUNCED, source="carrier", recorded_by="test"
    )
    found = bring_in(
        database,
        confirmed("ann@example.org", name="Ann"),
        "bob@example.org,Bob,,,,,",
        confirmed("gone@example.org"),
        "nonsense,,,,,,",
        confirmed("ANN@example.org", name="Anne"),
        confirmed("ann@example.org"),
        "carol@example.org,,,,,,inactive",
    )
    assert found == {
        "rows": 7,
        "added": 2,
        "updated": 1,
        "unchanged": 1,
        "suppressed": 1,
        "rejected": 2,
        "problems": [
            {"line": 5, "reason": "The email address is not written as one can be."},
            {
                "line": 8,
                "reason": "The status is none of confirmed, pending, unsubscribed.",
            },
        ],
    }


def test_importing_again_changes_nothing(database: Database) -> None:
    """An import that was cut off is simply run again."""
    rows = [confirmed("ann@example.org", name="Ann"), "bob@example.org,Bob,a;b,,,,"]
    bring_in(database, *rows)
    before = list(database.subscribers.listing()), history(database)
    assert bring_in(database, *rows)["unchanged"] == 2
    assert (list(database.subscribers.listing()), history(database)) == before


def test_the_short_way_for_strangers_writes_what_the_long_way_writes(
    database: Database, clock: Clock
) -> None:
    """Of most rows no more is known than what they say; they are written straight from it."""
    given = [
        confirmed("Ann@example.org", name="Ann", segments="newsletter;ward:Łódź"),
        "bob@example.org,,b;A,2019-02-02,paper,Yes,pending",
        "carol@example.org,Carol,,,,,",
    ]
    bring_in(database, *given)
    short = _tables(database)
    read = read_spreadsheet([HEADER, *given], now=clock())
    pen = Pen(clock(), Tokens(), "import", SuppressionReason.UNSUBSCRIBED, "import", 1)
    with database.connections.writing(Lock.AUDIENCE) as connection:
        for table in (consents, subscriber_segments, subscribers):
            connection.execute(delete(table))
        long = [
            stranger(fold(row.subscriber.email)).become(merge(STRANGER, row, now=clock())[1])
            for row in read.rows
            if isinstance(row, Row)
        ]
        write_people(connection, long, pen)
    assert _tables(database) == short
    assert [len(rows) for rows in short] == [3, 2, 4]


def _tables(database: Database) -> list[list[tuple[Any, ...]]]:
    """Return the rows about people, without what is made up anew for each."""
    with database.connections.reading() as connection:
        return [
            sorted(
                tuple(value for name, value in row.items() if name not in made_up)
                for row in connection.execute(select(table)).mappings()
            )
            for table, made_up in (
                (subscribers, {"key"}),
                (consents, {"id"}),
                (subscriber_segments, set()),
            )
        ]


def test_people_are_numbered_in_the_order_in_which_they_came(database: Database) -> None:
    """Also those who object, and those who stand in the list twice."""
    found = bring_in(
        database,
        confirmed("zoe@example.org"),
        "ann@example.org,,,,,,unsubscribed",
        confirmed("bob@example.org"),
        confirmed("ZOE@example.org", name="Zoe"),
        confirmed("ann@example.org"),
        confirmed("adam@example.org"),
    )
    assert found == {
        "rows": 6,
        "added": 4,
        "updated": 1,
        "unchanged": 0,
        "suppressed": 1,
        "rejected": 0,
    }
    assert list(states(database)) == [
        "zoe@example.org",
        "ann@example.org",
        "bob@example.org",
        "adam@example.org",
    ]


def test_an_import_leaves_python_as_it_was(database: Database) -> None:
    """It has Python collect less often meanwhile, whether it comes to its end or not."""
    usual = gc.get_threshold()

    def rows() -> Iterator[Problem]:
        assert gc.get_threshold() != usual
        yield Problem(2, "broken")
        raise StoppedError("The file is gone.")

    with pytest.raises(StoppedError, match="The file is gone"):
        database.subscribers.import_rows(rows())
    assert gc.get_threshold() == usual


def test_an_import_is_on_record_with_its_counts(database: Database) -> None:
    """What was taken in, when, and from which file, is asked months later."""
    bring_in(database, confirmed("ann@example.org"), "nonsense,,,,,,")
    with database.connections.reading() as connection:
        row = connection.execute(select(imports)).one()
    moment = datetime(2019, 2, 18, 17, 3, tzinfo=UTC)
    assert tuple(row) == (1, moment, moment, "list.csv", 1, 0, 0, 0, 1, "import", None)


def test_a_file_may_have_any_name(database: Database) -> None:
    """Names of files are bytes on some systems, and not always text."""
    database.subscribers.import_rows([], file_name="list\udcff.csv")
    with database.connections.reading() as connection:
        assert connection.scalar(select(imports.c.file_name)) == "list?.csv"


def test_an_empty_list_is_an_import_too(database: Database) -> None:
    """A header alone is a file that can be read; it just holds nobody."""
    assert bring_in(database) == {
        "rows": 0,
        "added": 0,
        "updated": 0,
        "unchanged": 0,
        "suppressed": 0,
        "rejected": 0,
    }


def test_people_are_listed_as_they_were_described(database: Database) -> None:
    """The listing is what scripts of the office read."""
    bring_in(
        database,
        "Siân@Example.org,Siân,Jones,ae1  5bq,Ward:Castle Hill;news,2019-02-01,web,Yes,",
        header="email,first_name,last_name,postcode,segments,consent_at,consent_source,"
        "consent_wording,status",
    )
    assert [person.as_data() for person in database.subscribers.listing()] == [
        {
            "email": "Siân@example.org",
            "first_name": "Siân",
            "last_name": "Jones",
            "postcode": "AE1 5BQ",
            "segments": ["news", "ward:Castle Hill"],
            "state": "confirmed",
        }
    ]


def test_the_listing_keeps_the_order_and_has_no_limit(database: Database) -> None:
    """It goes through the list a page at a time, and must not drop anyone at the edge."""
    bring_in(database, *crowd(2_001))
    assert list(states(database)) == [f"reader{index}@example.org" for index in range(2_001)]


def test_every_state_is_counted(database: Database) -> None:
    """The counts say at a glance who can be written to."""
    bring_in(
        database,
        confirmed("ann@example.org"),
        "bob@example.org,,,,,,pending",
        "carol@example.org,,,,,,unsubscribed",
        confirmed("dan@example.org"),
    )
    database.subscribers.suppress(
        "dan@example.org", SuppressionReason.COMPLAINED, source="carrier", recorded_by="test"
    )
    assert database.subscribers.counts() == {
        "pending": 1,
        "confirmed": 1,
        "unsubscribed": 1,
        "suppressed": 1,
    }


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_a_suppression_outlives_every_import(
    database: Database, reason: SuppressionReason
) -> None:
    """Nobody who said stop, or whose address is dead, comes back through a spreadsheet."""
    bring_in(database, confirmed("ann@example.org", name="Ann"))
    database.subscribers.suppress(" ANN@EXAMPLE.ORG ", reason, source="office", recorded_by="test")
    for row in (confirmed("Ann@example.org", name="New"), "ann@example.org,,,,,,pending"):
        assert bring_in(database, row)["suppressed"] == 1
    assert reasons(database) == {"ann@example.org": reason.value}
    assert [person.first_name for person in database.subscribers.listing()] == ["Ann"]
    assert database.subscribers.audience("all").recipients == 0


def test_an_address_that_is_not_on_the_list_can_be_suppressed(database: Database) -> None:
    """People object before anybody has put them on a list; and the first reason stays."""
    for reason in (SuppressionReason.MANUAL, SuppressionReason.UNSUBSCRIBED):
        database.subscribers.suppress(
            "ann@example.org", reason, source="office", recorded_by="test"
        )
    assert bring_in(database, confirmed("ann@example.org"))["suppressed"] == 1
    assert reasons(database) == {"ann@example.org": "manual"}
    assert states(database) == {}


def test_what_is_no_address_cannot_be_suppressed(database: Database) -> None:
    """A slip of the pen must be told, as the person would go on being mailed."""
    with pytest.raises(MistakeError):
        database.subscribers.suppress(
            "ann(at)example.org",
            SuppressionReason.MANUAL,
            source="office",
            recorded_by="test",
        )


def test_unsubscribing_by_import_withdraws_the_consent(database: Database) -> None:
    """A list of objections from another system counts as much as a click on the link."""
    bring_in(database, confirmed("ann@example.org"))
    row = "ann@example.org,,,,,,Unsubscribed"
    assert bring_in(database, row)["updated"] == 1
    assert bring_in(database, row, confirmed("ann@example.org"))["suppressed"] == 2
    assert states(database) == {"ann@example.org": "unsubscribed"}
    assert history(database) == [
        ("confirmed", "website", "I agree"),
        ("withdrawn", "import", ""),
    ]


def test_a_stranger_who_unsubscribed_is_added_and_never_mailed(database: Database) -> None:
    """The row counts as added; a later confirmed one, even in the same file, as suppressed."""
    found = bring_in(database, "ann@example.org,,,,,,unsubscribed", confirmed("ann@example.org"))
    assert (found["added"], found["suppressed"]) == (1, 1)
    assert states(database) == {"ann@example.org": "unsubscribed"}
    assert reasons(database) == {"ann@example.org": "unsubscribed"}


def test_proof_turns_pending_into_confirmed_and_nothing_turns_it_back(
    database: Database,
) -> None:
    """A confirmation is the person's own; a row of an older list does not undo it."""
    pending = "ann@example.org,,,2019-01-01,paper,Yes please,pending"
    assert bring_in(database, pending)["added"] == 1
    assert bring_in(database, confirmed("ann@example.org"))["updated"] == 1
    later = "ann@example.org,,,2019-01-02,paper,Yes please,pending"
    assert bring_in(database, later)["unchanged"] == 1
    assert states(database) == {"ann@example.org": "confirmed"}
    assert history(database) == [
        ("pending", "paper", "Yes please"),
        ("confirmed", "website", "I agree"),
    ]


def test_empty_cells_blank_out_nothing_and_segments_are_united(database: Database) -> None:
    """A second list that knows less must not make the first one forget."""
    bring_in(database, confirmed("ann@example.org", name="Ann", segments="News;ward:Castle"))
    assert bring_in(database, "ann@example.org,,news;trains,,,,")["updated"] == 1
    (person,) = database.subscribers.listing()
    assert (person.first_name, person.segments) == ("Ann", ("News", "trains", "ward:Castle"))


def test_two_processes_that_import_at_once_lose_nothing(database: Database, url: str) -> None:
    """Two people in an office, two lists with the same people in them, the same minute."""
    processes = [
        another_process("-m", "tests.database.two_processes", url, str(first), "1500")
        for first in (0, 500)
    ]
    assert [process.wait() for process in processes] == [0, 0]
    people = {person.email: person.segments for person in database.subscribers.listing()}
    assert len(people) == 2_000
    assert people["reader0@example.org"] == ("from0",)
    assert people["reader1000@example.org"] == ("from0", "from500")
    assert people["reader1999@example.org"] == ("from500",)


def test_the_audience_is_counted_without_those_who_may_not_be_mailed(
    database: Database,
) -> None:
    """A dry run shows who is left out, and why, before anything is sent."""
    bring_in(
        database,
        confirmed("ann@example.org", segments="news;ward:Castle Hill"),
        confirmed("bob@example.org", segments="NEWS"),
        confirmed("carol@example.org", segments="trains"),
        "dan@example.org,,news,,,,pending",
        "eve@example.org,,news,,,,unsubscribed",
        "fay@example.org,,news,,,,pending",
    )
    database.subscribers.suppress(
        "fay@example.org", SuppressionReason.MANUAL, source="office", recorded_by="test"
    )
    found = {
        segment: database.subscribers.audience(segment)
        for segment in (
            "all",
            "news",
            'ward:"castle hill"',
            "not news",
            "news and not ward:'Castle Hill'",
            "trains or ward:'Castle Hill'",
            "nobody",
        )
    }
    assert found == {
        "all": AudienceSummary(3, 2, 1),
        "news": AudienceSummary(2, 2, 1),
        'ward:"castle hill"': AudienceSummary(1, 0, 0),
        "not news": AudienceSummary(1, 0, 0),
        "news and not ward:'Castle Hill'": AudienceSummary(1, 2, 1),
        "trains or ward:'Castle Hill'": AudienceSummary(2, 0, 0),
        "nobody": AudienceSummary(0, 0, 0),
    }


def test_the_example_shows_every_column_and_state(database: Database) -> None:
    """It is the first thing an office imports, so it must go in without a problem."""
    with EXAMPLE.open("rb") as file:
        sheet = read_spreadsheet(decode(file), now=NOON)
        found = database.subscribers.import_rows(sheet.rows).as_data()
    assert (found["rows"], found["added"], found["problems"]) == (12, 12, [])
    counts = database.subscribers.counts()
    assert counts == {"pending": 2, "confirmed": 8, "unsubscribed": 2, "suppressed": 0}


def test_nothing_known_is_logged_when_the_store_fails(database: Database) -> None:
    """Error messages end up in emails and on screens; the list must not."""
    with database.connections.reading() as connection:
        assert connection.engine.hide_parameters


rows = st.lists(
    st.tuples(
        st.sampled_from(["ann@example.org", "ANN@example.org", "bob@example.org"]),
        st.sampled_from(["", "Ann", "Bob"]),
        st.sampled_from(["", "a", "b;A"]),
        st.sampled_from(
            [
                "2019-02-01,website,I agree,confirmed",
                "2019-02-02,paper,Yes,",
                ",,,pending",
                ",,,",
                ",,,unsubscribed",
            ]
        ),
    ).map(",".join),
    max_size=8,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=rows, second=rows)
def test_no_sequence_of_imports_brings_an_objector_back(
    tmp_path: Path, clock: Clock, first: list[str], second: list[str]
) -> None:
    """Whatever the order and the grouping of the rows, the sums hold and objections stay."""
    file = tmp_path / f"{os.urandom(8).hex()}.db"
    with open_database(f"sqlite:///{file}", now=clock) as database:
        for batch in (first, second):
            found = bring_in(database, *batch)
            assert (
                found["rows"]
                == len(batch)
                == sum(
                    found[name]
                    for name in ("added", "updated", "unchanged", "suppressed", "rejected")
                )
            )
        everything = [*first, *second]
        objectors = {
            row.split(",")[0].casefold() for row in everything if row.endswith("unsubscribed")
        }
        proven = {
            row.split(",")[0].casefold()
            for row in everything
            if row.endswith(("confirmed", "Yes,"))
        }
        stored = states(database)
        assert {address.casefold() for address in stored} == {
            row.split(",")[0].casefold() for row in everything
        }
        for address, state in stored.items():
            who = address.casefold()
            expected = "confirmed" if who in proven else "pending"
            assert state == ("unsubscribed" if who in objectors else expected)
        # What the commands print is JSON.
        json.dumps([person.as_data() for person in database.subscribers.listing()])
    assert HEADER.startswith("email")
