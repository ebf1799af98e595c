"""What goes with an edition is frozen with it, and found again when its folder is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select, update

from newsletter.archive.past import KeptFile, PastEdition, Sent
from newsletter.database import shelf as shelves
from newsletter.database.connections import Lock
from newsletter.database.schema import contents, dispatches, edition_files, recipient_outcomes
from newsletter.delivery import State
from newsletter.errors import NotAllowedError
from newsletter.report.facts import WINDOW
from tests.archive.archives import carry, enclosures, picture
from tests.database.samples import ISSUE, bring_in, crowd, edition, scheduled

if TYPE_CHECKING:
    from newsletter.database.dispatch import Dispatch
    from newsletter.database.opening import Database
    from newsletter.rendering.edition import Edition
    from tests.database.fixture import Clock

HALL = picture("hall", b"\x89PNG the hall")


def opened(
    database: Database,
    issue: Edition | None = None,
    *,
    transport: str = "sendgrid",
) -> Dispatch:
    bring_in(database, *crowd(3))
    return database.dispatches.open(
        issue or edition(),
        segment="all",
        transport=transport,
        batch_size=2,
        enclosures=enclosures(HALL),
    )


def change(database: Database, **values: object) -> None:
    with database.connections.writing(Lock.DISPATCHES) as connection:
        connection.execute(update(dispatches).values(**values))


def rows(database: Database, table: Any) -> int:  # noqa: ANN401  # a table
    with database.connections.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_an_edition_comes_back_with_all_that_went_with_it(
    database: Database, clock: Clock
) -> None:
    """The issue's folder may be edited or gone by then."""
    dispatch = opened(database)
    clock.move(60)
    carry(database, dispatch)
    [sent] = database.shelf.sent()
    assert sent == Sent(dispatch.id, ISSUE, edition().digest, clock(), False, False, "")
    kept = database.shelf.edition(sent)
    [file] = kept.files
    assert database.shelf.sent_ids() == [dispatch.id]
    assert kept == PastEdition(
        edition(), clock(), number=268, title="Your trains", language="en-GB", files=(file,)
    )
    assert (file.name, file.media_type, file.size) == ("pictures/hall.png", "image/png", 13)
    assert database.shelf.content(file) == HALL.data


def test_the_same_bytes_are_kept_once(database: Database) -> None:
    """Every issue shows the same logo."""
    opened(database, transport="folder")
    opened(database)
    carry(database, opened(database))
    other = edition("Right trains")
    database.dispatches.open_erratum(
        other,
        transport="sendgrid",
        batch_size=2,
        enclosures=enclosures(HALL, picture("map", b"map")),
    )
    assert (rows(database, contents), rows(database, edition_files)) == (2, 3)


def test_a_large_file_is_read_in_pieces(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody's picture has to fit into the memory as a whole."""
    monkeypatch.setattr(shelves, "PIECE", 5)
    opened(database)
    file = database.shelf.picture("pictures/hall.png")
    assert file
    assert list(database.shelf.pieces(file)) == [b"\x89PNG ", b"the h", b"all"]


def test_a_picture_is_found_as_soon_as_it_is_frozen(database: Database) -> None:
    """An email may be open before the carrier has said that it took it."""
    assert database.shelf.picture("pictures/hall.png") is None
    opened(database)
    found = database.shelf.picture("pictures/hall.png")
    assert isinstance(found, KeptFile)
    assert database.shelf.picture("pictures/other.png") is None
    assert database.shelf.sent() == []


def test_the_pictures_of_a_test_copy_are_there_and_nothing_was_sent(database: Database) -> None:
    """A colleague sees the issue as readers will, and the archive does not."""
    database.shelf.keep(edition(), enclosures(HALL))
    database.shelf.keep(edition(), enclosures(HALL))
    assert database.shelf.picture("pictures/hall.png")
    carry(database, opened(database))
    assert len(database.shelf.sent()) == 1


@pytest.mark.parametrize(
    ("state", "count"),
    [(State.ACCEPTED, 1), (State.REFUSED, 0), (State.UNCERTAIN, 0)],
)
def test_only_what_a_carrier_took_was_sent(database: Database, state: State, count: int) -> None:
    """Claim no more than is known."""
    dispatch = opened(database)
    assert database.shelf.sent() == []
    with database.dispatches.take(dispatch) as ledger:
        batch = ledger.claim()
        assert batch
        ledger.settle(batch, state)
    assert len(database.shelf.sent()) == count


def test_a_report_of_the_carrier_shows_that_an_uncertain_batch_left(database: Database) -> None:
    """Somebody has it, so its page is due."""
    dispatch = opened(database)
    carry(database, dispatch, State.UNCERTAIN)
    with database.connections.writing(Lock.DISPATCHES) as connection:
        connection.execute(
            insert(recipient_outcomes).values(
                dispatch_id=dispatch.id,
                position=0,
                state="delivered",
                reason="",
                at=dispatch.opened_at,
            )
        )
    [sent] = database.shelf.sent()
    assert sent.sent_at == dispatch.opened_at


def test_what_is_scheduled_is_shown_once_its_time_has_come(
    database: Database, clock: Clock
) -> None:
    """The carrier holds it until then, and it may still be called back."""
    at = clock() + timedelta(hours=2)
    carry(database, opened(database))
    change(database, send_at=at)
    assert database.shelf.sent() == []
    clock.move(7_200)
    [sent] = database.shelf.sent()
    assert sent.sent_at == at


def test_what_missed_its_time_is_dated_when_it_left(database: Database, clock: Clock) -> None:
    """Friday's computer was shut; readers, the feed and the report tell of Monday."""
    bring_in(database, *crowd(3))
    at = clock() + timedelta(hours=2)
    dispatch = scheduled(database, at, batch_size=2)
    clock.move(3 * 24 * 3600)
    monday = clock()
    carry(database, database.dispatches.send_rest_at_once(dispatch))
    [sent] = database.shelf.sent()
    facts = database.reports.issue(ISSUE)
    assert facts is not None
    assert (sent.sent_at, facts.line.first.began) == (monday, monday)
    assert facts.line.until == monday + WINDOW


def test_what_left_in_time_is_dated_so_though_the_rest_came_late(
    database: Database, clock: Clock
) -> None:
    """Most have had it since Friday."""
    bring_in(database, *crowd(3))
    at = clock() + timedelta(hours=2)
    dispatch = scheduled(database, at)
    with database.dispatches.take(dispatch) as ledger:
        ledger.slips.add("slip")
        batch, held = ledger.claim(), ledger.claim()
        assert batch
        assert held
        ledger.settle(batch, State.WAITING)
        ledger.settle(held, State.ACCEPTED)
    clock.move(3 * 24 * 3600)
    carry(database, database.dispatches.send_rest_at_once(dispatch))
    [sent] = database.shelf.sent()
    facts = database.reports.issue(ISSUE)
    assert facts is not None
    assert (sent.sent_at, facts.line.first.began) == (at, at)


def test_what_was_cancelled_is_not_shown(database: Database) -> None:
    """Somebody thought better of it."""
    carry(database, opened(database))
    change(database, halt="cancelled")
    assert database.shelf.sent() == []


def test_a_rehearsal_is_told_as_one(database: Database) -> None:
    """Whether it is shown is decided elsewhere."""
    carry(database, opened(database, transport="folder"))
    assert [sent.is_rehearsal for sent in database.shelf.sent()] == [True]


def test_an_erratum_tells_its_reason(database: Database) -> None:
    """It comes after what it corrects; the reason stands in its papers."""
    carry(database, opened(database))
    erratum = database.dispatches.open_erratum(
        edition("Right trains"),
        transport="sendgrid",
        batch_size=2,
        papers={"reason": "the date was wrong"},
        enclosures=enclosures(),
    )
    carry(database, erratum)
    found = [(sent.id, sent.is_correction, sent.reason) for sent in database.shelf.sent()]
    assert found[1:] == [(erratum.id, True, "the date was wrong")]
    assert found[0][1:] == (False, "")


def test_issues_sent_by_an_older_version_are_there_without_their_files(
    database: Database,
) -> None:
    """It kept no pictures: the page stands all the same."""
    bring_in(database, *crowd(1))
    carry(
        database,
        database.dispatches.open(edition(), segment="all", transport="sendgrid", batch_size=2),
    )
    [sent] = database.shelf.sent()
    assert database.shelf.edition(sent) == PastEdition(edition(), sent.sent_at)


def test_an_edition_that_somebody_changed_is_not_shown(database: Database) -> None:
    """It would be passed off as what people got."""
    carry(database, opened(database))
    [sent] = database.shelf.sent()
    change(database, edition="{}")
    with pytest.raises(NotAllowedError, match="not the one that was frozen"):
        database.shelf.edition(sent)
    change(database, edition="")
    with pytest.raises(NotAllowedError, match="not the one that was frozen"):
        database.shelf.edition(sent)


def test_nothing_is_kept_of_a_dispatch_that_reaches_nobody(database: Database) -> None:
    """It is frozen as a whole or not at all."""
    with pytest.raises(NotAllowedError, match="Nobody would receive"):
        database.dispatches.open(
            edition(),
            segment="all",
            transport="sendgrid",
            batch_size=2,
            enclosures=enclosures(HALL),
        )
    assert (rows(database, contents), rows(database, edition_files)) == (0, 0)
